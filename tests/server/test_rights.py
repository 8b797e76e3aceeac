"""Stakes, parties, partnerships and standing answers: who owns what, who may answer, and what blocks publishing."""

import pytest

from fanlink.server import audit
from tests.server.world import DAY_MS


def whole(recording, composition):
    return [
        {"party": recording, "right": "recording", "share": "1"}, {"party": composition, "right": "composition", "share": "1"},
    ]


def ready(world, **changes):
    """All but the consents."""
    world.add_artist()
    world.add_track()
    world.sign_split()
    world.do("Ana", "write_prompt", "prompt-one", {"artist": "artist-ana", "track": "track-one", "text": world.text(**changes)})


def parties(world):
    return {name: person.party for name, person in world.people.items()}


# Parties --------------------------------------------------------------------------------------------------------


def test_a_party_has_numbers_whose_check_digits_are_checked(world):
    wrong = {"name": "Northside Songs", "party_kind": "organisation", "ipi": "00014107339", "isni": "0000000081266408"}
    assert ["ipi_check_digits", "isni_check_digit"] == world.refused("Ben", "add_party", "party-north", wrong)
    right = {"name": " Northside  Songs", "party_kind": "organisation", "ipi": "14107338", "isni": "0000 0000 8126 6409", "mine": True}
    world.do("Ben", "add_party", "party-north", right)
    party = world.document("party:party-north", "party", "party-north")["party"]
    assert ("Northside Songs", "organisation", "00014107338", "0000000081266409") == (
        party["name"], party["kind"], party["ipi"], party["isni"]
    )  # fmt: skip
    assert "party-north" in world.document("person:person-ben-1", "account", "person-ben-1")["parties"]
    assert ["ipi_taken"] == world.refused("Cleo", "add_party", "party-other", {"name": "Other", "ipi": "00014107338"})


def test_a_party_is_changed_by_who_answers_for_it_only(world):
    world.do("Ben", "add_party", "party-north", {"name": "Northside", "mine": True})
    assert ["not_allowed"] == world.refused("Cleo", "change_party", "party-north", {"name": "Mine now"})
    assert ["not_allowed"] == world.refused("Fay", "add_party", "party-fays", {"name": "Fay's", "mine": True})
    world.do("Ben", "change_party", "party-north", {"name": "Northside Songs", "party_kind": "organisation"})
    assert "Northside Songs" == world.document("party:party-north", "party", "party-north")["party"]["name"]
    assert ["base_version_missing"] == world.refused("Ben", "change_party", "party-north", {"name": "X"}, base_version=None)


# Stakes ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("shares", "code", "must_act"), [
    (("1/2",), "UnderClaim", []), (("1", "1/10"), "OverClaim", ["Ben", "Cleo"]),
])  # fmt: skip
def test_stakes_that_are_not_whole_are_kept_and_block_publishing_naming_who_must_act(world, shares, code, must_act):
    ready(world)
    known = parties(world)
    recording = [{"party": known[who], "right": "recording", "share": share} for who, share in zip(("Ben", "Cleo"), shares, strict=False)]
    composition = [{"party": known["Cleo"], "right": "composition", "share": "1"}]
    world.do("Ana", "ask_approval", "prompt-one")
    world.agree()
    world.do("Ben", "give_mandate", "mandate-one", {"principal": known["Ben"], "agent": known["Ana"], "begins": "2026-11-01"})
    world.do("Ana", "declare_stakes", "track-one", {"stakes": recording + composition})
    answer = world.ask("Ana", "publish_prompt", "prompt-one")
    (finding,) = [one for one in answer["findings"] if one["code"] == code]
    assert sorted(known[who] for who in must_act) == finding["facts"]["must_act"]
    draft = world.document("team:artist-ana", "prompt_draft", "prompt-one")
    assert [code] == [one["code"] for one in draft["claims"]]
    world.do("Ana", "declare_stakes", "track-one", {"stakes": whole(known["Ben"], known["Cleo"])})
    if len(shares) > 1:
        assert ["Conflict"] == world.refused("Ana", "publish_prompt", "prompt-one")
        world.do("Cleo", "accept_stakes", "track-one", {"party": known["Cleo"]})
    world.do("Ana", "publish_prompt", "prompt-one")


