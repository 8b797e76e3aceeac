"""A small world for those who own, moderate and count: one account with every role, and documents for each of its pages."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

from fanlink import wire
from fanlink.core import cases, challenges, rules, shares
from fanlink.core.cases import Case, CaseKind, CaseState, Decision, Outcome
from fanlink.core.challenges import ChallengeState, Dates, Entry
from fanlink.core.consents import Consent, ConsentState
from fanlink.core.documents import (
    AccountDocument,
    CaseDocument,
    ChallengeDocument,
    ConsentDocument,
    EntryDocument,
    PromptDraftDocument,
    Share,
    SubmissionDocument,
    TemplateDocument,
    TrackDocument,
)
from fanlink.core.guard_rails import Use
from fanlink.core.invitations import InvitationState
from fanlink.core.money_documents import (
    BalanceDocument,
    BatchDocument,
    HoldDocument,
    InvitationDocument,
    PayoutDocument,
    ReportDocument,
    RunDocument,
    UnmatchedDocument,
)
from fanlink.core.parties import Right, Stake
from fanlink.core.payouts import State
from fanlink.core.people import Role
from fanlink.core.prompts import Prompt, PromptState, PromptVersion
from fanlink.core.remixes import Remix, RemixState
from tests.desktop import world as fans
from tests.desktop.money import money_documents, paying_documents
from tests.desktop.world import DAY, HOUR, NOW_MS, World

ME = "person_staff001"
LUMA = "artist_luma0001"
TEAM = f"team:{LUMA}"
NAMES = {
    "party_luma": "Luma Reyes", "party_northside": "Northside Music", "party_jonah": "Jonah Pike", "party_ines": "Ines Calder",
    "party_fanlink": "FanLink",
}  # fmt: skip
ROLES = (Role.ARTIST, Role.LABEL, Role.RIGHTSHOLDER, Role.MODERATOR, Role.FINANCE)


def account(roles: tuple[Role, ...] = ROLES) -> AccountDocument:
    return AccountDocument(
        ME, "Sam Okafor", roles, "party_luma", teams=(LUMA,), parties=("party_luma", "party_northside"), follows=()
    )


def make(folder: Path, now_ms: int = NOW_MS, roles: tuple[Role, ...] = ROLES) -> World:
    """The fans' world with everything that staff see beside it."""
    fan_world = fans.make(folder, now_ms, songs=1)
    prompts = {each.id: each for _scope, each in fan_world.documents if each.KIND == "prompt"}
    neon, midnight = prompts["prompt_neon01"], prompts["prompt_midnight01"]
    made: list[tuple[str, Any]] = [(scope, each) for scope, each in fan_world.documents if scope == "public"]
    made += [(f"person:{ME}", account(roles))]
    made += [(TEAM, each) for each in track_documents(neon, midnight, now_ms)]
    made += [(TEAM, each) for each in template_documents()]
    made += [(TEAM, each) for each in draft_documents(neon, midnight, now_ms)]
    made += [(f"party:{each.consent.party}", each) for each in consent_documents(neon, midnight, now_ms)]
    audio = [stem.asset for stem in neon.facts.stems.values()]
    mine = [each for _scope, each in fan_world.documents if each.KIND == "remix"]
    made += [(TEAM, each) for each in submission_documents(neon, midnight, now_ms, audio)]
    made += challenge_documents(neon, now_ms, audio)
    made += [("moderators", each) for each in case_documents(prompts, now_ms, audio)]
    published = [replace(each, remix=replace(each.remix, audio=each.remix.audio or audio[0])) for each in (mine[0], mine[5])]
    made += [("finance", each) for each in money_documents(published, fans.FAN_PARTY)]
    luma = [each for each in money_documents(published, "party_luma") if each.KIND == "statement"]
    luma = [replace(each, id=f"luma_{each.id}", party_name="Luma Reyes") for each in luma]
    made += [("finance", each) for each in luma] + [("party:party_luma", each) for each in luma]
    made += [("party:party_luma", each) for each in money_documents(published, fans.FAN_PARTY) if each.KIND == "pot"]
    made += [("finance", each) for each in report_documents(now_ms)]
    made += [("finance", each) for each in waiting_documents(mine[0].id, now_ms)]
    made += [("party:party_luma", each) for each in waiting_documents(mine[0].id, now_ms) if each.KIND == "hold"]
    made += [("party:party_luma", each) for each in paying_documents("party_luma", "Luma Reyes", now_ms)]
    made += [("finance", each) for each in payout_documents(now_ms)]
    return World(made, fan_world.files)


