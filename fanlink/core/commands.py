"""Every act that a person can ask for, as a value: one tagged union.

A command is an envelope and its data. The id is made by the client before anything is sent and is valid for ever.
`target` is the thing it is about; what a command creates gets a client-made id as its target.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, ClassVar

from fanlink.core.cases import Outcome
from fanlink.core.challenges import Criterion, Dates, Prize
from fanlink.core.guard_rails import Use
from fanlink.core.holds import HoldOutcome
from fanlink.core.parties import PartyKind, Stake
from fanlink.core.prompts import PromptText
from fanlink.core.recipes import Recipe
from fanlink.core.standing import Says
from fanlink.core.territories import WORLD
from fanlink.core.tracks import Music

ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{3,63}")


# People and artists ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class FollowArtist:
    """Target: the artist."""

    KIND: ClassVar[str] = "follow_artist"


@dataclass(frozen=True, slots=True)
class UnfollowArtist:
    """Target: the artist."""

    KIND: ClassVar[str] = "unfollow_artist"


@dataclass(frozen=True, slots=True)
class AddArtist:
    """Target: a new artist; who asks becomes its first team member."""

    KIND: ClassVar[str] = "add_artist"
    name: str
    about: str = ""
    artwork: str | None = None


@dataclass(frozen=True, slots=True)
class AddTeamMember:
    """Target: the artist."""

    KIND: ClassVar[str] = "add_team_member"
    person: str


@dataclass(frozen=True, slots=True)
class RemoveTeamMember:
    """Target: the artist."""

    KIND: ClassVar[str] = "remove_team_member"
    person: str


# Parties --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class AddParty:
    """Target: a new party. With `mine` the account answers for it; without, nobody does until they are let in."""

    KIND: ClassVar[str] = "add_party"
    name: str
    party_kind: PartyKind = PartyKind.PERSON
    ipi: str | None = None
    isni: str | None = None
    mine: bool = False


@dataclass(frozen=True, slots=True)
class ChangeParty:
    """Target: the party; its name and numbers as they are from now on."""

    KIND: ClassVar[str] = "change_party"
    name: str
    party_kind: PartyKind = PartyKind.PERSON
    ipi: str | None = None
    isni: str | None = None


@dataclass(frozen=True, slots=True)
class SetStandingAnswer:
    """Target: the standing answer, new or to change; what a party says to a first question for this use.

    No tracks named means all; `term_days` counts from the question.
    """

    KIND: ClassVar[str] = "set_standing_answer"
    party: str
    use: Use
    says: Says
    tracks: tuple[str, ...] = ()
    territory: str = WORLD
    term_days: int | None = None
    conditions: str = ""


@dataclass(frozen=True, slots=True)
class EndStandingAnswer:
    """Target: the standing answer; the party is asked again."""

    KIND: ClassVar[str] = "end_standing_answer"


# Tracks, rights and consent -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class AddTrack:
    """Target: a new track. `stems` names uploaded assets by digest."""

    KIND: ClassVar[str] = "add_track"
    artist: str
    title: str
    music: Music
    stems: Mapping[str, str]
    stakes: tuple[Stake, ...]
    featured: tuple[str, ...] = ()
    isrc: str | None = None
    iswc: str | None = None
    artwork: str | None = None


@dataclass(frozen=True, slots=True)
class DeclareStakes:
    """Target: the track; replaces who owns what."""

    KIND: ClassVar[str] = "declare_stakes"
    stakes: tuple[Stake, ...]
    featured: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AcceptStakes:
    """Target: the track; a party agrees to hold what is declared, and its own claim to more ends."""

    KIND: ClassVar[str] = "accept_stakes"
    party: str


@dataclass(frozen=True, slots=True)
class AddStems:
    """Target: a track that came without its stems; `stems` names uploaded assets by digest, `music` is what they are."""

    KIND: ClassVar[str] = "add_stems"
    stems: Mapping[str, str]
    music: Music


@dataclass(frozen=True, slots=True)
class ImportCatalogue:
    """Target: the artist; `asset` is the digest of the uploaded CSV, `preview` the digest of what was shown to come of it."""

    KIND: ClassVar[str] = "import_catalogue"
    asset: str
    name: str = ""
    preview: str | None = None


@dataclass(frozen=True, slots=True)
class GrantConsent:
    """Target: the consent."""

    KIND: ClassVar[str] = "grant_consent"
    territory: str = "world"
    until_ms: int | None = None
    conditions: str = ""


@dataclass(frozen=True, slots=True)
class RefuseConsent:
    """Target: the consent."""

    KIND: ClassVar[str] = "refuse_consent"
    note: str = ""


@dataclass(frozen=True, slots=True)
class CounterConsent:
    """Target: the consent."""

    KIND: ClassVar[str] = "counter_consent"
    note: str


@dataclass(frozen=True, slots=True)
class WithdrawConsent:
    """Target: the consent."""

    KIND: ClassVar[str] = "withdraw_consent"
    note: str = ""


@dataclass(frozen=True, slots=True)
class AnswerCatalogue:
    """Target: the party; one answer to every question that is open to it, on these tracks and uses (none named: all)."""

    KIND: ClassVar[str] = "answer_catalogue"
    says: Says
    tracks: tuple[str, ...] = ()
    uses: tuple[Use, ...] = ()
    territory: str = WORLD
    until_ms: int | None = None
    conditions: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class WithdrawCatalogue:
    """Target: the artist; takes back, for one party, every consent on every track of this artist, or on those named."""

    KIND: ClassVar[str] = "withdraw_catalogue"
    party: str
    uses: tuple[Use, ...] = ()
    tracks: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class GiveMandate:
    """Target: a new mandate; the principal lets the agent answer for it."""

    KIND: ClassVar[str] = "give_mandate"
    principal: str
    agent: str
    begins: date
    ends: date | None = None
    tracks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RevokeMandate:
    """Target: the mandate."""

    KIND: ClassVar[str] = "revoke_mandate"


@dataclass(frozen=True, slots=True)
class ProposeTemplate:
    """Target: a new template record; `tree` is as `shares.Template` reads it. `counters` is the proposal that it answers."""

    KIND: ClassVar[str] = "propose_template"
    track: str
    tree: Mapping[str, Any]
    counters: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class SignTemplate:
    """Target: the template; one party says yes to the split."""

    KIND: ClassVar[str] = "sign_template"
    party: str


@dataclass(frozen=True, slots=True)
class ProposeSheet:
    """Target: a new proposal for the next version of a remix's split sheet; `tree` is as `shares.SplitSheet` reads it.

    `counters` is the proposal that it answers.
    """

    KIND: ClassVar[str] = "propose_sheet"
    remix: str
    tree: Mapping[str, Any]
    effective_from: date
    counters: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class SignSheet:
    """Target: the proposal; one party says yes."""

    KIND: ClassVar[str] = "sign_sheet"
    party: str


# Prompts and challenges -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class WritePrompt:
    """Target: the prompt, new or a draft to change."""

    KIND: ClassVar[str] = "write_prompt"
    artist: str
    track: str
    text: PromptText


@dataclass(frozen=True, slots=True)
class AskApproval:
    """Target: the prompt; asks every rightsholder for every use it needs."""

    KIND: ClassVar[str] = "ask_approval"
    note: str = ""


@dataclass(frozen=True, slots=True)
class PublishPrompt:
    """Target: the prompt."""

    KIND: ClassVar[str] = "publish_prompt"


@dataclass(frozen=True, slots=True)
class PausePrompt:
    """Target: the prompt."""

    KIND: ClassVar[str] = "pause_prompt"


@dataclass(frozen=True, slots=True)
class ResumePrompt:
    """Target: the prompt."""

    KIND: ClassVar[str] = "resume_prompt"


@dataclass(frozen=True, slots=True)
class ClosePrompt:
    """Target: the prompt."""

    KIND: ClassVar[str] = "close_prompt"


@dataclass(frozen=True, slots=True)
class WithdrawPrompt:
    """Target: the prompt."""

    KIND: ClassVar[str] = "withdraw_prompt"


@dataclass(frozen=True, slots=True)
class WriteChallenge:
    """Target: the challenge, new or a draft to change. Rests on the prompt's newest version."""

    KIND: ClassVar[str] = "write_challenge"
    artist: str
    prompt: str
    title: str
    about: str
    dates: Dates
    rubric: tuple[Criterion, ...]
    judges: tuple[str, ...]
    prizes: tuple[Prize, ...] = ()


