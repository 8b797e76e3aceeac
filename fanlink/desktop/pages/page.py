"""What all pages share: reading off the UI thread, a heading, a list with a detail."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, ClassVar

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QScrollArea, QSizePolicy, QStackedWidget, QVBoxLayout, QWidget

from fanlink.desktop import theme
from fanlink.desktop.widgets import basics

if TYPE_CHECKING:
    from fanlink.desktop.desk import Desk
    from fanlink.desktop.pages.registry import Spec

NARROW = 1000
MARGIN = 26
LEAST_DETAIL = 560
SPACE = 20


class Page(QWidget):
    """A page. Derive, set KINDS, and write `build`, `read` and `show_data`; see `fanlink/desktop/__init__.py`."""

    KINDS: ClassVar[frozenset[str]] = frozenset()
    ready = Signal()

    def __init__(self, desk: Desk, spec: Spec) -> None:
        super().__init__()
        self.desk, self.spec = desk, spec
        self.setObjectName("page")
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.item = ""
        self._reading = self._again = self._fresh = False
        self.outer = QVBoxLayout(self)
        self.outer.setContentsMargins(MARGIN, 4, MARGIN, 0)
        self.outer.setSpacing(14)
        self.build()
        desk.changed.connect(self._documents_moved)
        desk.opened.connect(self._opened)

    # To be written by each page -------------------------------------------------------------------------------------

    def build(self) -> None:
        """Makes the widgets; called once."""

    def read(self, session: Any) -> Any:
        """Reads what the page shows. Runs in the store lane: touches no widget."""
        return None

    def show_data(self, data: Any) -> None:
        """Shows what `read` returned."""

    def actions_of_page(self) -> list[QAction]:
        """Shortcuts that work while this page is in front."""
        return []

    # What the shell calls -------------------------------------------------------------------------------------------

    def enter(self, item: str = "") -> None:
        """The page comes to the front, perhaps to show one thing."""
        if item:
            self.item = item
        if item or not self._fresh:
            self.refresh()

    def leave(self) -> None:
        """Another page comes to the front."""

    def refresh(self) -> None:
        """Reads again; what is asked while a read is under way is read once more after it."""
        if not self.desk.is_open:
            return
        if self._reading:
            self._again = True
            return
        self._reading = self._fresh = True
        self.desk.read(self.read, self._arrived, owner=self, failed=self._failed)

    def _failed(self, error: Exception) -> None:
        self._reading = self._again = False
        self.desk.failed(error)
        self.ready.emit()

    def _arrived(self, data: Any) -> None:
        self._reading = False
        self.show_data(data)
        if self._again:
            self._again = False
            self.refresh()
        else:
            self.ready.emit()

    def _opened(self) -> None:
        if self.isVisible():
            self.refresh()

    def _documents_moved(self, kinds: frozenset[str]) -> None:
        if not self.KINDS or self.KINDS & kinds:
            self._fresh = False
            if self.isVisible():
                self.refresh()

    # Pieces ---------------------------------------------------------------------------------------------------------

    def heading(self, title: str, subtitle: str = "", *actions: QWidget) -> QHBoxLayout:
        """The title of the page with its actions on the right."""
        self.title_label = basics.text_label(title, "h1")
        self.subtitle_label = basics.Elided(subtitle, "muted")
        self.subtitle_label.setVisible(bool(subtitle))
        texts = basics.column(self.title_label, self.subtitle_label, gap=2)
        line = QHBoxLayout()
        line.setSpacing(10)
        line.addLayout(texts, 1)
        for action in actions:
            line.addWidget(action, 0, Qt.AlignmentFlag.AlignVCenter)
        self.outer.addLayout(line)
        return line

    def scroller(self) -> QVBoxLayout:
        """A column that scrolls and fills the rest of the page."""
        area, column = scrolling()
        self.outer.addWidget(area, 1)
        return column


def scrolling(gap: int = 14) -> tuple[QScrollArea, QVBoxLayout]:
    """A scroll area and the column inside it."""
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setFrameShape(QScrollArea.Shape.NoFrame)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    inside = QWidget()
    inside.setObjectName("page")
    column = QVBoxLayout(inside)
    column.setContentsMargins(0, 0, 4, 20)
    column.setSpacing(gap)
    area.setWidget(inside)
    return area, column


class ListDetail(QWidget):
    """A list on the left and a detail on the right; where both have no room, a stack of the two with a way back."""

    def __init__(self, listing: QWidget, detail: QWidget, *, list_width: int = 360, back: str = "Back") -> None:
        super().__init__()
        self._listing, self._detail, self._list_width = listing, detail, list_width
        self._narrow: bool | None = None
        self._line = QHBoxLayout(self)
        self._line.setContentsMargins(0, 0, 0, 0)
        self._line.setSpacing(SPACE)
        self._back = basics.button(back, "arrow-left", "link", self.show_list)
        self._right = QWidget()
        column = QVBoxLayout(self._right)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(self._back, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(detail, 1)
        self._stack = QStackedWidget()
        self._stack.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._wide = QWidget()
        self._wide_line = QHBoxLayout(self._wide)
        self._wide_line.setContentsMargins(0, 0, 0, 0)
        self._wide_line.setSpacing(SPACE)
        self._stack.addWidget(self._wide)
        self._line.addWidget(self._stack)
        self._arrange(narrow=False)

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        return QSize(320, 200)

    @property
    def narrow(self) -> bool:
        """True while only one of the two is seen."""
        return bool(self._narrow)

    def show_list(self) -> None:
        """Back to the list, in a narrow window."""
        if self._narrow:
            self._stack.setCurrentWidget(self._listing)

    def show_detail(self) -> None:
        """On to the detail, in a narrow window."""
        if self._narrow:
            self._stack.setCurrentWidget(self._right)

    def resizeEvent(self, event: object) -> None:  # noqa: N802
        super().resizeEvent(event)  # type: ignore[arg-type]
        needed = (self._list_width + SPACE + LEAST_DETAIL) * self.font().pixelSize() / theme.BODY_PX
        self._arrange(narrow=self.width() < needed)

    def _arrange(self, *, narrow: bool) -> None:
        if narrow == self._narrow:
            return
        self._narrow = narrow
        self._back.setVisible(narrow)
        if narrow:
            self._listing.setMinimumWidth(0)
            self._listing.setMaximumWidth(16_777_215)
            self._stack.addWidget(self._listing)
            self._stack.addWidget(self._right)
            self._stack.setCurrentWidget(self._listing)
        else:
            self._listing.setFixedWidth(self._list_width)
            self._wide_line.addWidget(self._listing)
            self._wide_line.addWidget(self._right, 1)
            self._listing.show()
            self._right.show()
            self._stack.setCurrentWidget(self._wide)


def searched(
    cards: QWidget, placeholder: str, name: str, changed: Callable[[], object], *, above: QWidget | None = None, below: QWidget | None = None
) -> tuple[QWidget, QLineEdit]:
    """A list with a field above it that searches as one types, perhaps with more around the two: all together, and the field."""
    field = QLineEdit()
    field.setPlaceholderText(placeholder)
    field.setClearButtonEnabled(True)
    field.setAccessibleName(name)
    field.textChanged.connect(lambda _text: changed())
    both = QWidget()
    column = QVBoxLayout(both)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(10)
    for part in (above, field):
        if part is not None:
            column.addWidget(part)
    column.addWidget(cards, 1)
    if below is not None:
        column.addWidget(below)
    return both, field
