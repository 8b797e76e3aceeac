"""A remix of a remix: what is public of the sheet above, and that the sheet shown before is the sheet that is bound."""

from datetime import date, timedelta

import pytest

from fanlink.core import lineage
from fanlink.core.errors import Refused
from fanlink.core.pots import Recoupment
from fanlink.core.shares import half_and_half, label_standard

DAY = date(2026, 11, 10)
NAMES = {"label": "Northside", "ana": "Ana"}


def standard(recoupment=None):
    return label_standard("house", {"label": "3/4", "singer": "1/4"}, {"writer": "1"}, recoupment)


def above(sheet, today=DAY, *more):
    return lineage.above_of([sheet, *more], today, NAMES, {sheet.id: ("First",)})


def test_the_sheet_shown_before_is_the_sheet_that_is_bound():
    first = standard(Recoupment("label", 10**14, "EUR")).bind("r1", "ana", DAY - timedelta(days=9))
    template = standard(Recoupment("label", 5 * 10**13, "EUR"))
    shown = lineage.would_be(template.as_data(), "r2", "ben", DAY, above(first)[0])
    bound = template.bind("r2", "ben", DAY, first)
    assert bound.as_data() == shown.as_data() and bound.id == shown.id
    assert "Ana" == above(first)[0].names["ana"]
    assert "EUR" not in str(above(first)), "what is recouped above stays between its parties"


def test_what_a_fan_agrees_to_has_no_day_and_no_remix_but_every_share_and_what_is_recouped():
    first = standard().bind("r1", "ana", DAY)
    agreed = lineage.agreed(standard().bind("r2", "ben", DAY, first))
    assert agreed == lineage.agreed(standard().bind("r9", "ben", DAY + timedelta(days=3), first))
    assert agreed != lineage.agreed(standard().bind("r2", "ben", DAY))
    assert agreed != lineage.agreed(standard(Recoupment("label", 10**12, "EUR")).bind("r2", "ben", DAY, first))


def test_the_version_of_the_day_stands_above_and_the_next_one_is_told():
    first = standard().bind("r1", "ana", DAY - timedelta(days=20))
    second = half_and_half({"label": "1"}).bind("r1", "ana", DAY - timedelta(days=2))
    third = standard().bind("r1", "cleo", DAY + timedelta(days=5))
    found = above(first, DAY, second, third)
    assert [second.id, third.id] == [each.id for each in found], "superseded versions stand above nothing any more"
    assert second.id == lineage.in_force(found, DAY).id
    assert third.id == lineage.next_after(found, DAY).id
    assert third.id == lineage.in_force(found, DAY + timedelta(days=5)).id
    assert lineage.in_force(found, DAY - timedelta(days=3)) is None


def test_why_nobody_can_remix_it():
    def code(template, sheets):
        refused = lineage.why_not(template, sheets, DAY)
        return refused.reasons[0].code if refused else ""

    sheet = None
    for generation in range(1, 5):
        sheet = standard().bind(f"r{generation}", f"fan{generation}", DAY, sheet)
        wanted = "" if generation < 4 else "generation_too_deep"
        assert wanted == code(standard().as_data(), above(sheet))
    assert "template_without_ancestor" == code(half_and_half({"label": "1"}).as_data(), above(sheet))
    assert "sheet_not_here" == code(standard().as_data(), ())
    assert "sheet_not_here" == code({}, above(sheet))
    with pytest.raises(Refused):
        lineage.would_be(standard().as_data(), "r5", "fan5", DAY, above(sheet)[0])


def test_the_titles_above_are_read_upwards_and_end_where_one_is_not_known():
    titles, parents = {"s1": "One", "s2": "Two", "s3": "Three"}, {"s3": "s2", "s2": "s1"}
    assert ("Three", "Two", "One") == lineage.titles_from("s3", titles, parents)
    assert () == lineage.titles_from(None, titles, parents)
    assert ("Three",) == lineage.titles_from("s3", {"s3": "Three"}, parents)
