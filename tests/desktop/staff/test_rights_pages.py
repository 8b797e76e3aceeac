"""Partners, standing answers, split sheets, adding and importing, and what taking back will do: as their pages show it."""

import csv
import io
import json
import zipfile
from dataclasses import replace
from datetime import timedelta
from fractions import Fraction
from pathlib import Path

import httpx
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QLabel, QLineEdit

from fanlink.core.documents import MandateDocument, PartyDocument, SheetDocument, StandingDocument
from fanlink.core.guard_rails import Use
from fanlink.core.parties import Mandate, Party
from fanlink.core.shares import Node, SplitSheet, label_standard
from fanlink.core.sheets import SheetProposal
from fanlink.core.standing import Says, StandingAnswer
from fanlink.desktop import words_rights
from fanlink.desktop.pages.withdraw_card import WithdrawCard
from fanlink.desktop.widgets.opening import Opening
from fanlink.desktop.widgets.rights_picture import RightsPicture
from fanlink.desktop.widgets.split_graph import every, places
from tests.desktop.staff import world as staff_world
from tests.desktop.staff.room import Staffroom
from tests.desktop.staff.world import NAMES, NOW_MS

TODAY = words_rights.day_of(NOW_MS)
LUMA = "party:party_luma"


def rights_documents():
    names = {**NAMES, "party_mara": "Mara Lind", "party_theo": "Theo Brandt"}
    split = label_standard("party_fanlink", {"party_northside": "3/5", "party_luma": "2/5"}, {"party_jonah": "1", })
    parent = split.bind("remix_parent", "party_mara", TODAY - timedelta(days=90))
    first = split.bind("remix_sheet1", "party_theo", TODAY - timedelta(days=40), parent)
    later = SplitSheet("remix_sheet1", TODAY + timedelta(days=9), (Node("party_theo", Fraction(1, 2)), Node("party_luma", Fraction(1, 2))))
    proposal = SheetProposal("proposal_1", "remix_sheet1", later.as_data(), tuple(sorted(first.parties())), "x", NOW_MS, "Fairer", version=3)
    mandate = Mandate("mandate_1", "party_luma", "party_northside", TODAY - timedelta(days=3), TODAY + timedelta(days=300), version=2)
    answer = StandingAnswer("standing_1", "party_luma", Use.MODEL_TRAINING, Says.REFUSE, conditions="Never", version=4)
    return [
        (LUMA, PartyDocument("party_luma", Party("party_luma", "Luma Reyes"))),
        (LUMA, MandateDocument("mandate_1", mandate, "Luma Reyes", "Northside Music")),
        (LUMA, StandingDocument("standing_1", answer, "Luma Reyes")),
        (LUMA, SheetDocument("remix_sheet1", "Slow tide", "Luma Reyes", "Neon Tide", (first.as_data(),), (proposal,), names,
                             {first.parent: "Mara's mix"}, None, "track_neon01")),
    ]  # fmt: skip


@pytest.fixture(scope="module")
def staff(tmp_path_factory):
    made = staff_world.make(tmp_path_factory.mktemp("rights"))
    made.documents.extend(rights_documents())
    return made


def said(widget):
    return " ".join(each.text() for each in widget.findChildren(QLabel))


def press(widget, text):
    next(each for each in widget.findChildren(QAbstractButton) if each.text().strip() == text and not each.isHidden()).click()


def write(editor, name, text):
    field = next(each for each in editor.findChildren(QLineEdit) if each.accessibleName() == name)
    field.setText(text)
    field.textEdited.emit(text)


def test_partners_shows_what_is_in_force_and_ends_it(room: Staffroom):
    page = room.go("artist", "partners")
    assert "Northside Music" in page._given.itemAt(0).widget().findChildren(QLabel)[0].accessibleName()
    assert "In force" in said(page)
    press(page, "End it")
    room.settle()
    assert ("revoke_mandate", "mandate_1", {}) == room.asked()[-1]


def test_a_mandate_is_given_with_its_days_and_never_to_oneself(room: Staffroom):
    page = room.go("artist", "partners")
    page.agent.setText("party_luma")
    press(page, "Give the mandate")
    assert "Nobody needs a mandate for themselves" in page.wrong.text()
    page.agent.setText("party-agency")
    press(page, "Give the mandate")
    room.settle()
    kind, _target, data = room.asked()[-1]
    assert ("give_mandate", "party_luma", "party-agency", str(TODAY), None, []) == (
        kind, data["principal"], data["agent"], data["begins"], data["ends"], data["tracks"]
    )  # fmt: skip


