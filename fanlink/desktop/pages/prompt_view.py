"""One prompt, to look at and to listen to: words, waveform, stems, rules, who is paid."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QVBoxLayout, QWidget

from fanlink.core.commands import FollowArtist, UnfollowArtist
from fanlink.core.documents import PromptDocument
from fanlink.desktop import formats, hearing, telling, theme
from fanlink.desktop.desk import Desk
from fanlink.desktop.ops import Progress, Task
from fanlink.desktop.pages.page import scrolling
from fanlink.desktop.widgets import basics
from fanlink.desktop.widgets.artwork import Cover
from fanlink.desktop.widgets.flow import flow
from fanlink.desktop.widgets.shares import ShareTable
from fanlink.desktop.widgets.waveform import Waveform

if TYPE_CHECKING:
    from fanlink.desktop.peaks import Peaks

QUIET_LEVEL = 0.0


class PromptView(QWidget):
    """Shows one prompt; filled again for another."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self.prompt: PromptDocument | None = None
        self._task: Task | None = None
        self._silent: set[str] = set()
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        area, self._column = scrolling()
        whole.addWidget(area)
        self._column.addWidget(self._sound_card())
        self._column.addWidget(self._words_card())
        self._column.addWidget(self._shares_card())
        self._column.addStretch(1)
        desk.player.moved.connect(self._moved)
        desk.player.changed.connect(self._player_changed)
        area.hide()
        self._area = area

    def _sound_card(self) -> QWidget:
        self.cover = Cover(side=60)
        self.title = basics.Elided("", "h2")
        self.under = basics.Elided("", "muted")
        self.follow = basics.button("Follow", "heart", "small", self._follow)
        self.listen = basics.tool("play", "Play the original (P)", self.play, kind="play")
        self.chips = flow()
        self.wave = Waveform("Original", height=76)
        self.wave.seeked.connect(self._seek)
        self.stems = flow(gap=6)
        head = basics.row(self.cover, basics.column(None, self.title, self.under, None, gap=2), self.follow, self.listen, gap=14)
        head.setStretch(1, 1)
        self.facts = basics.text_label("", "small")
        hear = basics.row(basics.text_label("Hear", "cap"), self.stems, gap=10)
        hear.setStretch(1, 1)
        return basics.card(head, self.chips, self.wave, hear, self.facts)

    def _words_card(self) -> QWidget:
        self.words = basics.text_label("", "words", wrap=True)
        self.slots = QVBoxLayout()
        self.slots.setSpacing(6)
        self.rules = QVBoxLayout()
        self.rules.setSpacing(5)
        return basics.card(
            basics.text_label("The prompt", "cap"), self.words, self.slots, basics.text_label("Guard rails", "cap"), self.rules,
        )

    def _shares_card(self) -> QWidget:
        self.shares = ShareTable()
        self.terms = basics.text_label("", "muted", wrap=True)
        return basics.card(basics.text_label("Who is paid", "h2"), self.shares, self.terms)

    # Showing --------------------------------------------------------------------------------------------------------

    def show_prompt(self, prompt: PromptDocument | None) -> None:
        """Another prompt, or none."""
        self._area.setVisible(prompt is not None)
        if prompt is None or prompt == self.prompt:
            self.prompt = prompt
            return
        self.prompt, self._silent = prompt, set()
        self.cover.show_cover(prompt.track, prompt.artwork)
        self.title.say(f"{prompt.track_title} — {prompt.text.title}")
        self.under.say(f"{prompt.artist_name} · version {prompt.number}")
        self._show_follow()
        self._fill_chips(prompt)
        music = prompt.facts.music
        self.facts.setText(
            f"{formats.tempo(music.tempo_bpm)} · {music.key} · {formats.length(prompt.facts.length_ms)} · "
            f"{formats.count(len(prompt.facts.stems), 'stem')}"
        )
        self._fill_words(prompt)
        self.shares.set_lines(telling.shares_in_words(prompt.shares, self.desk.account.party if self.desk.account else ""))
        self.terms.setText(
            ("Remixes may be released and earn. " if prompt.text.commercial else "Remixes stay free to hear. ")
            + telling.recouped_first(prompt)
            + f"If the artist withdraws the prompt, published remixes stay for {formats.count(prompt.text.wind_down_days, 'day')} "
            "and earn until then."
        )
        self._read_wave(prompt)
        self._player_changed()

    def _fill_chips(self, prompt: PromptDocument) -> None:
        layout = self.chips.layout()
        basics.empty(layout)
        for words, tone in telling.rule_chips(prompt):
            layout.addWidget(basics.chip(words, tone))
        layout = self.stems.layout()
        basics.empty(layout)
        for name in prompt.facts.stems:
            each = basics.button(formats.human(name), kind="small", hint=f"Hear or silence {name}")
            each.setCheckable(True)
            each.setChecked(True)
            each.toggled.connect(lambda on, name=name: self._stem(name, on))
            layout.addWidget(each)

    def _fill_words(self, prompt: PromptDocument) -> None:
        self.words.setText(f"“{telling.prompt_words(prompt.text)}”")
        basics.empty(self.slots)
        for name, slot in prompt.text.slots.items():
            chips = flow(*(basics.chip(choice) for choice in slot.choices))
            line = basics.row(basics.text_label(telling.slot(name), "accent"), chips, gap=10)
            line.setStretch(1, 1)
            self.slots.addLayout(line)
        basics.empty(self.rules)
        for rule in telling.rules(prompt.text.guard_rails):
            self.rules.addWidget(basics.text_label(f"•  {rule}", wrap=True))

    def _read_wave(self, prompt: PromptDocument) -> None:
        self.wave.set_peaks(None)
        if self._task:
            self._task.stop()
        stems, cache = prompt.facts.stems, self.desk.home / "cache"

        def work(session: Any, progress: Progress) -> Peaks | None:
            # numpy is for the lane, not for the first paint
            return import_module("fanlink.desktop.waves").waves_of(session, stems, cache, progress)[0]

        self._task = self.desk.make(work, self.wave.set_peaks, owner=self, lane="sound", failed=lambda _error: None)

    # Hearing --------------------------------------------------------------------------------------------------------

    def play(self) -> None:
        """Plays or pauses the original."""
        if self.prompt is None:
            return
        if self._is_mine() and self.desk.player.loaded:
            self.desk.player.toggle()
            return
        self.desk.player.play(hearing.original(self.desk, self.prompt))
        self._apply_stems()

    def _seek(self, position: float) -> None:
        if self._is_mine():
            self.desk.player.seek(position)
        else:
            self.wave.set_position(position)

    def _stem(self, name: str, on: bool) -> None:
        (self._silent.discard if on else self._silent.add)(name)
        if self._is_mine():
            self._apply_stems()
        else:
            self.play()

    def _apply_stems(self) -> None:
        if self.prompt:
            for name in self.prompt.facts.stems:
                self.desk.player.set_level(name, QUIET_LEVEL if name in self._silent else 1.0)

    def _is_mine(self) -> bool:
        sound = self.desk.player.sound
        return bool(sound and self.prompt and sound.key == f"track-{self.prompt.track}")

    def _moved(self, position: float) -> None:
        if self._is_mine():
            self.wave.set_position(position)

    def _player_changed(self) -> None:
        mine = self._is_mine()
        theme.set_icon(self.listen, "pause" if mine and self.desk.player.playing else "play")
        if not mine:
            self.wave.set_position(0.0)

    def _show_follow(self) -> None:
        account = self.desk.account
        self.follow.setVisible(account is not None)
        follows = bool(account and self.prompt and self.prompt.artist in account.follows)
        self.follow.setText(" Following" if follows else " Follow")
        self.follow.setCheckable(True)
        self.follow.setChecked(follows)

    def _follow(self) -> None:
        if self.prompt is None:
            return
        on = self.follow.isChecked()
        said = f"You follow {self.prompt.artist_name} now." if on else f"You no longer follow {self.prompt.artist_name}."
        self.desk.do(FollowArtist() if on else UnfollowArtist(), self.prompt.artist, said=said)
        self.follow.setText(" Following" if on else " Follow")