def track_documents(neon: Any, midnight: Any, now_ms: int) -> list[TrackDocument]:
    whole = (
        Stake("party_northside", Right.RECORDING, Fraction(3, 5)), Stake("party_luma", Right.RECORDING, Fraction(2, 5)),
        Stake("party_jonah", Right.COMPOSITION, Fraction(1, 2)), Stake("party_luma", Right.COMPOSITION, Fraction(1, 2)),
    )  # fmt: skip
    short = (Stake("party_luma", Right.RECORDING, Fraction(1)), Stake("party_luma", Right.COMPOSITION, Fraction(2, 3)))
    neon_consents = tuple(each.consent for each in consent_documents(neon, midnight, now_ms) if each.consent.track == neon.track)
    other = (
        Consent("consent_jonah_remix", neon.track, "party_jonah", Use.REMIX, ConsentState.GRANTED, answered_ms=now_ms - 9 * DAY),
        Consent("consent_ines_remix", neon.track, "party_ines", Use.REMIX, ConsentState.ASKED),
        Consent("consent_jonah_gen", neon.track, "party_jonah", Use.GENERATED_LAYERS, ConsentState.COUNTERED, note="Only pads."),
    )
    done = (Consent("consent_mid_luma", midnight.track, "party_luma", Use.REMIX, ConsentState.GRANTED),)
    return [
        TrackDocument(neon.track, LUMA, "Luma Reyes", neon.facts, whole, ("party_ines",), (*neon_consents, *other), NAMES,
                      "QZFL12600001", "T0345246801"),
        TrackDocument(midnight.track, LUMA, "Luma Reyes", midnight.facts, short, (), done, NAMES, "QZFL12600002"),
    ]  # fmt: skip


def template(remixer: str = "3/20") -> shares.Template:
    rest = Fraction(17, 20) - Fraction(1, 10)
    assert remixer == "3/20"
    return shares.Template((
        shares.pool("platform", "1/10", {"party_fanlink": Fraction(1)}),
        shares.pool("recording", rest * Fraction(2, 3), {"party_northside": "3/5", "party_luma": "2/5"}),
        shares.pool("composition", rest * Fraction(1, 3), {"party_jonah": "1/2", "party_luma": "1/2"}),
        shares.Node("remixer", Fraction(3, 20)),
    ))  # fmt: skip


def template_documents() -> list[TemplateDocument]:
    made = []
    for number, (signed, unsigned) in enumerate((
        (("party_fanlink", "party_jonah", "party_luma", "party_northside"), ()),
        (("party_fanlink", "party_jonah"), ("party_luma", "party_northside")),
    ), 1):  # fmt: skip
        tree = template()
        leaves = tuple(
            Share(leaf.party, NAMES.get(leaf.party, "The remixer"), leaf.path[0] if leaf.path else leaf.party, leaf.share)
            for leaf in tree.leaves()
        )
        made.append(TemplateDocument(f"template_{number}", "track_neon01", "Neon Tide", leaves, tree.as_data(), signed, unsigned))
    return made


def draft_documents(neon: Any, midnight: Any, now_ms: int) -> list[PromptDraftDocument]:
    version = PromptVersion(1, neon.digest, neon.text, now_ms - 3 * DAY)
    published = Prompt(neon.id, LUMA, neon.track, PromptState.PUBLISHED, replace(neon.text, template="template_1"), (version,), version=4)
    asking = replace(neon.text, title="Only the choir", words="Take everything away but the choir, {how}.",
                     slots={"how": type(neon.text.slots["where"])(("very slowly", "like a hymn"))}, template="template_2")  # fmt: skip
    waiting = Prompt("prompt_choir01", LUMA, neon.track, PromptState.IN_APPROVAL, asking, version=2)
    draft = Prompt("prompt_bass01", LUMA, midnight.track, PromptState.DRAFT, replace(midnight.text, title="Bass and breath", template=""))
    return [
        PromptDraftDocument(waiting.id, waiting, "Neon Tide", (("party_ines", "remix"), ("party_jonah", "generated_layers")),
                            ("party_luma", "party_northside"), NAMES),
        PromptDraftDocument(published.id, published, "Neon Tide", (), (), NAMES),
        PromptDraftDocument(draft.id, draft, "Midnight Atlas", (), (), NAMES),
    ]  # fmt: skip


