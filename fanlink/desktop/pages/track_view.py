"""One track: its stems to hear, who owns what as a picture, who has agreed to what, and the prompts on it."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from fanlink.core.commands import AcceptStakes
from fanlink.core.documents import PromptDraftDocument, TrackDocument
from fanlink.core.identifiers import show_isrc, show_iswc
from fanlink.core.parties import Stake, claims
from fanlink.desktop import agreeing, formats, telling, words
from fanlink.desktop.desk import Desk
from fanlink.desktop.pages.listen import Listen
from fanlink.desktop.pages.page import scrolling
from fanlink.desktop.widgets import basics
from fanlink.desktop.widgets.artwork import Cover
from fanlink.desktop.widgets.lines import NewsLine
from fanlink.desktop.widgets.notices import Banner
from fanlink.desktop.widgets.rights_picture import RightsPicture


class TrackView(QWidget):
    """Filled again for each track."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self.track: TrackDocument | None = None
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        self._area, column = scrolling()
        whole.addWidget(self._area)
        self.cover, self.title, self.under = Cover(side=60), basics.Elided("", "h2"), basics.Elided("", "muted")
        self.codes = basics.text_label("", "small")
        self.listen = Listen(desk, "Original")
        head = basics.row(self.cover, basics.column(None, self.title, self.under, None, gap=2), self.codes, gap=14)
        head.setStretch(1, 1)
        column.addWidget(basics.card(head, self.listen))
        self._owners, self._agreed, self._prompts = QVBoxLayout(), QVBoxLayout(), QVBoxLayout()
        self._owners.setSpacing(12)
        self._agreed.setSpacing(12)
        self._prompts.setSpacing(2)
        self.declare = basics.button("Declare", "pencil", "link", lambda: self._to_form("stakes"), hint="Who owns which share of it, and who is featured")
        rights = basics.button("Rights & splits", "handshake", "link", self._to_rights)
        head = basics.row(basics.text_label("Who owns it, and who has agreed", "h2"), None, self.declare, rights)
        column.addWidget(basics.card(head, self._owners, self._agreed))
        column.addWidget(basics.card(basics.text_label("Prompts on this track", "h2"), self._prompts, gap=8))
        column.addStretch(1)

    def show_track(self, track: TrackDocument | None, prompts: list[PromptDraftDocument]) -> None:
        """Another track, or none."""
        self.track = track
        self._area.setVisible(track is not None)
        if track is None:
            return
        music = track.facts.music
        self.cover.show_cover(track.id, track.artwork)
        self.title.say(track.facts.title)
        self.under.say(
            f"{track.artist_name} · {formats.tempo(music.tempo_bpm)} · {music.key} · {formats.length(track.facts.length_ms)} · "
            f"{formats.count(len(track.facts.stems), 'stem')}"
        )
        self.codes.setText("\n".join(f"{name} {show(code)}" for name, code, show in (("ISRC", track.isrc, show_isrc), ("ISWC", track.iswc, show_iswc)) if code))
        self.listen.show_track(track.id, track.facts)
        self._fill_owners(track)
        self._fill_agreed(track)
        self._fill_prompts(prompts)

    def _fill_owners(self, track: TrackDocument) -> None:
        basics.empty(self._owners)
        mine = self.desk.account.parties if self.desk.account else ()
        team = self.desk.account is not None and track.artist in self.desk.account.teams
        self.declare.setVisible(team)
        picture = RightsPicture()
        picture.show_track(track, mine, self.desk.now_ms())
        self._owners.addWidget(picture)
        for text in to_mend(track):
            banner = Banner(tone="bad")
            banner.say(text)
            self._owners.addWidget(banner)
        for stake in track.contested:
            if stake.party in mine:
                self._owners.addLayout(self._open_claim(track, stake))
        if team and not track.facts.stems:
            banner = Banner("Bring the stems", lambda: self._to_form("stems"))
            banner.say("This track has no stems yet. Nothing of it can be published before they come.")
            self._owners.addWidget(banner)
        if track.featured:
            names = formats.names(agreeing.names(track.featured, track.party_names))
            self._owners.addWidget(basics.text_label(f"Heard on it, and asked even without a share: {names}", "small", wrap=True))

    def _open_claim(self, track: TrackDocument, stake: Stake):
        name = track.party_names.get(stake.party, stake.party)
        had = f"held {formats.percent(stake.share)} of the {stake.right}" if stake.share else "was named as featured"
        text = f"{name} {had}; less is declared now."
        data = AcceptStakes(stake.party)
        agree = basics.button(
            f"Agree for {name}", "check", "",
            lambda: self.desk.do(data, track.id, base_version=track.version, said="Agreed to what is declared.", undo=True),
        )  # fmt: skip
        line = basics.row(basics.text_label(text, "warn", wrap=True), agree, gap=10)
        line.setStretch(0, 1)
        return line

    def _fill_agreed(self, track: TrackDocument) -> None:
        basics.empty(self._agreed)
        for found in agreeing.agreements(track, self.desk.now_ms()):
            if found.missing:
                waiting = formats.names(agreeing.names(found.missing, track.party_names))
                text = f"{words.USES[found.use]}: missing {waiting}"
                self._agreed.addWidget(basics.text_label(text, "small", wrap=True))

    def _fill_prompts(self, prompts: list[PromptDraftDocument]) -> None:
        basics.empty(self._prompts)
        for document in prompts:
            prompt = document.prompt
            state, tone = words.PROMPT_STATES[str(prompt.state)]
            line = NewsLine("pen-line", prompt.draft.title or "Untitled", telling.prompt_words(prompt.draft), state, tone=tone)
            line.clicked.connect(lambda _on=False, id_=prompt.id: self.desk.go("prompts", id_))
            self._prompts.addWidget(line)
        if not prompts:
            self._prompts.addWidget(basics.text_label("None yet. A prompt says what fans may make of this track.", "muted"))

    def _to_form(self, mode: str) -> None:
        if self.track is not None:
            self.desk.go("add_track", f"{mode}:{self.track.id}")

    def _to_rights(self) -> None:
        if self.track is not None:
            self.desk.go("rights", self.track.id)


def to_mend(track: TrackDocument) -> list[str]:
    """What is wrong with who owns it, and who must act; one sentence for each right."""
    said = []
    for reason in claims(track.stakes, track.contested):
        names = {key: agreeing.names(reason.facts[key], track.party_names) for key in ("parties", "must_act")}  # type: ignore[arg-type]
        who = formats.names(names["must_act"]) or "the artist’s team"
        said.append(f"{words.of_code(reason.code, {**reason.facts, **names})} To mend it, {who} must act; nothing can be published before.")
    return said