@dataclass(frozen=True, slots=True)
class ScheduleChallenge:
    """Target: the challenge."""

    KIND: ClassVar[str] = "schedule_challenge"


@dataclass(frozen=True, slots=True)
class ExtendChallenge:
    """Target: the challenge."""

    KIND: ClassVar[str] = "extend_challenge"
    dates: Dates


@dataclass(frozen=True, slots=True)
class CancelChallenge:
    """Target: the challenge."""

    KIND: ClassVar[str] = "cancel_challenge"
    reason: str


@dataclass(frozen=True, slots=True)
class EnterChallenge:
    """Target: a new entry."""

    KIND: ClassVar[str] = "enter_challenge"
    challenge: str
    remix: str


@dataclass(frozen=True, slots=True)
class ScoreEntry:
    """Target: the entry."""

    KIND: ClassVar[str] = "score_entry"
    points: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class DecideChallenge:
    """Target: the challenge; the winning entries, first place first."""

    KIND: ClassVar[str] = "decide_challenge"
    winners: tuple[str, ...]


# Remixes and cases ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SubmitRemix:
    """Target: a new remix, or one whose changes were requested. Submitting signs the split for the fan.

    `agreed` is the digest of the split that the fan saw (`lineage.agreed`); where another one would be bound it is refused.
    """

    KIND: ClassVar[str] = "submit_remix"
    prompt: str
    prompt_version: str
    title: str
    recipe: Recipe
    heard_digest: str | None = None
    parent: str | None = None
    agreed: str | None = None