def consent_documents(neon: Any, midnight: Any, now_ms: int) -> list[ConsentDocument]:
    rows = (
        ("luma_remix", neon, "party_luma", Use.REMIX, ConsentState.GRANTED, ""),
        ("north_remix", neon, "party_northside", Use.REMIX, ConsentState.GRANTED, ""),
        ("luma_gen", neon, "party_luma", Use.GENERATED_LAYERS, ConsentState.ASKED, ""),
        ("north_gen", neon, "party_northside", Use.GENERATED_LAYERS, ConsentState.ASKED, ""),
        ("north_comm", neon, "party_northside", Use.COMMERCIAL_RELEASE, ConsentState.REFUSED, "Not before the album is out."),
        ("luma_mid", midnight, "party_luma", Use.REMIX, ConsentState.GRANTED, ""),
    )
    made = []
    for key, prompt, party, use, state, note in rows:
        answered = None if state is ConsentState.ASKED else now_ms - 5 * DAY
        consent = Consent(f"consent_{key}", prompt.track, party, use, state, note=note, answered_by=ME if answered else None,
                          answered_ms=answered)  # fmt: skip
        made.append(ConsentDocument(consent.id, consent, prompt.track_title, "Luma Reyes", NAMES[party]))
    return made


SUBMITTED = (
    ("Night drive at 2 a.m.", "mara.v", RemixState.PUBLISHED, 14, "This is exactly the road I had in mind."),
    ("Into the hills", "kx_77", RemixState.PUBLISHED, 9, ""),
    ("Tide out", "Nora B.", RemixState.IN_REVIEW, 2, ""),
    ("Neon, rusted", "tomasz", RemixState.IN_REVIEW, 1, ""),
    ("Last tram (edit)", "old_amp", RemixState.CHANGES_REQUESTED, 4, ""),
    ("Everything but the bass", "wren", RemixState.APPROVED, 3, ""),
    ("<b>not bold</b> & friends", "ji_ho", RemixState.REJECTED, 6, ""),
)


def submission_documents(neon: Any, midnight: Any, now_ms: int, audio: list[str]) -> list[SubmissionDocument]:
    made = []
    for number, (title, fan, state, days, thanks) in enumerate(SUBMITTED, 1):
        prompt = midnight if number == 6 else neon
        recipe = fans.recipe(prompt, "slow rainy-night lo-fi, keep the vocals, big last chorus", 96 + 4 * number, number)
        made.append(SubmissionDocument(
            f"remix_sub{number:04d}", fan, title, state, prompt.id, prompt.text.title, prompt.track, recipe, now_ms - days * DAY,
            audio[number % len(audio)] if number != 4 else None, thanks,
        ))  # fmt: skip
    return made


