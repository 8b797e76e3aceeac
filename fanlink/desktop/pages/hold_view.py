"""How a hold looks wherever it is shown: what is held, which rule named it, what was said; and a party's appeal."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QWidget

from fanlink.core.money_documents import HoldDocument
from fanlink.desktop import formats, words_staff
from fanlink.desktop.widgets import basics


def hold_head(hold: HoldDocument) -> QHBoxLayout:
    """The remix, how much of what, and the state."""
    under = f"{hold.service} · {formats.count(hold.lines, 'line')} · {hold.report}"
    names = basics.column(basics.Elided(hold.remix_title or hold.remix, "strong"), basics.Elided(under, "small"), gap=0)
    amount = basics.text_label(formats.money(hold.revenue, hold.currency), "strong")
    amount.setToolTip(basics.plain_tooltip(f"Exactly {formats.exact(hold.revenue, hold.currency)}"))
    head = basics.row(names, basics.chip(*words_staff.HOLD_STATES.get(hold.state, (formats.human(hold.state), ""))), amount, gap=12)
    head.setStretch(0, 1)
    return head


def hold_why(hold: HoldDocument) -> list[QWidget]:
    """A line for each rule with what it counted, then the appeal and the letter."""
    made = []
    for one in hold.why:
        name, _, version = str(one["rule"]).partition("/")
        rule = words_staff.SUSPICIONS.get(name, formats.human(name))
        made.append(basics.text_label(f"{rule}: {one['reason']} ({formats.count(one['lines'], 'line')}, rule “{formats.human(name).lower()}”, version {version})", "small", wrap=True))
    if hold.appeal:
        made.append(basics.text_label(f"Appeal: {hold.appeal}", wrap=True))
    if hold.letter:
        made.append(basics.text_label(f"Decision: {hold.letter}", wrap=True))
    return made


def appeal_box(hold: HoldDocument, send: Callable[[str], object]) -> QWidget:
    """A field and a button, for a party."""
    text = QPlainTextEdit()
    text.setPlaceholderText("Say why these plays are real: a school class, a radio, a party …")
    text.setAccessibleName(f"Appeal for {hold.remix_title or hold.remix}")
    text.setFixedHeight(64)
    go = basics.button("Appeal", "megaphone", "small", lambda: send(text.toPlainText().strip()))
    go.setEnabled(False)
    text.textChanged.connect(lambda: go.setEnabled(bool(text.toPlainText().strip())))
    return basics.boxed(basics.column(text, basics.row(basics.text_label("Someone of finance decides, and writes to you.", "small"), None, go), gap=8))
