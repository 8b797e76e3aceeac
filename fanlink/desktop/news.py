"""What happened to my work lately: steps of my remixes, thanks, challenges that end soon. Made from documents alone."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from fanlink.core.challenges import Phase, phase
from fanlink.core.documents import ChallengeDocument, RemixDocument
from fanlink.desktop import formats, words

MINE = ("submit", "resubmit", "withdraw", "queue", "appeal")
ICONS = {
    "approve": "circle-check", "publish": "disc-3", "request_changes": "message-square", "reject": "circle-x",
    "take_down": "ban", "overturn": "circle-check", "uphold": "scale", "pass_screening": "shield-check",
    "screen": "shield-check", "reinstate": "rotate-ccw",
}  # fmt: skip
SOON_MS = 7 * formats.DAY


@dataclass(frozen=True, slots=True)
class News:
    """One line of news, with where it leads."""

    at_ms: int
    title: str
    text: str
    icon: str
    page: str
    item: str


def of_remixes(remixes: Iterable[RemixDocument]) -> list[News]:
    """Steps that others took with my remixes, newest first."""
    found = []
    for document in remixes:
        for step in document.remix.steps:
            if step.step not in MINE and step.step != "screen":
                reason = step.letter or ", ".join(words.DECISION_REASONS.get(code, code) for code in step.reasons)
                text = words.STEPS.get(step.step, step.step) + (f" · {reason}" if reason else "")
                icon = ICONS.get(step.step, "bell")
                found.append(News(step.at_ms, document.remix.title, text, icon, "remixes", document.id))
        if document.thanks and document.remix.steps:
            at = document.remix.steps[-1].at_ms + 1
            text = f"{document.artist_name} says: {document.thanks}"
            found.append(News(at, document.remix.title, text, "heart", "remixes", document.id))
    return sorted(found, key=lambda news: -news.at_ms)


def of_challenges(challenges: Iterable[ChallengeDocument], now_ms: int) -> list[News]:
    """Challenges that close soon, the soonest first."""
    found = []
    for document in challenges:
        closes = document.challenge.dates.closes_ms
        if phase(document.challenge, now_ms) is Phase.OPEN and closes - now_ms < SOON_MS:
            text = f"Closes {formats.ago(closes, now_ms)} · {document.artist_name}"
            found.append(News(closes, document.challenge.title, text, "timer", "challenges", document.id))
    return sorted(found, key=lambda news: news.at_ms)
