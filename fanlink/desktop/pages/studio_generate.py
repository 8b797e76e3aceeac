"""A layer by a model, where the prompt allows it: words, length, place; heard before it goes into the remix."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QLineEdit, QProgressBar, QWidget

from fanlink.core import generated
from fanlink.core.documents import PromptDocument
from fanlink.core.errors import Stopped
from fanlink.core.recipes import Recipe
from fanlink.desktop import formats, generating, words
from fanlink.desktop.desk import Desk
from fanlink.desktop.generating import Choice, Made
from fanlink.desktop.ops import GENERATE, Progress, Task
from fanlink.desktop.player import Part, Sound
from fanlink.desktop.widgets import basics

BARS = (1, 2, 4, 8, 16, 32)
USUAL_BARS = 4
SEEDS = 9_999


class GenerateCard(QWidget):
    """`added` gives the recipe with the new layer in it."""

    added = Signal(object)

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._prompt: PromptDocument | None = None
        self._recipe: Recipe | None = None
        self._found: tuple[Choice, ...] = ()
        self._shown: tuple[object, ...] = ()
        self._task: Task | None = None
        self._seed = 0
        self.made: Made | None = None
        self.licence = basics.chip("")
        self.why_not = basics.text_label("", "muted", wrap=True)
        self.settings = basics.button("Settings", "settings", "small", lambda: desk.go("settings"), hint="Name a model or a service")
        self.none = basics.boxed(basics.row(self.why_not, self.settings, gap=10))
        self.none.layout().setStretch(0, 1)
        head = basics.row(basics.text_label("Generate a layer", "h3"), None, self.licence)
        basics.row_into(self, basics.card(head, self.none, self._asking(), self._working(), self._result(), pad=14, gap=8))

    def showEvent(self, event: Any) -> None:  # noqa: N802
        """What is set up may have changed since the Studio was last in front."""
        super().showEvent(event)
        self._look()

    def _asking(self) -> QWidget:
        self.words = QLineEdit()
        self.words.setMaxLength(generated.LONGEST_WORDS)
        self.words.setPlaceholderText("What should it sound like? For example: warm analogue pads with a slow swell")
        self.words.setAccessibleName("What the layer should sound like")
        self.words.textChanged.connect(lambda _text: self._ready())
        self.words.returnPressed.connect(self._generate)
        self.model, self.length, self.place, self.follow = (self._combo(name) for name in ("Model", "Length", "Begins in", "Follows"))
        self.model.currentIndexChanged.connect(lambda _index: self._fill_rest())
        self.generate = basics.button("Generate", "sparkles", "", self._generate, hint="Let the model make this layer")
        top = basics.row(self.words, self.generate, gap=8)
        top.setStretch(0, 1)
        fields = basics.row(gap=10)
        for name, combo, stretch in (("Model", self.model, 3), ("Length", self.length, 2), ("Begins in", self.place, 2), ("Follows", self.follow, 2)):
            fields.addLayout(basics.column(basics.text_label(name, "cap"), combo, gap=3), stretch)
        self.asking = basics.boxed(basics.column(top, fields, gap=8))
        return self.asking

    def _combo(self, name: str) -> QComboBox:
        made = QComboBox()
        made.setAccessibleName(name)
        made.setMinimumWidth(90)
        made.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        return made

    def _working(self) -> QWidget:
        self.progress = QProgressBar()
        self.progress.setRange(0, 1000)
        self.progress.setTextVisible(False)
        self.progress.setAccessibleName("Generating")
        self.stage = basics.text_label("", "small")
        self.cancel = basics.button("Stop", "x", "small", self.stop, hint="Stop generating")
        self.working = basics.boxed(basics.row(self.progress, self.stage, self.cancel, gap=10))
        self.working.hide()
        return self.working

    def _result(self) -> QWidget:
        self.said = basics.Elided("", "strong")
        self.by = basics.Elided("", "small")
        self.hear = basics.button("Hear it", "play", "small", self._hear, hint="Hear the layer alone")
        self.again = basics.button("Another", "refresh-cw", "small", self._another, hint="The same words with another seed")
        self.add = basics.button("Add to the lanes", "plus", "small", self._add, hint="Put the layer into this take")
        line = basics.row(basics.column(self.said, self.by, gap=0), self.hear, self.again, self.add, gap=8)
        line.setStretch(0, 1)
        self.result = basics.boxed(line)
        self.result.hide()
        return self.result

    # Showing --------------------------------------------------------------------------------------------------------

    def show_prompt(self, prompt: PromptDocument) -> None:
        """Another prompt: what was under way for the one before is stopped."""
        self.stop()
        self._prompt, self._recipe, self.made, self._seed = prompt, None, None, 0
        self.words.clear()
        self.result.hide()
        self._look()

    def show_recipe(self, recipe: Recipe) -> None:
        """The take that a layer would go into."""
        self._recipe = recipe
        shown = (recipe.tempo_bpm, tuple((section.name, section.bars) for section in recipe.sections))
        if shown != self._shown:
            self._shown = shown
            self._fill_rest()

    def _look(self) -> None:
        settings = self._desk.settings.now
        self._desk.read(lambda _session: generating.choices(settings), self._show_choices, owner=self)

    def _show_choices(self, found: tuple[Choice, ...]) -> None:
        if self._prompt is None:
            return
        self._found, why_not = generating.usable(self._prompt.text, found)
        self.none.setVisible(bool(why_not))
        self.asking.setVisible(not why_not)
        self.why_not.setText(why_not)
        self.settings.setVisible(not generating.against(self._prompt.text, generating.ANY))
        before = self.model.currentData()
        self.model.blockSignals(True)
        self.model.clear()
        for choice in self._found:
            self.model.addItem(choice.label, choice.made_by)
        self.model.setCurrentIndex(max(self.model.findData(before), 0))
        self.model.blockSignals(False)
        self._fill_rest()

    @property
    def choice(self) -> Choice | None:
        """The model that is chosen."""
        place = self.model.currentIndex()
        return self._found[place] if 0 <= place < len(self._found) else None

    def _fill_rest(self) -> None:
        """Lengths that the model can make at this tempo, sections to begin in, stems to follow."""
        choice, prompt, recipe = self.choice, self._prompt, self._recipe
        self.licence.setVisible(choice is not None)
        if choice is None or prompt is None or recipe is None:
            return
        basics.set_chip(self.licence, f"Licence: {choice.licence}")
        beats = prompt.facts.music.beats_per_bar
        bar_s = beats * 60.0 / recipe.tempo_bpm
        lengths = [(f"{formats.count(bars, 'bar')} · {bars * bar_s:.1f} s", bars) for bars in BARS if 1.0 <= bars * bar_s <= choice.longest_s]
        begin, places = 1, []
        for section in recipe.sections:
            places.append((f"{formats.human(section.name)}, bar {begin}", begin))
            begin += section.bars
        stems = generating.stems_to_follow(prompt.text, choice, prompt.facts.stems)
        follow = [("Only the words", ""), *((formats.human(stem), stem) for stem in stems)]
        for combo, items, usual in ((self.length, lengths, USUAL_BARS), (self.place, places, 1), (self.follow, follow, "")):
            now = combo.currentData()
            combo.clear()
            for text, value in items:
                combo.addItem(text, value)
            at = combo.findData(now if now is not None else usual)
            combo.setCurrentIndex(at if at >= 0 else max(combo.findData(usual), 0))
        self._ready()

    def _ready(self) -> None:
        self.generate.setEnabled(bool(self.words.text().strip()) and self.choice is not None and self._task is None and self.length.count() > 0)

    # Generating -----------------------------------------------------------------------------------------------------

    def _another(self) -> None:
        self._seed += 1
        self._generate()

    def _generate(self) -> None:
        prompt, recipe, choice = self._prompt, self._recipe, self.choice
        if prompt is None or recipe is None or choice is None or not self.generate.isEnabled():
            return
        reasons = generating.against(prompt.text, choice, self.words.text(), self.follow.currentData() or "")
        if reasons:
            self._desk.say(words.of_reasons(reasons), tone="bad")
            return
        beats = prompt.facts.music.beats_per_bar
        seconds = self.length.currentData() * beats * 60.0 / recipe.tempo_bpm
        text, stem, seed = self.words.text(), self.follow.currentData() or "", recipe.seed % SEEDS + self._seed
        settings, home = self._desk.settings.now, self._desk.home

        def work(session: Any, progress: Progress) -> Made:
            # models and their tables are for the lane, not for the first paint
            asked = import_module("fanlink.remix.generate.layers").Asked(
                text, seconds, seed, recipe.tempo_bpm, recipe.key_shift_semitones, stem
            )
            return generating.generate(session, prompt, choice.made_by, asked, settings, home, progress)

        self._task = self._desk.make(work, self._generated, owner=self, failed=self._failed, progressed=self._show_progress, lane=GENERATE)
        self._show_progress(0.0, None, "Beginning")
        self.working.show()
        self.result.hide()
        self._ready()

    def stop(self) -> None:
        """Ends what is under way, with its process or its connection."""
        if self._task:
            self._task.stop()
        self._over()

    def _over(self) -> None:
        self._task = None
        self.working.hide()
        self.result.setVisible(self.made is not None)
        self._ready()

    def _show_progress(self, fraction: float, left: float | None, what: str) -> None:
        self.progress.setValue(round(fraction * 1000))
        self.stage.setText(f"{what} · {formats.seconds_left(left)}" if left is not None else what)

    def _generated(self, made: Made) -> None:
        self.made = made
        self.said.say(f"“{made.layer.provenance['prompt']}” · {formats.length(made.length_ms)}")
        self.by.say(f"By {made.by} · seed {made.layer.provenance['seed']}")
        self._over()
        self._hear()

    def _failed(self, error: Exception) -> None:
        self._over()
        if not isinstance(error, Stopped):
            self._desk.failed(error)

    def _hear(self) -> None:
        made, prompt = self.made, self._prompt
        if made is not None and prompt is not None:
            part = Part("mix", made.layer.asset or "", lambda _progress: made.path)
            title = made.layer.provenance["prompt"]
            self._desk.player.play(
                Sound(f"layer-{made.layer.asset}", title, f"Generated layer · {prompt.track_title}", (part,), cover=prompt.track, artwork=prompt.artwork)
            )

    def _add(self) -> None:
        """Puts the layer into the take, from the section that was chosen; it can be undone like any change."""
        if self.made is None or self._recipe is None or self._prompt is None:
            return
        beats = self._prompt.facts.music.beats_per_bar
        bar = min(self.place.currentData() or 1, self._recipe.bars)
        self.added.emit(generated.placed(self._recipe, self.made.layer, self.made.beats, beats, bar))
        self._desk.say("The layer is in the lanes.")
