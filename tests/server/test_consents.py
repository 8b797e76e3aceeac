"""Withdrawn consent always wins."""

from tests.server.world import DAY_MS


def states(world):
    return {name: data["remix"]["state"] for (_, name), data in world.documents("person:person-fay-1", "remix").items()}


def test_a_withdrawal_takes_down_what_is_on_the_way_and_winds_down_what_is_published(world):
    prompt = world.publish()
    world.submit(prompt, "remix-two", seed=2)
    world.submit(prompt, "remix-three", seed=3)
    world.render()
    world.decide("Mo", "remix-three", "request_changes", reasons=["quality"])
    name, _ = world.consent("Ben")
    world.do("Ben", "withdraw_consent", name)
    assert {"remix-one": "published", "remix-two": "taken_down", "remix-three": "taken_down"} == states(world)
    assert world.clock() + 30 * DAY_MS == world.remix()["wind_down_ms"]
    assert ["consent_withdrawn"] == world.remix("remix-two")["steps"][-1]["reasons"]
    assert {} == world.documents("public", "prompt")
    assert [] == [case for case in world.documents("moderators", "case").values() if case["case"]["state"] != "decided"]
    assert ["prompt_not_open"] == world.refused("Fay", "submit_remix", "remix-four", world.submission(prompt, 4))


def test_a_published_remix_comes_down_on_the_day_that_was_told(world):
    world.publish()
    world.do("Ben", "withdraw_consent", world.consent("Ben")[0])
    world.clock.pass_days(29.9)
    world.fall_due()
    assert "published" == world.remix()["state"]
    world.clock.pass_days(0.2)
    world.fall_due()
    assert "taken_down" == world.remix()["state"]
    assert {} == world.documents("artist:artist-ana", "published")


def test_the_earliest_of_several_withdrawals_counts(world):
    world.publish()
    world.do("Ben", "withdraw_consent", world.consent("Ben")[0])
    first = world.remix()["wind_down_ms"]
    world.clock.pass_days(5)
    world.do("Cleo", "withdraw_consent", world.consent("Cleo")[0])
    assert first == world.remix()["wind_down_ms"]


def test_a_moderator_cannot_approve_past_a_withdrawal(world):
    prompt = world.open_prompt()
    world.submit(prompt)
    world.render()
    case = world.case_of("remix-one")
    world.do("Ben", "withdraw_consent", world.consent("Ben")[0])
    answer = world.ask("Mo", "decide_case", case["id"], {"outcome": "approve"}, base_version=case["version"])
    assert "conflict" == answer["outcome"]
    assert "taken_down" == world.remix()["state"]
    assert ["consent_missing"] == world.refused("Ana", "reinstate_remix", "remix-one")


def test_a_render_that_ends_after_a_withdrawal_publishes_nothing(world):
    prompt = world.open_prompt()
    world.submit(prompt)

    def withdraw_meanwhile(recipe, stems, facts, folder, progress):
        from tests.server.renderer import render

        world.do("Ben", "withdraw_consent", world.consent("Ben")[0])
        return render(recipe, stems, facts, folder, progress)

    world.render(withdraw_meanwhile)
    assert "taken_down" == world.remix()["state"]
    assert {} == world.documents("moderators", "case")


def test_a_use_that_a_remix_does_not_need_leaves_it_alone(world):
    prompt = world.publish()
    name, _ = world.consent("Ben", "generated_layers")
    world.do("Ben", "withdraw_consent", name)
    assert ("published", None) == (world.remix()["state"], world.remix()["wind_down_ms"])
    assert "paused" == world.document("public", "prompt", prompt["id"])["state"]
    assert ["consent_missing"] == world.refused("Ana", "resume_prompt", "prompt-one")


def test_a_consent_that_runs_out_is_as_a_withdrawal(world):
    world.add_artist()
    world.add_track()
    world.sign_split()
    world.do("Ana", "write_prompt", "prompt-one", {"artist": "artist-ana", "track": "track-one", "text": world.text()})
    world.do("Ana", "ask_approval", "prompt-one")
    world.do("Ben", "grant_consent", world.consent("Ben")[0], {"until_ms": world.clock() + 10 * DAY_MS})
    world.agree()
    world.do("Ana", "publish_prompt", "prompt-one")
    prompt = world.document("public", "prompt", "prompt-one")
    world.publish(prompt=prompt)
    world.clock.pass_days(11)
    assert ["consent_missing"] == world.refused("Fay", "submit_remix", "remix-two", world.submission(prompt, 2))
    world.fall_due()
    assert world.remix()["wind_down_ms"] is not None
    assert {} == world.documents("public", "prompt")