def test_who_would_lose_a_share_keeps_its_claim_until_it_agrees(world):
    prompt = world.open_prompt()
    known = parties(world)
    world.do("Ana", "declare_stakes", "track-one", {"stakes": whole(known["Ana"], known["Cleo"])})
    track = world.document("team:artist-ana", "track", "track-one")
    assert [{"party": known["Ben"], "right": "recording", "share": "1"}] == track["contested"]
    codes = world.refused("Fay", "submit_remix", "remix-one", world.submission(prompt))
    assert {"Conflict", "consent_missing"} == set(codes)
    assert ["not_allowed"] == world.refused("Ana", "accept_stakes", "track-one", {"party": known["Ben"]})
    world.do("Ben", "accept_stakes", "track-one", {"party": known["Ben"]})
    assert ["no_open_claim"] == world.refused("Cleo", "accept_stakes", "track-one", {"party": known["Cleo"]})
    assert ["consent_missing"] == list(dict.fromkeys(world.refused("Fay", "submit_remix", "remix-one", world.submission(prompt))))
    assert {} == world.documents(f"party:{known['Ben']}", "track")


def test_a_performer_who_was_featured_cannot_be_struck_out_in_silence(world):
    world.add_artist()
    world.add_track()
    known = parties(world)
    stakes = whole(known["Ben"], known["Cleo"])
    world.do("Ana", "declare_stakes", "track-one", {"stakes": stakes, "featured": [known["Gil"]]})
    world.do("Ana", "declare_stakes", "track-one", {"stakes": stakes})
    (claim,) = world.document("team:artist-ana", "track", "track-one")["contested"]
    assert (known["Gil"], "0") == (claim["party"], claim["share"])


def test_a_featured_performer_is_asked_with_a_stake_of_nothing(world):
    ready(world)
    known = parties(world)
    vera = world.add("Vera", ["rightsholder"]).party
    world.do("Ana", "declare_stakes", "track-one", {"stakes": whole(known["Ben"], known["Cleo"]), "featured": [vera]})
    world.do("Ana", "ask_approval", "prompt-one")
    world.agree()
    assert ["consent_missing"] * 2 == world.refused("Ana", "publish_prompt", "prompt-one")
    for (_, name), _data in world.documents(f"party:{vera}", "consent").items():
        world.do("Vera", "grant_consent", name)
    world.do("Ana", "publish_prompt", "prompt-one")


def test_a_stake_cannot_be_less_than_nothing_or_more_than_the_whole(world):
    world.add_artist()
    world.add_track()
    ben = world.people["Ben"].party
    stakes = [{"party": ben, "right": "recording", "share": "3/2"}, {"party": ben, "right": "composition", "share": "-1/2"}]
    assert ["stake_out_of_range"] * 2 == world.refused("Ana", "declare_stakes", "track-one", {"stakes": stakes})


# Asking and answering -------------------------------------------------------------------------------------------


def test_a_consent_for_less_than_the_prompts_territory_is_none_there_and_can_be_widened(world):
    ready(world, territory="DE AT")
    world.do("Ana", "ask_approval", "prompt-one", {"note": "For the tour"})
    name, _ = world.consent("Ben")
    asked = world.document(f"party:{world.people['Ben'].party}", "consent", name)["consent"]
    assert "For the tour" == asked["asking"]
    assert ["territory_unknown"] == world.refused("Ben", "grant_consent", name, {"territory": "Narnia"})
    world.do("Ben", "grant_consent", name, {"territory": "DE"})
    world.agree()
    assert ["consent_missing"] == world.refused("Ana", "publish_prompt", "prompt-one")
    world.do("Ana", "ask_approval", "prompt-one")
    consent = world.document(f"party:{world.people['Ben'].party}", "consent", name)["consent"]
    assert ("granted", "DE", "DE AT") == (consent["state"], consent["territory"], consent["wanted"])
    assert ["grant_narrows"] == world.refused("Ben", "grant_consent", name, {"territory": "AT"})
    world.do("Ben", "grant_consent", name, {"territory": "world except US"})
    world.do("Ana", "publish_prompt", "prompt-one")