@dataclass(frozen=True, slots=True)
class WithdrawRemix:
    """Target: the remix."""

    KIND: ClassVar[str] = "withdraw_remix"


@dataclass(frozen=True, slots=True)
class AppealRemix:
    """Target: the remix; asks another moderator to look again."""

    KIND: ClassVar[str] = "appeal_remix"
    text: str


@dataclass(frozen=True, slots=True)
class ReportRemix:
    """Target: the remix; says that something is wrong with a published one."""

    KIND: ClassVar[str] = "report_remix"
    reason: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class ThankFan:
    """Target: the remix; a word from the artist's team to the fan."""

    KIND: ClassVar[str] = "thank_fan"
    text: str


@dataclass(frozen=True, slots=True)
class TakeDownRemix:
    """Target: the remix; a rightsholder's or moderator's act."""

    KIND: ClassVar[str] = "take_down_remix"
    reason: str
    letter: str = ""


@dataclass(frozen=True, slots=True)
class ReinstateRemix:
    """Target: the remix."""

    KIND: ClassVar[str] = "reinstate_remix"


@dataclass(frozen=True, slots=True)
class ClaimCase:
    """Target: the case."""

    KIND: ClassVar[str] = "claim_case"


@dataclass(frozen=True, slots=True)
class ReleaseCase:
    """Target: the case."""

    KIND: ClassVar[str] = "release_case"


@dataclass(frozen=True, slots=True)
class DecideCase:
    """Target: the case; `base_version` is the version that was seen."""

    KIND: ClassVar[str] = "decide_case"
    outcome: Outcome
    reasons: tuple[str, ...] = ()
    letter: str = ""


# Money ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ImportReport:
    """Target: a new report record; `asset` is the digest of the uploaded file."""

    KIND: ClassVar[str] = "import_report"
    asset: str
    name: str


@dataclass(frozen=True, slots=True)
class CancelReport:
    """Target: a report record that was asked for and is not decided yet; `asset` is the digest of its file, which goes too."""

    KIND: ClassVar[str] = "cancel_report"
    asset: str = ""


@dataclass(frozen=True, slots=True)
class RunRoyalties:
    """Target: the period, "YYYY-MM"."""

    KIND: ClassVar[str] = "run_royalties"


@dataclass(frozen=True, slots=True)
class IssueStatements:
    """Target: the period, "YYYY-MM"."""

    KIND: ClassVar[str] = "issue_statements"


@dataclass(frozen=True, slots=True)
class StopRun:
    """Target: the period of a run that is under way; running it again goes on where it stopped."""

    KIND: ClassVar[str] = "stop_run"


@dataclass(frozen=True, slots=True)
class MatchLines:
    """Target: a group of unmatched lines; they, and later ones that a service reports alike, belong to the remix."""

    KIND: ClassVar[str] = "match_lines"
    remix: str


@dataclass(frozen=True, slots=True)
class UnmatchLines:
    """Target: a group of lines that was matched by hand; its lines leave the remix again."""

    KIND: ClassVar[str] = "unmatch_lines"


@dataclass(frozen=True, slots=True)
class AppealHold:
    """Target: a hold; a party on the remix's sheet says why the plays are real."""

    KIND: ClassVar[str] = "appeal_hold"
    text: str


@dataclass(frozen=True, slots=True)
class DecideHold:
    """Target: a hold; `base_version` is the version that was seen."""

    KIND: ClassVar[str] = "decide_hold"
    outcome: HoldOutcome
    letter: str = ""


# Payouts --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SetBankDetails:
    """Target: new bank details of the party. `step_up` is what `POST /v1/step-up` gave for the password; good for one use."""

    KIND: ClassVar[str] = "set_bank_details"
    party: str
    name: str
    iban: str
    step_up: str
    bic: str | None = None


@dataclass(frozen=True, slots=True)
class ProposePayouts:
    """Target: a new proposal; makes a payout of every balance that is due, as it was at the end of `until` (else now)."""

    KIND: ClassVar[str] = "propose_payouts"
    until: date | None = None
    currencies: tuple[str, ...] = ()
    parties: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ApprovePayout:
    """Target: the payout."""

    KIND: ClassVar[str] = "approve_payout"


