"""Names in guard rails that limit nothing are told to the artist, each with its fix."""

from dataclasses import replace

import pytest

from fanlink.core import rail_names, rules
from fanlink.core.findings import Severity
from fanlink.core.guard_rails import GuardRails
from fanlink.core.recipes import Layer, Section
from fanlink.core.tracks import TrackSection
from tests.core.test_rules import FACTS, FINE


@pytest.mark.parametrize(
    ("rails", "nearest"),
    [
        ({"stems_allowed": ("vocals", "drumms")}, "drums"),
        ({"stems_untouched": ("voice of an angel",)}, ""),
        ({"layers_allowed": ("pads",)}, "pad"),
        ({"effects_not_allowed": ("revreb",)}, "reverb"),
    ],
)
def test_a_name_that_means_nothing_is_a_warning_with_what_was_perhaps_meant(rails, nearest):
    (unknown,) = rail_names.unknown(GuardRails(**rails), FACTS.stems)
    assert (next(iter(rails)), nearest) == (unknown.rail, unknown.nearest)
    found = [each for each in rules.check(FINE, FACTS, GuardRails(**rails)) if each.rule == "rail_name_unknown"]
    assert [(Severity.WARNING, unknown.name, unknown.fix)] == [(each.severity, each.facts["name"], each.fix) for each in found]


def test_every_name_that_the_engine_or_an_artist_uses_is_known():
    rails = GuardRails(
        stems_allowed=("vocals", "bass"), layers_allowed=("Pad", "kalimba", "own"), effects_not_allowed=("Delay", "tape", "fade in", "chop")
    )
    assert [] == rail_names.unknown(rails, FACTS.stems)


def test_a_section_of_the_track_and_a_layer_of_the_remix_after_the_end_are_warnings():
    facts = replace(FACTS, music=replace(FACTS.music, sections=(TrackSection("coda", 99),)))
    late = replace(FINE, track="", layers=(Layer("pad", "pad", "warm", "sustain", start_beat=4_000.0),), sections=(Section("verse", 1, 4, layers=("pad",)),))
    found = {each.rule: each for each in rules.check(late, facts, GuardRails())}
    assert {"layer_after_the_end", "track_section_outside"} == set(found)
    assert "40 bars" in found["track_section_outside"].fix
