from dataclasses import FrozenInstanceError
from datetime import date
from fractions import Fraction

import pytest

from fanlink.core.amounts import PICO
from fanlink.core.errors import Refused
from fanlink.core.pots import Recoupment
from fanlink.core.shares import (
    ANCESTOR,
    REMIXER,
    Node,
    SplitSheet,
    Template,
    fifty_forty_ten,
    half_and_half,
    label_standard,
    pool,
    succeed,
)  # fmt: skip

DAY = date(2026, 1, 1)


def codes(refusal):
    return [reason.code for reason in refusal.value.reasons]


def standard(recoupment=None):
    return label_standard("house", {"label": "3/4", "singer": "1/4"}, {"writer": "1/2", "publisher": "1/2"}, recoupment)


def test_shares_that_do_not_sum_to_one_cannot_be_built():
    with pytest.raises(Refused) as refusal:
        Template((Node("artist", Fraction(1, 2)), Node(REMIXER, Fraction(1, 3))))
    assert codes(refusal) == ["shares_not_whole"]
    with pytest.raises(Refused):
        pool("recording", "1/2", {"label": "1/3", "singer": "1/3"})


def test_a_negative_share_cannot_hide_behind_a_whole_sum():
    with pytest.raises(Refused) as refusal:
        Template((Node("artist", Fraction(3, 2)), Node(REMIXER, Fraction(-1, 2))))
    assert codes(refusal) == ["share_out_of_range"]


def test_a_float_is_no_share():
    with pytest.raises(TypeError):
        Node("artist", 0.5)


def test_a_template_has_exactly_one_remixer():
    with pytest.raises(Refused) as refusal:
        Template((Node("artist", Fraction(1)),))
    assert codes(refusal) == ["template_needs_one_remixer"]


def test_a_name_stands_once_among_its_siblings():
    with pytest.raises(Refused) as refusal:
        Template((Node("a", Fraction(1, 4)), Node("a", Fraction(1, 4)), Node(REMIXER, Fraction(1, 2))))
    assert codes(refusal) == ["share_named_twice"]


def test_the_order_of_writing_does_not_change_the_id():
    one = Template((Node("artist", Fraction(1, 2)), Node(REMIXER, Fraction(2, 4))))
    other = Template((Node(REMIXER, Fraction(1, 2)), Node("artist", Fraction(1, 2))))
    assert one.id == other.id
    assert one.id != Template((Node("artist", Fraction(1, 3)), Node(REMIXER, Fraction(2, 3)))).id


def test_a_template_and_a_sheet_survive_being_written_down():
    template = standard(Recoupment("label", 100 * PICO, "EUR"))
    assert Template.from_data(template.as_data()).id == template.id
    sheet = template.bind("r1", "fan", DAY)
    assert SplitSheet.from_data(sheet.as_data()).id == sheet.id


def test_the_fan_takes_the_remixers_leaf_and_without_a_parent_the_ancestors_too():
    sheet = standard().bind("r1", "fan", DAY)
    assert sheet.flatten() == {
        "fan": Fraction(1, 4), "house": Fraction(1, 10), "label": Fraction(27, 80), "publisher": Fraction(1, 10),
        "singer": Fraction(9, 80), "writer": Fraction(1, 10),
    }  # fmt: skip
    assert sum(sheet.flatten().values()) == 1
    assert [leaf.path for leaf in sheet.leaves() if leaf.party == "fan"] == [("remixer",), ("ancestor",)]


def test_a_remix_of_a_remix_pays_the_parents_parties_under_the_ancestor():
    first = standard().bind("r1", "ana", DAY)
    second = standard().bind("r2", "ben", DAY, parent=first)
    shares = second.flatten()
    assert shares["ben"] == Fraction(15, 100)
    assert shares["ana"] == Fraction(1, 10) * Fraction(1, 4)
    assert shares["label"] == Fraction(27, 80) * (1 + Fraction(1, 10))
    assert sum(shares.values()) == 1
    assert second.parent == first.id and second.generation == 2


def test_a_fifth_generation_is_refused():
    sheet = None
    for generation in range(1, 5):
        sheet = standard().bind(f"r{generation}", f"fan{generation}", DAY, parent=sheet)
    assert sheet.generation == 4 and sum(sheet.flatten().values()) == 1
    with pytest.raises(Refused) as refusal:
        standard().bind("r5", "fan5", DAY, parent=sheet)
    assert codes(refusal) == ["generation_too_deep"]


def test_a_template_without_an_ancestor_leaf_takes_no_remix_of_a_remix():
    parent = standard().bind("r1", "ana", DAY)
    with pytest.raises(Refused) as refusal:
        half_and_half({"artist": "1/1"}).bind("r2", "ben", DAY, parent=parent)
    assert codes(refusal) == ["template_without_ancestor"]


def test_the_recouping_party_stands_on_the_template():
    with pytest.raises(Refused) as refusal:
        standard(Recoupment("stranger", PICO, "EUR"))
    assert codes(refusal) == ["recouping_party_not_on_sheet"]


def test_the_ready_templates_are_whole_and_name_who_signs():
    assert half_and_half({"artist": "1/1"}).parties() == {"artist"}
    split = fifty_forty_ten({"label": "1/1"}, {"writer": "1/3", "other": "2/3"})
    assert split.bind("r", "fan", DAY).flatten() == {
        "fan": Fraction(1, 10), "label": Fraction(1, 2), "other": Fraction(4, 15), "writer": Fraction(2, 15),
    }  # fmt: skip
    assert standard().parties() == {"house", "label", "singer", "writer", "publisher"}
    assert standard().takes_remixes_of_remixes and not split.takes_remixes_of_remixes


def test_a_sheet_with_an_open_leaf_cannot_be_built():
    with pytest.raises(Refused) as refusal:
        SplitSheet("r", DAY, (Node("a", Fraction(1, 2)), Node(ANCESTOR, Fraction(1, 2))))
    assert codes(refusal) == ["share_left_open"]


def test_versions_never_go_backwards():
    first = standard().bind("r1", "ana", DAY)
    later = standard().bind("r1", "ana", date(2026, 3, 1))
    assert succeed([first], later, today=date(2026, 2, 1)) is later
    for today, new in ((date(2026, 4, 1), later), (DAY, first)):
        with pytest.raises(Refused) as refusal:
            succeed([first], new, today)
        assert codes(refusal) == ["sheet_not_forward"]


def test_a_sheet_cannot_be_changed():
    with pytest.raises(FrozenInstanceError):
        standard().bind("r1", "ana", DAY).remix_id = "r2"
