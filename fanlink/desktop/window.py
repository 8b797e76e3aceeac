"""The shell: sidebar, top line, banner, pages, player bar, toasts. It knows where one is, and nothing of what is shown."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QHBoxLayout,
    QLineEdit,
    QMainWindow,
    QPlainTextEdit,
    QStackedWidget,
    QTextEdit,
    QVBoxLayout,
    QWidget,
)

from fanlink.desktop import icons, news, sync_line, tokens, waiting
from fanlink.desktop.banners import Banners
from fanlink.desktop.desk import Desk
from fanlink.desktop.history import History
from fanlink.desktop.pages import registry
from fanlink.desktop.pages.page import NARROW, Page
from fanlink.desktop.playerbar import PlayerBar
from fanlink.desktop.sidebar import Sidebar
from fanlink.desktop.topbar import TopBar
from fanlink.desktop.widgets.brand import window_icon
from fanlink.desktop.widgets.notices import Toast

SMALLEST = (960, 640)
AT_THE_DOOR = ("first_run", "sign_in", "invitation")
TYPING = (QLineEdit, QPlainTextEdit, QTextEdit, QAbstractSpinBox)


class Window(QMainWindow):
    """One window. Pages are made when they are first opened and kept."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self.role = registry.desktop(desk.settings.now.role)
        self._pages: dict[str, Page] = {}
        self._history = History()
        self.page: Page | None = None
        self.setWindowTitle("FanLink")
        self.setWindowIcon(window_icon())
        self.setMinimumSize(*SMALLEST)
        self.resize(desk.settings.now.width, desk.settings.now.height)
        self._build()
        self._connect()
        self._install_actions()
        self.sidebar.set_pages(self.role)
        self.sidebar.set_roles((self.role,), self.role.key)
        self.sidebar.set_account(desk.settings.now.account_name or "Not signed in", [])
        self._painted_again()

    # Parts ----------------------------------------------------------------------------------------------------------

    def _build(self) -> None:
        self.root = QWidget()
        self.root.setObjectName("root")
        self.setCentralWidget(self.root)
        whole = QVBoxLayout(self.root)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        upper = QHBoxLayout()
        upper.setSpacing(0)
        self.sidebar, self.topbar = Sidebar(), TopBar()
        self.banners = Banners(self.desk)
        self.stack = QStackedWidget()
        self.playerbar = PlayerBar(self.desk.player)
        self.toast = Toast(self.root)
        content = QVBoxLayout()
        content.setSpacing(0)
        content.addWidget(self.topbar)
        content.addWidget(self.banners)
        content.addWidget(self.stack, 1)
        upper.addWidget(self.sidebar)
        upper.addLayout(content, 1)
        whole.addLayout(upper, 1)
        whole.addWidget(self.playerbar)

    def _connect(self) -> None:
        desk = self.desk
        self.sidebar.page_asked.connect(self.go)
        self.sidebar.role_asked.connect(self.switch_role)
        self.sidebar.person_asked.connect(lambda number: desk.become(desk.people[number].home))
        desk.person_changed.connect(self._person_changed)
        self.sidebar.sync_asked.connect(self.show_sync)
        self.sidebar.account_asked.connect(self._account_asked)
        self.topbar.search_asked.connect(self.show_palette)
        self.topbar.back_asked.connect(self.back)
        self.topbar.forward_asked.connect(self.forward)
        self.topbar.bell_asked.connect(self.show_news)
        desk.asked_to_go.connect(self.go)
        desk.asked_to_say.connect(lambda text, tone, undo, label: self.toast.say(text, tone, undo, label))
        desk.account_changed.connect(self._account_changed)
        desk.state_changed.connect(self._state_changed)
        desk.changed.connect(self._count_news)
        desk.opened.connect(self._count_news)
        for moved in (desk.changed, desk.opened):
            moved.connect(self._count_cases)
        desk.theme.changed.connect(self._painted_again)
        desk.player.failed.connect(desk.failed)
        desk.ops.failed.connect(desk.failed)

    def _install_actions(self) -> None:
        self._action("Search and commands", "Ctrl+K", self.show_palette)
        self._action("Back", "Alt+Left", self.back)
        self._action("Forward", "Alt+Right", self.forward)
        self._action("Settings", "Ctrl+,", lambda: self.go("settings"))
        self._action("Quit", "Ctrl+Q", self.close)
        self._action("Keyboard shortcuts", "?", self.show_shortcuts, in_text=False)
        self._action("Play or pause", "Space", self.desk.player.toggle, in_text=False)
        self._action("Swap A and B", "X", self.desk.player.swap, in_text=False)
        loop = self._action("Loop", "L", None, in_text=False)
        loop.triggered.connect(lambda: self.desk.player.set_looping(not self.desk.player.looping))
        self._action("To the start", "Home", lambda: self.desk.player.seek(0), in_text=False)
        for number in range(1, 10):
            self._action(f"Page {number}", f"Ctrl+{number}", lambda number=number: self._go_to_number(number))

    def _action(self, name: str, keys: str, run, *, in_text: bool = True) -> QAction:
        action = QAction(name, self)
        action.setShortcut(QKeySequence(keys))
        action.setShortcutContext(Qt.ShortcutContext.WindowShortcut)
        action.setObjectName(f"act-{name}")
        action.setProperty("in_text", in_text)
        if run:
            action.triggered.connect(lambda _on=False: run())
        self.addAction(action)
        if not in_text:
            self._letters().append(action)
        return action

    def _letters(self) -> list[QAction]:
        """Shortcuts that are letters: they rest while somebody types."""
        if not hasattr(self, "_letter_actions"):
            self._letter_actions: list[QAction] = []
            QApplication.instance().focusChanged.connect(self._focus_moved)
        return self._letter_actions

    def _focus_moved(self, _old: QWidget | None, new: QWidget | None) -> None:
        typing = isinstance(new, TYPING) or (isinstance(new, QComboBox) and new.isEditable())
        for action in self._letter_actions:
            action.setEnabled(not typing)
        if self.page:
            for action in self.page.actions_of_page():
                if not action.property("in_text"):
                    action.setEnabled(not typing)

    # Where one is ---------------------------------------------------------------------------------------------------

    def go(self, key: str, item: str = "", *, remember: bool = True) -> None:
        """Opens a page, perhaps at one thing; a page of another role switches the role."""
        spec, marked, role = self._find(key)
        if spec is None:
            return
        if role is not None and role is not self.role:
            self._set_role(role)
        if self.page is not None:
            self.page.leave()
            for action in self.page.actions_of_page():
                self.removeAction(action)
        page = self._page(spec)
        self.page = page
        self.stack.setCurrentWidget(page)
        page.setFocus()
        page.enter(item)
        for action in page.actions_of_page():
            self.addAction(action)
        self.sidebar.set_page(marked)
        at_the_door = key in AT_THE_DOOR and self.desk.account is None
        for part in (self.sidebar, self.topbar, self.playerbar):
            part.setVisible(not at_the_door)
        self.setWindowTitle(f"{spec.title} – FanLink")
        if remember:
            self._history.went(key, item)
        self._show_history()
        if any(each.key == key for each in self.role.pages):
            self.desk.settings.change(page=key, role=self.role.key)

    def back(self) -> None:
        """Where one was before."""
        if place := self._history.back():
            self.go(*place, remember=False)

    def forward(self) -> None:
        """Where one went back from."""
        if place := self._history.forward():
            self.go(*place, remember=False)

    def switch_role(self, key: str) -> None:
        """The desktop of another role, at its first page."""
        self._set_role(registry.desktop(key))
        self.go(self.role.pages[0].key)

    def _set_role(self, role: registry.Desktop) -> None:
        self.role = role
        for page in self._pages.values():
            self.stack.removeWidget(page)
            page.deleteLater()
        self._pages, self.page = {}, None
        self.sidebar.set_pages(role)
        self._show_roles()
        self._fill_palette()
        self._count_cases()

    def _show_roles(self) -> None:
        """What can be switched: roles of one person, or the people of the demo."""
        somebody = next((one for one in self.desk.people if one.home == self.desk.home), None)
        if somebody is None:
            self.sidebar.set_roles(self._roles(), self.role.key)
        else:
            self.sidebar.set_people(tuple((one.label, one.icon) for one in self.desk.people), somebody.label)

    def _person_changed(self) -> None:
        """Another person's desktop, from its first page on: nothing of the one before stays, in view or a step back."""
        self._history = History()
        self.toast.hide()
        for name in ("palette_sheet", "sync_sheet", "news_sheet"):
            if hasattr(self, name):
                getattr(self, name).deleteLater()
                delattr(self, name)
        self.switch_role(self._roles()[0].key)

    def _roles(self) -> tuple[registry.Desktop, ...]:
        return registry.desktops_for(self.desk.account.roles if self.desk.account else ())

    def _find(self, key: str) -> tuple[registry.Spec | None, str, registry.Desktop | None]:
        for role in (self.role, *self._roles()):
            for spec in role.pages:
                if spec.key == key:
                    return spec, key, role
            for spec, marked in role.hidden:
                if spec.key == key:
                    return spec, marked, role
        return next((spec for spec in registry.COMMON if spec.key == key), None), "", None

    def _page(self, spec: registry.Spec) -> Page:
        if spec.key not in self._pages:
            page = spec.make(self.desk)
            self._pages[spec.key] = page
            self.stack.addWidget(page)
        return self._pages[spec.key]

    def _go_to_number(self, number: int) -> None:
        if number <= len(self.role.pages):
            self.go(self.role.pages[number - 1].key)

    def _show_history(self) -> None:
        self.topbar.back.setEnabled(self._history.can_go_back)
        self.topbar.forward.setEnabled(self._history.can_go_forward)

    # What is true ---------------------------------------------------------------------------------------------------

    def _account_changed(self) -> None:
        account = self.desk.account
        desktops = self._roles()
        self.desk.settings.change(account_name=account.name if account else "")
        if account is None:
            self.sidebar.set_account("Not signed in", [("sign_in", "Sign in", ""), ("settings", "Settings", "")])
            self.go("first_run" if not self.desk.settings.now.welcomed else "sign_in")
            return
        self.sidebar.set_account(account.name, [
            ("account", "Bank details and payouts", ""), ("settings", "Settings", ""), ("diagnostics", "Diagnostics", ""), ("shortcuts", "Keyboard shortcuts", ""),
            ("", "", ""), ("sign_in", "Use another account", ""),
        ])  # fmt: skip
        if self.role not in desktops:
            self._set_role(desktops[0])
        self._show_roles()
        self._fill_palette()
        keys = [spec.key for spec in self.role.pages]
        in_front = self.page.spec.key if self.page else ""
        if in_front in ("", *AT_THE_DOOR):
            wanted = self.desk.settings.now.page
            self.go(wanted if wanted in keys else keys[0])

    def open_last(self) -> None:
        """Shows the page that was last in front; it fills when the Session is open."""
        wanted = self.desk.settings.now.page
        if self.desk.settings.now.account_name:
            self.go(wanted if any(spec.key == wanted for spec in self.role.pages) else self.role.pages[0].key)

    def _state_changed(self, state) -> None:
        line = sync_line.line(state)
        self.sidebar.set_sync(line.words, line.icon, line.tone)

    def _painted_again(self) -> None:
        colors = self.desk.theme.tokens
        self.sidebar.paint_chevron(icons.pixmap("chevrons-up-down", colors.color("muted"), 16))

    # Sheets, made when they are first asked for ---------------------------------------------------------------------

    def show_palette(self) -> None:
        """Search and commands."""
        self._palette().present()

    def _palette(self):
        if not hasattr(self, "palette_sheet"):
            from fanlink.desktop import finding, palette

            self.palette_sheet = palette.Palette(self.root, self.desk, finding.find)
            self._fill_palette()
        return self.palette_sheet

    def _fill_palette(self) -> None:
        if not hasattr(self, "palette_sheet"):
            return
        from fanlink.desktop.palette import Choice

        choices = [Choice(s.title, "Page", s.icon, lambda k=s.key: self.go(k)) for s in (*self.role.pages, *registry.COMMON)]
        choices += [
            Choice("Switch between light and dark", "Look", "moon", self._swap_mode, "theme dark light"),
            Choice("Keyboard shortcuts", "?", "keyboard", self.show_shortcuts),
            Choice("What is being sent", "Sync", "cloud-check", self.show_sync, "outbox offline changes"),
        ]
        choices += [
            Choice(f"Switch to {role.title}", "Role", role.icon, lambda k=role.key: self.switch_role(k))
            for role in self._roles() if role is not self.role
        ]  # fmt: skip
        self.palette_sheet.choices = choices

    def _swap_mode(self) -> None:
        mode = "dark" if self.desk.theme.tokens is tokens.LIGHT else "light"
        self.desk.settings.change(mode=mode)
        self.desk.theme.apply(mode)

    def show_shortcuts(self) -> None:
        """The sheet of shortcuts."""
        if not hasattr(self, "shortcut_sheet"):
            from fanlink.desktop.shortcuts import ShortcutSheet

            self.shortcut_sheet = ShortcutSheet(self.root)
        self.shortcut_sheet.present()

    def show_sync(self) -> None:
        """The outbox."""
        if not hasattr(self, "sync_sheet"):
            from fanlink.desktop.sync_sheet import SyncSheet

            self.sync_sheet = SyncSheet(self.root, self.desk)
        self.sync_sheet.present()

    def show_news(self) -> None:
        """What happened since one last looked."""
        if not hasattr(self, "news_sheet"):
            from fanlink.desktop.news_sheet import NewsSheet

            self.news_sheet = NewsSheet(self.root, self.desk)
        self.desk.settings.change(news_seen_ms=self.desk.now_ms())
        self.topbar.set_news(0)
        self.news_sheet.present()

    def _count_news(self, kinds: frozenset[str] = frozenset({"remix"})) -> None:
        if "remix" in kinds and self.desk.is_open:
            seen = self.desk.settings.now.news_seen_ms
            self.desk.read(
                lambda session: sum(each.at_ms > seen for each in news.of_remixes(session.all("remix"))),
                self.topbar.set_news, owner=self,
            )  # fmt: skip

    def _count_cases(self, kinds: frozenset[str] = frozenset({"case"})) -> None:
        """How many cases wait, beside the pages of a moderator."""
        if "case" not in kinds or self.role.key != "moderator" or not self.desk.is_open:
            return

        def read(session) -> dict[str, int]:
            cases = session.all("case")
            return {"queue": len(waiting.undecided(cases, waiting.SUBMITTED)), "flagged": len(waiting.undecided(cases, waiting.FLAGGED))}

        self.desk.read(read, self._show_counts, owner=self)

    def _show_counts(self, counts: dict[str, int]) -> None:
        for spec in self.role.pages:
            if spec.key in counts:
                self.sidebar.set_count(spec.key, counts[spec.key], spec.title)

    def _account_asked(self, key: str) -> None:
        if key == "shortcuts":
            self.show_shortcuts()
        else:
            self.go(key)

    # The window itself ----------------------------------------------------------------------------------------------

    def resizeEvent(self, event: object) -> None:  # noqa: N802
        super().resizeEvent(event)  # type: ignore[arg-type]
        self.sidebar.set_narrow(self.width() < NARROW)

    def closeEvent(self, event) -> None:  # noqa: N802
        if self.page is not None:
            self.page.leave()
        self.desk.settings.change(width=self.width(), height=self.height(), maximized=self.isMaximized())
        super().closeEvent(event)
