from fanlink.royalties.suspicion import Limits, suspicious
from tests.royalties.makings import report_line


def play(number, second=0, listener="", payer="", remix="r1"):
    at = f"2026-01-05T{second // 3600:02d}:{second // 60 % 60:02d}:{second % 60:02d}Z" if second is not None else ""
    return report_line(number, "0.01", play_at=at, listener_hash=listener, payer_hash=payer, remix_id=remix)


def rules(lines):
    return {one.rule for one in suspicious(lines)}


def test_a_line_without_the_columns_is_never_suspicious():
    assert suspicious([report_line(number) for number in range(500)]) == ()


def test_a_burst_holds_its_own_plays_only():
    lines = [play(number, number * 10, "bot") for number in range(40)] + [play(99, 9000, "bot"), play(100, 5, "human")]
    found = suspicious(lines)
    assert {one.rule for one in found} == {"burst/1"}
    assert [one.key[2] for one in found] == [str(number) for number in range(40)]


def test_plays_at_a_listeners_pace_are_fine():
    assert suspicious([play(number, number * 200, "fan") for number in range(200)]) == ()


def test_few_payers_for_very_many_plays_are_held():
    assert rules([play(number, number * 300, payer=f"p{number % 3}") for number in range(120)]) == {"few_payers/1"}
    assert rules([play(number, number * 300, payer=f"p{number % 4}") for number in range(120)]) == set()


def test_a_payer_spread_thin_over_many_remixes_is_held():
    assert rules([play(number, number * 300, payer="p", remix=f"r{number}") for number in range(60)]) == {
        "thin_spread/1"
    }
    assert rules([play(number, number * 300, payer="p", remix=f"r{number % 10}") for number in range(60)]) == set()


def test_a_rule_names_its_version_and_what_it_counted():
    found = suspicious([play(number, number, "bot") for number in range(4)], Limits(version="7", burst_plays=3))
    assert [(one.rule, one.reason) for one in found] == [("burst/7", "4 plays in 10 minutes")] * 4