def test_counter_asking_goes_back_and_forth_with_notes(world):
    ready(world)
    world.do("Ana", "ask_approval", "prompt-one")
    name, _ = world.consent("Ben")
    scope = f"party:{world.people['Ben'].party}"
    assert ["counter_needs_a_note"] == world.refused("Ben", "counter_consent", name, {"note": " "})
    world.do("Ben", "counter_consent", name, {"note": "only until May"})
    world.do("Ana", "ask_approval", "prompt-one", {"note": "May is fine"})
    consent = world.document(scope, "consent", name)["consent"]
    assert ("asked", "only until May", "May is fine") == (consent["state"], consent["note"], consent["asking"])


def test_the_version_that_is_published_names_the_split_by_its_digest(world):
    prompt = world.open_prompt()
    template = world.document("team:artist-ana", "template", "split-one")
    assert template["digest"] == prompt["text"]["template"]
    assert ["nothing_changed"] == world.refused("Ana", "publish_prompt", "prompt-one")


# Partnerships ---------------------------------------------------------------------------------------------------


def label(world):
    world.add("Label", ["label"])
    return world.people["Label"].party


def test_a_mandate_begins_and_ends_by_its_days_and_both_sides_see_it(world):
    ready(world)
    ben, agent = world.people["Ben"].party, label(world)
    days = {"principal": ben, "agent": agent, "begins": "2026-11-12", "ends": "2026-11-13"}
    world.do("Ben", "give_mandate", "mandate-one", days)
    world.do("Ana", "ask_approval", "prompt-one")
    assert {} == world.documents(f"party:{agent}", "consent")
    assert "coming" == world.document(f"party:{agent}", "mandate", "mandate-one")["mandate"]["phase"]
    name, _ = world.consent("Ben")
    assert ["not_allowed"] == world.refused("Label", "grant_consent", name)
    world.clock.pass_days(2)
    world.fall_due()
    kinds = {kind for kind, _ in world.documents(f"party:{agent}")}
    assert {"party", "mandate", "consent", "track", "template"} == kinds
    world.do("Label", "grant_consent", name)
    world.clock.pass_days(2)
    world.fall_due()
    assert {"party", "mandate"} == {kind for kind, _ in world.documents(f"party:{agent}")}
    assert "over" == world.document(f"party:{ben}", "mandate", "mandate-one")["mandate"]["phase"]
    assert "granted" == world.document(f"party:{ben}", "consent", name)["consent"]["state"]


def test_an_agent_answers_a_whole_catalogue_at_once_and_only_its_tracks(world):
    ready(world)
    world.add_track("track-two", seed=2)
    world.sign_split("split-two", "track-two")
    text = world.text(template="split-two")
    world.do("Ana", "write_prompt", "prompt-two", {"artist": "artist-ana", "track": "track-two", "text": text})
    for prompt in ("prompt-one", "prompt-two"):
        world.do("Ana", "ask_approval", prompt)
    ben, agent = world.people["Ben"].party, label(world)
    given = {"principal": ben, "agent": agent, "begins": "2026-11-01", "tracks": ["track-one"]}
    world.do("Ben", "give_mandate", "mandate-one", given)
    assert ["not_allowed"] == world.refused("Rival", "answer_catalogue", ben, {"says": "grant"})
    world.do("Label", "answer_catalogue", ben, {"says": "grant", "territory": "DE", "until_ms": world.clock() + DAY_MS})
    found = {
        (data["consent"]["track"], data["consent"]["state"], data["consent"]["territory"])
        for data in world.documents(f"party:{ben}", "consent").values()
    }
    assert {("track-one", "granted", "DE"), ("track-two", "asked", "world")} == found
    assert ["nothing_to_answer"] == world.refused("Ben", "answer_catalogue", ben, {"says": "grant", "tracks": ["track-one"]})


