"""Decisions: what was decided, by reason and with every letter. A decision is never changed; an appeal names it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from PySide6.QtWidgets import QStackedWidget

from fanlink.core.cases import CaseKind, CaseState, Outcome
from fanlink.core.documents import CaseDocument
from fanlink.desktop import formats, words_staff
from fanlink.desktop.pages.case_view import CaseView
from fanlink.desktop.pages.page import ListDetail, Page, searched
from fanlink.desktop.widgets.cards import Card, CardList
from fanlink.desktop.widgets.notices import Empty
from fanlink.desktop.widgets.toggles import Choice

FILTERS = (("all", "All"), ("mine", "By me"), ("no", "Refused"), ("appeals", "Appeals"))
NO = (Outcome.REJECT, Outcome.REQUEST_CHANGES, Outcome.TAKE_DOWN, Outcome.UPHOLD)


@dataclass(frozen=True, slots=True)
class Listing:
    """Cards of decided cases, newest first, and whether there are any at all."""

    cards: dict[str, Card]
    any: bool


class DecisionsPage(Page):
    """A list of decided cases with one of them beside it."""

    KINDS = frozenset({"case"})

    def build(self) -> None:
        self.heading("Decisions", "What was decided stays as it is, with its reasons and its letter.")
        self.filter = Choice(FILTERS)
        self.filter.changed.connect(lambda _key: self.refresh())
        self.list = CardList(lambda _ids, _done: None, "Decisions")
        left, self.search = searched(self.list, "Search by title or fan", "Search decisions", self.refresh, above=self.filter)
        self.view = CaseView(self.desk, decided=True)
        self.both = ListDetail(left, self.view, back="All decisions")
        self.stack = QStackedWidget()
        self.stack.addWidget(self.both)
        self.stack.addWidget(Empty(
            "scale", "Decisions will be here", "Every decision with its reasons and its letter, for you and your colleagues.",
            "Open the queue", lambda: self.desk.go("queue"), "inbox",
        ))  # fmt: skip
        self.outer.addWidget(self.stack, 1)
        self.list.chosen.connect(self._chosen)
        self.list.opened.connect(lambda _id: self.both.show_detail())

    def read(self, session: Any) -> Listing:
        me, text, wanted = session.account.id if session.account else "", self.search.text().strip(), self.filter.chosen
        found = [each for each in session.all("case", search=text or None) if each.case.state is CaseState.DECIDED and each.case.decisions]
        every = bool(found) or bool(text)
        if wanted == "mine":
            found = [each for each in found if each.case.decisions[-1].by == me]
        elif wanted == "no":
            found = [each for each in found if each.case.decisions[-1].outcome in NO]
        elif wanted == "appeals":
            found = [each for each in found if each.case.kind is CaseKind.APPEAL]
        found.sort(key=lambda each: -each.case.decisions[-1].at_ms)
        return Listing({each.id: self._card(each, me) for each in found}, every)

    def show_data(self, data: Listing) -> None:
        self.stack.setCurrentIndex(0 if data.any else 1)
        wanted, self.item = self.item, ""
        id_ = self.list.show_ids(tuple(data.cards), data.cards, wanted)
        if wanted:
            self.both.show_detail()
        self._chosen(id_)

    def _card(self, document: CaseDocument, me: str) -> Card:
        decision = document.case.decisions[-1]
        chips = [words_staff.OUTCOMES[decision.outcome]]
        if document.case.kind is not CaseKind.SUBMISSION:
            chips.append((words_staff.CASE_KINDS[document.case.kind], ""))
        if decision.by == me:
            chips.append(("By you", "accent"))
        if document.case.opinions:
            chips.append((formats.count(len(document.case.opinions), "opinion"), ""))
        under = f"{document.fan_name} · {document.track_title}"
        return Card(document.id, document.remix.title, under, document.remix.track, tuple(chips), formats.ago(decision.at_ms, self.desk.now_ms()), document.artwork)

    def _chosen(self, id_: str) -> None:
        self.desk.read(lambda session: session.get("case", id_) if id_ else None, self.view.show_case, owner=self)
