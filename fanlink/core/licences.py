"""Licences of model weights: what each says about earning with what the model makes.

The table names models whose weights carry a licence that their name alone gives away; it wins over what a card or a
person says when it is the stricter. A licence that nobody knows counts as one that forbids, until it is declared.
Sources: the model cards of the publishers named.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import StrEnum


class Commerce(StrEnum):
    """Whether what a model makes may be part of something that earns."""

    ALLOWED = "allowed"
    FORBIDDEN = "forbidden"
    UNKNOWN = "unknown"


# Each model's weights by the beginning of their name; a publisher in front of it, as in `facebook/`, is not needed.
MODELS: tuple[tuple[str, str], ...] = (
    ("musicgen-small", "cc-by-nc-4.0"),
    ("musicgen-medium", "cc-by-nc-4.0"),
    ("musicgen-large", "cc-by-nc-4.0"),
    ("musicgen-melody", "cc-by-nc-4.0"),
    ("musicgen-stereo", "cc-by-nc-4.0"),
    ("musicgen-style", "cc-by-nc-4.0"),
    ("magnet-small", "cc-by-nc-4.0"),
    ("magnet-medium", "cc-by-nc-4.0"),
    ("jasco-chords", "cc-by-nc-4.0"),
    ("audiogen-medium", "cc-by-nc-4.0"),
    ("audioldm", "cc-by-nc-sa-4.0"),
    ("ace-step-v1-3.5b", "apache-2.0"),
    ("ace-step-v1.5", "mit"),
    ("yue-s1", "apache-2.0"),
    ("yue-s2", "apache-2.0"),
)

# `commercial` is for a service whose terms let its customers earn with what it makes.
COMMERCIAL = (
    "apache-2.0", "mit", "bsd-2-clause", "bsd-3-clause", "isc", "unlicense", "cc0-1.0", "cc-by-4.0", "cc-by-3.0", "cc-by-sa-4.0",
    "mpl-2.0", "lgpl-3.0", "gpl-3.0", "agpl-3.0", "openrail", "openrail++", "bigscience-openrail-m", "creativeml-openrail-m",
    "bigcode-openrail-m", "commercial",
)  # fmt: skip
NAMES = {"apache": "apache-2.0", "apache2": "apache-2.0", "cc0": "cc0-1.0", "gpl": "gpl-3.0", "agpl": "agpl-3.0", "expat": "mit"}
NOT_COMMERCIAL = re.compile(r"(^|-)nc(-|$)|non-?commercial|research-only|personal-use")
# What may follow the name of a family for it to be that model: nothing, or another part of its name.
NEXT = re.compile(r"[^a-z0-9]|$")
LONGEST = 64


def plain(licence: str) -> str:
    """A licence as it is compared: SPDX names in small letters with hyphens, “Apache License 2.0” as `apache-2.0`."""
    text = re.sub(r"[\s_]+", "-", licence.strip().casefold())
    text = re.sub(r"-+", "-", re.sub(r"(licen[cs]e|version|,)", "-", text)).strip("-")
    text = re.sub(r"^(apache|cc[a-z-]*|mpl|l?gpl|agpl)-v?(\d)", r"\1-\2", text)
    text = re.sub(r"^((?:l|a)?gpl-[\d.]+)-(only|or-later)$", r"\1", text)
    return NAMES.get(text, text)[:LONGEST]


def of_model(*names: str) -> str | None:
    """The licence of the first of these names that the table knows; None when it knows none."""
    for name in names:
        last = name.strip().casefold().rstrip("/").rsplit("/", 1)[-1].replace("_", "-").replace(" ", "-")
        for known, licence in MODELS:
            if last.startswith(known) and NEXT.match(last[len(known) :]):
                return licence
    return None


def commerce(licence: str, models: Iterable[str] = ()) -> Commerce:
    """What a licence says, or the table's for one of these models where that is stricter."""
    known = of_model(*models)
    verdicts = {_verdict(licence), _verdict(known)} if known and licence else {_verdict(known or licence)}
    for verdict in (Commerce.FORBIDDEN, Commerce.UNKNOWN):
        if verdict in verdicts:
            return verdict
    return Commerce.ALLOWED


def _verdict(licence: str) -> Commerce:
    name = plain(licence)
    if NOT_COMMERCIAL.search(name):
        return Commerce.FORBIDDEN
    return Commerce.ALLOWED if name in COMMERCIAL else Commerce.UNKNOWN
