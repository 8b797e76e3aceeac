"""The left side of the window: role switch, pages, sync line, account. Only icons below 1000 px."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QMenu, QPushButton, QVBoxLayout, QWidget

from fanlink.desktop import icons, theme, tokens
from fanlink.desktop.pages.registry import Desktop
from fanlink.desktop.widgets import basics
from fanlink.desktop.widgets.brand import Logo

WIDE, NARROW = 228, 64
SPARE = 58


class NavButton(QPushButton):
    """A button that has words in a wide sidebar and only its icon in a narrow one."""

    def __init__(self, words: str, icon: str, kind: str = "nav") -> None:
        super().__init__()
        self._words = words
        self._narrow = False
        # What its words leave free at both ends; 0 where they never meet anything.
        self.spare = 0
        self.setProperty("kind", kind)
        self.setIconSize(QSize(18, 18))
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName(words)
        theme.set_icon(self, icon)
        self.say(words)

    def say(self, words: str) -> None:
        """Other words."""
        self._words = words
        self.setAccessibleName(words)
        self._fit()

    def _fit(self) -> None:
        room = self.width() - self.iconSize().width() - self.spare
        shown = self.fontMetrics().elidedText(self._words, Qt.TextElideMode.ElideRight, room) if self.spare else self._words
        self.setText("" if self._narrow else "  " + basics.escape(shown))
        self.setToolTip(basics.plain_tooltip(self._words) if self._narrow or shown != self._words else "")

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        super().resizeEvent(event)
        if self.spare:
            self._fit()

    def set_narrow(self, narrow: bool) -> None:
        """With or without words."""
        self._narrow = narrow
        self.say(self._words)


class Sidebar(QWidget):
    """Tells the window where to go; knows no pages."""

    page_asked = Signal(str)
    role_asked = Signal(str)
    person_asked = Signal(int)
    sync_asked = Signal()
    account_asked = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("sidebar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._narrow = False
        self._pages: dict[str, NavButton] = {}
        self._group = QButtonGroup(self)
        self._group.setExclusive(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 16, 14, 12)
        column.setSpacing(5)
        self._logo = Logo()
        self._brand = basics.text_label("FanLink", "brand")
        head = QHBoxLayout()
        head.setSpacing(9)
        head.setContentsMargins(4, 0, 0, 6)
        head.addWidget(self._logo)
        head.addWidget(self._brand, 1)
        column.addLayout(head)
        self.role = NavButton("Fan", "headphones", "role")
        self.role.spare = SPARE
        self._role_menu = QMenu(self.role)
        # Not `setMenu`: with a menu of its own the button would draw its icon over its padding.
        self.role.clicked.connect(self._open_roles)
        self._chevron = basics.text_label("")
        inside = QHBoxLayout(self.role)
        inside.setContentsMargins(0, 0, 10, 0)
        inside.addStretch(1)
        inside.addWidget(self._chevron)
        self._chevron.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        column.addWidget(self.role)
        column.addSpacing(6)
        self._nav = QVBoxLayout()
        self._nav.setSpacing(5)
        column.addLayout(self._nav)
        column.addStretch(1)
        self.sync = NavButton("Opening", "cloud-check", "account")
        self.sync.clicked.connect(self.sync_asked)
        column.addWidget(self.sync)
        self.account = NavButton("Not signed in", "circle-user", "account")
        self._account_menu = QMenu(self.account)
        self.account.clicked.connect(self._open_account)
        column.addWidget(self.account)
        self.set_narrow(False)

    def paint_chevron(self, icon) -> None:
        """The little mark that says the role can be switched."""
        self._chevron.setPixmap(icon)

    def set_roles(self, desktops: tuple[Desktop, ...], now: str) -> None:
        """The roles to switch between; with one there is nothing to switch."""
        self._role_menu.clear()
        for desktop in desktops:
            action = self._role_menu.addAction(basics.escape(desktop.title))
            action.setCheckable(True)
            action.setChecked(desktop.key == now)
            action.triggered.connect(lambda _on=False, key=desktop.key: self.role_asked.emit(key))
            if desktop.key == now:
                self.role.say(desktop.title)
                theme.set_icon(self.role, desktop.icon)
        self.role.setVisible(len(desktops) > 1)

    def set_people(self, people: tuple[tuple[str, str], ...], now: str) -> None:
        """People to go on as, where this computer plays more than one; each with an icon, in the place of the roles."""
        self._role_menu.clear()
        for number, (label, icon) in enumerate(people):
            action = self._role_menu.addAction(icons.icon(icon, tokens.now().color("muted")), basics.escape(label))
            action.setCheckable(True)
            action.setChecked(label == now)
            action.triggered.connect(lambda _on=False, number=number: self.person_asked.emit(number))
            if label == now:
                theme.set_icon(self.role, icon)
        self.role.say(now)
        self.role.setVisible(True)

    def set_pages(self, desktop: Desktop) -> None:
        """The pages of a role."""
        for page in self._pages.values():
            self._group.removeButton(page)
        basics.empty(self._nav)
        self._pages = {}
        for number, spec in enumerate(desktop.pages, 1):
            nav = NavButton(spec.title, spec.icon)
            nav.setCheckable(True)
            nav.setObjectName(f"nav-{spec.key}")
            nav.set_narrow(self._narrow)
            if not self._narrow and number < 10:
                nav.setToolTip(basics.plain_tooltip(f"{spec.title} (Ctrl+{number})"))
            nav.clicked.connect(lambda _on=False, key=spec.key: self.page_asked.emit(key))
            self._group.addButton(nav)
            self._nav.addWidget(nav)
            self._pages[spec.key] = nav

    def set_page(self, key: str) -> None:
        """Marks the page in front."""
        self._group.setExclusive(False)
        for name, nav in self._pages.items():
            nav.setChecked(name == key)
        self._group.setExclusive(True)

    def set_count(self, key: str, count: int, title: str) -> None:
        """How many things wait on a page."""
        if key in self._pages:
            self._pages[key].say(f"{title} · {count}" if count else title)

    def set_sync(self, words: str, icon: str, tone: str) -> None:
        """What the sync line says."""
        self.sync.say(words)
        self.sync.setProperty("kind", {"ok": "sync_ok", "warn": "sync_warn", "bad": "sync_bad"}.get(tone, "account"))
        self.sync.setProperty("icon_name", icon)
        theme.restyle(self.sync)

    def set_account(self, name: str, entries: list[tuple[str, str, str]]) -> None:
        """Who is signed in, and what can be asked: key, words, icon."""
        self.account.say(name)
        self._account_menu.clear()
        for key, words, _icon in entries:
            if not key:
                self._account_menu.addSeparator()
                continue
            action = self._account_menu.addAction(basics.escape(words))
            action.triggered.connect(lambda _on=False, key=key: self.account_asked.emit(key))

    def _open_roles(self) -> None:
        self._role_menu.setMinimumWidth(self.role.width())
        self._role_menu.popup(self.role.mapToGlobal(self.role.rect().bottomLeft()) + QPoint(0, 4))

    def _open_account(self) -> None:
        size = self._account_menu.sizeHint()
        self._account_menu.popup(self.account.mapToGlobal(self.account.rect().topLeft()) - QPoint(0, size.height() + 4))

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802
        super().changeEvent(event)
        if event.type() is QEvent.Type.FontChange and not self._narrow:
            self.setFixedWidth(round(WIDE * max(self.font().pixelSize() / theme.BODY_PX, 1)))

    def set_narrow(self, narrow: bool) -> None:
        """With words or only icons."""
        self._narrow = narrow
        self.setProperty("narrow", narrow)
        self.setFixedWidth(NARROW if narrow else round(WIDE * max(self.font().pixelSize() / theme.BODY_PX, 1)))
        self.layout().setContentsMargins(*((10, 16, 10, 12) if narrow else (14, 16, 14, 12)))
        self._brand.setVisible(not narrow)
        self._chevron.setVisible(not narrow)
        for nav in (*self._pages.values(), self.sync, self.account, self.role):
            nav.set_narrow(narrow)
        for nav in self.findChildren(NavButton):
            theme.restyle(nav)
