"""The Studio: words in, takes out, and a hand on everything. What is done is saved as it is done, and can be undone."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from importlib import import_module
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QTimer
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QStackedWidget, QWidget

from fanlink.core import rules
from fanlink.core.documents import PromptDocument
from fanlink.core.errors import Refused
from fanlink.core.findings import Finding
from fanlink.core.recipes import Recipe
from fanlink.desktop import arranging, drafts, theme, words
from fanlink.desktop.drafts import Draft, DraftTake
from fanlink.desktop.ops import Progress, Task
from fanlink.desktop.pages.page import Page, scrolling
from fanlink.desktop.pages.studio_generate import GenerateCard
from fanlink.desktop.pages.studio_lanes import LanesCard
from fanlink.desktop.pages.studio_opening import ABOVE, NEW, Opened, opened
from fanlink.desktop.pages.studio_recordings import StudioRecordings
from fanlink.desktop.pages.studio_side import Side
from fanlink.desktop.pages.studio_sound import StudioSound
from fanlink.desktop.pages.studio_start import StartCard
from fanlink.desktop.pages.studio_takes import Takes
from fanlink.desktop.pages.studio_words import WordsCard
from fanlink.desktop.undoing import Undoing
from fanlink.desktop.widgets import basics
from fanlink.desktop.widgets.artwork import Cover
from fanlink.desktop.widgets.notices import Banner, Empty

if TYPE_CHECKING:
    from fanlink.desktop.making import Heard
    from fanlink.desktop.peaks import Peaks

SAVE_MS, RENDER_MS = 700, 650
SIDE = 296


class StudioPage(Page):
    """Joins the parts: words, takes, lanes, side. The draft is the one state; everything shown follows from it."""

    def build(self) -> None:
        self._undoing: Undoing[Draft] | None = None
        self.prompt: PromptDocument | None = None
        self._opened_item = ""
        self._making: Task | None = None
        self._build_head()
        self.stack = QStackedWidget()
        self._body = QWidget()
        self.stack.addWidget(self._body)
        self.stack.addWidget(Empty(
            "sliders-horizontal", "The Studio opens with a prompt", "Choose what an artist allows, then say in your words what should happen.",
            "Discover prompts", lambda: self.desk.go("discover"), "compass",
        ))  # fmt: skip
        self.outer.addWidget(self.stack, 1)
        self._build_body()
        self._save = self._timer(SAVE_MS, self._save_now)
        self._render_soon = self._timer(RENDER_MS, self._render_if_heard)
        self.sound = StudioSound(self.desk, self)
        self.sound.heard.connect(self._heard)
        self.sound.moved.connect(self.lanes.lanes.set_position)
        self.sound.working.connect(self.words.show_working)
        self.recordings = StudioRecordings(self.desk, self)
        self.recordings.changed.connect(lambda recipe: self._edit(recipe, ""))
        self.recordings.drawn.connect(self.lanes.set_recordings)
        self.recordings.working.connect(self.words.show_working)
        self.lanes.recording_asked.connect(self.recordings.choose)
        self.lanes.recording_dropped.connect(self.recordings.bring)
        self.lanes.recording_edited.connect(self.recordings.edit)
        self._actions = self._make_actions()

    def _build_head(self) -> None:
        self.cover = Cover(side=48, radius=9)
        self.title_label = basics.text_label("Studio", "h1")
        self.subtitle_label = basics.Elided("", "muted")
        self.saved = basics.text_label("", "small")
        self.undo = basics.tool("undo-2", "Undo (Ctrl+Z)", self._undo)
        self.redo = basics.tool("redo-2", "Redo (Ctrl+Shift+Z)", self._redo)
        self.submit = basics.button("Submit…", "upload", "primary", self._submit)
        names = basics.column(self.title_label, self.subtitle_label, gap=0)
        line = basics.row(self.cover, names, self.saved, self.undo, self.redo, self.submit, gap=12)
        line.setStretch(1, 1)
        self.outer.addLayout(line)
        self.letter = Banner()
        self.letter.hide()
        self.outer.addWidget(self.letter)

    def _build_body(self) -> None:
        self.words, self.takes, self.lanes, self.side = WordsCard(), Takes(), LanesCard(), Side()
        self.begin, self.generate = StartCard(), GenerateCard(self.desk)
        self.begin.picked.connect(self.words.add_words)
        self.side.setFixedWidth(SIDE)
        area, left = scrolling(gap=12)
        for part in (self.words, self.begin, self.takes, self.lanes, self.generate):
            left.addWidget(part)
        left.addStretch(1)
        line = basics.row_into(self._body, area, self.side)
        line.setSpacing(10)
        line.setStretch(0, 1)
        self.desk.theme.changed.connect(self.words.paint_again)
        self.words.changed.connect(self._words_changed)
        self.words.asked.connect(self._make_takes)
        self.words.stop_asked.connect(self._stop)
        self.takes.chosen.connect(self._choose)
        self.takes.heard.connect(self._hear_take)
        self.lanes.changed.connect(lambda recipe: self._edit(recipe, ""))
        self.generate.added.connect(lambda recipe: self._edit(recipe, ""))
        self.lanes.hear.connect(self._hear)
        self.lanes.solo.connect(lambda name: self._render(solo=name))
        self.lanes.loop.connect(self.desk.player.loop_between)
        self.lanes.lanes.seeked.connect(self._seek)
        self.side.changed.connect(self._edit)
        self.side.settled.connect(self._settled)
        self.side.shown.connect(lambda begin, _end: self._seek(begin))

    def _timer(self, ms: int, act) -> QTimer:
        timer = QTimer(self)
        timer.setSingleShot(True)
        timer.setInterval(ms)
        timer.timeout.connect(act)
        return timer

    def _make_actions(self) -> list[QAction]:
        made = []
        for name, keys, act, in_text in (
            ("Undo", QKeySequence.StandardKey.Undo, self._undo, False), ("Redo", QKeySequence("Ctrl+Shift+Z"), self._redo, False),
            ("Make takes", QKeySequence("Ctrl+Return"), self._make_takes, True),
            ("Take block out", QKeySequence("Delete"), self.lanes.remove_block, False),
            ("Repeat block", QKeySequence("Ctrl+D"), self.lanes.repeat_block, True),
        ):  # fmt: skip
            action = QAction(name, self)
            action.setShortcut(QKeySequence(keys))
            action.setProperty("in_text", in_text)
            action.triggered.connect(lambda _on=False, act=act: act())
            made.append(action)
        return made

    def actions_of_page(self) -> list[QAction]:
        return self._actions

    # Opening --------------------------------------------------------------------------------------------------------

    def enter(self, item: str = "") -> None:
        if item and item == self._opened_item and self._undoing is not None and not item.startswith((NEW, ABOVE)):
            return
        if not item and self._undoing is not None:
            return
        self.item = item
        self.refresh()

    def leave(self) -> None:
        if self._save.isActive():
            self._save.stop()
            self._save_now()

    def read(self, session: Any) -> Opened:
        return opened(session, self.desk.home, self.item, self.desk.now_ms())

    def show_data(self, data: Opened) -> None:
        self.stack.setCurrentIndex(0 if data.draft and data.prompt else 1)
        for each in (self.cover, self.undo, self.redo, self.submit, self.saved):
            each.setVisible(bool(data.draft and data.prompt))
        self.letter.setVisible(bool(data.letter))
        if data.letter:
            self.letter.say(f"Asked of you: {data.letter}")
        if data.draft is None or data.prompt is None:
            self._undoing = None
            return
        self._stop()
        self._undoing, self.prompt, self._opened_item = Undoing(data.draft), data.prompt, self.item
        self.cover.show_cover(data.prompt.track, data.prompt.artwork)
        self.title_label.setText(data.prompt.text.title)
        rests = f" · rests on “{data.draft.parent_title}”" if data.draft.parent else ""
        self.subtitle_label.say(f"{data.prompt.artist_name} · {data.prompt.track_title}{rests}")
        self.words.show_prompt(data.prompt.text, data.draft.slots)
        self.begin.show_prompt(data.prompt, data.draft.parent_title if data.draft.parent else "")
        self.generate.show_prompt(data.prompt)
        self._read_waves(data.prompt)
        self._show()

    def _read_waves(self, prompt: PromptDocument) -> None:
        cache = self.desk.home / "cache"

        def work(session: Any, progress: Progress) -> Mapping[str, Peaks]:
            session.assets.pin("studio", [stem.asset for stem in prompt.facts.stems.values()])
            return import_module("fanlink.desktop.waves").waves_of(session, prompt.facts.stems, cache, progress)[1]

        self.desk.make(work, self.lanes.set_peaks, owner=self, lane="sound")
        self.sound.warm(prompt)

    # The draft ------------------------------------------------------------------------------------------------------

    @property
    def draft(self) -> Draft:
        """What is worked on."""
        assert self._undoing is not None, "the Studio is empty"
        return self._undoing.value

    def _change(self, draft: Draft, name: str = "") -> None:
        assert self._undoing is not None
        self._undoing.change(replace(draft, saved_ms=self.desk.now_ms()), name)
        self._show()
        self.saved.setText("Saving…")
        self._save.start()

    def _show(self) -> None:
        draft, prompt = self.draft, self.prompt
        assert prompt is not None and self._undoing is not None
        self.undo.setEnabled(self._undoing.can_undo)
        self.redo.setEnabled(self._undoing.can_redo)
        take = draft.take
        self.recordings.show_recipe(take.recipe if take else None, prompt)
        self.words.show_words(draft.words, take.marks if take and take.recipe.words == draft.words else ())
        beats = prompt.facts.music.beats_per_bar
        self.takes.show_takes(draft.takes, draft.chosen, beats)
        for each in (self.lanes, self.generate):
            each.setVisible(take is not None)
        self.begin.setVisible(take is None)
        self.words.other.setVisible(bool(draft.takes))
        self._mark_next(bool(draft.takes))
        if take is None:
            self.side.show_nothing()
            self.submit.setEnabled(False)
            return
        self.lanes.show_recipe(take.recipe, prompt.facts, prompt.text.guard_rails)
        self.side.show_recipe(take.recipe, prompt.facts, prompt.text.guard_rails)
        self.generate.show_recipe(take.recipe)
        self.side.show_why(take.why)
        findings = self.findings(take.recipe)
        self.side.show_findings(findings, take.recipe.length_s(beats) * 1000)
        breach = rules.is_breach(findings)
        self.submit.setEnabled(not breach)
        self.submit.setToolTip(basics.plain_tooltip("Mend what the checks say first." if breach else ""))

    def _mark_next(self, has_takes: bool) -> None:
        """One primary button: making takes until there are some, then submitting."""
        for each, primary in ((self.words.make, not has_takes), (self.submit, has_takes)):
            kind = "primary" if primary else ""
            if each.property("kind") != kind:
                each.setProperty("kind", kind)
                theme.restyle(each)

    def findings(self, recipe: Recipe) -> list[Finding]:
        """What the rules say of a recipe now: the same code runs on the server."""
        assert self.prompt is not None
        text = self.prompt.text
        slots = {name: slot.choices for name, slot in text.slots.items()}
        return rules.check(recipe, self.prompt.facts, text.guard_rails, slots, commercial=text.commercial)

    def _save_now(self) -> None:
        if self._undoing is None:
            return
        home, draft = self.desk.home, self.draft
        if draft.words or draft.takes:
            self.desk.read(lambda _session: drafts.save(home, draft), lambda _none: self.saved.setText("Saved on this computer"), owner=self)

    def _words_changed(self) -> None:
        if self._undoing is not None:
            self._change(replace(self.draft, words=self.words.words.toPlainText(), slots=self.words.slots_chosen()), "words")

    def _choose(self, number: int) -> None:
        self._change(replace(self.draft, chosen=number), "take")
        self._render_soon.start()

    def _edit(self, recipe: Recipe, name: str) -> None:
        self._change(self.draft.with_recipe(recipe), name)
        if not name:
            self._settled()

    def _settled(self) -> None:
        assert self._undoing is not None
        self._undoing.pause()
        self._render_soon.start()

    def _undo(self) -> None:
        self._walk(Undoing.undo)

    def _redo(self) -> None:
        self._walk(Undoing.redo)

    def _walk(self, step: Callable[[Undoing[Draft]], Draft]) -> None:
        if self._undoing is not None:
            step(self._undoing)
            self._show()
            self._save.start()
            self._render_soon.start()

    # Takes ----------------------------------------------------------------------------------------------------------

    def _make_takes(self) -> None:
        if self._undoing is None or self.prompt is None:
            return
        self._stop()
        prompt, draft = self.prompt, self.draft
        text, slots, seed, count = draft.words, self.words.slots_chosen(), draft.seed + self.words.seed_moved, self.words.how_many()
        self.words.show_working(0.0, None, "Reading your words")

        settings = self.desk.settings.now

        def work(session: Any, progress: Progress) -> tuple[DraftTake, ...]:
            # the interpreter and its tables are for the lane, not for the first paint
            making = import_module("fanlink.desktop.making")
            model = making.model_of(session, settings, progress.stop.is_set)
            return making.takes_of(prompt, text, slots, seed, count, model)

        self._making = self.desk.make(work, self._made, owner=self, failed=self._not_made)

    def _made(self, takes: tuple[DraftTake, ...]) -> None:
        self.words.show_working(1.0, 0, "")
        if self.draft.take:
            before = self.draft.take.recipe
            takes = tuple(replace(take, recipe=arranging.with_own_of(take.recipe, before)) for take in takes)
        self._change(replace(self.draft, takes=takes, chosen=0, slots=self.words.slots_chosen(), heard_digest=None))
        self._render(start=True)

    def _not_made(self, error: Exception) -> None:
        self.words.show_working(1.0, 0, "")
        if isinstance(error, Refused):
            spans = [reason.facts for reason in error.reasons if reason.facts.get("where") == "words"]
            self.words.show_marks([drafts.Mark(int(each["start"]), int(each["end"]), "not_allowed") for each in spans])
        self.desk.say(words.of_error(error), tone="bad")

    # Hearing --------------------------------------------------------------------------------------------------------

    def _hear_take(self, number: int) -> None:
        self._choose(number)
        self._hear()

    def _hear(self) -> None:
        self._render_soon.stop()
        self._render(start=True, solo=self.lanes.soloed)

    def _render_if_heard(self) -> None:
        if self._undoing is not None and self.sound.in_front and self.draft.take:
            self._render(solo=self.lanes.soloed)

    def _render(self, *, start: bool = False, solo: str = "") -> None:
        if self._undoing is not None and self.draft.take is not None and self.prompt is not None:
            title = self.draft.title or self.prompt.text.title
            self.sound.render(self.prompt, self.draft.take.recipe, title, start=start, solo=solo)

    def _heard(self, heard: Heard) -> None:
        assert self._undoing is not None
        self._undoing.amend(replace(self.draft, heard_digest=heard.pcm_digest))
        self._save.start()

    def _stop(self) -> None:
        if self._making:
            self._making.stop()
        self.sound.stop()
        self.recordings.stop()
        self.words.show_working(1.0, 0, "")

    def _seek(self, position: float) -> None:
        self.lanes.lanes.set_position(position)
        self.sound.seek(position)

    # Submitting -----------------------------------------------------------------------------------------------------

    def _submit(self) -> None:
        if self._undoing is None or self.draft.take is None or self.prompt is None:
            return
        self.leave()  # nothing is left to be saved once the draft is gone
        # the sheet is made when it is first asked for
        from fanlink.desktop.pages.submit_sheet import SubmitSheet

        sheet = SubmitSheet(self.window().centralWidget(), self.desk, self.draft, self.prompt)
        sheet.submitted.connect(self._submitted)
        sheet.closed.connect(sheet.deleteLater)
        sheet.present()

    def _submitted(self) -> None:
        self._save.stop()
        self._undoing, self._opened_item = None, ""
        self.desk.go("remixes")