def test_a_revoked_mandate_answers_nothing_more_and_what_was_answered_stands(world):
    ready(world)
    ben, agent = world.people["Ben"].party, label(world)
    world.do("Ben", "give_mandate", "mandate-one", {"principal": ben, "agent": agent, "begins": "2026-11-01"})
    world.do("Ana", "ask_approval", "prompt-one")
    name, _ = world.consent("Ben")
    world.do("Label", "grant_consent", name)
    assert ["base_version_missing"] == world.refused("Ben", "revoke_mandate", "mandate-one", base_version=None)
    world.do("Ben", "revoke_mandate", "mandate-one")
    assert ["illegal_step"] == world.refused("Ben", "revoke_mandate", "mandate-one")
    assert ["not_allowed"] == world.refused("Label", "withdraw_consent", name)
    assert "granted" == world.document(f"party:{ben}", "consent", name)["consent"]["state"]
    assert {} == world.documents(f"party:{agent}", "track")
    with world.database.reading() as connection:
        kinds = [line.kind for line in audit.lines(connection, 0, 10_000)]
    assert {"give_mandate", "revoke_mandate"} <= set(kinds)


def test_an_agent_sees_the_sheets_of_the_principal_for_as_long_as_the_mandate_lasts(world):
    world.publish()
    ben, agent = world.people["Ben"].party, label(world)
    world.do("Ben", "give_mandate", "mandate-one", {"principal": ben, "agent": agent, "begins": "2026-11-01"})
    assert [("sheet", "remix-one")] == [key for key in world.documents(f"party:{agent}") if key[0] == "sheet"]
    world.do("Ben", "revoke_mandate", "mandate-one")
    assert {"party", "mandate"} == {kind for kind, _ in world.documents(f"party:{agent}")}
    world.do("Ben", "give_mandate", "mandate-two", {"principal": ben, "agent": agent, "begins": "2026-11-01", "ends": "2026-11-30"})
    assert [("sheet", "remix-one")] == [key for key in world.documents(f"party:{agent}") if key[0] == "sheet"]
    world.clock.pass_days(40)
    world.fall_due()
    assert [] == [key for key in world.documents(f"party:{agent}") if key[0] == "sheet"]


def test_nobody_gives_a_mandate_for_somebody_else(world):
    ben, agent = world.people["Ben"].party, label(world)
    data = {"principal": ben, "agent": agent, "begins": "2026-11-01"}
    assert ["not_allowed"] == world.refused("Label", "give_mandate", "mandate-one", data)
    assert ["mandate_to_oneself"] == world.refused("Ben", "give_mandate", "mandate-one", {**data, "agent": ben})
    assert ["dates_out_of_order"] == world.refused("Ben", "give_mandate", "mandate-one", {**data, "ends": "2026-10-01"})


# Standing answers -----------------------------------------------------------------------------------------------


def test_a_standing_answer_speaks_to_a_first_question_and_never_after_a_withdrawal(world):
    ready(world)
    ben = world.people["Ben"].party
    terms = {"party": ben, "use": "remix", "says": "grant", "territory": "world", "term_days": 90, "conditions": "Credit me"}
    assert ["not_allowed"] == world.refused("Cleo", "set_standing_answer", "standing-one", terms)
    world.do("Ben", "set_standing_answer", "standing-one", terms)
    assert ["standing_answer_there"] == world.refused("Ben", "set_standing_answer", "standing-two", terms)
    world.do("Ana", "ask_approval", "prompt-one")
    name, _ = world.consent("Ben")
    consent = world.document(f"party:{ben}", "consent", name)["consent"]
    assert ("granted", "Credit me", world.clock() + 90 * DAY_MS, "standing:standing-one") == (
        consent["state"], consent["conditions"], consent["until_ms"], consent["answered_by"]
    )  # fmt: skip
    world.do("Ben", "withdraw_consent", name)
    world.do("Ana", "ask_approval", "prompt-one")
    assert "asked" == world.document(f"party:{ben}", "consent", name)["consent"]["state"]
    world.do("Ben", "end_standing_answer", "standing-one")
    assert {} == world.documents(f"party:{ben}", "standing")