def challenge_documents(neon: Any, now_ms: int, audio: list[str]) -> list[tuple[str, Any]]:
    shown = fans.challenge_documents({"neon": neon, "paper": neon, "plaza": neon, "ferry": neon}, now_ms)
    draft = replace(shown[1].challenge, id="challenge_draft01", state=ChallengeState.DRAFT, title="One take, no edits", judges=(ME,))
    judged = replace(shown[0].challenge, id="challenge_judge01", title="Harbour at dawn", judges=(ME, "person_judge02"),
                     dates=Dates(now_ms - 30 * DAY, now_ms - DAY, now_ms + 6 * DAY), state=ChallengeState.SCHEDULED)  # fmt: skip
    assert not challenges.check(judged)
    made: list[tuple[str, Any]] = [
        (TEAM, ChallengeDocument(each.id, each, "Luma Reyes", neon.text.title, None, count))
        for each, count in ((draft, 0), (judged, 4), (replace(shown[0].challenge, judges=(ME,)), 148))
    ]
    for number, title in enumerate(("First ferry", "Salt on the strings", "Gulls, mostly", "Harbour (slow)"), 1):
        scores = ((ME, (("Idea", 9 - number), ("Keeps the song's heart", 4), ("Sound", 7))),) if number < 3 else ()
        entry = Entry(f"entry_judge{number:02d}", judged.id, f"remix_sub{number:04d}", "", now_ms - number * DAY, scores)
        made.append((f"judges:{judged.id}", EntryDocument(entry.id, entry, title, audio[number % len(audio)], judged.title)))
    return made


CASES = (
    ("Night drive at 2 a.m.", "mara.v", "prompt_neon01", CaseKind.SUBMISSION, 12, True, "", "waiting"),
    ("PLAZA (sped up)", "kx_77", "prompt_plaza01", CaseKind.SUBMISSION, 31, False, "tempo", "waiting"),
    ("Ferry lullaby", "tomasz", "prompt_ferry01", CaseKind.SUBMISSION, 64, False, "", "claimed"),
    ("Paper rain", "ji_ho", "prompt_paper01", CaseKind.SUBMISSION, 71, True, "twin", "waiting"),
    ("vale choir (own take)", "anon_204", "prompt_cathedral01", CaseKind.SUBMISSION, 128, False, "untouched", "escalated"),
    ("Sam's own tide", "Sam Okafor", "prompt_neon01", CaseKind.SUBMISSION, 300, False, "", "own"),
    ("Tide out", "Nora B.", "prompt_neon01", CaseKind.REPORT, 45, False, "", "waiting"),
    ("Kettle & strings", "old_amp", "prompt_ferry01", CaseKind.APPEAL, 90, False, "", "waiting"),
    ("Boats, folded", "wren", "prompt_paper01", CaseKind.SUBMISSION, 2_000, False, "", "approve"),
    ("Cellar door", "wren", "prompt_plaza01", CaseKind.SUBMISSION, 4_000, False, "", "reject"),
    ("Rain on tin", "ji_ho", "prompt_paper01", CaseKind.APPEAL, 5_000, False, "", "overturn"),
    ("Slow tram", "old_amp", "prompt_neon01", CaseKind.APPEAL, 9_000, False, "", "uphold"),
    ("Gulls", "kx_77", "prompt_ferry01", CaseKind.SUBMISSION, 11_000, False, "", "request_changes"),
    ("Snow", "mara.v", "prompt_cathedral01", CaseKind.SUBMISSION, 12_500, False, "", "approve"),
)
TEXTS = {CaseKind.REPORT: "impersonation: The title says Luma sang this again, she did not.",
         CaseKind.APPEAL: "I wrote the strings myself and sent the session. It only sounds close because it is the same song."}  # fmt: skip


def case_documents(prompts: dict[str, Any], now_ms: int, audio: list[str]) -> list[CaseDocument]:
    made = []
    for number, (title, fan, prompt_id, kind, minutes, first, wrong, how) in enumerate(CASES, 1):
        prompt = prompts[prompt_id]
        tempo = {"tempo": 158.0}.get(wrong) or (prompt.text.guard_rails.tempo_bpm or (96, 110))[0] + 6.0
        recipe = fans.recipe(prompt, "slow rainy-night lo-fi, keep the vocals, no drums in the intro", tempo, number)
        recipe = replace(recipe, track=prompt.facts.digest)
        if wrong != "untouched":
            plain = {name: replace(use, effects=()) if name in prompt.text.guard_rails.stems_untouched else use for name, use in recipe.stems.items()}
            recipe = replace(recipe, stems=plain, key_shift_semitones=0)
        remix = Remix(f"remix_case{number:02d}", "person_x", "party_x", prompt.artist, prompt.track, prompt.id, prompt.digest, title,
                      recipe, "b" * 64, state=RemixState.IN_REVIEW)  # fmt: skip
        found = [wire.to_json(each) for each in rules.check(recipe, prompt.facts, prompt.text.guard_rails)]
        if wrong == "twin":
            found.append({"rule": "same_recipe", "severity": "warning", "facts": {"remixes": ["remix_pub0001"]}})
        opened = now_ms - minutes * 60_000
        case = _case(number, kind, remix.id, opened, how, now_ms)
        made.append(CaseDocument(
            case.id, case, remix, fan, first, prompt.artist_name, prompt.track_title, prompt.text, prompt.facts, tuple(found),
            audio[number % len(audio)], {"loudness_lufs": -14.0, "true_peak_db": -1.2},
        ))  # fmt: skip
    return made


