"""What a person sees: the only room with PySide6.

How it is joined:

    app.py        makes application, theme, settings, window; opens the Session off the UI thread; runs
    window.py     the shell: sidebar, top line, banner, pages, player bar, toasts, shortcuts
    desk.py       what a page gets: read, do, go, say; and the signals `changed`, `account_changed`, `state_changed`
    ops.py        threads live here and nowhere else
    tokens.py     the only place with colours; theme.py and resources/themes/fanlink.qss turn them into a look
    words.py      a sentence for every code; formats.py numbers, money and times
    widgets/      pieces that know no documents
    pages/        one file for each noun

How to add a page:

1. Write `pages/submissions.py` with a class that derives from `pages.page.Page`:

       class SubmissionsPage(Page):
           KINDS = frozenset({"submission"})          documents it shows; it reads again when one of them moved

           def build(self) -> None: ...               make the widgets, once
           def read(self, session) -> object: ...     runs in the store lane: touch no widget, return plain values
           def show_data(self, data) -> None: ...     runs on the UI thread with what `read` returned

   `pages.page.ListDetailPage` is the usual list with a detail beside it (below 1000 px one above the other, with a way back).
2. Add one line to the table of its role in `pages/registry.py` (fans) or `pages/registry_staff.py` (owners, moderators, finance). Sidebar, palette, Ctrl+1..9 and `pictures.py` follow.
3. Acts go through `self.desk.do(commands.X(...), target, said="...")`, which stores first and sends later, offers Undo where asked,
   and shows a refusal in words. Navigation is `self.desk.go("remixes", remix_id)`; sound is `self.desk.player.play(...)`.
4. Text that somebody typed goes through `widgets.basics.text_label` (plain text, tested). No colours, no sizes of fonts: properties
   `role` and `kind` of the style sheet. One primary button on a screen.
5. Take pictures (`python -m fanlink.desktop.pictures --home DIR --out DIR`) in light and dark, at both sizes, and look at them.
"""
