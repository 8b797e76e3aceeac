"""The editor of a prompt: words and slots, guard rails to take hold of, terms; beside it the fan's view of the same."""

from __future__ import annotations

from dataclasses import dataclass, replace

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QFormLayout, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from fanlink.core import rail_names
from fanlink.core.documents import TemplateDocument, TrackDocument
from fanlink.core.prompts import SLOT, PromptText, Slot, StemDelivery, check_text
from fanlink.desktop import formats, telling, words
from fanlink.desktop.desk import Desk
from fanlink.desktop.pages.page import scrolling
from fanlink.desktop.pages.prompt_rails import RailsForm
from fanlink.desktop.pages.prompt_try import FanView
from fanlink.desktop.widgets import basics, fields
from fanlink.desktop.widgets.marked import MarkedWords
from fanlink.desktop.widgets.notices import Banner
from fanlink.desktop.widgets.tags import TagEditor
from fanlink.desktop.widgets.toggles import Choice

KEEP_MS = 700
NARROW = 980


@dataclass(frozen=True, slots=True)
class Writing:
    """A prompt under the pen: new while `version` is None."""

    id: str
    artist: str
    track: str
    text: PromptText
    version: int | None = None


class SlotForm(QWidget):
    """A row of choices for each `{slot}` in the words; rows come and go with the words."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._rows: dict[str, TagEditor] = {}
        self._form = QFormLayout(self)
        self._form.setContentsMargins(0, 0, 0, 0)
        self._form.setHorizontalSpacing(12)
        self._known: dict[str, tuple[str, ...]] = {}

    @property
    def slots(self) -> dict[str, Slot]:
        """The choices of each slot."""
        return {name: Slot(row.texts) for name, row in self._rows.items()}

    def set_slots(self, slots: dict[str, Slot]) -> None:
        """Other slots, without a signal."""
        self._known = {name: slot.choices for name, slot in slots.items()}
        self._show(tuple(slots))

    def follow(self, said: str) -> None:
        """Rows for the slots that stand in the words; the choices of one that comes back are still there."""
        names = tuple(dict.fromkeys(SLOT.findall(said)))
        if names != tuple(self._rows):
            self._known |= {name: row.texts for name, row in self._rows.items()}
            self._show(names)

    def _show(self, names: tuple[str, ...]) -> None:
        while self._form.rowCount():
            self._form.removeRow(0)
        self._rows = {}
        for name in names:
            row = TagEditor(f"Choices for {name}", "A choice for the fan, then Enter")
            row.set_texts(self._known.get(name, ()))
            row.changed.connect(self.changed)
            self._rows[name] = row
            self._form.addRow(basics.text_label(f"{{{name}}}", "accent"), row)


class PromptEditor(QWidget):
    """`saved` gives what is to be kept, `asked` the same when approval is to be asked for at once, `left` when one goes back."""

    changed = Signal()
    saved = Signal(object)
    asked = Signal(object)
    left = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self.writing: Writing | None = None
        self._track: TrackDocument | None = None
        self._templates: list[TemplateDocument] = []
        self._filling = False
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(10)
        whole.addLayout(self._head())
        self.banner = Banner(tone="info")
        self.banner.hide()
        whole.addWidget(self.banner)
        self.fan = FanView(desk)
        self._left, form = scrolling()
        self._right, column = scrolling()
        self.sides = Choice((("write", "Write"), ("fan", "What fans see, and try it")))
        self.sides.changed.connect(lambda _key: self._arrange())
        self.sides.hide()
        whole.addWidget(self.sides)
        form.addWidget(self._words_card())
        self.rails = RailsForm()
        self.rails.changed.connect(self._changed)
        form.addWidget(basics.card(basics.text_label("Guard rails", "h2"), self.rails))
        form.addWidget(self._terms_card())
        form.addStretch(1)
        column.addWidget(self.fan)
        column.addStretch(1)
        self._both = QHBoxLayout()
        self._both.setSpacing(16)
        self._both.addWidget(self._left, 5)
        self._both.addWidget(self._right, 4)
        whole.addLayout(self._both, 1)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(KEEP_MS)
        self._timer.timeout.connect(self.changed)

    def resizeEvent(self, event: object) -> None:  # noqa: N802
        super().resizeEvent(event)  # type: ignore[arg-type]
        self._arrange()

    def _arrange(self) -> None:
        """Both sides where there is room, else the one that is chosen."""
        narrow = self.width() < NARROW
        self.sides.setVisible(narrow)
        self._left.setVisible(not narrow or self.sides.chosen == "write")
        self._right.setVisible(not narrow or self.sides.chosen == "fan")

    def _head(self) -> QHBoxLayout:
        self.place = basics.Elided("", "h2")
        self.wrong = basics.Elided("", "warn")
        self.save = basics.button("Save draft", "save", "", self._save)
        self.ask = basics.button("Save and ask for approval", "send", "primary", self._ask)
        back = basics.tool("arrow-left", "Back to all prompts", self.left.emit)
        line = basics.row(back, basics.column(self.place, self.wrong, gap=0), self.save, self.ask, gap=10)
        line.setStretch(1, 1)
        return line

    def _words_card(self) -> QWidget:
        self.title = QLineEdit()
        self.title.setProperty("role", "title")
        self.title.setPlaceholderText("Title, such as Night drive version")
        self.title.setAccessibleName("Title")
        self.words = MarkedWords("Words of the prompt", "Take Neon Tide for a drive {where}, with my voice as it is.", 4)
        self.slots = SlotForm()
        hint = basics.text_label("Write {where} or any other word in braces where the fan is to choose.", "small", wrap=True)
        self.title.textEdited.connect(lambda _text: self._changed())
        self.words.textChanged.connect(self._words_changed)
        self.slots.changed.connect(self._changed)
        return basics.card(basics.text_label("Words", "h2"), self.title, self.words, hint, self.slots)

    def _terms_card(self) -> QWidget:
        self.template, self.delivery = QComboBox(), QComboBox()
        self.template.setAccessibleName("Split that this prompt pins")
        self.delivery.setAccessibleName("What desktops get of the stems")
        self.delivery.addItem("Fans’ desktops get the lossless stems", StemDelivery.FULL)
        self.delivery.addItem("Fans’ desktops get a lossy working set", StemDelivery.WORKING)
        self.wind_down = fields.number(0, 365, "How long published remixes stay after a withdrawal", " days")
        self.commercial = QCheckBox("Remixes may be released and earn")
        self.territory = QLineEdit()
        self.territory.setAccessibleName("Where the prompt is offered")
        self.territory.setPlaceholderText("world, DE AT CH, or world except US")
        self.territory.textChanged.connect(lambda _text: self._changed())
        self.template.currentIndexChanged.connect(lambda _index: self._changed())
        self.delivery.currentIndexChanged.connect(lambda _index: self._changed())
        self.wind_down.valueChanged.connect(lambda _days: self._changed())
        self.commercial.toggled.connect(lambda _on: self._changed())
        form = QFormLayout()
        form.setHorizontalSpacing(12)
        form.setVerticalSpacing(10)
        form.addRow(basics.text_label("Split"), self.template)
        form.addRow(basics.text_label("Stems"), self.delivery)
        form.addRow(basics.text_label("After a withdrawal"), self.wind_down)
        form.addRow(basics.text_label("Territory"), self.territory)
        form.addRow(self.commercial)
        rights = basics.button("Rights & splits", "handshake", "link", lambda: self.desk.go("rights", self._track.id if self._track else ""))
        return basics.card(basics.row(basics.text_label("Terms", "h2"), None, rights), form)

    # What is written ------------------------------------------------------------------------------------------------

    def write(self, writing: Writing, track: TrackDocument, templates: list[TemplateDocument], note: str = "") -> None:
        """Opens a prompt; `note` says what one should know, such as that unsaved words came back."""
        self.writing, self._track, self._templates = writing, track, templates
        self._filling = True
        text = writing.text
        self.place.say(f"{'Edit prompt' if writing.version else 'New prompt'} · {track.facts.title}")
        self.title.setText(text.title)
        self.words.setPlainText(text.words)
        self.slots.set_slots(dict(text.slots))
        self.rails.set_rails(text.guard_rails, track.facts)
        self.template.clear()
        self.template.addItem("Choose a split…", "")
        named = text.template
        for each in templates:
            self.template.addItem(template_words(each), each.digest or each.id)
            named = each.digest if each.digest and named == each.id else named
        if named and self.template.findData(named) < 0:
            self.template.addItem(f"The split {named[:12]}", named)
        self.template.setCurrentIndex(max(self.template.findData(named), 0))
        self.territory.setText(text.territory)
        self.delivery.setCurrentIndex(self.delivery.findData(text.stem_delivery))
        self.wind_down.setValue(text.wind_down_days)
        self.commercial.setChecked(text.commercial)
        self._filling = False
        self.banner.setVisible(bool(note))
        if note:
            self.banner.say(note)
        self._show()
        self.title.setFocus()

    @property
    def text(self) -> PromptText:
        """What stands on the screen."""
        assert self.writing is not None
        return replace(
            self.writing.text, title=self.title.text().strip(), words=self.words.toPlainText().strip(), slots=self.slots.slots,
            guard_rails=self.rails.rails, template=self.template.currentData() or "",
            stem_delivery=StemDelivery(self.delivery.currentData()), wind_down_days=self.wind_down.value(),
            commercial=self.commercial.isChecked(), territory=self.territory.text().strip() or "world",
        )  # fmt: skip

    @property
    def now(self) -> Writing:
        """The prompt as it stands on the screen."""
        assert self.writing is not None
        return replace(self.writing, text=self.text)

    def _words_changed(self) -> None:
        self.slots.follow(self.words.toPlainText())
        self._changed()

    def _changed(self) -> None:
        if not self._filling and self.writing is not None:
            self._show()
            self._timer.start()

    def _show(self) -> None:
        assert self._track is not None
        text = self.text
        share = next((telling.my_share(each.shares) for each in self._templates if text.template in (each.id, each.digest)), None)
        self.fan.show_text(text, self._track.facts, self._track.id, f"{formats.percent(share)} to you" if share is not None else "")
        wrong = check_text(text)
        unknown = rail_names.unknown(text.guard_rails, self._track.facts.stems)
        said = words.of_reasons(wrong[:2]) if wrong else " ".join(each.fix for each in unknown[:2])
        self.wrong.say(said)
        self.wrong.setVisible(bool(said))
        for each in (self.save, self.ask):
            each.setEnabled(not wrong)

    def _save(self) -> None:
        self._timer.stop()
        self.saved.emit(self.now)

    def _ask(self) -> None:
        self._timer.stop()
        self.asked.emit(self.now)


def template_words(template: TemplateDocument) -> str:
    """A split in a line: what the fan gets, and how many have signed."""
    signed, all_ = len(template.signed), len(template.signed) + len(template.unsigned)
    state = "signed by all" if not template.unsigned else f"signed by {signed} of {all_}"
    return f"{formats.percent(telling.my_share(template.shares))} to the fan · {state}"
