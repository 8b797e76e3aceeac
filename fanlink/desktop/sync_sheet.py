"""The outbox, to look at and to act on: what is sent, what waits, what needs a person. A conflict shows mine and theirs."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QGridLayout, QWidget

from fanlink.client import conflicts
from fanlink.core.commands import SubmitRemix
from fanlink.desktop import formats, sync_line, words, words_log
from fanlink.desktop.desk import Desk
from fanlink.desktop.pages import renewal
from fanlink.desktop.pages.page import scrolling
from fanlink.desktop.widgets import basics
from fanlink.desktop.widgets.notices import Empty
from fanlink.desktop.widgets.overlay import Overlay

if TYPE_CHECKING:
    from fanlink.client.entries import Entry
    from fanlink.client.sending import FileState
    from fanlink.core.checkpoints import LogChange

MOST = 60
STATES: dict[str, tuple[str, str]] = {
    "waiting": ("Waiting", "warn"), "sending": ("Sending", "accent"), "accepted": ("Done", "ok"),
    "refused": ("Refused", "bad"), "conflict": ("Changed elsewhere", "bad"), "blocked": ("Blocked", "warn"),
}  # fmt: skip


class SyncSheet(Overlay):
    """Every change of this account with its state."""

    def __init__(self, parent: QWidget, desk: Desk) -> None:
        super().__init__(parent, "Changes", width=720, height=560)
        self._desk = desk
        self._lacking: dict[str, tuple[FileState, ...]] = {}
        self._summary = basics.text_label("", "muted", wrap=True)
        self.body.addWidget(self._summary)
        area, self._list = scrolling(gap=8)
        self.body.addWidget(area, 1)
        self._renewals: dict[str, renewal.Renewal] = {}
        desk.state_changed.connect(self._moved)

    def present(self) -> None:
        super().present()
        self._read()

    def _moved(self, _state: object) -> None:
        self._read()

    def _read(self) -> None:
        if self.isVisible() and self._desk.is_open:
            self._desk.read(_seen, self._show, owner=self)

    def _show(self, seen: tuple[tuple[Entry, ...], dict[str, tuple[FileState, ...]], tuple[LogChange, ...]]) -> None:
        entries, self._lacking, changed = seen
        # What somebody is listening to outlives the cards around it.
        for kept in self._renewals.values():
            kept.setParent(self)
            kept.hide()
        basics.empty(self._list)
        self._summary.setText(self._sentence())
        for change in changed:
            self._list.addWidget(self._log_changed(change))
        shown = [entry for entry in entries if not entry.dealt_with]
        for entry in sorted(shown, key=lambda each: (not self._needs_you(each), -each.number)):
            self._list.addWidget(self._card(entry))
        if not shown and not changed:
            self._list.addWidget(Empty("cloud-check", "Nothing to send", "What you do is kept here first, and sent from here."))
        self._list.addStretch(1)

    def _sentence(self) -> str:
        state = self._desk.state
        if state is not None and state.offline_since_ms is not None:
            return sync_line.banner(state)
        return "What you do is stored on this computer first, then sent. Here is what became of each change."

    def _log_changed(self, change: LogChange) -> QWidget:
        when = formats.ago(change.found_ms, self._desk.now_ms())
        title = basics.Elided(words_log.TITLES[change.how], "strong")
        head = basics.row(title, basics.text_label(when, "small"), basics.chip("Server", "warn"), gap=10)
        head.setStretch(0, 1)
        card = basics.card(head, pad=12, gap=8, kind="tile")
        card.layout().addWidget(basics.text_label(words_log.sentence(change), "muted", wrap=True))
        card.layout().addLayout(basics.row(None, basics.button("I see", "check", "small", self._put_away)))
        return card

    def _put_away(self) -> None:
        self._desk.read(lambda session: session.log.put_away(), lambda _none: self._read(), owner=self)

    def _card(self, entry: Entry) -> QWidget:
        label, tone = STATES[str(entry.state)]
        title = getattr(entry.command.data, "title", "") or ""
        name = words.of_command(entry.command.kind) + (f": {title}" if title else "")
        when = formats.ago(entry.made_ms, self._desk.now_ms())
        head = basics.row(basics.Elided(name, "strong"), basics.text_label(when, "small"), basics.chip(label, tone), gap=10)
        head.setStretch(0, 1)
        card = basics.card(head, pad=12, gap=8, kind="tile")
        if entry.reasons:
            card.layout().addWidget(basics.text_label(words.of_reasons(entry.reasons), "muted", wrap=True))
        lacking = self._lacking.get(entry.id, ())
        for file in lacking:
            card.layout().addLayout(self._file(file))
        if entry.opinion:
            text = "Somebody decided before you. Yours is kept as an opinion; the decision stands."
            card.layout().addWidget(basics.text_label(text, "muted", wrap=True))
        elif str(entry.state) == "conflict" and entry.now is not None:
            card.layout().addLayout(self._sides(entry))
        if entry.needs_you and (renewed := self._renewal(entry)) is not None:
            card.layout().addWidget(renewed)
            renewed.show()
            card.layout().addLayout(basics.row(None, basics.button("Discard", "x", "small", lambda: self._act(entry, keep=False))))
        elif entry.needs_you:
            card.layout().addLayout(self._acts(entry))
        elif str(entry.state) == "waiting" and entry.sent == 0:
            take_back = basics.button("Take back", "undo-2", "small", lambda: self._take_back(entry))
            card.layout().addLayout(basics.row(None, take_back))
        return card

    def _renewal(self, entry: Entry) -> renewal.Renewal | None:
        """Old and new to hear, for a submission whose engine is gone."""
        command = entry.command
        retired = next((reason for reason in entry.reasons if reason.code == renewal.RULE), None)
        if retired is None or not isinstance(command.data, SubmitRemix):
            return None
        if entry.id not in self._renewals:
            renewed = renewal.Renewed.of(
                retired.facts, command.target, command.data, base_version=command.base_version, replaces=entry.id
            )
            self._renewals[entry.id] = renewal.Renewal(self._desk, renewed, self._read)
        return self._renewals[entry.id]

    def _needs_you(self, entry: Entry) -> bool:
        return entry.needs_you or any(file.refused for file in self._lacking.get(entry.id, ()))

    def _file(self, file: FileState):
        """What a change waits for: how far it is, or why the server would not have it."""
        if file.refused:
            said = basics.text_label(f"{file.label}: {words.of_reasons(file.reasons)}", "bad", wrap=True)
            again = basics.button("Send the file again", "refresh-cw", "small", lambda: self._again(file.digest))
            line = basics.row(said, again, gap=10)
        else:
            left = "" if file.remaining_s is None else f" · {formats.seconds_left(file.remaining_s)}"
            how = f"{formats.size(file.sent_bytes)} of {formats.size(file.size_bytes)}{left}"
            line = basics.row(basics.text_label(f"Waits for {file.label}: {how}", "muted", wrap=True))
        line.setStretch(0, 1)
        return line

    def _again(self, digest: str) -> None:
        self._desk.read(lambda session: session.sending.again(digest), lambda _none: self._read(), owner=self)

    def _sides(self, entry: Entry) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(16)
        for column, title in enumerate(("", "Mine", "Theirs")):
            grid.addWidget(basics.text_label(title, "cap"), 0, column)
        fields = [field for field in conflicts.compared(entry).fields if field.differs]
        for line, field in enumerate(fields, 1):
            grid.addWidget(basics.text_label(formats.human(field.name), "muted"), line, 0)
            grid.addWidget(basics.text_label(_short(field.mine), wrap=True), line, 1)
            grid.addWidget(basics.text_label(_short(field.theirs), wrap=True), line, 2)
        grid.setColumnStretch(1, 1)
        grid.setColumnStretch(2, 1)
        return grid

    def _acts(self, entry: Entry):
        conflict = str(entry.state) == "conflict"
        again = "Use mine" if conflict else "Send again"
        keep = "Keep theirs" if conflict else "Discard"
        mend = [basics.button("Open in the Studio", "sliders-horizontal", "small", lambda: self._mend(entry))] if _can_mend(entry) else []
        return basics.row(
            None,
            basics.button(keep, "x", "small", lambda: self._act(entry, keep=False)),
            *mend,
            basics.button(again, "refresh-cw", "small", lambda: self._act(entry, keep=True)),
        )

    def _take_back(self, entry: Entry) -> None:
        """Takes back what was never sent; a submission is a draft again, with all that was made."""
        home, now_ms = self._desk.home, self._desk.now_ms()

        def keep(session: Any) -> None:
            # drafts and values are for the lane, not for the first paint
            import_module("fanlink.desktop.pages.studio_opening").take_back(session, home, entry.command, now_ms)

        undone = (lambda: self._desk.read(keep, lambda _none: None, owner=self)) if entry.command.kind == "submit_remix" else None
        self._desk.undo(entry.id, undone)

    def _mend(self, entry: Entry) -> None:
        """A submission that was refused is a draft again: what it says and what it signs can be looked at and changed."""
        home, now_ms = self._desk.home, self._desk.now_ms()

        def mend(session: Any) -> str | None:
            draft = import_module("fanlink.desktop.pages.studio_opening").take_back(session, home, entry.command, now_ms)
            if draft is not None:
                session.outbox.discard(entry.id)
            return draft

        def opened(draft: str | None) -> None:
            if draft is None:
                self._desk.say("Its prompt is not on this computer any more, so it cannot be opened.", tone="warn")
                return
            self.dismiss()
            self._desk.go("studio", draft)

        self._desk.read(mend, opened, owner=self)

    def _act(self, entry: Entry, *, keep: bool) -> None:
        def act(session: Any) -> object:
            if entry.state == "conflict":
                return session.outbox.resolve(entry.id, "mine" if keep else "theirs")
            return session.outbox.retry(entry.id) if keep else session.outbox.discard(entry.id)

        self._desk.read(act, lambda _done: self._read(), owner=self)


def _seen(session: Any) -> tuple[tuple[Entry, ...], dict[str, tuple[FileState, ...]], tuple[LogChange, ...]]:
    """The newest changes, the files that those which wait are waiting for, and what is to be read of the server's log."""
    entries = session.outbox.entries(MOST)
    waiting = [entry for entry in entries if str(entry.state) == "waiting"] if session.sending.states() else []
    lacking = {entry.id: session.sending.lacking(entry) for entry in waiting}
    return entries, lacking, session.log.changes[:session.log.unread]


def _can_mend(entry: Entry) -> bool:
    return entry.command.kind == SubmitRemix.KIND and str(entry.state) == "refused"


def _short(value: Any) -> str:
    text = "—" if value is None else str(value)
    return text if len(text) <= 200 else text[:197] + "…"
