"""The pages of those who own, moderate and count: artists and labels, rightsholders, moderators, finance."""

from __future__ import annotations

from fanlink.core.people import Role
from fanlink.desktop.pages.spec import Desktop, Spec

_TRACKS = Spec("tracks", "Catalogue", "disc-3", "tracks:TracksPage")
_SUBMISSIONS = Spec("submissions", "Submissions", "inbox", "submissions:SubmissionsPage")

ARTIST = Desktop(
    "artist", "Artist & label", "mic-vocal", (Role.ARTIST, Role.LABEL),
    pages=(
        _TRACKS,
        Spec("prompts", "Prompts", "pen-line", "prompts:PromptsPage"),
        _SUBMISSIONS,
        Spec("challenges", "Challenges", "trophy", "artist_challenges:ArtistChallengesPage"),
    ),
    hidden=((Spec("remixes", "Submissions", "inbox", "submissions:SubmissionsPage"), "submissions"),),
)  # fmt: skip

RIGHTSHOLDER = Desktop("rightsholder", "Rightsholder", "signature", (Role.RIGHTSHOLDER,), pages=(_TRACKS,))

MODERATOR = Desktop(
    "moderator", "Moderator", "gavel", (Role.MODERATOR,),
    pages=(
        Spec("queue", "Queue", "inbox", "queue:QueuePage"),
        Spec("flagged", "Flagged", "flag", "queue:FlaggedPage"),
    ),
)  # fmt: skip

STAFF: tuple[Desktop, ...] = (ARTIST, RIGHTSHOLDER, MODERATOR)
