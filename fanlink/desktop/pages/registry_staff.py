"""The pages of those who own, moderate and count: artists and labels, rightsholders, moderators, finance."""

from __future__ import annotations

from fanlink.core.people import Role
from fanlink.desktop.pages.spec import Desktop, Spec

_HOME = Spec("home", "Home", "house", "artist_home:ArtistHomePage")
_TRACKS = Spec("tracks", "Catalogue", "disc-3", "tracks:TracksPage")
_RIGHTS = Spec("rights", "Rights & splits", "handshake", "rights:RightsPage")
_PARTNERS = Spec("partners", "Partners", "users", "partners:PartnersPage")
_POLICIES = Spec("policies", "Standing answers", "list-filter", "policies:PoliciesPage")
_SHEETS = Spec("sheets", "Split sheets", "split", "sheets:SheetsPage")
_ADD_TRACK = Spec("add_track", "Add a track", "plus", "add_track:AddTrackPage")
_IMPORT = Spec("catalogue_import", "Import a catalogue", "upload", "catalogue_import:CatalogueImportPage")
_OF_RIGHTS = ((_PARTNERS, "rights"), (_POLICIES, "rights"), (_SHEETS, "rights"))
_EARNINGS = Spec("earnings", "Earnings", "wallet", "party_earnings:PartyEarningsPage")
_SUBMISSIONS = Spec("submissions", "Submissions", "inbox", "submissions:SubmissionsPage")

ARTIST = Desktop(
    "artist", "Artist & label", "mic-vocal", (Role.ARTIST, Role.LABEL),
    pages=(
        _HOME,
        _TRACKS,
        Spec("prompts", "Prompts", "pen-line", "prompts:PromptsPage"),
        _SUBMISSIONS,
        Spec("challenges", "Challenges", "trophy", "artist_challenges:ArtistChallengesPage"),
        _RIGHTS,
        _EARNINGS,
    ),
    hidden=(
        (Spec("remixes", "Submissions", "inbox", "submissions:SubmissionsPage"), "submissions"),
        (_ADD_TRACK, "tracks"), (_IMPORT, "tracks"), *_OF_RIGHTS,
    ),
)  # fmt: skip

RIGHTSHOLDER = Desktop("rightsholder", "Rightsholder", "signature", (Role.RIGHTSHOLDER,), pages=(_HOME, _TRACKS, _RIGHTS, _EARNINGS), hidden=_OF_RIGHTS)

MODERATOR = Desktop(
    "moderator", "Moderator", "gavel", (Role.MODERATOR,),
    pages=(
        Spec("queue", "Queue", "inbox", "queue:QueuePage"),
        Spec("flagged", "Flagged", "flag", "queue:FlaggedPage"),
        Spec("decisions", "Decisions", "scale", "decisions:DecisionsPage"),
        Spec("insights", "Insights", "chart-column", "insights:InsightsPage"),
    ),
)  # fmt: skip

FINANCE = Desktop(
    "finance", "Finance", "landmark", (Role.FINANCE,),
    pages=(
        Spec("reports", "Reports", "file-text", "reports:ReportsPage"),
        Spec("statements", "Statements", "receipt", "statements:StatementsPage"),
        Spec("payouts", "Payouts", "banknote", "payouts:PayoutsPage"),
        Spec("unclaimed", "Unclaimed", "archive", "unclaimed:UnclaimedPage"),
        Spec("pots", "Pots", "chart-pie", "pots:PotsPage"),
        Spec("unmatched", "Unmatched", "circle-help", "unmatched:UnmatchedPage"),
        Spec("holds", "Held plays", "shield-check", "holds:HoldsPage"),
    ),
)  # fmt: skip

STAFF: tuple[Desktop, ...] = (ARTIST, RIGHTSHOLDER, MODERATOR, FINANCE)