@dataclass(frozen=True, slots=True)
class SendPayouts:
    """Target: a new batch, of approved payouts in one currency. `bank_day` is when the bank is to carry it out."""

    KIND: ClassVar[str] = "send_payouts"
    payouts: tuple[str, ...]
    bank_day: date | None = None


@dataclass(frozen=True, slots=True)
class SettlePayout:
    """Target: the payout; the bank says that it arrived."""

    KIND: ClassVar[str] = "settle_payout"


@dataclass(frozen=True, slots=True)
class FailPayout:
    """Target: the payout; it came back, or is given up before it leaves."""

    KIND: ClassVar[str] = "fail_payout"
    reason: str


@dataclass(frozen=True, slots=True)
class TakeBankAnswer:
    """Target: a new record of the bank's answer; `asset` is the digest of the uploaded pain.002 or CSV file."""

    KIND: ClassVar[str] = "take_bank_answer"
    asset: str
    name: str


@dataclass(frozen=True, slots=True)
class HoldParty:
    """Target: the party; nothing of it is paid until it is released."""

    KIND: ClassVar[str] = "hold_party"
    reason: str


@dataclass(frozen=True, slots=True)
class ReleaseParty:
    """Target: the party."""

    KIND: ClassVar[str] = "release_party"


@dataclass(frozen=True, slots=True)
class AskConversion:
    """Target: a new conversion; the party wants what it is owed (or `amount` of it) in another currency."""

    KIND: ClassVar[str] = "ask_conversion"
    party: str
    from_currency: str
    to_currency: str
    amount: str | None = None


@dataclass(frozen=True, slots=True)
class WithdrawConversion:
    """Target: the conversion."""

    KIND: ClassVar[str] = "withdraw_conversion"


@dataclass(frozen=True, slots=True)
class ConvertBalance:
    """Target: the conversion that the party asked for. `rate` is `1.0825` or `433/400`; `day` is the rate's."""

    KIND: ClassVar[str] = "convert_balance"
    rate: str
    source: str
    day: date


@dataclass(frozen=True, slots=True)
class InviteParty:
    """Target: a new invitation. `secret_hash` is the SHA-256 of the secret in its link, which the inviter keeps."""

    KIND: ClassVar[str] = "invite_party"
    party: str
    secret_hash: str


@dataclass(frozen=True, slots=True)
class WithdrawInvitation:
    """Target: the invitation."""

    KIND: ClassVar[str] = "withdraw_invitation"


Data = (
    FollowArtist | UnfollowArtist | AddArtist | AddTeamMember | RemoveTeamMember
    | AddParty | ChangeParty | SetStandingAnswer | EndStandingAnswer
    | AddTrack | DeclareStakes | AcceptStakes | AddStems | ImportCatalogue
    | GrantConsent | RefuseConsent | CounterConsent | WithdrawConsent | AnswerCatalogue | WithdrawCatalogue
    | GiveMandate | RevokeMandate | ProposeTemplate | SignTemplate | ProposeSheet | SignSheet
    | WritePrompt | AskApproval | PublishPrompt | PausePrompt | ResumePrompt | ClosePrompt | WithdrawPrompt
    | WriteChallenge | ScheduleChallenge | ExtendChallenge | CancelChallenge | EnterChallenge | ScoreEntry | DecideChallenge
    | SubmitRemix | WithdrawRemix | AppealRemix | ReportRemix | ThankFan | TakeDownRemix | ReinstateRemix
    | ClaimCase | ReleaseCase | DecideCase
    | ImportReport | CancelReport | RunRoyalties | IssueStatements | StopRun | MatchLines | UnmatchLines | AppealHold | DecideHold
    | SetBankDetails | ProposePayouts | ApprovePayout | SendPayouts | SettlePayout | FailPayout | TakeBankAnswer
    | HoldParty | ReleaseParty | AskConversion | WithdrawConversion | ConvertBalance | InviteParty | WithdrawInvitation
)

KINDS: dict[str, type[Data]] = {data.KIND: data for data in Data.__args__}


@dataclass(frozen=True, slots=True)
class Command:
    """One act: what is asked, of what, and what it rests on.

    `after` names commands that must be accepted first; `replaces` the refused command that this one mends.
    `base_version` is the version of the target that the person saw, None for what is new or needs none.
    """

    id: str
    target: str
    data: Data
    base_version: int | None = None
    after: tuple[str, ...] = field(default=())
    replaces: str | None = None

    @property
    def kind(self) -> str:
        return self.data.KIND
