"""The story of one remix: its sound, its steps with every letter, its rules, what it earned, and the next act."""

from __future__ import annotations

from PySide6.QtWidgets import QPlainTextEdit, QVBoxLayout, QWidget

from fanlink.core.commands import AppealRemix, SubmitRemix, WithdrawRemix
from fanlink.core.documents import PotDocument, RemixDocument
from fanlink.core.earnings import recompute
from fanlink.core.lives import open_steps
from fanlink.core.remixes import LIFE, RemixState, Step
from fanlink.desktop import drafts, formats, hearing, telling, words
from fanlink.desktop.desk import Desk
from fanlink.desktop.drafts import Draft
from fanlink.desktop.pages.page import scrolling
from fanlink.desktop.pages.renewal import RULE, Renewal, Renewed
from fanlink.desktop.widgets import basics
from fanlink.desktop.widgets.artwork import Cover
from fanlink.desktop.widgets.flow import flow
from fanlink.desktop.widgets.notices import Banner
from fanlink.desktop.widgets.shares import ShareTable
from fanlink.desktop.widgets.timeline import Moment, Timeline

STEP_LOOK = {
    "submit": ("upload", ""), "resubmit": ("upload", ""), "screen": ("shield-check", ""), "pass_screening": ("shield-check", "ok"),
    "request_changes": ("message-square", "warn"), "retire_engine": ("refresh-cw", "warn"), "approve": ("circle-check", "ok"), "reject": ("circle-x", "bad"),
    "publish": ("disc-3", "ok"), "appeal": ("scale", ""), "uphold": ("scale", "bad"), "overturn": ("circle-check", "ok"),
    "withdraw": ("undo-2", ""), "take_down": ("ban", "bad"), "reinstate": ("rotate-ccw", "ok"), "queue": ("clock", "warn"),
}  # fmt: skip
ENDED = (RemixState.WITHDRAWN, RemixState.UPHELD)