NORTH = {"id": "party-north01", "name": "Northside <b>Songs</b>", "kind": "organisation", "ipi": "…7338", "isni": ""}


def found_online(room, reply):
    usual = room.far.handle
    room.app.desk.session._api._client._transport = httpx.MockTransport(
        lambda request: reply if request.url.path == "/v1/parties" else usual(request)
    )


@pytest.mark.qt_log_ignore("support raise", "grabbing the keyboard", "propagateSizeHints", extend=True)
def test_a_partner_is_found_by_name_and_chosen_with_the_keyboard(room: Staffroom, qtbot):
    page = room.go("artist", "partners")
    found_online(room, httpx.Response(200, json={"parties": [NORTH], "more": True}))
    qtbot.keyClicks(page.agent, "no")
    page.agent.look()
    assert "at least 3 letters" in page.agent.note.text()
    press(page, "Give the mandate")
    assert "choose it" in page.wrong.text(), "a name that was not chosen is nobody yet"
    qtbot.keyClicks(page.agent, "rths")
    page.agent.look()
    room.settle()
    assert ["Northside <b>Songs</b> · Organisation · IPI …7338"] == page.agent.suggestions
    assert "1 party found, and more" in page.agent.note.text()
    page.agent._completer.complete()
    popup = page.agent._completer.popup()
    popup.setCurrentIndex(popup.model().index(0, 0))
    qtbot.keyClick(popup, Qt.Key.Key_Return)
    assert "party-north01" == page.agent.party
    press(page, "Give the mandate")
    room.settle()
    assert "party-north01" == room.asked()[-1][2]["agent"]


def test_without_the_network_a_name_cannot_be_looked_up_and_the_field_says_so(room: Staffroom):
    page = room.go("artist", "partners")
    room.far.down = True
    page.agent.setText("Northside")
    page.agent.look()
    room.settle()
    assert "needs the network" in page.agent.note.text()
    assert "" == page.agent.party


def test_a_standing_answer_is_set_changed_and_ended(room: Staffroom):
    page = room.go("artist", "policies")
    assert "No, for all tracks. Never" in said(page)
    assert "“Narnia” is no territory" in page._save(Use.MASHUP, None, Says.GRANT, 90, "Narnia", "")
    assert "" == page._save(Use.MASHUP, None, Says.GRANT, 90, "de at", "Name me")
    room.settle()
    kind, _target, data = room.asked()[-1]
    assert ("set_standing_answer", "grant", 90, "AT DE") == (kind, data["says"], data["term_days"], data["territory"])
    page._save(Use.MODEL_TRAINING, page._data.answers[-1] if page._data.answers[-1].id == "standing_1" else page._data.answers[0], Says.ASK, None, "world", "")
    room.settle()
    assert ("end_standing_answer", "standing_1") == room.asked()[-1][:2]


def test_a_sheet_shows_its_graph_its_versions_and_what_each_would_earn(room: Staffroom):
    page = room.go("artist", "sheets", "remix_sheet1")
    text = said(page.view)
    assert "In force" in text and "Proposed" in text and "“Fairer”" in text
    press(page.view, "Sign for Luma Reyes")
    room.settle()
    assert ("sign_sheet", "proposal_1", {"party": "party_luma"}) == room.asked()[-1]


def test_the_graph_nests_the_remix_above_and_is_whole():
    first = SplitSheet.from_data(rights_documents()[-1][1].versions[0])
    whole = places(first.nodes, NAMES, ["party_luma"], "Slow tide", ["Mara's mix"])
    leaves = [each for each in every(whole) if each.party]
    assert 1 == sum(each.share for each in leaves)
    assert 3 == max(each.depth for each in leaves)
    assert {"“Mara's mix”", "No earlier remix"} <= {each.name for each in every(whole)}


