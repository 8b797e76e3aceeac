"""A split sheet's life on the server: proposed, countered, signed by all, in force from a day, superseded; what it pays."""

from datetime import UTC, date, datetime, timedelta
from fractions import Fraction

from fanlink import wire
from fanlink.core import lineage, sheets
from fanlink.core.documents import PublishedDocument
from fanlink.core.shares import ANCESTOR, REMIXER, Node, SplitSheet, Template, pool

HEADER = "report_id,line_id,remix_id,service,territory,period_start,period_end,units,revenue,currency\n"


def today(world):
    return datetime.fromtimestamp(world.clock() / 1000, UTC).date()


def sheet_of(world, who="Fay", remix="remix-one"):
    return world.document(f"party:{world.people[who].party}", "sheet", remix)


def tree(world, **shares):
    nodes = [{"name": world.people[who].party, "part": part} for who, part in shares.items()]
    return {"shares": nodes, "recoup": None}


def propose(world, who="Fay", target="proposal-one", days=2, counters="", **shares):
    day = (today(world) + timedelta(days=days)).isoformat()
    data = {"remix": "remix-one", "tree": tree(world, **shares), "effective_from": day, "counters": counters, "note": "Fairer"}
    return world.ask(who, "propose_sheet", target, data)


def sign_all(world, target="proposal-one", who=("Ben", "Cleo", "Fay")):
    for name in who:
        world.do(name, "sign_sheet", target, {"party": world.people[name].party})


def codes(answer):
    return [one["code"] for one in answer["findings"]]


def test_a_later_version_counts_from_its_day_once_everyone_signed(world):
    world.publish()
    assert "accepted" == propose(world, Fay="1/2", Ben="1/4", Cleo="1/4")["outcome"]
    assert ["not_allowed"] == world.refused("Gil", "sign_sheet", "proposal-one", {"party": world.people["Fay"].party})
    sign_all(world)
    document = sheet_of(world, "Ben")
    assert 2 == len(document["versions"])
    assert ["signed"] == [one["state"] for one in document["proposals"]]
    known = [SplitSheet.from_data(one) for one in document["versions"]]
    first, second = known
    assert {first.id: "in_force", second.id: "to_come"} == sheets.standing(known, today(world))
    assert {first.id: "superseded", second.id: "in_force"} == sheets.standing(known, today(world) + timedelta(days=2))
    for number, day in ((1, today(world)), (2, today(world) + timedelta(days=2))):
        line = f"r{number},1,remix-one,Tide,DE,2026-11-01,{day},10,100,EUR\n"
        world.do("Fin", "import_report", f"report-{number}", {"asset": world.upload((HEADER + line).encode(), "Fin"), "name": "x"})
    by_sheet = {data["sheet"]: data["gross"] for data in world.documents("finance", "pot").values()}
    assert {first.id: "100", second.id: "100"} == by_sheet


def test_a_counter_proposal_takes_the_place_of_what_it_answers(world):
    world.publish()
    propose(world, Fay="1/2", Ben="1/4", Cleo="1/4")
    world.do("Fay", "sign_sheet", "proposal-one", {"party": world.people["Fay"].party})
    answer = propose(world, "Cleo", "proposal-two", counters="proposal-one", Fay="1/5", Ben="2/5", Cleo="2/5")
    assert "accepted" == answer["outcome"]
    assert ["illegal_step"] == world.refused("Ben", "sign_sheet", "proposal-one", {"party": world.people["Ben"].party})
    states = {one["id"]: (one["state"], one["countered_by"]) for one in sheet_of(world)["proposals"]}
    assert {"proposal-one": ("countered", "proposal-two"), "proposal-two": ("proposed", "")} == states
    sign_all(world, "proposal-two")
    assert 2 == len(sheet_of(world)["versions"])


def test_a_version_never_reaches_backwards(world):
    world.publish()
    assert ["sheet_not_forward"] == codes(propose(world, days=0, Fay="1/2", Ben="1/2"))
    propose(world, Fay="1/2", Ben="1/4", Cleo="1/4")
    world.do("Fay", "sign_sheet", "proposal-one", {"party": world.people["Fay"].party})
    world.clock.pass_days(3)
    assert ["sheet_not_forward"] == world.refused("Ben", "sign_sheet", "proposal-one", {"party": world.people["Ben"].party})


