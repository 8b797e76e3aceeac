"""From a prompt to a published remix, through the door alone."""

from tests.server.world import DAY_MS


def test_a_prompt_needs_every_party_before_it_is_published(world):
    world.add_artist()
    world.add_track()
    world.sign_split()
    world.do("Ana", "write_prompt", "prompt-one", {"artist": "artist-ana", "track": "track-one", "text": world.text()})
    world.do("Ana", "ask_approval", "prompt-one")
    assert ["consent_missing"] * 4 == world.refused("Ana", "publish_prompt", "prompt-one")
    name, _ = world.consent("Ben")
    world.do("Ben", "grant_consent", name)
    assert ["consent_missing"] * 3 == world.refused("Ana", "publish_prompt", "prompt-one")
    world.agree()
    world.do("Ana", "publish_prompt", "prompt-one")
    shown = world.document("public", "prompt", "prompt-one")
    assert (2, 2, 1) == (shown["approved"], shown["asked"], shown["number"])
    assert ["composition", "recording", "remixer"] == sorted(share["role"] for share in shown["shares"])


def test_a_remix_goes_from_words_to_published(world):
    prompt = world.open_prompt()
    world.submit(prompt)
    assert "submitted" == world.remix()["state"]
    assert 1 == world.render()
    assert "in_review" == world.remix()["state"]
    assert "accepted" == world.decide("Mo", "remix-one", "approve", letter="Lovely")["outcome"]
    remix = world.remix()
    assert "published" == remix["state"]
    assert world.assets.path(remix["audio"]).is_file()
    assert remix["audio"] == world.document("artist:artist-ana", "published", "remix-one")["audio"]
    assert ["submit", "screen", "pass_screening", "approve", "publish"] == [step["step"] for step in remix["steps"]]


def test_a_recipe_is_rendered_once_whoever_asks(world):
    prompt = world.open_prompt()
    world.submit(prompt, "remix-one", "Fay")
    world.submit(prompt, "remix-two", "Gil")
    assert 1 == world.render()
    assert "in_review" == world.remix("remix-one")["state"] == world.remix("remix-two", "Gil")["state"]
    case = world.document("moderators", "case", world.case_of("remix-two")["id"])
    assert ["remix-one"] == case["findings"][-1]["facts"]["remixes"]


def test_a_remix_is_refused_with_everything_that_is_wrong(world):
    prompt = world.open_prompt()
    data = world.submission(prompt, tempo_bpm=150.0, slots={"mood": "angry", "extra": "x"}) | {"title": " "}
    assert {"title_empty", "slot_unknown", "slot_choice_unknown", "tempo_range"} == set(
        world.refused("Fay", "submit_remix", "remix-one", data)
    )


def test_the_same_recipe_twice_and_too_many_waiting_are_refused(world):
    prompt = world.open_prompt()
    world.submit(prompt)
    assert ["same_recipe"] == world.refused("Fay", "submit_remix", "remix-two", world.submission(prompt))
    for number in range(2, 21):
        world.submit(prompt, f"remix-{number}", seed=number)
    assert ["too_many_waiting"] == world.refused("Fay", "submit_remix", "remix-more", world.submission(prompt, 99))


def test_changes_are_requested_and_the_remix_comes_back(world):
    prompt = world.open_prompt()
    world.submit(prompt)
    world.render()
    answer = world.decide("Mo", "remix-one", "request_changes", reasons=["quality"], letter="Softer, please")
    assert "accepted" == answer["outcome"]
    version = world.remix()["version"]
    world.do("Fay", "submit_remix", "remix-one", world.submission(prompt, 2), base_version=version)
    assert 1 == world.render()
    assert "in_review" == world.remix()["state"]
    assert "accepted" == world.decide("Nia", "remix-one", "approve")["outcome"]
    assert "published" == world.remix()["state"]


def test_a_rejection_is_appealed_and_overturned_by_someone_else(world):
    prompt = world.open_prompt()
    world.submit(prompt)
    world.render()
    world.decide("Mo", "remix-one", "reject", reasons=["quality"], letter="No")
    world.do("Fay", "appeal_remix", "remix-one", {"text": "Please listen again"})
    own = world.decide("Mo", "remix-one", "uphold", kind="appeal", reasons=["quality"])
    assert ["own_case"] == [finding["code"] for finding in own["findings"]]
    assert "accepted" == world.decide("Nia", "remix-one", "overturn", kind="appeal")["outcome"]
    assert "published" == world.remix()["state"]