def test_one_act_takes_a_whole_catalogue_out(world):
    world.publish()
    ben = world.people["Ben"].party
    world.do("Ben", "withdraw_catalogue", "artist-ana", {"party": ben})
    granted = [data for data in world.documents(f"party:{ben}", "consent").values() if data["consent"]["state"] == "granted"]
    assert [] == granted
    assert ["nothing_to_withdraw"] == world.refused("Ben", "withdraw_catalogue", "artist-ana", {"party": ben})


def test_an_agent_answers_within_its_mandate_and_not_after_it(world):
    world.add("Label", ["label"])
    ben, label = world.people["Ben"].party, world.people["Label"].party
    world.open_prompt()
    name, _ = world.consent("Ben")
    assert ["not_allowed"] == world.refused("Label", "withdraw_consent", name)
    data = {"principal": ben, "agent": label, "begins": "2026-11-01", "ends": "2026-11-20", "tracks": ["track-one"]}
    world.do("Ben", "give_mandate", "mandate-one", data)
    assert 2 == len(world.documents(f"party:{label}", "consent"))
    world.do("Label", "withdraw_consent", name)
    world.do("Ben", "revoke_mandate", "mandate-one")
    assert {} == world.documents(f"party:{label}", "consent")
    assert ["not_allowed"] == world.refused("Label", "grant_consent", name)


def test_a_challenge_whose_consent_ends_is_cancelled_with_that_reason(world):
    world.open_prompt()
    now = world.clock()
    data = {
        "artist": "artist-ana", "prompt": "prompt-one", "title": "Calm week", "about": "",
        "dates": {"opens_ms": now, "closes_ms": now + DAY_MS, "decides_ms": now + DAY_MS},
        "rubric": [{"name": "mood", "points": 10}], "judges": ["person-ben-1"],
    }
    world.do("Ana", "write_challenge", "challenge-one", data)
    world.do("Ana", "schedule_challenge", "challenge-one")
    world.do("Ben", "withdraw_consent", world.consent("Ben")[0])
    challenge = world.document("public", "challenge", "challenge-one")["challenge"]
    assert ("cancelled", "consent_withdrawn") == (challenge["state"], challenge["reason"])


def test_what_was_earned_until_the_end_is_paid_whenever_its_report_comes(world):
    world.publish()
    world.do("Ben", "withdraw_consent", world.consent("Ben")[0])
    world.clock.pass_days(31)
    world.fall_due()
    csv = (
        b"report_id,line_id,remix_id,service,territory,period_start,period_end,units,revenue,currency\n"
        b"r1,1,remix-one,Tide,DE,2026-11-01,2026-11-30,10,12.34,EUR\n"
    )
    world.do("Fin", "import_report", "report-one", {"asset": world.upload(csv, "Fin"), "name": "x"})
    assert ["12.34"] == [data["gross"] for data in world.documents("finance", "pot").values()]


def test_a_draft_of_a_challenge_that_is_cancelled_stays_with_its_team(world):
    world.open_prompt()
    now = world.clock()
    data = {
        "artist": "artist-ana", "prompt": "prompt-one", "title": "Secret week", "about": "",
        "dates": {"opens_ms": now, "closes_ms": now + DAY_MS, "decides_ms": now + DAY_MS}, "rubric": [], "judges": [],
    }
    world.do("Ana", "write_challenge", "challenge-one", data)
    world.do("Ben", "withdraw_consent", world.consent("Ben")[0])
    assert "cancelled" == world.document("team:artist-ana", "challenge", "challenge-one")["challenge"]["state"]
    assert {} == world.documents("public", "challenge")


def test_a_consent_that_ran_out_and_is_asked_for_anew_has_ended_all_the_same(world):
    world.publish()
    world.do("Ana", "write_prompt", "prompt-two", {"artist": "artist-ana", "track": "track-one", "text": world.text(title="Two")})
    world.do("Ben", "withdraw_consent", world.consent("Ben")[0])
    world.do("Ana", "ask_approval", "prompt-two")
    world.do("Ben", "grant_consent", world.consent("Ben")[0], {"until_ms": world.clock() + DAY_MS})
    world.do("Mo", "take_down_remix", "remix-one", {"reason": "rights_claim"})
    world.do("Mo", "reinstate_remix", "remix-one")
    assert None is world.remix()["wind_down_ms"]
    world.clock.pass_days(2)
    world.do("Ana", "ask_approval", "prompt-two")
    party = world.people["Ben"].party
    assert "asked" == world.document(f"party:{party}", "consent", world.consent("Ben")[0])["consent"]["state"]
    assert None is not world.remix()["wind_down_ms"]
