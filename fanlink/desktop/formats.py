"""Numbers, money and times as people read them. Money comes in exact and goes out exact; it is cut only to be shown."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import ROUND_DOWN, Context, Decimal
from fractions import Fraction

SIGNS = {"EUR": "€", "USD": "$", "GBP": "£", "JPY": "¥", "SEK": "kr", "CHF": "CHF"}
WIDE = Context(prec=80)
EXPONENTS = {"JPY": 0, "KRW": 0, "BHD": 3, "KWD": 3}
OWN_NAMES = {"lofi": "Lo-fi", "dnb": "Drum and bass", "edm": "EDM", "rnb": "R&B", "tape-hiss": "Tape hiss", "fx": "FX"}
MINUTE, HOUR, DAY = 60_000, 3_600_000, 86_400_000


def money(amount: Decimal | str, currency: str) -> str:
    """An amount in whole minor units, cut towards nothing: what is shown can be paid."""
    exponent = EXPONENTS.get(currency, 2)
    cut = Decimal(amount).quantize(Decimal(1).scaleb(-exponent), rounding=ROUND_DOWN, context=WIDE)
    sign = "−" if cut < 0 else ""
    return f"{sign}{SIGNS.get(currency, currency)} {cut.copy_abs():,.{exponent}f}"


def money_micro(micro: int, currency: str) -> str:
    """An amount in millionths, cut to minor units."""
    return money(Decimal(micro).scaleb(-6, WIDE), currency)


def exact(amount: Decimal | str, currency: str, places: int = 6) -> str:
    """An amount with its millionths, where people want to recompute it."""
    number = Decimal(amount)
    shown = max(places, -int(number.normalize(WIDE).as_tuple().exponent)) if number else places
    sign = "−" if number < 0 else ""
    return f"{sign}{SIGNS.get(currency, currency)} {number.copy_abs():,.{shown}f}"


def exact_micro(micro: int, currency: str) -> str:
    """Millionths, all of them shown."""
    return exact(Decimal(micro).scaleb(-6, WIDE), currency)


def percent(share: Fraction) -> str:
    """A share in percent; what cannot be written in two places is cut and marked."""
    hundredths = share * 10_000
    whole, rest = divmod(hundredths.numerator, hundredths.denominator)
    text = f"{whole // 100}.{whole % 100:02d}".removesuffix(".00")
    return f"{'≈ ' if rest else ''}{text} %"


def length(ms: float) -> str:
    """A running time: 3:41, 1:02:07."""
    seconds = int(max(ms, 0) / 1000)
    hours, minutes = divmod(seconds // 60, 60)
    return f"{hours}:{minutes:02d}:{seconds % 60:02d}" if hours else f"{minutes}:{seconds % 60:02d}"


def ago(then_ms: int, now_ms: int) -> str:
    """How long ago, or in how long, in one or two words."""
    past, gap = then_ms <= now_ms, abs(now_ms - then_ms)
    if gap < MINUTE:
        return "just now" if past else "in a moment"
    for unit, name in ((DAY, "day"), (HOUR, "hour"), (MINUTE, "minute")):
        if gap >= unit:
            count = gap // unit
            if name == "day" and count > 30:
                return date(then_ms)
            words = f"{count} {name}{'' if count == 1 else 's'}"
            return f"{words} ago" if past else f"in {words}"
    return "just now"


def date(ms: int) -> str:
    """A day: 14 March 2026."""
    moment = datetime.fromtimestamp(ms / 1000, UTC).astimezone()
    return f"{moment.day} {moment:%B %Y}"


def moment(ms: int) -> str:
    """A day and a time: 14 March 2026, 09:30."""
    return f"{date(ms)}, {datetime.fromtimestamp(ms / 1000, UTC).astimezone():%H:%M}"


def period(text: str) -> str:
    """A period "YYYY-MM" as a month."""
    return f"{datetime.strptime(text, '%Y-%m'):%B %Y}"


def tempo(bpm: float) -> str:
    """A tempo: 118 BPM, 92.5 BPM."""
    return f"{bpm:g} BPM"


def shift(semitones: int) -> str:
    """A change of key in words."""
    if not semitones:
        return "original key"
    return f"{semitones:+d} semitone{'' if abs(semitones) == 1 else 's'}".replace("-", "−")


def shifts(low: float, high: float) -> str:
    """How far a key may move: −2 to +3 semitones."""
    return f"{low:+.0f} to {high:+.0f} semitones".replace("-", "−").replace("+0", "0")


def count(number: int, one: str, many: str = "") -> str:
    """A number with its noun."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def size(count_bytes: int) -> str:
    """A file size."""
    for unit, name in ((1_000_000_000, "GB"), (1_000_000, "MB"), (1_000, "kB")):
        if count_bytes >= unit:
            return f"{count_bytes / unit:.1f} {name}"
    return f"{count_bytes} bytes"


def seconds_left(seconds: float | None) -> str:
    """The time that a task still takes."""
    if seconds is None:
        return "Working out how long this takes"
    if seconds < 1.5:
        return "Almost done"
    return f"About {round(seconds)} s left" if seconds < 90 else f"About {round(seconds / 60)} min left"


def names(items: list[str] | tuple[str, ...], most: int = 4) -> str:
    """Names in a sentence: a, b and c."""
    items = list(items)
    if len(items) > most:
        return f"{', '.join(items[:most])} and {len(items) - most} more"
    return " and ".join([", ".join(items[:-1]), items[-1]] if len(items) > 1 else items)


def human(code: str) -> str:
    """A name of the vocabulary for people: lead_vocals becomes Lead vocals."""
    if code in OWN_NAMES:
        return OWN_NAMES[code]
    text = code.replace("_", " ").replace("-", " ").strip()
    return text[:1].upper() + text[1:]
