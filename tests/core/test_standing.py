"""Standing answers speak to first questions, by the rules of core."""

import pytest

from fanlink.core import consents, standing
from fanlink.core.consents import ConsentState
from fanlink.core.errors import Refused
from fanlink.core.guard_rails import Use
from fanlink.core.standing import Says, StandingAnswer

NOW = 1_800_000_000_000


def asked(track="t1", use=Use.REMIX, party="jo"):
    return consents.asked("c1", track, party, use)


def says(what, name="s1", **more):
    return StandingAnswer(name, "jo", Use.REMIX, what, **more)


def test_without_an_answer_the_question_stays_open():
    for answers in ([], [says(Says.ASK)], [says(Says.GRANT, ended=True)], [says(Says.GRANT, tracks=("t2",))]):
        assert ConsentState.ASKED is standing.answer(asked(), answers, NOW).state


def test_an_answer_for_the_track_goes_before_one_for_all():
    answers = [says(Says.GRANT, "a"), says(Says.REFUSE, "b", tracks=("t1",), conditions="Not this song")]
    answered = standing.answer(asked(), answers, NOW)
    assert (ConsentState.REFUSED, "standing:b", "Not this song") == (answered.state, answered.answered_by, answered.note)
    assert ConsentState.GRANTED is standing.answer(asked("t2"), answers, NOW).state


def test_a_term_counts_from_the_question():
    granted = standing.answer(asked(), [says(Says.GRANT, term_days=2, territory="DE")], NOW)
    assert granted.allows(NOW + 2 * standing.DAY_MS - 1, "DE")
    assert not granted.allows(NOW + 2 * standing.DAY_MS, "DE")
    assert not granted.allows(NOW, "AT")


def test_it_speaks_to_its_own_party_and_use_only():
    answers = [says(Says.GRANT)]
    assert ConsentState.ASKED is standing.answer(asked(party="mo"), answers, NOW).state
    assert ConsentState.ASKED is standing.answer(asked(use=Use.MODEL_TRAINING), answers, NOW).state


def test_an_answer_with_anything_wrong_is_refused_with_all_of_it():
    with pytest.raises(Refused) as refused:
        standing.check(says(Says.GRANT, territory="Narnia", term_days=0, conditions="x" * 5_000))
    assert ["territory_unknown", "term_out_of_range", "note_too_long"] == [one.code for one in refused.value.reasons]
    assert "AT DE" == standing.check(says(Says.GRANT, territory="de, at")).territory
