"""Library: published remixes of the artists I follow, to hear again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtWidgets import QStackedWidget, QVBoxLayout

from fanlink.core.commands import ReportRemix
from fanlink.core.documents import PublishedDocument
from fanlink.desktop import formats, hearing, resting, words, words_rights
from fanlink.desktop.pages.page import ListDetail, Page, scrolling, searched
from fanlink.desktop.pages.reporting import ReportForm
from fanlink.desktop.widgets import basics
from fanlink.desktop.widgets.artwork import Cover
from fanlink.desktop.widgets.cards import Card, CardList
from fanlink.desktop.widgets.flow import flow
from fanlink.desktop.widgets.notices import Empty
from fanlink.desktop.widgets.waveform import Waveform


class LibraryPage(Page):
    """A list of remixes with the sound of one beside it."""

    KINDS = frozenset({"published", "account"})

    def build(self) -> None:
        self.document: PublishedDocument | None = None
        self.heading("Library", "Remixes by other fans, published by the artists you follow.")
        self.list = CardList(self._load, "Published remixes")
        left, self.search = searched(self.list, "Search by title, fan or artist", "Search remixes", self.refresh)
        area, self._column = scrolling()
        self.both = ListDetail(left, area, back="All remixes")
        self.stack = QStackedWidget()
        self.stack.addWidget(self.both)
        self.stack.addWidget(Empty(
            "library", "Remixes to hear will be here", "Follow an artist, and what they publish is kept for you, offline too.",
            "Discover prompts", lambda: self.desk.go("discover"), "compass",
        ))  # fmt: skip
        self.outer.addWidget(self.stack, 1)
        self.list.chosen.connect(self._chosen)
        self.list.opened.connect(lambda _id: self.both.show_detail())
        self.desk.player.moved.connect(self._moved)

    def read(self, session: Any) -> tuple[tuple[str, ...], dict[str, Card], bool]:
        text = self.search.text().strip() or None
        found = session.all("published", search=text, limit=100)
        return session.ids("published", search=text), {each.id: self._card(each) for each in found}, bool(found or text)

    def show_data(self, data: tuple[tuple[str, ...], dict[str, Card], bool]) -> None:
        ids, cards, some = data
        self.stack.setCurrentIndex(0 if some else 1)
        wanted, self.item = self.item, ""
        self._chosen(self.list.show_ids(ids, cards, wanted))
        if wanted:
            self.both.show_detail()

    def _load(self, ids: Sequence[str], done) -> None:
        def read(session: Any) -> dict[str, Card]:
            found = (session.get("published", id_) for id_ in ids)
            return {each.id: self._card(each) for each in found if each}

        self.desk.read(read, done, owner=self)

    def _card(self, document: PublishedDocument) -> Card:
        chips = (disclosure_chip(document), (document.artist_name, ""))
        when = formats.ago(document.published_ms, self.desk.now_ms())
        return Card(document.id, document.title, f"{document.fan_name} · {document.track_title}", document.id, chips, when, document.artwork)

    def _chosen(self, id_: str) -> None:
        if id_:
            self.desk.read(lambda session: self._open(session, id_), lambda found: self._show(*found), owner=self)

    def _open(self, session: Any, id_: str) -> tuple[PublishedDocument | None, str]:
        """The remix, and why it cannot be remixed now."""
        document = session.get("published", id_)
        if document is None:
            return None, ""
        return document, resting.why_not(session.get("prompt", document.prompt), document, words_rights.day_of(self.desk.now_ms()))

    def _show(self, document: PublishedDocument | None, why_not: str = "") -> None:
        basics.empty(self._column)
        self.document = document
        if document is None:
            return
        names = basics.column(
            None, basics.Elided(document.title, "h2"), basics.Elided(f"{document.fan_name} · {document.artist_name}", "muted"),
            flow(basics.chip(*disclosure_chip(document))), None, gap=4,
        )  # fmt: skip
        play = basics.tool("play", "Play", lambda: self._play(document), kind="play")
        head = basics.row(Cover(document.id, 96, 14, document.artwork), names, play, gap=16)
        head.setStretch(1, 1)
        self.wave = Waveform(document.title, height=80)
        self.wave.seeked.connect(lambda position: self._seek(document, position))
        published = f"Published {formats.date(document.published_ms)} · made from “{document.track_title}”"
        try_it = basics.button("Make your own from this prompt", "wand-sparkles", "", lambda: self.desk.go("discover", document.prompt))
        report = basics.button("Report", "flag", "quiet", lambda: self._report(document))
        self.remix_this = basics.button("Remix this", "git-branch", "primary", lambda: self.desk.go("studio", f"published:{document.id}"))
        self.remix_this.setEnabled(not why_not)
        paid = "Everyone who is paid by this remix is paid by yours, out of the part that the prompt keeps for it. You see the split before you send."
        self._column.addWidget(basics.card(
            head, self.wave, basics.text_label(published, "muted", wrap=True), flow(self.remix_this, try_it, report, gap=8),
            basics.text_label(f"It cannot be remixed now. {why_not}" if why_not else paid, "small", wrap=True),
        ))  # fmt: skip
        self._place = QVBoxLayout()
        self._column.addLayout(self._place)
        self._column.addStretch(1)
        self._read_wave(document)

    def _read_wave(self, document: PublishedDocument) -> None:
        cache = self.desk.home / "cache"

        def work(session: Any, progress: Any) -> Any:
            # numpy is for the lane, not for the first paint
            from fanlink.desktop.waves import wave_of

            return wave_of(session, document.audio, cache, progress)

        def done(peaks: Any) -> None:
            if self.document is document:
                self.wave.set_peaks(peaks)

        self.desk.make(work, done, owner=self, lane="sound", failed=lambda _error: None)

    def _play(self, document: PublishedDocument) -> None:
        subtitle = f"{document.fan_name} · {document.track_title}"
        self.desk.player.play(hearing.file_sound(
            self.desk, document.id, document.title, subtitle, document.audio, document.id, document.artwork
        ))  # fmt: skip

    def _seek(self, document: PublishedDocument, position: float) -> None:
        if self.desk.player.sound and self.desk.player.sound.key == document.id:
            self.desk.player.seek(position)

    def _moved(self, position: float) -> None:
        sound = self.desk.player.sound
        if self.document is not None and sound is not None and sound.key == self.document.id:
            self.wave.set_position(position)

    def _report(self, document: PublishedDocument) -> None:
        basics.empty(self._place)
        self._place.addWidget(ReportForm(lambda reason, text: self._send_report(document, reason, text)))

    def _send_report(self, document: PublishedDocument, reason: str, text: str) -> None:
        basics.empty(self._place)
        self.desk.do(ReportRemix(reason, text), document.id, said="Thank you. A moderator will look at it.", undo=True)


def disclosure_chip(document: PublishedDocument) -> tuple[str, str]:
    """The disclosure badge of a published remix."""
    level = str(document.disclosure.get("contains_ai", document.disclosure.get("level", "None"))).lower()
    return words.DISCLOSURES.get(level, words.DISCLOSURES["none"])
