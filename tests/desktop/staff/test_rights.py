"""What owners do: answer questions, sign splits, make splits that are exactly whole, read what they earned."""

from fractions import Fraction

import pytest

from fanlink.core.errors import Refused
from fanlink.core.shares import Template
from fanlink.desktop import splitting
from fanlink.desktop.splitting import Pool
from fanlink.desktop.widgets.what_if import WhatIf
from tests.desktop.staff.room import Staffroom


@pytest.mark.parametrize(
    ("text", "share"),
    [("40 %", Fraction(2, 5)), ("40", Fraction(2, 5)), ("1/3", Fraction(1, 3)), ("33.3333", Fraction(333333, 1000000))],
)
def test_a_share_is_read_as_people_write_it(text: str, share: Fraction):
    assert share == splitting.read_share(text)


@pytest.mark.parametrize("text", ["", "half", "1/0", "-5 %", "1e3", "40 %%"])
def test_what_is_no_share_is_none(text: str):
    assert splitting.read_share(text) is None


def test_a_share_survives_being_shown_and_read_again():
    for share in (Fraction(1, 3), Fraction(2, 5), Fraction(1, 8), Fraction(0), Fraction(1)):
        assert share == splitting.read_share(splitting.write_share(share))


def test_a_split_that_is_not_whole_says_so_and_cannot_be_built():
    pools = [Pool("recording", Fraction(1, 2), (("party_a", Fraction(1)),)), Pool("remixer", Fraction(2, 5))]
    with pytest.raises(Refused) as refused:
        splitting.build(pools)
    assert {"shares_not_whole"} == {reason.code for reason in refused.value.reasons}


def test_what_if_pays_everything_but_the_reserve(qtbot):
    template = splitting.build([Pool("recording", Fraction(2, 3), (("a", Fraction(1, 3)), ("b", Fraction(2, 3)))), Pool("remixer", Fraction(1, 3))])
    tried = WhatIf()
    qtbot.addWidget(tried)
    tried.show_split(splitting.flatten(template), {})
    tried.revenue.setText("100.01")
    pot = tried.pot()
    assert pot.gross_pico == sum(pot.earned_micro.values()) * 10**6 + pot.reserve_pico
    assert "stays in the pot’s reserve" in tried.note.text()
    tried.revenue.setText("a lot")
    assert tried.pot() is None and "Write an amount" in tried.note.text()


def test_what_waits_for_an_answer_comes_first_and_is_answered(room: Staffroom):
    page = room.go("artist", "rights")
    assert "track_neon01" == page.list.cards.ids[0]
    asked = [each for each in page.view.rights.consents if each.id == "consent_luma_gen"]
    page.view._grant_all(asked)
    room.settle()
    assert ("grant_consent", "consent_luma_gen") == room.asked()[-1][:2]
    assert "granted" == str(room.read(lambda session: session.get("consent", "consent_luma_gen")).consent.state)


def test_a_split_is_signed_for_ones_own_party_only(room: Staffroom):
    page = room.go("artist", "rights", "track_neon01")
    words = [each.text().strip() for each in page.view.findChildren(type(page.editor.propose))]
    assert "Sign for Luma Reyes" in words and "Sign for Jonah Pike" not in words
    template = next(each for each in page.view.rights.templates if each.unsigned)
    page.view._sign(template, "party_luma", "Luma Reyes")
    room.settle()
    assert ("sign_template", template.id, {"party": "party_luma"}) == room.asked()[-1]


def test_a_split_can_be_proposed_only_when_the_bar_is_exactly_whole(room: Staffroom):
    page = room.go("artist", "rights", "track_neon01")
    page._edit(page.view.rights, page.view.rights.templates[0])
    editor = page.editor
    tree = editor.tree
    assert editor.propose.isEnabled() and "exactly" in tree.sum.text()
    place = next(at for at, pool in enumerate(tree.pools) if pool.name == "remixer")
    tree.change(place, part=Fraction(1, 10))
    assert not editor.propose.isEnabled() and "missing" in tree.sum.text()
    assert "Make the bar exactly whole first." == editor.what_if.note.text()
    tree.change(place, part=Fraction(3, 20))
    editor.propose.click()
    room.settle()
    kind, _target, data = room.asked()[-1]
    assert ("propose_template", "track_neon01") == (kind, data["track"])
    assert page.stack.currentWidget() is page.both


def test_a_split_that_is_changed_begins_with_its_own_shares(room: Staffroom):
    page = room.go("artist", "rights", "track_neon01")
    template = page.view.rights.templates[0]
    assert dict(template.tree) == splitting.build(splitting.pools_in(Template.from_data(template.tree).nodes)).as_data()


def test_home_says_what_waits_and_leads_there(room: Staffroom):
    room.go("artist", "home")
    data = room.read(room.page.read)
    assert {"tracks", "rights", "challenges"} <= {each.page for each in data.mine}
    assert data.fans and data.under_way


def test_earnings_are_those_of_the_party_that_is_chosen(room: Staffroom):
    page = room.go("artist", "earnings")
    assert "party_luma" == page._data.party
    page.party.setCurrentIndex(1)
    page.refresh()
    room.settle()
    assert "party_northside" == page._data.party


def test_a_rightsholder_sees_no_page_of_the_team(room: Staffroom):
    room.go("rightsholder", "home")
    assert ["home", "tracks", "rights", "earnings"] == [spec.key for spec in room.app.window.role.pages]
