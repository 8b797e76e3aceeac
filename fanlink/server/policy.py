"""Who may do what: one line for each command and each route. What has no line is not allowed, and fails a test.

`roles` are the roles of which the account needs one (none named: anyone signed in). `ties` say how the account must be tied
to the thing besides; one of them is enough, and the handler says to whom. Nobody has a tie by being an administrator.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from fanlink.core.errors import Refused
from fanlink.core.people import Actor, Role


class Tie(StrEnum):
    """How an account is tied to a thing."""

    OWN = "own"  # it is the account's own
    TEAM = "team"  # on the artist's team
    PARTY = "party"  # answers for the party
    JUDGE = "judge"  # judges the challenge
    MODERATOR = "moderator"  # is a moderator, whoever's the thing is


@dataclass(frozen=True, slots=True)
class Policy:
    roles: tuple[Role, ...] = ()
    ties: tuple[Tie, ...] = ()

    def opens_to(self, actor: Actor) -> bool:
        """Whether the account's roles are enough, ties aside."""
        return not self.roles or actor.has(*self.roles)


_R = Role
_MAKERS = (_R.ARTIST, _R.LABEL)
_OWNERS = (_R.ARTIST, _R.LABEL, _R.RIGHTSHOLDER)
_FANS = (_R.FAN, _R.ARTIST)
_TEAM = Policy(_MAKERS, (Tie.TEAM,))
_PARTY = Policy(_OWNERS, (Tie.PARTY,))
_FAN = Policy(_FANS, (Tie.OWN,))

COMMANDS: dict[str, Policy] = {
    "follow_artist": Policy(),
    "unfollow_artist": Policy(),
    "add_artist": Policy((*_MAKERS, _R.ADMIN)),
    "add_team_member": _TEAM,
    "remove_team_member": _TEAM,
    "add_track": _TEAM,
    "add_party": Policy(_OWNERS),
    "change_party": _PARTY,
    "set_standing_answer": _PARTY,
    "end_standing_answer": _PARTY,
    "declare_stakes": _TEAM,
    "accept_stakes": _PARTY,
    "add_stems": _TEAM,
    "import_catalogue": _TEAM,
    "answer_catalogue": _PARTY,
    "grant_consent": _PARTY,
    "refuse_consent": _PARTY,
    "counter_consent": _PARTY,
    "withdraw_consent": _PARTY,
    "withdraw_catalogue": _PARTY,
    "give_mandate": _PARTY,
    "revoke_mandate": _PARTY,
    "propose_template": Policy(_OWNERS, (Tie.TEAM, Tie.PARTY)),
    "sign_template": _PARTY,
    "propose_sheet": Policy((), (Tie.PARTY,)),
    "sign_sheet": Policy((), (Tie.PARTY,)),
    "write_prompt": _TEAM,
    "ask_approval": _TEAM,
    "publish_prompt": _TEAM,
    "pause_prompt": _TEAM,
    "resume_prompt": _TEAM,
    "close_prompt": _TEAM,
    "withdraw_prompt": _TEAM,
    "write_challenge": _TEAM,
    "schedule_challenge": _TEAM,
    "extend_challenge": _TEAM,
    "cancel_challenge": _TEAM,
    "decide_challenge": _TEAM,
    "enter_challenge": _FAN,
    "score_entry": Policy((), (Tie.JUDGE,)),
    "submit_remix": _FAN,
    "withdraw_remix": _FAN,
    "appeal_remix": _FAN,
    "report_remix": Policy(),
    "thank_fan": _TEAM,
    "take_down_remix": Policy((*_OWNERS, _R.MODERATOR), (Tie.TEAM, Tie.PARTY, Tie.MODERATOR)),
    "reinstate_remix": Policy((*_OWNERS, _R.MODERATOR), (Tie.TEAM, Tie.PARTY, Tie.MODERATOR)),
    "claim_case": Policy((_R.MODERATOR,)),
    "release_case": Policy((_R.MODERATOR,)),
    "decide_case": Policy((_R.MODERATOR,)),
    "import_report": Policy((_R.FINANCE,)),
    "cancel_report": Policy((_R.FINANCE,)),
    "run_royalties": Policy((_R.FINANCE,)),
    "issue_statements": Policy((_R.FINANCE,)),
    "stop_run": Policy((_R.FINANCE,)),
    "match_lines": Policy((_R.FINANCE,)),
    "unmatch_lines": Policy((_R.FINANCE,)),
    "appeal_hold": Policy((*_OWNERS, _R.FAN), (Tie.PARTY,)),
    "decide_hold": Policy((_R.FINANCE,)),
    **dict.fromkeys(
        ("propose_payouts", "approve_payout", "send_payouts", "settle_payout", "fail_payout", "take_bank_answer",
         "hold_party", "release_party", "convert_balance"),
        Policy((_R.FINANCE,)),
    ),
    **dict.fromkeys(("set_bank_details", "ask_conversion", "withdraw_conversion"), Policy((), (Tie.PARTY,))),
    **dict.fromkeys(("invite_party", "withdraw_invitation"), Policy((_R.FINANCE, _R.LABEL, _R.ARTIST))),
}


class Access(StrEnum):
    """Who may use a route. What an answer holds is decided further in: documents by scope, audio by its own rule."""

    PUBLIC = "public"  # anyone, without signing in
    SIGNED_IN = "signed_in"
    FINANCE = "finance"
    ADMIN = "admin"