def _case(number: int, kind: CaseKind, remix: str, opened: int, how: str, now_ms: int) -> Case:
    persons = ("person_x", ME) if how == "own" else ("person_x",)
    earlier = "decision_a" if kind is CaseKind.APPEAL else None
    case = Case(f"case_{number:04d}", kind, remix, CaseState.WAITING, opened, persons, TEXTS.get(kind, ""), earlier)
    if how == "claimed":
        return cases.claim(case, "person_mod0002", now_ms - 60_000)
    if how == "escalated":
        return cases.decide(case, Decision("decision_e", Outcome.ESCALATE, "person_mod0002", opened + HOUR, (), "Is this her voice?"))
    if how in ("waiting", "own"):
        return case
    reasons = ("quality",) if how in ("reject", "uphold", "request_changes") else ()
    letter = "Lovely idea, but the bass covers the voice from bar 21 on." if reasons else ""
    return cases.decide(case, Decision(f"decision_{number}", Outcome(how), ME, opened + 5 * HOUR, reasons, letter))


def report_documents(now_ms: int) -> list[ReportDocument]:
    return [
        ReportDocument("report_1", "streamline-2026-09.csv", "Streamline", 1_284, 12, {"EUR": "1204.3821", "USD": "412.07"}, now_ms - 20 * DAY, "Priya Nair"),
        ReportDocument("report_2", "kanal-2026-10.csv", "Kanal", 311, 0, {"EUR": "92.1177"}, now_ms - 2 * DAY, "Priya Nair"),
        ReportDocument(
            "report_3", "streamline-2026-10.csv", "Streamline", 1_200_400, 310, {"EUR": "40511.27"}, now_ms - 400_000, "Priya Nair",
            known=400, state="arriving", arrived=480_000, moved_ms=now_ms - 40_000,
        ),
    ]



def waiting_documents(remix: str, now_ms: int) -> list[Any]:
    """A run that is under way, lines without a remix, and plays that look bought."""
    burst = {"rule": "burst/1", "reason": "412 plays in 10 minutes", "lines": 412}
    few = {"rule": "few_payers/1", "reason": "640 plays paid by 2", "lines": 640}
    return [
        RunDocument("run-2026-11", "2026-11", "2026-11", "running", "post", 31_200, 50_000, 30_877, now_ms - 42_000),
        UnmatchedDocument("unmatched-1", "Streamline", "PROD-8841 (Night drive)", "remix_unknown", 12, {"EUR": "18.204417", "USD": "3.1"}, now_ms - 9 * DAY),
        UnmatchedDocument("unmatched-2", "Kanal", remix, "no_sheet_in_force", 3, {"SEK": "4.5"}, now_ms - 2 * DAY),
        UnmatchedDocument("unmatched-3", "Loopbox", "ld-77", "remix_unknown", 0, {}, now_ms - 20 * DAY, remix, "Tide at night", 41),
        HoldDocument("hold-1", remix, "Tide at night", "Streamline", "streamline-2026-10.csv", "EUR", "6.400001", 640, 640, "appealed",
                     (few, burst), now_ms - 3 * DAY, "A radio show in Malmö played it on the hour.", "", None, ("release", "reject")),
        HoldDocument("hold-2", remix, "Tide at night", "Kanal", "kanal-2026-10.csv", "EUR", "0.82", 412, 412, "held", (burst,), now_ms - DAY,
                     open_steps=("appeal", "release", "reject")),
        HoldDocument("hold-3", remix, "Tide at night", "Kanal", "kanal-2026-09.csv", "EUR", "1.2", 60, 60, "rejected", (burst,), now_ms - 30 * DAY,
                     letter="One account on one phone, day and night.", decided_ms=now_ms - 28 * DAY, open_steps=("appeal",)),
    ]  # fmt: skip


