"""Judging a challenge: entries without names, points by the rubric, and the winners."""

from __future__ import annotations

from fractions import Fraction

from PySide6.QtWidgets import QSpinBox, QVBoxLayout, QWidget

from fanlink.core.challenges import Challenge, Entry, Phase, phase
from fanlink.core.commands import DecideChallenge, ScoreEntry
from fanlink.core.documents import EntryDocument
from fanlink.desktop import formats, theme
from fanlink.desktop.desk import Desk
from fanlink.desktop.pages.listen import Listen
from fanlink.desktop.widgets import basics, fields
from fanlink.desktop.widgets.flow import flow


class Judging(QWidget):
    """Filled again for each challenge. Only judges have entries here; the server gives them to nobody else."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self._winners: list[str] = []
        self._challenge: Challenge | None = None
        self._entries: list[EntryDocument] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(10)

    def show_challenge(self, challenge: Challenge, entries: list[EntryDocument]) -> None:
        """Another challenge with its entries."""
        if self._challenge is None or self._challenge.id != challenge.id:
            self._winners = list(challenge.winners)
        self._challenge = challenge
        self._entries = sorted(entries, key=lambda each: (-mean(each.entry), each.id))
        self._fill()

    def _fill(self) -> None:
        basics.empty(self._column)
        challenge = self._challenge
        assert challenge is not None
        now = phase(challenge, self.desk.now_ms())
        if now not in (Phase.OPEN, Phase.JUDGING, Phase.DECIDED, Phase.FINAL):
            return
        me = self.desk.account.id if self.desk.account else ""
        title = basics.text_label("Entries", "h2")
        if me not in challenge.judges:
            text = "Only judges hear the entries, without names, so that nobody is favoured. You are not a judge of this one."
            self._column.addWidget(basics.card(title, basics.text_label(text, "muted", wrap=True)))
            return
        card = basics.card(basics.row(title, None, self._announce(now)))
        if not self._entries:
            card.layout().addWidget(basics.text_label("Nobody has entered yet.", "muted"))
        for document in self._entries:
            card.layout().addWidget(self._entry(document, now, me))
        self._column.addWidget(card)

    def _announce(self, now: Phase) -> QWidget:
        if now is not Phase.JUDGING:
            return basics.text_label("" if now is not Phase.OPEN else "Points can be given when it has closed.", "small")
        button = basics.button("Announce the winners", "trophy", "primary", self._decide)
        button.setEnabled(bool(self._winners))
        return button

    def _entry(self, document: EntryDocument, now: Phase, me: str) -> QWidget:
        entry = document.entry
        place = self._winners.index(entry.id) + 1 if entry.id in self._winners else entry.place
        head = basics.row(basics.Elided(document.title, "strong"), gap=10)
        head.setStretch(0, 1)
        if entry.scores:
            judges = formats.count(len(entry.scores), "judge")
            head.addWidget(basics.text_label(f"{float(mean(entry)):.1f} points · {judges}", "muted"))
        if place:
            head.addWidget(basics.chip(f"Place {place}", "accent"))
        if now is Phase.JUDGING:
            won = entry.id in self._winners
            pick = basics.button("Not a winner" if won else f"Make it place {len(self._winners) + 1}", "award", "small", lambda: self._pick(entry.id))
            head.addWidget(pick)
        card = basics.card(head, pad=12, kind="tile", gap=8)
        if document.audio is not None:
            listen = Listen(self.desk, document.title, height=40)
            listen.show_file(f"entry-{entry.id}", document.title, document.challenge_title, document.audio, entry.id)
            card.layout().addWidget(listen)
        if now is Phase.JUDGING:
            card.layout().addWidget(self._points(entry, me))
        return card

    def _points(self, entry: Entry, me: str) -> QWidget:
        assert self._challenge is not None
        given = dict(next((points for judge, points in entry.scores if judge == me), ()))
        spins: dict[str, QSpinBox] = {}
        criteria: list[QWidget] = []
        for criterion in self._challenge.rubric:
            spin = fields.number(0, criterion.points, f"{criterion.name} of {entry.id}", f" / {criterion.points}")
            spin.setValue(given.get(criterion.name, 0))
            spins[criterion.name] = spin
            criteria.append(basics.boxed(basics.column(basics.text_label(criterion.name, "small"), spin, gap=2)))
        said = "Change my points" if given else "Give points"

        def give() -> None:
            points = {name: spin.value() for name, spin in spins.items()}
            self.desk.do(ScoreEntry(points), entry.id, base_version=entry.version, said="Your points are in.", undo=True)

        save = basics.button(said, "check", "small", give)
        theme.restyle(save)
        return basics.boxed(basics.column(flow(*criteria, gap=10), basics.row(None, save)))

    def _pick(self, id_: str) -> None:
        if id_ in self._winners:
            self._winners.remove(id_)
        else:
            self._winners.append(id_)
        self._fill()

    def _decide(self) -> None:
        if self._challenge is not None and self._winners:
            said = "The winners are announced."
            self.desk.do(
                DecideChallenge(tuple(self._winners)), self._challenge.id, base_version=self._challenge.version, said=said, undo=True
            )


def mean(entry: Entry) -> Fraction:
    """The mean of what judges gave in all; nothing where nobody has judged."""
    totals = [sum(points for _name, points in given) for _judge, given in entry.scores]
    return Fraction(sum(totals), len(totals)) if totals else Fraction(0)