class RemixView(QWidget):
    """Filled again for each remix or draft."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self.document: RemixDocument | None = None
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        area, self._column = scrolling()
        whole.addWidget(area)

    def show_draft(self, draft: Draft | None) -> None:
        """A draft: continue or discard."""
        self.document = None
        basics.empty(self._column)
        if draft is None:
            return
        head = self._head(draft.title or "Untitled draft", f"{draft.artist_name} · {draft.track_title}", draft.track, ("Draft", ""), draft.artwork)
        said = basics.text_label(f"“{draft.words}”" if draft.words else "No words yet.", "words", wrap=True)
        facts = telling.recipe_line(draft.take.recipe) if draft.take else "No take made yet"
        saved = f"Saved on this computer {formats.ago(draft.saved_ms, self.desk.now_ms())}"
        go_on = basics.button("Continue in the Studio", "sliders-horizontal", "primary", lambda: self.desk.go("studio", draft.id))
        discard = basics.button("Discard draft", "trash-2", "danger", lambda: self._discard(draft))
        self._column.addWidget(basics.card(
            head, said, basics.text_label(facts, "muted"), basics.text_label(saved, "small"), basics.row(go_on, None, discard),
        ))  # fmt: skip
        self._column.addStretch(1)

    def show_remix(self, document: RemixDocument | None, pots: list[PotDocument]) -> None:
        """A remix that was sent."""
        self.document = document
        basics.empty(self._column)
        if document is None:
            return
        remix = document.remix
        head = self._head(
            remix.title, f"{document.artist_name} · {document.track_title} · {document.prompt_title}", remix.track,
            words.REMIX_STATES[str(remix.state)], document.artwork,
        )  # fmt: skip
        card = basics.card(head, self._figures(document, pots))
        if document.thanks:
            thanks = Banner(tone="info")
            thanks.say(f"{document.artist_name}: “{document.thanks}”")
            card.layout().addWidget(thanks)
        if remix.wind_down_ms:
            note = Banner()
            note.say(f"A rightsholder withdrew. It can be heard and earns until {formats.date(remix.wind_down_ms)}.")
            card.layout().addWidget(note)
        self._column.addWidget(card)
        renewed = self._renewed(document)
        acts = self._acts(document)
        if renewed:
            head = basics.text_label("A newer engine", "h2")
            self._column.addWidget(basics.card(head, Renewal(self.desk, renewed)))
        elif acts:
            self._column.addWidget(acts)
        self._column.addWidget(self._story(document))
        self._column.addWidget(self._terms(document))
        self._column.addStretch(1)

    # Parts ----------------------------------------------------------------------------------------------------------

    def _head(self, title: str, under: str, cover: str, state: tuple[str, str], artwork: str | None) -> QWidget:
        names = basics.column(None, basics.Elided(title, "h2"), basics.Elided(under, "muted"), flow(basics.chip(*state)), None, gap=4)
        line = basics.row(Cover(cover, 84, 12, artwork), names, gap=16)
        line.setStretch(1, 1)
        document = self.document
        if document is not None and document.remix.audio:
            line.addWidget(basics.tool("play", "Play", lambda: self._play(document), kind="play"))
        return basics.boxed(line)

    def _figures(self, document: RemixDocument, pots: list[PotDocument]) -> QWidget:
        earned = earned_by(pots, document.remix.fan_party)
        shown = ", ".join(formats.money_micro(micro, currency) for currency, micro in sorted(earned.items())) or "—"
        mine = telling.my_share(document.shares, document.remix.fan_party)
        figures = [("Plays", f"{document.plays:,}" if document.plays else "—"), ("Earned", shown), ("Your share", formats.percent(mine)),
                   ("Recipe", telling.recipe_line(document.remix.recipe))]  # fmt: skip
        line = basics.row(gap=28)
        for name, value in figures:
            role = "figure" if name != "Recipe" else "strong"
            line.addLayout(basics.column(basics.text_label(name, "cap"), basics.text_label(value, role, wrap=name == "Recipe"), None, gap=2))
        line.setStretch(3, 1)
        return basics.boxed(line)

    def _renewed(self, document: RemixDocument) -> Renewed | None:
        """What it becomes, where its engine was retired while it waited."""
        found = next((each for each in document.findings if each.get("rule") == RULE), None)
        remix = document.remix
        if found is None or "resubmit" not in open_steps(LIFE, remix.state):
            return None
        was = SubmitRemix(remix.prompt, remix.prompt_version, remix.title, remix.recipe, remix.heard_digest, remix.parent)
        return Renewed.of(found["facts"], remix.id, was, base_version=remix.version)

    def _acts(self, document: RemixDocument) -> QWidget | None:
        remix = document.remix
        steps = open_steps(LIFE, remix.state)
        line = basics.row(self._letter_of(document), gap=10)
        line.setStretch(0, 1)
        if "resubmit" in steps:
            fix = basics.button("Fix and send again", "sliders-horizontal", "primary", lambda: self.desk.go("studio", f"remix:{remix.id}"))
            line.addWidget(fix)
        if "appeal" in steps:
            line.addWidget(basics.button("Appeal", "scale", "primary", lambda: self._open_appeal(document)))
        if "withdraw" in steps and remix.state not in ENDED:
            line.addWidget(basics.button("Withdraw", "undo-2", "danger", lambda: self._withdraw(document)))
        return basics.card(line, pad=14) if line.count() > 1 else None

    def _letter_of(self, document: RemixDocument) -> QWidget:
        """What the next act is about, in one sentence."""
        state = document.remix.state
        if state is RemixState.CHANGES_REQUESTED:
            text = "A moderator asked for a change. Your recipe opens in the Studio as it is, with the letter beside it."
        elif state is RemixState.REJECTED:
            text = "If you think this is wrong, another moderator looks at it again, with your words and the first letter in view."
        elif state is RemixState.PUBLISHED:
            text = "It is public. What it has earned stays yours if you withdraw it."
        else:
            text = "It is on its way. You can still take it back."
        return basics.text_label(text, "muted", wrap=True)

    def _story(self, document: RemixDocument) -> QWidget:
        timeline = Timeline()
        timeline.set_moments([moment_of(step) for step in reversed(document.remix.steps)])
        card = basics.card(basics.text_label("What happened", "h2"), timeline)
        for finding in document.findings:
            text = str(finding.get("fix") or finding.get("rule", ""))
            card.layout().addWidget(self._finding(str(finding.get("severity", "note")), text))
        return card

    def _finding(self, severity: str, text: str) -> QWidget:
        tone = {"breach": "bad", "warning": "warn"}.get(severity, "")
        line = basics.row(basics.chip(severity.capitalize(), tone), basics.text_label(text, wrap=True), gap=10)
        line.setStretch(1, 1)
        return basics.boxed(line)

    def _terms(self, document: RemixDocument) -> QWidget:
        table = ShareTable()
        table.set_lines(telling.shares_in_words(document.shares, document.remix.fan_party))
        fan = self.desk.account.name if self.desk.account else ""
        head, why = telling.disclosure(document.remix.recipe, fan, document.artist_name)
        return basics.card(
            basics.text_label("Who is paid", "h2"), table, basics.line(), basics.text_label("Disclosure", "cap"),
            basics.text_label(head, "strong"), basics.text_label(why, "muted", wrap=True),
        )  # fmt: skip

    # Acts -----------------------------------------------------------------------------------------------------------

    def _play(self, document: RemixDocument) -> None:
        assert document.remix.audio
        remix = document.remix
        self.desk.player.play(hearing.file_sound(
            self.desk, remix.id, remix.title, document.artist_name, remix.audio, remix.track, document.artwork
        ))  # fmt: skip

    def _withdraw(self, document: RemixDocument) -> None:
        said = f"“{document.remix.title}” is withdrawn."
        self.desk.do(WithdrawRemix(), document.id, said=said, undo=True, base_version=document.remix.version)

    def _open_appeal(self, document: RemixDocument) -> None:
        letter = next((step.letter for step in reversed(document.remix.steps) if step.letter), "")
        text = QPlainTextEdit()
        text.setPlaceholderText("What should the next moderator know?")
        text.setAccessibleName("Your appeal")
        text.setMinimumHeight(110)
        send = basics.button("Send the appeal", "scale", "primary")
        send.setEnabled(False)
        text.textChanged.connect(lambda: send.setEnabled(bool(text.toPlainText().strip())))
        send.clicked.connect(lambda: self._appeal(document, text.toPlainText().strip()))
        cancel = basics.button("Not now", clicked=lambda: self.show_remix(document, []))
        card = basics.card(
            basics.text_label("Your appeal", "h2"), basics.text_label("The letter you answer", "cap"),
            basics.card(basics.text_label(letter or "There was no letter.", wrap=True), pad=12, kind="tile"), text,
            basics.row(None, cancel, send),
        )  # fmt: skip
        old = self._column.itemAt(1).widget()
        self._column.replaceWidget(old, card)
        old.deleteLater()
        text.setFocus()

    def _appeal(self, document: RemixDocument, text: str) -> None:
        self.desk.do(AppealRemix(text), document.id, said="Your appeal is on its way.", undo=True, base_version=document.remix.version)

    def _discard(self, draft: Draft) -> None:
        home = self.desk.home

        def gone(removed: Draft | None) -> None:
            self.desk.changed.emit(frozenset({"remix"}))
            if removed is not None:
                self.desk.say("Draft discarded.", undo=lambda: self._put_back(removed))

        self.desk.read(lambda _session: drafts.remove(home, draft.id), gone, owner=self)

    def _put_back(self, draft: Draft) -> None:
        home = self.desk.home
        self.desk.read(lambda _session: drafts.save(home, draft), lambda _none: self.desk.changed.emit(frozenset({"remix"})), owner=self)


def moment_of(step: Step) -> Moment:
    """A step as the time line shows it."""
    icon, tone = STEP_LOOK.get(step.step, ("circle-dot", ""))
    reasons = tuple(words.DECISION_REASONS.get(code, formats.human(code)) for code in step.reasons)
    return Moment(words.STEPS.get(step.step, formats.human(step.step)), formats.moment(step.at_ms), icon, tone, reasons, step.letter)


def earned_by(pots: list[PotDocument], party: str) -> dict[str, int]:
    """What a party earned in these pots, in millionths by currency, computed here."""
    earned: dict[str, int] = {}
    for pot in pots:
        earned[pot.currency] = earned.get(pot.currency, 0) + recompute(pot).earned_micro.get(party, 0)
    return earned

