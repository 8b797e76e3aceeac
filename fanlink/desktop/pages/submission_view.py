"""One submission: the remix under its original, what the fan wrote, a word of thanks, and taking it down."""

from __future__ import annotations

from PySide6.QtWidgets import QComboBox, QLineEdit, QPlainTextEdit, QVBoxLayout, QWidget

from fanlink.core.cases import REASONS
from fanlink.core.commands import ReinstateRemix, TakeDownRemix, ThankFan
from fanlink.core.documents import SubmissionDocument, TrackDocument
from fanlink.core.recipes import Recipe
from fanlink.core.remixes import RemixState
from fanlink.desktop import formats, telling, words
from fanlink.desktop.desk import Desk
from fanlink.desktop.pages.compare import Compare, Pair
from fanlink.desktop.pages.page import scrolling
from fanlink.desktop.widgets import basics
from fanlink.desktop.widgets.artwork import Cover
from fanlink.desktop.widgets.flow import flow
from fanlink.desktop.widgets.opening import Opening
from fanlink.desktop.widgets.own_recordings import OwnRecordings


class SubmissionView(QWidget):
    """Filled again for each submission."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self.document: SubmissionDocument | None = None
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        self._area, column = scrolling()
        whole.addWidget(self._area)
        self.cover, self.title, self.under = Cover(side=60), basics.Elided("", "h2"), basics.Elided("", "muted")
        self.state = basics.chip("")
        head = basics.row(self.cover, basics.column(None, self.title, self.under, None, gap=2), self.state, gap=14)
        head.setStretch(1, 1)
        self.compare = Compare(desk)
        column.addWidget(basics.card(head, self.compare))
        self.own = OwnRecordings(desk)
        column.addWidget(self.own)
        column.addWidget(self._thanks_card())
        self._made = QVBoxLayout()
        self._made.setSpacing(8)
        column.addWidget(basics.card(basics.text_label("How it was made", "h2"), self._made))
        self._down = QVBoxLayout()
        column.addLayout(self._down)
        column.addStretch(1)
        self._area.hide()

    def _thanks_card(self) -> QWidget:
        self.thanks = QLineEdit()
        self.thanks.setPlaceholderText("A word to the fan. They read it as yours.")
        self.thanks.setAccessibleName("Thanks to the fan")
        self.thanks.returnPressed.connect(self._thank)
        at = basics.button("Time", "clock", "", self._insert_time, hint="Write the place that is playing, such as 1:24")
        send = basics.button("Send thanks", "heart", "primary", self._thank)
        line = basics.row(self.thanks, at, send, gap=8)
        line.setStretch(0, 1)
        self.thanked = basics.text_label("", "accent", wrap=True)
        return basics.card(basics.text_label("Thanks", "h2"), self.thanked, line)

    def show_submission(self, document: SubmissionDocument | None, track: TrackDocument | None) -> None:
        """Another submission, or none."""
        other = self.document is None or document is None or document.id != self.document.id
        self.document = document
        self._area.setVisible(document is not None)
        if document is None:
            return
        self.cover.show_cover(document.track, document.artwork)
        self.title.say(document.title)
        self.under.say(f"{document.fan_name} · {document.prompt_title} · {formats.ago(document.submitted_ms, self.desk.now_ms())}")
        basics.set_chip(self.state, *words.REMIX_STATES[str(document.state)])
        self.compare.setVisible(track is not None)
        beats_per_bar = track.facts.music.beats_per_bar if track is not None else 4
        self.own.show_recipe(
            f"submission-{document.id}", document.title, document.track, document.recipe, beats_per_bar, document.recordings
        )
        if track is not None:
            beats = track.facts.music.beats_per_bar
            length_ms = document.recipe.length_s(beats) * 1000
            numbers = telling.recipe_line(document.recipe, beats)
            self.compare.show_pair(
                Pair(f"submission-{document.id}", document.title, document.track, track.facts, document.audio, length_ms, numbers)
            )
        self.thanked.setText(f"You wrote: “{document.thanks}”" if document.thanks else "")
        self.thanked.setVisible(bool(document.thanks))
        if other:
            self.thanks.clear()
        self._fill_made(document)
        self._fill_down(document)

    def _fill_made(self, document: SubmissionDocument) -> None:
        basics.empty(self._made)
        recipe = document.recipe
        said = basics.text_label(f"“{recipe.words}”" if recipe.words else "No words of their own.", "words", wrap=True)
        self._made.addWidget(said)
        if recipe.slots:
            chosen = flow(*(basics.chip(f"{formats.human(name)}: {value}", "accent") for name, value in recipe.slots.items()))
            self._made.addWidget(chosen)
        self._made.addWidget(basics.text_label(recipe_words(recipe), "muted", wrap=True))
        head, why = telling.disclosure(recipe, document.fan_name, "")
        line = basics.row(basics.chip(head), basics.text_label(why.replace("Your own", "The fan’s own").replace("by you", "by the fan"), "small", wrap=True), gap=10)
        line.setStretch(1, 1)
        self._made.addLayout(line)

    def _fill_down(self, document: SubmissionDocument) -> None:
        basics.empty(self._down)
        if document.state is RemixState.TAKEN_DOWN:
            back = basics.button("Put it back", "rotate-ccw", "", lambda: self._act(ReinstateRemix(), "It comes back where it was."))
            line = basics.row(basics.text_label("It was taken down.", "muted"), None, back)
            self._down.addWidget(basics.card(line, pad=14))
        elif document.state in (RemixState.PUBLISHED, RemixState.APPROVED, RemixState.IN_REVIEW):
            head = basics.boxed(basics.row(basics.text_label("Take it down", "strong"), None))
            self._down.addWidget(Opening("taking it down", head, lambda: self._down_form()))

    def _down_form(self) -> QWidget:
        reason, letter = QComboBox(), QPlainTextEdit()
        reason.setAccessibleName("Reason")
        for code in REASONS:
            reason.addItem(words.DECISION_REASONS[code], code)
        letter.setAccessibleName("Letter to the fan")
        letter.setPlaceholderText("What the fan reads: what is wrong, where, and what would mend it")
        letter.setFixedHeight(84)
        said = "Taken down. The fan reads why."
        go = basics.button(
            "Take it down", "ban", "danger",
            lambda: self._act(TakeDownRemix(reason.currentData(), letter.toPlainText().strip()), said),
        )
        note = basics.text_label("What it has earned until now is paid all the same.", "small")
        return basics.boxed(basics.column(reason, letter, basics.row(note, None, go), gap=8))

    def _act(self, data: TakeDownRemix | ReinstateRemix, said: str) -> None:
        if self.document is not None:
            self.desk.do(data, self.document.id, base_version=self.document.version, said=said, undo=True)

    def _insert_time(self) -> None:
        at_ms = self.desk.player.position * self.desk.player.length_ms
        self.thanks.insert(f"At {formats.length(at_ms)}: ")
        self.thanks.setFocus()

    def _thank(self) -> None:
        text = self.thanks.text().strip()
        if self.document is None or not text:
            self.thanks.setFocus()
            return
        self.desk.do(ThankFan(text), self.document.id, said="The fan reads it as soon as it arrives.", undo=True)
        self.thanks.clear()


def recipe_words(recipe: Recipe) -> str:
    """What sounds in a recipe, in two lines."""
    lines = [f"Stems: {formats.names([formats.human(name).lower() for name in recipe.stems], 8) or 'none'}"]
    layers = [
        f"“{telling.layer_name(layer)}” (own recording)" if layer.kind == "own"
        else f"{formats.human(layer.sound or layer.kind).lower()} ({layer.kind})"
        for layer in recipe.layers
    ]
    lines.append(f"Added: {formats.names(layers, 8) or 'nothing'}")
    form = " – ".join(section.name for section in recipe.sections)
    return "\n".join([*lines, f"Form: {form}"])
