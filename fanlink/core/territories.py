"""Territories: where a consent holds and where a prompt is offered. Words of people, compared as sets of countries.

Three ways to say it: `world`, some countries (`DE AT CH`), or `world except US CA`. Countries are ISO 3166-1 alpha-2 codes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from fanlink.core.errors import Refused

WORLD = "world"
EXCEPT = "except"
COUNTRIES = frozenset(
    """
    AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ CA CC CD
    CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF
    GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN
    KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA
    NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI
    SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI
    VN VU WF WS YE YT ZA ZM ZW
    """.split()
)


@dataclass(frozen=True, slots=True)
class Territory:
    """The countries in it; with `whole`, everywhere but in the countries named."""

    whole: bool
    countries: frozenset[str] = frozenset()

    def covers(self, other: Territory) -> bool:
        """True when every place of the other is in this one."""
        if self.whole:
            return self.countries <= other.countries if other.whole else not self.countries & other.countries
        return not other.whole and other.countries <= self.countries

    def __str__(self) -> str:
        named = " ".join(sorted(self.countries))
        if not self.whole:
            return named
        return f"{WORLD} {EXCEPT} {named}" if named else WORLD


def parse(text: str) -> Territory:
    """The territory that a person wrote; refused as `territory_unknown` with the words that are no country."""
    words = re.sub(r"[,;]", " ", text).split()
    whole = bool(words) and words[0].lower() in (WORLD, "worldwide")
    named = words[1:] if whole else words
    if whole and named:
        if named[0].lower() != EXCEPT or len(named) == 1:
            raise Refused("territory_unknown", territory=text[:200], words=named[:8])
        named = named[1:]
    codes = [word.upper() for word in named]
    unknown = [code for code in codes if code not in COUNTRIES]
    if unknown or not (whole or codes):
        raise Refused("territory_unknown", territory=text[:200], words=unknown[:8])
    return Territory(whole, frozenset(codes))


def canonical(text: str) -> str:
    """The one way to write this territory; refused as `territory_unknown`."""
    return str(parse(text))


def covers(given: str, wanted: str) -> bool:
    """True when a consent for `given` is a consent for all of `wanted`; a text that means no territory covers nothing."""
    try:
        return parse(given).covers(parse(wanted))
    except Refused:
        return False