_A = Access
ROUTES: dict[tuple[str, str], Access] = {
    ("GET", "/health"): _A.PUBLIC,
    ("POST", "/v1/sign-in"): _A.PUBLIC,
    ("GET", "/v1/me"): _A.SIGNED_IN,
    ("GET", "/v1/parties"): _A.SIGNED_IN,
    ("GET", "/v1/tokens"): _A.SIGNED_IN,
    ("POST", "/v1/tokens"): _A.SIGNED_IN,
    ("DELETE", "/v1/tokens/{token_id}"): _A.SIGNED_IN,
    ("GET", "/v1/audit"): _A.ADMIN,
    ("GET", "/v1/checkpoints"): _A.SIGNED_IN,
    ("GET", "/v1/pots"): _A.FINANCE,
    ("GET", "/v1/pots/{pot_id}/lines"): _A.SIGNED_IN,
    ("GET", "/v1/reports/{report_id}"): _A.FINANCE,
    ("GET", "/v1/reports/{report_id}/checking"): _A.FINANCE,
    ("POST", "/v1/reports/preview"): _A.FINANCE,
    ("GET", "/v1/unmatched"): _A.FINANCE,
    ("GET", "/v1/holds"): _A.SIGNED_IN,
    ("GET", "/v1/runs/{period}"): _A.FINANCE,
    ("GET", "/v1/books/proof"): _A.FINANCE,
    ("GET", "/v1/balances"): _A.SIGNED_IN,
    ("GET", "/v1/statements/{party_id}/{period}"): _A.SIGNED_IN,
    ("GET", "/v1/remixes/{remix_id}/sheet"): _A.FINANCE,
    ("GET", "/v1/payouts"): _A.FINANCE,
    ("GET", "/v1/payouts/{payout_id}/trace"): _A.FINANCE,
    ("GET", "/v1/payout-batches/{batch_id}/file"): _A.FINANCE,
    ("POST", "/v1/step-up"): _A.SIGNED_IN,
    ("POST", "/v1/invitations/look"): _A.PUBLIC,
    ("POST", "/v1/invitations/accept"): _A.PUBLIC,
    ("POST", "/v1/commands"): _A.SIGNED_IN,
    ("GET", "/v1/commands/{command_id}"): _A.SIGNED_IN,
    ("GET", "/v1/scopes"): _A.SIGNED_IN,
    ("GET", "/v1/changes"): _A.SIGNED_IN,
    ("GET", "/v1/snapshots/{scope}"): _A.SIGNED_IN,
    ("GET", "/v1/events"): _A.SIGNED_IN,
    ("GET", "/v1/artists"): _A.PUBLIC,
    ("GET", "/v1/artists/{artist_id}"): _A.PUBLIC,
    ("GET", "/v1/prompts"): _A.PUBLIC,
    ("GET", "/v1/prompts/{prompt_id}"): _A.PUBLIC,
    ("GET", "/v1/challenges"): _A.PUBLIC,
    ("GET", "/v1/challenges/{challenge_id}"): _A.PUBLIC,
    ("GET", "/v1/artists/{artist_id}/catalogue"): _A.SIGNED_IN,
    ("POST", "/v1/artists/{artist_id}/catalogue/preview"): _A.SIGNED_IN,
    ("GET", "/v1/artists/{artist_id}/catalogue/import"): _A.SIGNED_IN,
    ("GET", "/v1/tracks"): _A.SIGNED_IN,
    ("GET", "/v1/tracks/{track_id}"): _A.SIGNED_IN,
    ("GET", "/v1/remixes"): _A.PUBLIC,
    ("GET", "/v1/remixes/{remix_id}"): _A.PUBLIC,
    ("GET", "/v1/remixes/{remix_id}/audio"): _A.PUBLIC,
    ("PUT", "/v1/assets/{digest}"): _A.SIGNED_IN,
    ("GET", "/v1/assets/{digest}"): _A.PUBLIC,
    ("HEAD", "/v1/assets/{digest}"): _A.PUBLIC,
    ("HEAD", "/v1/remixes/{remix_id}/audio"): _A.PUBLIC,
    ("OPTIONS", "/v1/uploads"): _A.PUBLIC,
    ("POST", "/v1/uploads"): _A.SIGNED_IN,
    ("GET", "/v1/uploads"): _A.SIGNED_IN,
    ("OPTIONS", "/v1/uploads/{upload}"): _A.PUBLIC,
    ("HEAD", "/v1/uploads/{upload}"): _A.SIGNED_IN,
    ("GET", "/v1/uploads/{upload}"): _A.SIGNED_IN,
    ("PATCH", "/v1/uploads/{upload}"): _A.SIGNED_IN,
    ("POST", "/v1/uploads/{upload}"): _A.SIGNED_IN,
    ("DELETE", "/v1/uploads/{upload}"): _A.SIGNED_IN,
}


def demand_role(kind: str, actor: Actor) -> None:
    """Refuses as `not_allowed` a command whose roles the account has none of, and any command without a policy."""
    policy = COMMANDS.get(kind)
    if policy is None or not policy.opens_to(actor):
        raise Refused("not_allowed", kind=kind, roles=[str(role) for role in policy.roles] if policy else [])


def demand_tie(
    kind: str, actor: Actor, *, own: str | None = None, team: str | None = None, parties: tuple[str, ...] = (),
    judges: tuple[str, ...] = (), moderator: bool = False,
) -> None:  # fmt: skip
    """Refuses as `not_allowed` unless one tie that the policy names holds between the account and what is given."""
    held = {
        Tie.OWN: own is not None and own == actor.id,
        Tie.TEAM: team is not None and team in actor.teams,
        Tie.PARTY: bool(set(parties) & set(actor.parties)),
        Tie.JUDGE: actor.id in judges,
        Tie.MODERATOR: moderator and actor.has(Role.MODERATOR),
    }
    ties = COMMANDS[kind].ties
    if not any(held[tie] for tie in ties):
        raise Refused("not_allowed", kind=kind, ties=[str(tie) for tie in ties])