BALANCES = (
    ("party_northside", "Northside Music", "EUR", 1_204_388_210, (), 41), ("party_jonah", "Jonah Pike", "EUR", 402_117_004, (), 41),
    ("party_luma", "Luma Reyes", "EUR", 118_394_103, ("payout_open",), 40), ("party_jonah", "Jonah Pike", "USD", 3_120_999, ("below_threshold",), 12),
    ("party_ines", "Ines Calder", "EUR", 92_331_000, ("unclaimed",), 312), ("party_ines", "Ines Calder", "SEK", 1_240_000_000, ("unclaimed",), 95),
    ("party_quay", "The Quay Choir", "EUR", 18_004_221, ("unclaimed",), 33), ("party_fanlink", "FanLink", "EUR", 51_000_000, ("bank_details_missing",), 41),
)


def payout_documents(now_ms: int) -> list[BalanceDocument | PayoutDocument | BatchDocument | InvitationDocument]:
    """What finance sees: balances of every kind, payouts in every state, a batch and an invitation."""
    made: list[Any] = []
    for party, name, currency, micro, waits, days in BALANCES:
        claimed, bank = "unclaimed" not in waits, "" if {"unclaimed", "bank_details_missing"} & set(waits) else "DE89 … 3000"
        made.append(BalanceDocument(f"bal_{party}_{currency}", party, name, currency, micro, 0, 0, now_ms - days * DAY, 1000, claimed, waits, bank))
    held = BalanceDocument("bal_tide", "party_tide", "<b>Tide</b> & Sons", "EUR", 0, 77_000_000, 0, None, 1000, True, ("nothing_owed", "party_held"),
                           "GB29 … 6819", 0, "Two accounts claim this name")  # fmt: skip
    rows = (
        ("none", "Northside Music", "party_northside", 98_040, State.DUE, (), {}), ("one", "Jonah Pike", "party_jonah", 41_200, State.DUE, ("Omar Haddad",), {}),
        ("mine", "Luma Reyes", "party_luma", 11_839, State.DUE, ("Omar Haddad",), {}),
        ("two", "Ada Frost", "party_ada", 6_020, State.APPROVED, ("Omar Haddad", "Priya Nair"), {}),
        ("way", "Jonah Pike", "party_jonah", 21_290, State.SENT, ("Omar Haddad", "Priya Nair"), {"sent_ms": now_ms - DAY, "batch": "batch_oct"}),
        ("there", "Northside Music", "party_northside", 88_020, State.SETTLED, ("Omar Haddad", "Priya Nair"), {"sent_ms": now_ms - 33 * DAY, "done_ms": now_ms - 31 * DAY}),
        ("back", "Ada Frost", "party_ada", 3_300, State.FAILED, ("Omar Haddad", "Priya Nair"),
         {"sent_ms": now_ms - 33 * DAY, "done_ms": now_ms - 30 * DAY, "reason": "AC04 account closed"}),
    )  # fmt: skip
    for key, name, party, units, state, approvers, more in rows:
        document = PayoutDocument(f"payout_{key}", party, name, "EUR", units, state, len(approvers), "DE89 … 3000", now_ms - 3 * DAY,
                                  proposed_by="Priya Nair", approved_by=approvers, approver_ids=tuple(f"person_{one[:4]}" for one in approvers))  # fmt: skip
        made.append(replace(document, **more))
    batch = BatchDocument("batch_oct", "EUR", ("payout_way",), 21_290, "file", date(2026, 11, 6), "Priya Nair", now_ms - DAY)
    invited = InvitationDocument("invitation_ines", "party_ines", "Ines Calder", InvitationState.OPEN, "Priya Nair", now_ms - 5 * DAY, now_ms + 55 * DAY)
    return [*made, held, batch, invited]