def test_what_is_no_split_is_refused_with_its_reason(world):
    world.publish()
    assert ["shares_not_whole"] == codes(propose(world, Fay="1/2", Ben="1/4"))
    day = (today(world) + timedelta(days=2)).isoformat()
    data = {"remix": "remix-one", "effective_from": day}
    odd = {**data, "tree": {"shares": [{"name": "party-nobody", "part": "1"}]}}
    assert ["party_unknown"] == world.refused("Fay", "propose_sheet", "proposal-one", odd)
    assert ["bad_data"] == world.refused("Fay", "propose_sheet", "proposal-one", {**data, "tree": {"leaves": 1}})
    open_ = {**data, "tree": {"shares": [{"name": "remixer", "part": "1"}]}}
    assert ["share_left_open"] == world.refused("Fay", "propose_sheet", "proposal-one", open_)
    assert ["not_allowed"] == world.refused("Gil", "propose_sheet", "proposal-one", open_)


def test_who_leaves_the_split_must_sign_too(world):
    world.publish()
    propose(world, Fay="1/2", Ben="1/2")
    sign_all(world, who=("Fay", "Ben"))
    assert 1 == len(sheet_of(world)["versions"])
    assert [world.people["Cleo"].party] == [
        party for party in sheet_of(world)["proposals"][0]["parties"] if party not in sheet_of(world)["proposals"][0]["signed"]
    ]
    sign_all(world, who=("Cleo",))
    assert 2 == len(sheet_of(world)["versions"])


def test_a_split_for_a_track_can_be_answered_with_another(world):
    world.add_artist()
    world.add_track()
    ben, cleo = world.people["Ben"].party, world.people["Cleo"].party

    def split(part):
        rest = 1 - Fraction(part)
        return Template((pool("recording", part, {ben: "1"}), pool("composition", rest / 2, {cleo: "1"}), Node(REMIXER, rest / 2))).as_data()

    world.do("Ana", "propose_template", "split-one", {"track": "track-one", "tree": split(Fraction(1, 2))})
    world.do("Ben", "sign_template", "split-one", {"party": ben})
    answer = {"track": "track-one", "tree": split(Fraction(1, 4)), "counters": "split-one", "note": "The song is mine"}
    world.do("Cleo", "propose_template", "split-two", answer)
    assert "split-two" == world.document(f"party:{ben}", "template", "split-one")["countered_by"]
    assert ["illegal_step"] == world.refused("Cleo", "sign_template", "split-one", {"party": cleo})
    assert ["illegal_step"] == world.refused("Cleo", "propose_template", "split-three", answer)


def open_nested(world, number="one", seed=0):
    """A prompt of a track, with a split that leaves an eighth for an earlier remix."""
    ben, cleo = world.people["Ben"].party, world.people["Cleo"].party
    track, template, prompt = f"track-{number}", f"split-{number}", f"prompt-{number}"
    world.add_track(track, seed=seed)
    nested = Template((
        pool("recording", "1/2", {ben: "1"}), pool("composition", "1/4", {cleo: "1"}), Node(REMIXER, Fraction(1, 8)),
        Node(ANCESTOR, Fraction(1, 8)),
    )).as_data()  # fmt: skip
    world.do("Ana", "propose_template", template, {"track": track, "tree": nested})
    for who in ("Ben", "Cleo"):
        world.do(who, "sign_template", template, {"party": world.people[who].party})
    world.do("Ana", "write_prompt", prompt, {"artist": "artist-ana", "track": track, "text": world.text(template=template)})
    world.do("Ana", "ask_approval", prompt)
    world.agree()
    world.do("Ana", "publish_prompt", prompt)
    return world.document("public", "prompt", prompt)


def publish_nested(world):
    """Such a prompt with Fay's remix published under it."""
    world.add_artist()
    prompt = open_nested(world)
    world.publish(prompt=prompt)
    return prompt


