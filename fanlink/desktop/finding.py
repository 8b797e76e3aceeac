"""What the palette finds in the replica: documents by their words, each with the page that shows it."""

from __future__ import annotations

from typing import Any

from fanlink.core import documents

MOST, MOST_OF_A_KIND = 12, 5
KINDS = ("prompt", "remix", "challenge", "published", "artist", "track", "prompt_draft", "submission", "case")

Found = tuple[str, str, str, str, str]


def find(session: Any, text: str) -> list[Found]:
    """Title, hint, icon, page and item of what has these words. Runs in the store lane."""
    found: list[Found] = []
    for kind in KINDS:
        lines = (line_of(document) for document in session.search(kind, text, MOST))
        found += [line for line in lines if line is not None][:MOST_OF_A_KIND]
    return found[:MOST]


def line_of(document: Any) -> Found | None:
    """One found document as a line, when there is a page for it."""
    match document:
        case documents.PromptDocument():
            return document.text.title, f"Prompt · {document.artist_name}", "wand-sparkles", "discover", document.id
        case documents.RemixDocument():
            return document.remix.title, "My remix", "music", "remixes", document.id
        case documents.ChallengeDocument():
            return document.challenge.title, f"Challenge · {document.artist_name}", "trophy", "challenges", document.id
        case documents.PublishedDocument():
            return document.title, f"Remix by {document.fan_name}", "disc-3", "library", document.id
        case documents.ArtistDocument():
            return document.name, "Artist", "mic-vocal", "library", document.id
        case documents.TrackDocument():
            return document.facts.title, f"Track · {document.artist_name}", "audio-waveform", "tracks", document.id
        case documents.PromptDraftDocument():
            return document.prompt.draft.title, f"Prompt · {document.track_title}", "wand-sparkles", "prompts", document.id
        case documents.SubmissionDocument():
            return document.title, f"Submission · {document.fan_name}", "inbox", "submissions", document.id
        case documents.CaseDocument():
            return document.remix.title, f"Case · {document.fan_name}", "scale", "queue", document.id
    return None
