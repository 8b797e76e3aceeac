"""Documents: what a person may see, as sync delivers it.

A document has a scope, a kind, an id and a version. What a scope may not see is never written for it, so the same
thing can have a different document in each scope: a remix says more to its fan than to the artist's followers.
Times are milliseconds since 1970 UTC, amounts decimal strings or whole millionths, shares exact fractions.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, ClassVar

from fanlink.core.cases import Case
from fanlink.core.challenges import Challenge, Entry
from fanlink.core.consents import Consent
from fanlink.core.errors import Reason
from fanlink.core.lineage import SheetAbove
from fanlink.core.money_documents import MONEY_DOCUMENTS
from fanlink.core.parties import Mandate, Party, Stake
from fanlink.core.people import Role
from fanlink.core.prompts import Prompt, PromptState, PromptText
from fanlink.core.rail_names import UnknownName
from fanlink.core.recipes import Recipe
from fanlink.core.remixes import Remix, RemixState
from fanlink.core.sheets import SheetProposal
from fanlink.core.standing import StandingAnswer
from fanlink.core.tracks import TrackFacts


@dataclass(frozen=True, slots=True)
class Share:
    """One leaf of a split, with its name for people. `role` is recording, composition, platform, remixer or ancestor."""

    party: str
    name: str
    role: str
    share: Fraction


@dataclass(frozen=True, slots=True)
class AccountDocument:
    """Scope person: the account itself."""

    KIND: ClassVar[str] = "account"
    id: str
    name: str
    roles: tuple[Role, ...]
    party: str
    teams: tuple[str, ...] = ()
    parties: tuple[str, ...] = ()
    follows: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ArtistDocument:
    """Scope public: an artist's card. `artwork` is an asset digest."""

    KIND: ClassVar[str] = "artist"
    id: str
    name: str
    about: str
    artwork: str | None
    tracks: int = 0
    open_prompts: int = 0
    version: int = 0


@dataclass(frozen=True, slots=True)
class PromptDocument:
    """Scope public: a published prompt with all that a fan needs to remix offline.

    `approved` and `asked` count the parties; `shares` are the template's leaves, with the fan's leaf as role remixer, and `split` is the
    template whole, as `shares.Template.as_data` writes it: what a fan signs by submitting.
    `peaks` maps a stem's name to the digest of its waveform asset. `stems` of `facts` name assets to download.
    """

    KIND: ClassVar[str] = "prompt"
    id: str
    artist: str
    artist_name: str
    track: str
    track_title: str
    artwork: str | None
    state: PromptState
    number: int
    digest: str
    text: PromptText
    facts: TrackFacts
    shares: tuple[Share, ...]
    approved: int
    asked: int
    published_ms: int
    wind_down_ms: int | None = None
    split: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PromptDraftDocument:
    """Scope team: the prompt as its team sees it, with who has not agreed yet and which names of its guard rails mean nothing."""

    KIND: ClassVar[str] = "prompt_draft"
    id: str
    prompt: Prompt
    track_title: str
    missing: tuple[tuple[str, str], ...] = ()
    unsigned: tuple[str, ...] = ()
    party_names: Mapping[str, str] = field(default_factory=dict)
    unknown_names: tuple[UnknownName, ...] = ()
    claims: tuple[Reason, ...] = ()
    artwork: str | None = None


@dataclass(frozen=True, slots=True)
class TrackDocument:
    """Scopes team and party: a track with who owns it and who has agreed to what."""

    KIND: ClassVar[str] = "track"
    id: str
    artist: str
    artist_name: str
    facts: TrackFacts
    stakes: tuple[Stake, ...]
    featured: tuple[str, ...]
    consents: tuple[Consent, ...]
    party_names: Mapping[str, str]
    isrc: str | None = None
    iswc: str | None = None
    artwork: str | None = None
    contested: tuple[Stake, ...] = ()
    version: int = 0


@dataclass(frozen=True, slots=True)
class ConsentDocument:
    """Scope party: a question to this party, or its answer."""

    KIND: ClassVar[str] = "consent"
    id: str
    consent: Consent
    track_title: str
    artist_name: str
    party_name: str
    artwork: str | None = None


@dataclass(frozen=True, slots=True)
class PartyDocument:
    """Scope party: who this party is, and who answers for it."""

    KIND: ClassVar[str] = "party"
    id: str
    party: Party


@dataclass(frozen=True, slots=True)
class MandateDocument:
    """Scopes party of the principal and of the agent: who may answer for whom, from when to when."""

    KIND: ClassVar[str] = "mandate"
    id: str
    mandate: Mandate
    principal_name: str
    agent_name: str
    track_titles: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class StandingDocument:
    """Scope party: what the party says before it is asked."""

    KIND: ClassVar[str] = "standing"
    id: str
    answer: StandingAnswer
    party_name: str


@dataclass(frozen=True, slots=True)
class TemplateDocument:
    """Scopes team and party: a split with who has signed it."""

    KIND: ClassVar[str] = "template"
    id: str
    track: str
    track_title: str
    shares: tuple[Share, ...]
    tree: Mapping[str, Any]
    signed: tuple[str, ...]
    unsigned: tuple[str, ...]
    digest: str = ""
    note: str = ""
    counters: str = ""
    countered_by: str = ""
    version: int = 0