def test_taking_a_catalogue_out_ends_the_standing_yes_to_it(world):
    world.open_prompt()
    ben = world.people["Ben"].party
    world.do("Ben", "set_standing_answer", "standing-one", {"party": ben, "use": "mashup", "says": "grant"})
    world.do("Ben", "set_standing_answer", "standing-two", {"party": ben, "use": "model_training", "says": "refuse"})
    world.do("Ben", "withdraw_catalogue", "artist-ana", {"party": ben})
    assert [("standing", "standing-two")] == list(world.documents(f"party:{ben}", "standing"))


# Withdrawing ----------------------------------------------------------------------------------------------------


def test_one_track_of_several_can_be_taken_out(world):
    world.open_prompt()
    world.add_track("track-two", seed=2)
    world.sign_split("split-two", "track-two")
    text = world.text(template="split-two")
    world.do("Ana", "write_prompt", "prompt-two", {"artist": "artist-ana", "track": "track-two", "text": text})
    world.do("Ana", "ask_approval", "prompt-two")
    world.agree()
    ben = world.people["Ben"].party
    world.do("Ben", "withdraw_catalogue", "artist-ana", {"party": ben, "tracks": ["track-two"], "note": "Not this one"})
    states = {
        (data["consent"]["track"], data["consent"]["state"]) for data in world.documents(f"party:{ben}", "consent").values()
    }  # fmt: skip
    assert {("track-one", "granted"), ("track-two", "withdrawn")} == states


def test_an_act_on_what_is_there_must_name_the_version_it_saw_but_a_withdrawal_need_not(world):
    world.publish()
    assert ["base_version_missing"] == world.refused("Fay", "withdraw_remix", "remix-one", base_version=None)
    assert ["base_version_missing"] == world.refused("Ana", "pause_prompt", "prompt-one", base_version=None)
    assert "conflict" == world.ask("Fay", "withdraw_remix", "remix-one", base_version=1)["outcome"]
    name, version = world.consent("Ben")
    assert "conflict" == world.ask("Ben", "withdraw_consent", name, base_version=version - 1)["outcome"]
    world.do("Ben", "withdraw_consent", name, base_version=None)


def test_the_day_on_which_a_remix_comes_down_is_told_to_everyone_who_sees_it(world):
    world.publish()
    world.do("Ben", "withdraw_consent", world.consent("Ben")[0])
    ends = world.clock() + 30 * DAY_MS
    assert ends == world.remix()["wind_down_ms"]
    assert ends == world.document("team:artist-ana", "submission", "remix-one")["wind_down_ms"]
    assert ends == world.document("artist:artist-ana", "published", "remix-one")["wind_down_ms"]


def test_an_agent_hears_the_stems_of_the_tracks_in_its_mandate_only(site, world):
    ready(world)
    world.add_track("track-two", seed=5)
    ben, agent = world.people["Ben"].party, label(world)
    stems = {
        track: next(iter(world.document("team:artist-ana", "track", track)["facts"]["stems"].values()))["asset"]
        for track in ("track-one", "track-two")
    }
    client = site.client(world.people["Label"].token)
    assert 404 == client.get(f"/v1/assets/{stems['track-one']}").status_code
    world.do("Ben", "give_mandate", "mandate-one", {"principal": ben, "agent": agent, "begins": "2026-11-01", "tracks": ["track-one"]})
    assert 200 == client.get(f"/v1/assets/{stems['track-one']}").status_code
    assert 404 == client.get(f"/v1/assets/{stems['track-two']}").status_code
    world.do("Ben", "revoke_mandate", "mandate-one")
    assert 404 == client.get(f"/v1/assets/{stems['track-one']}").status_code
