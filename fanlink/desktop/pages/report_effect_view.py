"""What the server will do with a report, as a card: figures, the pots that change, and the two ways on."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtWidgets import QGridLayout, QWidget

from fanlink.desktop import formats
from fanlink.desktop.pages.report_view import faults_box
from fanlink.desktop.report_effect import Effect
from fanlink.desktop.widgets import basics
from fanlink.desktop.widgets.notices import Banner

SHOWN_POTS = 12


def effect_card(effect: Effect, titles: Mapping[str, str], take: Callable[[], object], leave: Callable[[], object]) -> QWidget:
    """A card; `titles` are those of remixes, by id."""
    title = basics.row(basics.Elided(effect.path.name, "h2"), basics.text_label("What it will do", "muted"), gap=12)
    title.setStretch(0, 1)
    card = basics.card(title)
    if effect.faults:
        card.layout().addWidget(faults_box(effect.faults, effect.more_faults))
    else:
        card.layout().addLayout(_figures(effect))
        if effect.changed_lines:
            banner = Banner(tone="bad")
            lines = formats.names([str(line) for line in effect.changed_lines], 8)
            banner.say(f"Line {lines} says something else than a report before it under the same key. Nothing of it can be taken.")
            card.layout().addWidget(banner)
        card.layout().addWidget(basics.text_label(_sentence(effect), "muted", wrap=True))
        if effect.pots:
            card.layout().addLayout(_pots(effect, titles))
    go = basics.button("Import this report", "check", "primary", take)
    go.setEnabled(effect.sound)
    card.layout().addLayout(basics.row(None, basics.button("Not this one", "x", "", leave), go))
    return card


def _figures(effect: Effect):
    line = basics.row(gap=26)
    for name, value in (("Lines", effect.lines), ("New", effect.new), ("Known", effect.known), ("Unmatched", effect.unmatched),
                        ("Held", effect.held), ("Refunds", effect.refunds), ("Pots that change", effect.pots_changed)):
        line.addLayout(basics.column(basics.text_label(name, "cap"), basics.text_label(f"{value:,}", "strong"), gap=2))
    line.addStretch(1)
    totals = basics.column(gap=2)
    for currency, amount in effect.totals.items():
        total = basics.text_label(formats.money(amount, currency), "figure")
        total.setToolTip(basics.plain_tooltip(f"Exactly {formats.exact(amount, currency)}"))
        totals.addWidget(total)
    line.addLayout(totals)
    return line


def _sentence(effect: Effect) -> str:
    if not effect.new and effect.sound:
        return "Every line of it is here already: importing it changes nothing."
    said = []
    if effect.unmatched:
        said.append(f"{formats.count(effect.unmatched, 'line waits', 'lines wait')} as unmatched until the remix is known.")
    if effect.held:
        said.append(f"{formats.count(effect.held, 'line is', 'lines are')} held: they look bought. Their parties see it and may appeal.")
    said.append("The next run of royalties posts what belongs to pots.")
    return " ".join(said)


def _pots(effect: Effect, titles: Mapping[str, str]) -> QGridLayout:
    grid = QGridLayout()
    grid.setHorizontalSpacing(18)
    grid.setVerticalSpacing(4)
    grid.setColumnStretch(0, 1)
    for row, (remix, currency, gains) in enumerate(effect.pots[:SHOWN_POTS]):
        grid.addWidget(basics.Elided(titles.get(remix, remix)), row, 0)
        grid.addWidget(basics.text_label(formats.exact(gains, currency), "strong"), row, 1)
    more = effect.pots_changed - min(len(effect.pots), SHOWN_POTS)
    if more:
        grid.addWidget(basics.text_label(f"and {more:,} more", "small"), SHOWN_POTS, 0)
    return grid