@dataclass(frozen=True, slots=True)
class SheetDocument:
    """Scope party, for everyone on it: the split sheet of a remix with all its versions, oldest first, and what is proposed.

    Each version is `shares.SplitSheet` as data; `titles` names the remixes that stand above it by the sheet that was bound in, and
    `parents` gives the sheet above each of those. Which version is in force is computed from the days, by `sheets.standing`.
    """

    KIND: ClassVar[str] = "sheet"
    id: str
    remix_title: str
    artist_name: str
    track_title: str
    versions: tuple[Mapping[str, Any], ...]
    proposals: tuple[SheetProposal, ...]
    party_names: Mapping[str, str]
    titles: Mapping[str, str] = field(default_factory=dict)
    artwork: str | None = None
    track: str = ""
    parents: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ChallengeDocument:
    """Scope public once it is scheduled, scope team before."""

    KIND: ClassVar[str] = "challenge"
    id: str
    challenge: Challenge
    artist_name: str
    prompt_title: str
    artwork: str | None
    entries: int = 0


@dataclass(frozen=True, slots=True)
class EntryDocument:
    """Scopes judges (no fan's name: judging is blind) and the fan's own person."""

    KIND: ClassVar[str] = "entry"
    id: str
    entry: Entry
    title: str
    audio: str | None
    challenge_title: str


@dataclass(frozen=True, slots=True)
class RemixDocument:
    """Scope person: the fan's own remix with every step and letter.

    `recordings` names, here and for those who review, the file of each recording in the recipe by the digest that it has there.
    """

    KIND: ClassVar[str] = "remix"
    id: str
    remix: Remix
    artist_name: str
    track_title: str
    prompt_title: str
    artwork: str | None
    shares: tuple[Share, ...] = ()
    findings: tuple[Mapping[str, Any], ...] = ()
    thanks: str = ""
    plays: int = 0
    recordings: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SubmissionDocument:
    """Scope team: a remix as the artist's team sees it, from review on."""

    KIND: ClassVar[str] = "submission"
    id: str
    fan_name: str
    title: str
    state: RemixState
    prompt: str
    prompt_title: str
    track: str
    recipe: Recipe
    submitted_ms: int
    audio: str | None = None
    thanks: str = ""
    recordings: Mapping[str, str] = field(default_factory=dict)
    wind_down_ms: int | None = None
    version: int = 0
    artwork: str | None = None


@dataclass(frozen=True, slots=True)
class CatalogueImportDocument:
    """Scope team: a large catalogue that is being taken in, or was. `done` of `tracks` are there; `left_out` are another artist's by now."""

    KIND: ClassVar[str] = "catalogue_import"
    id: str
    artist: str
    name: str
    tracks: int
    done: int
    left_out: int
    state: str
    by: str
    begun_ms: int
    moved_ms: int


@dataclass(frozen=True, slots=True)
class PublishedDocument:
    """Scope artist: a published remix, as followers see it. `disclosure` is derived from the recipe.

    `sheets` is what a remix of it would stand under: its sheet in force and those signed for a later day.
    """

    KIND: ClassVar[str] = "published"
    id: str
    fan_name: str
    artist: str
    artist_name: str
    title: str
    track_title: str
    prompt: str
    audio: str
    disclosure: Mapping[str, Any]
    published_ms: int
    artwork: str | None = None
    wind_down_ms: int | None = None
    version: int = 0
    sheets: tuple[SheetAbove, ...] = ()


@dataclass(frozen=True, slots=True)
class CaseDocument:
    """Scope moderators: a case with all that a decision needs."""

    KIND: ClassVar[str] = "case"
    id: str
    case: Case
    remix: Remix
    fan_name: str
    first_submission: bool
    artist_name: str
    track_title: str
    prompt_text: PromptText
    facts: TrackFacts
    findings: tuple[Mapping[str, Any], ...] = ()
    audio: str | None = None
    measures: Mapping[str, float] = field(default_factory=dict)
    recordings: Mapping[str, str] = field(default_factory=dict)
    artwork: str | None = None


@dataclass(frozen=True, slots=True)
class PotDocument:
    """Scopes party (each on the sheet) and finance: all that is needed to compute every share again.

    `gross` and `recouped_before` are decimal strings; `recouped_before` is what earlier sheet versions recouped.
    `lines` counts the report lines in it.
    """

    KIND: ClassVar[str] = "pot"
    id: str
    remix: str
    remix_title: str
    sheet: str
    currency: str
    gross: str
    shares: tuple[Share, ...]
    lines: int
    recoup: Mapping[str, str] | None = None
    recouped_before: str = "0"


Document = (
    AccountDocument | ArtistDocument | PromptDocument | PromptDraftDocument | TrackDocument | ConsentDocument
    | PartyDocument | MandateDocument | StandingDocument | SheetDocument
    | TemplateDocument | ChallengeDocument | EntryDocument | RemixDocument | SubmissionDocument | PublishedDocument
    | CaseDocument | PotDocument
    | CatalogueImportDocument | MONEY_DOCUMENTS
)

KINDS: dict[str, type[Document]] = {document.KIND: document for document in Document.__args__}
