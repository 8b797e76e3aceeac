"""What waits for me: an owner's questions, signatures, prompts to publish, submissions to hear and dates; a moderator's cases."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from fanlink.core.cases import CaseKind, CaseState
from fanlink.core.challenges import ChallengeState, Phase, phase
from fanlink.core.documents import AccountDocument, CaseDocument
from fanlink.core.parties import claims
from fanlink.core.prompts import PromptState
from fanlink.core.remixes import RemixState
from fanlink.desktop import formats, words

UNDECIDED = (CaseState.WAITING, CaseState.CLAIMED, CaseState.ESCALATED)
SUBMITTED, FLAGGED = (CaseKind.SUBMISSION,), (CaseKind.REPORT, CaseKind.APPEAL)
SOON_MS = 7 * formats.DAY


@dataclass(frozen=True, slots=True)
class Waits:
    """One line, with where it leads."""

    icon: str
    title: str
    text: str
    page: str
    item: str
    tone: str = ""
    cover: str = ""
    artwork: str | None = None


def undecided(cases: Iterable[CaseDocument], kinds: tuple[CaseKind, ...]) -> list[CaseDocument]:
    """The cases of these kinds that nobody has decided yet."""
    return [each for each in cases if each.case.kind in kinds and each.case.state in UNDECIDED]


def questions(consents: Iterable[Any], templates: Iterable[Any], account: AccountDocument) -> list[Waits]:
    """What my parties are asked: uses by track, then splits to sign."""
    by_track: dict[str, list[Any]] = {}
    for each in consents:
        if each.consent.open and each.consent.party in account.parties:
            by_track.setdefault(each.consent.track, []).append(each)
    found = []
    for track, asked in by_track.items():
        uses = formats.names(sorted({words.USES[each.consent.use].lower() for each in asked}))
        found.append(Waits("handshake", asked[0].track_title, f"You are asked about: {uses}", "rights", track, "warn"))
    for each in templates:
        mine = [party for party in each.unsigned if party in account.parties and not each.countered_by]
        if mine:
            names = {share.party: share.name for share in each.shares}
            who = formats.names([names.get(party, party) for party in mine])
            found.append(Waits("signature", each.track_title, f"A split waits for the signature of {who}", "rights", each.track, "warn"))
    return found


def prompts(drafts: Iterable[Any]) -> list[Waits]:
    """Prompts that are ready to be published, then those that miss somebody."""
    ready, missing = [], []
    for each in drafts:
        prompt = each.prompt
        if prompt.state is not PromptState.IN_APPROVAL:
            continue
        lacking = {party for party, _use in each.missing} | set(each.unsigned)
        title = prompt.draft.title or "Untitled"
        if lacking or not prompt.draft.template:
            who = formats.names([each.party_names.get(party, party) for party in sorted(lacking)]) or "a split"
            missing.append(Waits("clock", title, f"Waits for {who}", "prompts", each.id))
        else:
            ready.append(Waits("megaphone", title, "Everyone has agreed. It can be published.", "prompts", each.id, "ok"))
    return ready + missing


def submissions(found: Iterable[Any]) -> list[Waits]:
    """Remixes that nobody of the team has thanked for, newest first."""
    states = (RemixState.IN_REVIEW, RemixState.APPROVED, RemixState.PUBLISHED)
    fresh = sorted((each for each in found if not each.thanks and each.state in states), key=lambda each: -each.submitted_ms)
    return [
        Waits("", each.title, f"{each.fan_name} · {words.REMIX_STATES[str(each.state)][0]}", "submissions", each.id, cover=each.track, artwork=each.artwork)
        for each in fresh
    ]


def challenges(found: Iterable[Any], account: AccountDocument, now_ms: int) -> list[Waits]:
    """Challenges to judge, to decide, to announce, or that close soon."""
    lines = []
    for each in found:
        challenge = each.challenge
        mine, judge = challenge.artist in account.teams, account.id in challenge.judges
        now = phase(challenge, now_ms)
        if now is Phase.JUDGING and (mine or judge):
            text = f"To be judged, decided {formats.ago(challenge.dates.decides_ms, now_ms)}"
            lines.append(Waits("gavel", challenge.title, text, "challenges", each.id, "warn"))
        elif now is Phase.OPEN and mine and challenge.dates.closes_ms - now_ms < SOON_MS:
            text = f"Closes {formats.ago(challenge.dates.closes_ms, now_ms)} with {formats.count(each.entries, 'entry', 'entries')}"
            lines.append(Waits("timer", challenge.title, text, "challenges", each.id))
        elif challenge.state is ChallengeState.DRAFT and mine:
            lines.append(Waits("trophy", challenge.title or "Untitled", "A draft, not announced yet", "challenges", each.id))
    return lines


def tracks(found: Iterable[Any]) -> list[Waits]:
    """Tracks whose shares do not add up: nothing of them can be published."""
    return [
        Waits("triangle-alert", each.facts.title, words.of_reasons(claims(each.stakes, each.contested)), "tracks", each.id, "bad")
        for each in found if claims(each.stakes, each.contested)
    ]  # fmt: skip
