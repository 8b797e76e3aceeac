"""Design tokens: the only place with colours. A test checks the contrast of every pair that is used (WCAG AA)."""

from __future__ import annotations

from dataclasses import dataclass, fields

from PySide6.QtGui import QColor, QGuiApplication, QPalette


@dataclass(frozen=True, slots=True)
class Tokens:
    """The colours of one mode, as six hex digits."""

    bg: str
    surface: str
    raised: str
    hover: str
    border: str
    control: str
    text: str
    muted: str
    accent: str
    button: str
    button_hover: str
    button_text: str
    accent_soft: str
    accent_text: str
    ok: str
    warn: str
    bad: str
    ok_soft: str
    warn_soft: str
    bad_soft: str
    wave: str
    grid: str
    series: tuple[str, ...]

    def color(self, name: str, alpha: int = 255) -> QColor:
        """A token as a colour, perhaps a translucent one."""
        color = QColor(f"#{getattr(self, name)}")
        color.setAlpha(alpha)
        return color

    def line(self, index: int) -> QColor:
        """The colour of the nth thing that is told apart by colour: a stem, a party, a pot."""
        return QColor(f"#{self.series[index % len(self.series)]}")

    def names(self) -> dict[str, str]:
        """Every single colour by name, with the sign a style sheet wants."""
        return {each.name: f"#{getattr(self, each.name)}" for each in fields(self) if each.name != "series"}


DARK = Tokens(
    bg="0E1015", surface="161922", raised="1E222D", hover="242937", border="2B303D", control="6B7488",
    text="F3F5F9", muted="A3ACBB", accent="7F63FF", button="6A4BF4", button_hover="5E3FE6", button_text="FFFFFF",
    accent_soft="272148", accent_text="B9A8FF", ok="3DD68C", warn="F5B54A", bad="FF6B81",
    ok_soft="12281F", warn_soft="32260F", bad_soft="381A22", wave="4A5164", grid="242937",
    series=("9D87FF", "2FC7C9", "FF8FB1", "F5B54A", "5AA9FF", "3DD68C", "FF9466", "C78BFF"),
)  # fmt: skip

LIGHT = Tokens(
    bg="F5F6FA", surface="FFFFFF", raised="FFFFFF", hover="EEF0F6", border="E1E4EC", control="7D8696",
    text="12141B", muted="596273", accent="5B3DF0", button="5B3DF0", button_hover="4D30DC", button_text="FFFFFF",
    accent_soft="ECE8FF", accent_text="4A2EDB", ok="0B7A45", warn="8A5300", bad="C2243E",
    ok_soft="DDF4E7", warn_soft="FCEFD8", bad_soft="FDE6EA", wave="B9BFCC", grid="E8EAF1",
    series=("5B3DF0", "0B7F86", "C02B6B", "9A5B00", "1B66CC", "0B7A45", "B84A16", "8A2FD0"),
)  # fmt: skip

COVERS: tuple[tuple[str, str], ...] = (
    ("7B61FF", "FF6A9E"), ("F7B542", "E85D3D"), ("1FC2B7", "3A6BFF"), ("3FD07F", "1B7F6B"), ("9AA3B2", "565E6E"),
    ("FF8A5C", "B4237A"), ("4FB3FF", "5B3DF0"), ("F06AA8", "6A2FD0"), ("C9D64B", "2E8F5B"), ("FFB199", "E0435E"),
    ("6EE0D0", "2A5CA8"), ("B68CFF", "3B2A8C"),
)  # fmt: skip
COVER_MARK = "FFFFFF"
SHADE = "000000"


def now() -> Tokens:
    """The tokens in force, for what paints itself: the application's palette says which mode it is.

    Not a widget's own palette, for a style sheet changes that.
    """
    return LIGHT if QGuiApplication.palette().color(QPalette.ColorRole.Window).lightness() > 127 else DARK


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours, by the formula of WCAG 2.1 ("relative luminance")."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(color: str) -> float:
    parts = [int(color[place : place + 2], 16) / 255 for place in (0, 2, 4)]
    red, green, blue = (part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
