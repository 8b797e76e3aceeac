"""A remix whose engine is gone: the fan hears what it was and what it becomes, and only then accepts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QVBoxLayout, QWidget

from fanlink.core.commands import SubmitRemix
from fanlink.core.documents import PromptDocument
from fanlink.core.recipes import Recipe
from fanlink.desktop import hearing
from fanlink.desktop.desk import Desk
from fanlink.desktop.ops import Progress
from fanlink.desktop.widgets import basics

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fanlink.desktop.making import Heard

RULE = "engine_retired"


@dataclass(frozen=True, slots=True)
class Renewed:
    """A submission for an engine that is gone, the recipe it becomes, and what a listener may notice."""

    target: str
    was: SubmitRemix
    recipe: Recipe
    changes: tuple[str, ...]
    base_version: int | None = None
    replaces: str | None = None

    @classmethod
    def of(
        cls, facts: Mapping[str, Any], target: str, was: SubmitRemix, *, base_version: int | None = None, replaces: str | None = None
    ) -> Renewed:
        """As the server's finding says it."""
        recipe = import_module("fanlink.wire").from_json(Recipe, facts["migrated"])
        return cls(target, was, recipe, tuple(str(each) for each in facts.get("changes", ())), base_version, replaces)


class Renewal(QWidget):
    """Old and new to hear at one position, and the act that sends the new one. `accepted` is called once it is stored."""

    def __init__(self, desk: Desk, renewed: Renewed, accepted: Callable[[], object] = lambda: None) -> None:
        super().__init__()
        self._desk, self._renewed, self._accepted = desk, renewed, accepted
        self._heard: Heard | None = None
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(8)
        changes = " ".join(renewed.changes) or "Every decision of yours stays."
        whole.addWidget(basics.text_label(f"It was made for the engine {renewed.was.recipe.engine}, which is no longer used. {changes}", wrap=True))
        self.state = basics.text_label("Listen to it before you accept it.", "muted", wrap=True)
        self.hear = basics.button("Hear it renewed", "play", "", self._hear)
        self.accept = basics.button("Accept and send", "send", "primary", self._accept)
        self.accept.setEnabled(False)
        line = basics.row(self.state, self.hear, self.accept, gap=10)
        line.setStretch(0, 1)
        whole.addLayout(line)

    def _hear(self) -> None:
        self.hear.setEnabled(False)
        cache, renewed = self._desk.home / "cache", self._renewed

        def work(session: Any, progress: Progress) -> tuple[PromptDocument, Any, Heard]:
            # the engine is for the lane, not for the first paint
            making = import_module("fanlink.desktop.making")
            prompt = session.get("prompt", renewed.was.prompt)
            return prompt, making.kept(renewed.was.recipe, cache), making.render(session, prompt, renewed.recipe, cache, progress)

        self._desk.make(work, self._play, owner=self, failed=self._failed, progressed=self._progressed)

    def _progressed(self, fraction: float, left: float | None, what: str) -> None:
        remaining = f", {left:.0f} s left" if left else ""
        self.state.setText(f"{what} {fraction:.0%}{remaining}")

    def _play(self, made: tuple[PromptDocument, Any, Heard]) -> None:
        prompt, old, self._heard = made
        sound = hearing.old_and_new(f"renewed-{self._renewed.target}", self._renewed.was.title, prompt, old, self._heard)
        self._desk.player.play(sound)
        both = "A is what you sent, B is the renewed one." if old else "What it was is not kept on this computer; this is the renewed one."
        self.state.setText(both)
        self.hear.setEnabled(True)
        self.accept.setEnabled(True)

    def _failed(self, error: Exception) -> None:
        self.hear.setEnabled(True)
        self.state.setText("It could not be rendered. Nothing was sent.")
        self._desk.failed(error)

    def _accept(self) -> None:
        assert self._heard is not None, "the button is off until it was heard"
        self.accept.setEnabled(False)
        was, renewed = self._renewed.was, self._renewed
        data = SubmitRemix(was.prompt, was.prompt_version, was.title, renewed.recipe, self._heard.pcm_digest, was.parent)
        self._desk.do(
            data, renewed.target, said=f"“{was.title}” is sent again, renewed.", base_version=renewed.base_version,
            replaces=renewed.replaces, done=lambda _command: self._accepted(),
        )  # fmt: skip