def test_two_moderators_apart_make_one_decision_and_one_opinion(world):
    prompt = world.open_prompt()
    world.submit(prompt)
    world.render()
    case = world.case_of("remix-one")
    seen = case["version"]
    assert "accepted" == world.decide("Mo", "remix-one", "approve")["outcome"]
    late = world.ask("Nia", "decide_case", case["id"], {"outcome": "reject", "reasons": ["quality"]}, base_version=seen)
    assert "conflict" == late["outcome"]
    assert "published" == world.remix()["state"]
    shown = world.document("moderators", "case", case["id"])["case"]
    assert (["approve"], ["reject"]) == tuple([one["outcome"] for one in shown[key]] for key in ("decisions", "opinions"))
    assert late["now"] == shown


def test_a_report_opens_a_case_and_never_hides_a_remix(world):
    world.publish()
    world.do("Gil", "report_remix", "remix-one", {"reason": "spam", "text": "It is an advert"})
    assert ["already_reported"] == world.refused("Gil", "report_remix", "remix-one", {"reason": "spam"})
    assert "published" == world.remix()["state"]
    world.decide("Mo", "remix-one", "take_down", kind="report", reasons=["spam"])
    assert "taken_down" == world.remix()["state"]
    assert {} == world.documents("artist:artist-ana", "published")
    world.do("Ana", "reinstate_remix", "remix-one")
    assert "published" == world.remix()["state"]


def test_a_fan_is_thanked_and_withdraws(world):
    world.publish()
    world.do("Ana", "thank_fan", "remix-one", {"text": "You made my day"})
    assert "You made my day" == world.document("person:person-fay-1", "remix", "remix-one")["thanks"]
    world.do("Fay", "withdraw_remix", "remix-one")
    assert {} == world.documents("team:artist-ana", "submission")
    assert {} == world.documents("artist:artist-ana", "published")


def test_a_remix_of_a_remix_carries_its_parents_sheet(world):
    prompt = world.publish()
    data = world.submission(prompt, 5) | {"parent": "remix-one"}
    assert ["template_without_ancestor"] == world.refused("Gil", "submit_remix", "remix-two", data)


def test_a_challenge_from_its_announcement_to_its_winner(world):
    prompt = world.open_prompt()
    now = world.clock()
    dates = {"opens_ms": now, "closes_ms": now + 7 * DAY_MS, "decides_ms": now + 14 * DAY_MS}
    data = {
        "artist": "artist-ana", "prompt": "prompt-one", "title": "Calm week", "about": "", "dates": dates,
        "rubric": [{"name": "mood", "points": 10}], "judges": ["person-ben-1"], "prizes": [{"place": 1, "what": "A record"}],
    }
    world.do("Ana", "write_challenge", "challenge-one", data)
    assert {} == world.documents("public", "challenge")
    world.do("Ana", "schedule_challenge", "challenge-one")
    assert "challenge-one" == world.document("public", "challenge", "challenge-one")["id"]
    world.submit(prompt)
    world.do("Fay", "enter_challenge", "entry-one", {"challenge": "challenge-one", "remix": "remix-one"})
    assert ["dates_shortened"] == world.refused(
        "Ana", "extend_challenge", "challenge-one", {"dates": dates | {"closes_ms": now + DAY_MS}}
    )
    assert ["not_judging"] == world.refused("Ben", "score_entry", "entry-one", {"points": {"mood": 9}})
    world.clock.pass_days(8)
    world.do("Ben", "score_entry", "entry-one", {"points": {"mood": 9}})
    judged = world.document("judges:challenge-one", "entry", "entry-one")
    assert ("", 9) == (judged["entry"]["fan"], judged["entry"]["scores"][0][1][0][1])
    world.do("Ana", "decide_challenge", "challenge-one", {"winners": ["entry-one"]})
    assert 1 == world.document("person:person-fay-1", "entry", "entry-one")["entry"]["place"]
