"""Every legal and illegal step of every life."""

from itertools import product

import pytest

from fanlink.core import cases, challenges, consents, prompts, remixes
from fanlink.core.errors import Refused
from fanlink.core.lives import open_steps, take_step

# (state before, step, state after), written from the design and not from the code.
REMIX = """
draft queue queued | draft submit submitted | queued submit submitted
submitted screen screening | screening pass_screening in_review
submitted retire_engine changes_requested | screening retire_engine changes_requested
in_review request_changes changes_requested | changes_requested resubmit submitted
in_review approve approved | in_review reject rejected | screening reject rejected
approved publish published | rejected appeal appealed | appealed uphold upheld | appealed overturn approved
draft withdraw withdrawn | queued withdraw withdrawn | submitted withdraw withdrawn | screening withdraw withdrawn
in_review withdraw withdrawn | changes_requested withdraw withdrawn | approved withdraw withdrawn
published withdraw withdrawn | rejected withdraw withdrawn | appealed withdraw withdrawn | upheld withdraw withdrawn
taken_down withdraw withdrawn
submitted take_down taken_down | screening take_down taken_down | in_review take_down taken_down
changes_requested take_down taken_down | approved take_down taken_down | published take_down taken_down
appealed take_down taken_down | taken_down reinstate taken_down
"""
CONSENT = """
asked grant granted | asked refuse refused | asked counter countered | granted withdraw withdrawn
refused ask asked | countered ask asked | withdrawn ask asked
"""
PROMPT = """
draft edit draft | in_approval edit draft | published edit published | paused edit paused
draft ask_approval in_approval | in_approval ask_approval in_approval | published ask_approval published
paused ask_approval paused | in_approval publish published | published publish published | paused publish published
published pause paused | paused resume published | published close closed | paused close closed
draft withdraw withdrawn | in_approval withdraw withdrawn | published withdraw withdrawn | paused withdraw withdrawn
closed withdraw withdrawn
"""
CHALLENGE = """
draft edit draft | draft schedule scheduled | scheduled extend scheduled | scheduled decide decided
decided finish final | draft cancel cancelled | scheduled cancel cancelled
"""
CASE = """
waiting claim claimed | escalated claim claimed | claimed release waiting
waiting decide decided | claimed decide decided | escalated decide decided
waiting escalate escalated | claimed escalate escalated
waiting close decided | claimed close decided | escalated close decided
"""
LIVES = {
    "remix": (remixes.LIFE, remixes.RemixState, REMIX),
    "consent": (consents.LIFE, consents.ConsentState, CONSENT),
    "prompt": (prompts.LIFE, prompts.PromptState, PROMPT),
    "challenge": (challenges.LIFE, challenges.ChallengeState, CHALLENGE),
    "case": (cases.LIFE, cases.CaseState, CASE),
}


def legal(text):
    moves = [tuple(move.split()) for line in text.strip().splitlines() for move in line.split("|")]
    return {(before, step): after for before, step, after in moves}


@pytest.mark.parametrize("name", LIVES)
def test_every_step_that_the_design_allows_is_taken_and_every_other_is_refused(name):
    life, states, text = LIVES[name]
    allowed = legal(text)
    assert {step for _, step in allowed} == set(life)
    for state, step in product(states, life):
        if (state.value, step) in allowed:
            assert allowed[state.value, step] == take_step(life, step, state).value
        else:
            with pytest.raises(Refused) as refused:
                take_step(life, step, state)
            (reason,) = refused.value.reasons
            assert "illegal_step" == reason.code
            assert (state.value, step) == (reason.facts["state"], reason.facts["step"])
            assert open_steps(life, state) == reason.facts["open_steps"]