def test_another_split_is_proposed_only_whole_and_from_a_later_day(room: Staffroom):
    page = room.go("artist", "sheets", "remix_sheet1")
    page._edit(page.view.document, "proposal_1")
    editor = page.editor
    assert editor.propose.isEnabled()
    assert {"party_theo": 500_000_000, "party_luma": 500_000_000} == editor.what_if.amounts()
    write(editor, "Share of Theo Brandt", "40 %")
    assert not editor.propose.isEnabled() and "missing" in editor.tree.sum.text() and {} == editor.what_if.amounts()
    write(editor, "Share of Luma Reyes", "60")
    editor.note.setText("For the strings")
    editor.propose.click()
    room.settle()
    kind, _target, data = room.asked()[-1]
    assert ("propose_sheet", "proposal_1", "For the strings", str(TODAY + timedelta(days=1))) == (
        kind, data["counters"], data["note"], data["effective_from"]
    )  # fmt: skip
    assert {"party_theo": "2/5", "party_luma": "3/5"} == {each["name"]: each["part"] for each in data["tree"]["shares"]}


def test_a_sheet_is_changed_as_the_tree_that_it_is(room: Staffroom):
    page = room.go("artist", "sheets", "remix_sheet1")
    page._edit(page.view.document, "")
    editor, first = page.editor, SplitSheet.from_data(page.view.document.versions[0])
    assert "Nothing is changed yet." == editor.tree.wrong.text() and not editor.propose.isEnabled()
    assert "Shared as its own split says" in said(editor) and "“Mara's mix”" in [each.accessibleName() for each in editor.findChildren(QLabel)]
    write(editor, "Share of Recording", "40 %")
    assert "5 % missing" == editor.tree.sum.text()
    write(editor, "Share of Remixer", "20 %")
    assert "exactly the whole" == editor.tree.sum.text() and editor.propose.isEnabled()
    assert sum(editor.what_if.amounts().values()) <= 1_000_000_000
    editor.propose.click()
    room.settle()
    sent = {each["name"]: each for each in room.asked()[-1][2]["tree"]["shares"]}
    was = {each["name"]: each for each in first.as_data()["shares"]}
    assert {"platform", "recording", "composition", "remixer", "ancestor"} == set(sent)
    assert ("2/5", "1/5") == (sent["recording"]["part"], sent["remixer"]["part"])
    assert was["ancestor"] == sent["ancestor"] and was["recording"]["below"] == sent["recording"]["below"]


def test_a_part_that_pays_nobody_cannot_be_proposed(room: Staffroom):
    page = room.go("artist", "sheets", "remix_sheet1")
    page._edit(page.view.document, "")
    tree = page.editor.tree
    place = next(at for at, pool in enumerate(tree.pools) if pool.name == "composition")
    tree.change(place, parties=())
    assert "Nobody is in Composition yet." == tree.wrong.text() and not page.editor.propose.isEnabled()


def test_what_taking_back_will_do_is_said_before_it_is_done(room: Staffroom, tmp_path: Path):
    page = room.go("artist", "rights", "track_neon01")
    opening = [each for each in page.view.findChildren(Opening) if "everything back" in each.arrow.accessibleName()][-1]
    opening.toggle()
    room.settle()
    card = next(each for each in opening.findChildren(WithdrawCard) if any("Luma" in label.text() for label in each.findChildren(QLabel)))
    told = " ".join(card.says)
    assert "end at once" in told and "is paid whenever its report arrives" in told and "withdrawn for good" in told
    assert [] == [each for each in room.asked() if each[0] == "withdraw_catalogue"]
    card.save(tmp_path / "all.zip")
    room.settle()
    archive = zipfile.ZipFile(tmp_path / "all.zip")
    titles = [row["title"] for row in csv.DictReader(io.StringIO(archive.read("tracks.csv").decode()))]
    assert {"Neon Tide", "Midnight Atlas"} == set(titles)
    assert "remix_sheet1" == json.loads(archive.read("catalogue.json"))["sheet"][0]["id"]
    card.go.click()
    room.settle()
    kind, target, data = room.asked()[-1]
    assert ("withdraw_catalogue", staff_world.LUMA, []) == (kind, target, data["tracks"])


def test_the_picture_says_who_owns_what_and_who_has_agreed(room: Staffroom):
    page = room.go("artist", "tracks", "track_neon01")
    (picture,) = page.view.findChildren(RightsPicture)
    text = picture.accessibleName()
    assert "Northside Music: 60 % of the recording" in text and "Remix: Agreed" in text and "Ines Calder: featured" in text


