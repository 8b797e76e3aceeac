"""Rights & splits: what is asked of my parties, what they have agreed to, and who gets which share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from PySide6.QtWidgets import QStackedWidget

from fanlink.core.commands import AnswerCatalogue, ProposeTemplate
from fanlink.core.documents import ConsentDocument, TemplateDocument
from fanlink.core.shares import Template
from fanlink.core.standing import Says
from fanlink.desktop import agreeing, formats, splitting
from fanlink.desktop.pages.page import ListDetail, Page
from fanlink.desktop.pages.rights_view import Rights, RightsView
from fanlink.desktop.pages.split_editor import SplitEditor
from fanlink.desktop.widgets import basics
from fanlink.desktop.widgets.cards import Card, CardList
from fanlink.desktop.widgets.notices import Banner, Empty


@dataclass(frozen=True, slots=True)
class Listing:
    """The rights in each track, those with something to answer first."""

    rights: dict[str, Rights]
    platform: str | None
    names: dict[str, str]
    consents: tuple[ConsentDocument, ...] = ()
    acting: tuple[str, ...] = ()


class RightsPage(Page):
    """A list of tracks with their rights beside it; making a split takes the whole page."""

    KINDS = frozenset({"track", "consent", "template", "mandate", "account"})

    def build(self) -> None:
        self._listing = Listing({}, None, {})
        self._links = [
            basics.button(name, icon, "", lambda key=key: self.desk.go(key))
            for name, icon, key in (("Partners", "users", "partners"), ("Standing answers", "list-filter", "policies"), ("Split sheets", "split", "sheets"))
        ]  # fmt: skip
        self.heading("Rights & splits", "What you are asked, what you agreed to, and who gets which share.", *self._links)
        self.bulk = Banner("Agree to all", self._answer_all, tone="info")
        self.bulk.hide()
        self.outer.addWidget(self.bulk)
        self._bulk = ""
        self.list = CardList(lambda _ids, _done: None, "Rights by track")
        self.view = RightsView(self.desk)
        self.view.split_asked.connect(self._edit)
        self.both = ListDetail(self.list, self.view, back="All tracks")
        self.editor = SplitEditor(self.desk)
        self.editor.proposed.connect(self._propose)
        self.editor.left.connect(self._leave_editor)
        self._editing: Rights | None = None
        self._answers = ""
        self.nothing = Empty(
            "handshake", "Questions will be here", "When an artist asks for a use of something you own a part of, you answer here. The "
            "default of every use is no.", "Earnings", lambda: self.desk.go("earnings"), "wallet",
        )  # fmt: skip
        self.stack = QStackedWidget()
        for each in (self.both, self.editor, self.nothing):
            self.stack.addWidget(each)
        self.outer.addWidget(self.stack, 1)
        self.list.chosen.connect(self._chosen)
        self.list.opened.connect(lambda _id: self.both.show_detail())

    def read(self, session: Any) -> Listing:
        own = session.account.parties if session.account else ()
        mine = agreeing.acting_for(own, session.all("mandate"), self.desk.now_ms())
        tracks = {each.id: each for each in session.all("track")}
        consents = session.all("consent")
        templates: list[TemplateDocument] = session.all("template")
        ids = [*tracks, *(each.consent.track for each in consents), *(each.track for each in templates)]
        found: dict[str, Rights] = {}
        for id_ in dict.fromkeys(ids):
            track = tracks.get(id_)
            asked = tuple(each for each in consents if each.consent.track == id_)
            artwork = track.artwork if track else next((each.artwork for each in asked), None)
            split = tuple(each for each in templates if each.track == id_)
            title = track.facts.title if track else (asked[0].track_title if asked else split[0].track_title)
            artist_name = track.artist_name if track else (asked[0].artist_name if asked else "")
            found[id_] = Rights(id_, title, track.artist if track else "", artist_name, track, asked, split, artwork)
        ordered = sorted(found.values(), key=lambda each: (-_to_do(each, mine), each.title))
        leaves = [share for each in templates for share in each.shares]
        platform = next((share.party for share in leaves if share.role == "platform"), None)
        known = {share.party: share.name for share in leaves}
        return Listing({each.id: each for each in ordered}, platform, known, tuple(consents), mine)

    def show_data(self, data: Listing) -> None:
        self._listing = data
        self.view.everything, self.view.acting = data.consents, data.acting
        self._show_bulk(data)
        wanted, self.item = self.item, ""
        id_ = self.list.show_ids(tuple(data.rights), {each.id: self._card(each) for each in data.rights.values()}, wanted)
        if self.stack.currentWidget() is not self.editor:
            self.stack.setCurrentWidget(self.both if data.rights else self.nothing)
            if wanted:
                self.both.show_detail()
        self._chosen(id_)

    def _card(self, rights: Rights) -> Card:
        mine = self._listing.acting
        asked = sum(each.consent.open for each in rights.consents)
        to_sign = sum(party in mine for each in rights.templates if not each.countered_by for party in each.unsigned)
        chips = []
        if asked:
            chips.append((f"{asked} to answer", "warn"))
        if to_sign:
            chips.append((f"{to_sign} to sign", "warn"))
        if not chips:
            chips.append(("Nothing to do", "ok"))
        if rights.templates:
            chips.append((formats.count(len(rights.templates), "split"), ""))
        return Card(rights.id, rights.title, rights.artist_name, rights.id, tuple(chips), artwork=rights.artwork)

    def _chosen(self, id_: str) -> None:
        self.view.show_rights(self._listing.rights.get(id_))

    def _show_bulk(self, data: Listing) -> None:
        """Offers one answer to everything, where one party is asked about several tracks."""
        asked: dict[str, list[ConsentDocument]] = {}
        for each in data.consents:
            if each.consent.open:
                asked.setdefault(each.consent.party, []).append(each)
        several = {party: found for party, found in asked.items() if len({each.consent.track for each in found}) > 1}
        self._bulk = max(several, key=lambda party: (len(several[party]), party), default="")
        self.bulk.setVisible(bool(self._bulk))
        if self._bulk:
            found = several[self._bulk]
            tracks = formats.count(len({each.consent.track for each in found}), "track")
            self.bulk.say(f"{formats.count(len(found), 'question')} on {tracks} wait for {found[0].party_name}.")

    def _answer_all(self) -> None:
        if self._bulk:
            self.desk.do(AnswerCatalogue(Says.GRANT), self._bulk, said="Agreed to all of them.", undo=True)

    # Splits ---------------------------------------------------------------------------------------------------------

    def _edit(self, rights: Rights, template: TemplateDocument | None) -> None:
        if rights.track is None:
            return
        self._editing = rights
        self._answers = template.id if template and template.unsigned and not template.countered_by else ""
        begun = Template.from_data(template.tree) if template else None
        pools = splitting.pools_in(begun.nodes) if begun else []
        for each in (self.title_label, self.subtitle_label, *self._links):
            each.hide()
        self.stack.setCurrentWidget(self.editor)
        self.editor.write(rights.track, pools, self._listing.names, self._listing.platform, begun.recoupment if begun else None)

    def _leave_editor(self) -> None:
        self._editing = None
        for each in (self.title_label, self.subtitle_label, *self._links):
            each.show()
        self.stack.setCurrentWidget(self.both)
        self.refresh()

    def _propose(self, template: Template) -> None:
        if self._editing is None:
            return
        track = self._editing.id

        def made(id_: str) -> None:
            said = "The split is proposed. Everyone on it is asked to sign."
            self.desk.do(ProposeTemplate(track, template.as_data(), self._answers), id_, said=said, undo=True)
            self._leave_editor()

        self.desk.read(lambda session: session.new_id("template"), made, owner=self)


def _to_do(rights: Rights, mine: tuple[str, ...]) -> int:
    asked = sum(each.consent.open for each in rights.consents)
    return asked + sum(party in mine for each in rights.templates if not each.countered_by for party in each.unsigned)