def seen(world, prompt, who="Gil", target="remix-two", parent="remix-one"):
    """What a fan's computer shows before submitting, from public documents alone."""
    published = wire.from_json(PublishedDocument, world.document("artist:artist-ana", "published", parent))
    above = lineage.in_force(published.sheets, today(world))
    return lineage.would_be(prompt["split"], target, world.people[who].party, today(world), above)


def submit_on(world, prompt, seed=2, who="Gil", target="remix-two", parent="remix-one", **more):
    data = {**world.submission(prompt, seed), "title": f"Later {seed}", "parent": parent, **more}
    version = {"base_version": data.pop("base_version")} if "base_version" in data else {}
    return world.ask(who, "submit_remix", target, data, **version)


def test_a_remix_of_a_remix_shows_the_sheet_that_stands_above_it(world):
    prompt = publish_nested(world)
    world.do("Gil", "submit_remix", "remix-two", {**world.submission(prompt, 2), "title": "Later", "parent": "remix-one"})
    world.render()
    world.decide("Mo", "remix-two", "approve")
    document = sheet_of(world, "Gil", "remix-two")
    (version,) = document["versions"]
    assert {version["parent"]: "Night drive"} == document["titles"]
    assert world.people["Fay"].party in SplitSheet.from_data(version).parties()
    assert date.fromisoformat(version["effective_from"]) == today(world)


def test_the_sheet_that_a_fan_sees_before_is_the_sheet_that_the_server_makes(world):
    prompt = publish_nested(world)
    shown = seen(world, prompt)
    assert "accepted" == submit_on(world, prompt, agreed=lineage.agreed(shown))["outcome"]
    world.render()
    world.decide("Mo", "remix-two", "approve")
    (version,) = sheet_of(world, "Gil", "remix-two")["versions"]
    assert shown.as_data() == version and shown.id == SplitSheet.from_data(version).id
    assert Fraction(1, 64) + Fraction(1, 64) == shown.flatten()[world.people["Fay"].party]
    deeper = seen(world, prompt, "Fay", "remix-three", "remix-two")
    published = world.document("artist:artist-ana", "published", "remix-two")
    assert [["Later 2", "Night drive"]] == [each["titles"] for each in published["sheets"]]
    assert "recoup" not in published["sheets"][0]
    answer = submit_on(world, prompt, 3, "Fay", "remix-three", "remix-two", agreed=lineage.agreed(deeper))
    assert "accepted" == answer["outcome"]


def test_a_split_that_changed_since_it_was_seen_is_not_signed(world):
    prompt = publish_nested(world)
    shown = seen(world, prompt)
    propose(world, Fay="1/2", Ben="1/4", Cleo="1/4")
    sign_all(world)
    later = world.document("artist:artist-ana", "published", "remix-one")["sheets"]
    assert 2 == len(later), "the version to come is public before its day"
    world.clock.pass_days(2)
    assert ["split_differs"] == codes(submit_on(world, prompt, agreed=lineage.agreed(shown)))
    assert "accepted" == submit_on(world, prompt, agreed=lineage.agreed(seen(world, prompt)))["outcome"]


def test_a_remix_rests_on_one_of_its_own_track_and_keeps_it(world):
    prompt = publish_nested(world)
    other = open_nested(world, "two", seed=5)
    assert ["parent_of_another_track"] == codes(submit_on(world, other))
    assert "accepted" == submit_on(world, prompt)["outcome"]
    world.render()
    world.decide("Mo", "remix-two", "request_changes", reasons=["quality"], letter="Softer, please")
    version = world.remix("remix-two", "Gil")["version"]
    again = submit_on(world, prompt, 4, parent="remix-two", base_version=version)
    assert ["remix_keeps_its_parent"] == codes(again)
    again = submit_on(world, prompt, 4, agreed=lineage.agreed(seen(world, prompt)), base_version=version)
    assert "accepted" == again["outcome"]
    assert "remix-one" == world.remix("remix-two", "Gil")["parent"]