def test_a_track_is_added_with_its_stems_and_a_new_party_first(room: Staffroom, tmp_path: Path):
    page = room.go("artist", "add_track", "new")
    press(page, "Add the track")
    assert "Add at least one stem." in page.wrong.text() and [] == [each for each in room.asked() if each[0] == "add_track"]
    stem = tmp_path / "Lead_Vocals.wav"
    stem.write_bytes(b"RIFF")
    page.add_stems([stem])
    page.title.setText("North Wind")
    page.isrc.setText("nonsense")
    first, second = page.editor.parts
    first.party, second.name = "party_luma", "Jo Field"
    assert ["nonsense is not an ISRC such as DE-A12-26-00001."] == page.problems()
    page.isrc.clear()
    press(page, "Add the track")
    room.qtbot.waitUntil(lambda: any(each[0] == "add_track" for each in room.asked()), timeout=20_000)
    asked = {kind: (target, data) for kind, target, data in room.asked()}
    assert "Jo Field" == asked["add_party"][1]["name"]
    stakes = {each["right"]: each["party"] for each in asked["add_track"][1]["stakes"]}
    assert {"recording": "party_luma", "composition": asked["add_party"][0]} == stakes
    assert ["lead vocals"] == list(asked["add_track"][1]["stems"])


def test_stakes_are_declared_on_a_form_that_says_what_they_add_up_to(room: Staffroom):
    page = room.go("artist", "add_track", "stakes:track_neon01")
    page.editor._typed(page.editor.parts[0], "50")
    assert "less than the whole" in page.editor.wrong.text() and "nothing can be published" in page.editor.wrong.text()
    press(page, "Declare it so")
    room.settle()
    kind, target, data = room.asked()[-1]
    assert ("declare_stakes", "track_neon01", ["party_ines"]) == (kind, target, data["featured"])


def test_a_catalogue_shows_what_it_will_do_and_names_every_broken_row(room: Staffroom):
    page = room.go("artist", "catalogue_import")
    page._path = Path("songs.csv")
    track = {"id": "t", "isrc": "DEA122600001", "title": "North <b>Wind</b>", "state": "new", "changes": [], "claims": ["UnderClaim"]}
    page._show_preview({"rows": 1, "faults": [], "digest": "d", "parties": [], "tracks": [track]})
    assert "1 new track" in " ".join(each.accessibleName() for each in page.findChildren(QLabel))
    assert "Shares below the whole" in said(page)
    fault = {"file": "songs.csv", "line": 7, "column": "isrc", "reason": "is empty"}
    page._show_preview({"rows": 0, "faults": [fault], "digest": "d", "parties": [], "tracks": []})
    assert "Line 7 · isrc" in said(page)
    assert "Import it" not in {each.text().strip() for each in page.findChildren(QAbstractButton) if not each.isHidden() and each.isVisibleTo(page)}


def test_a_large_catalogue_says_how_far_it_is(room: Staffroom):
    from fanlink.core.documents import CatalogueImportDocument
    from fanlink.desktop.pages.catalogue_import import arriving_tile

    found = CatalogueImportDocument("catalogue-a", "a", "songs.csv", 5_000, 1_000, 0, "arriving", "Ana", 1_000, 21_000)
    tile = arriving_tile(found)
    texts = [each.text() for each in tile.findChildren(QLabel)]
    assert "Taking in its tracks: 1,000 of 5,000 · About 80 s left" in texts
    tile.deleteLater()


def test_one_answer_is_offered_where_a_party_is_asked_about_several_tracks(room: Staffroom):
    page = room.go("artist", "rights")
    asked = [each for each in page._listing.consents if each.consent.open and each.consent.party == "party_luma"]
    more = replace(asked[0], id="consent_more", consent=replace(asked[0].consent, id="consent_more", track="track_midnight01"))
    page._show_bulk(replace(page._listing, consents=(*page._listing.consents, more)))
    assert "2 questions on 2 tracks wait for Luma Reyes." == page.bulk.label.text()
    page._answer_all()
    room.settle()
    kind, target, data = room.asked()[-1]
    assert ("answer_catalogue", "party_luma", "grant") == (kind, target, data["says"])
