"""Planted bugs by someone who has not read the auditor: mistakes that real teams make, each as small as it was made.

The server's are here; the client's are in `planted_unseen_client.py`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from fanlink.core import cases
from fanlink.core.cases import CaseKind
from fanlink.core.challenges import Entry
from fanlink.core.consents import Consent, ConsentState
from fanlink.core.parties import Mandate
from fanlink.core.remixes import RemixState
from fanlink.server import challenges as challenge_handlers
from fanlink.server import consents as consent_handlers
from fanlink.server import feed, handlers, hearing, matching, policy, pots, runs, splitting, statements, tables
from fanlink.server import prompts as prompt_handlers
from fanlink.server import remixes as remix_handlers
from fanlink.server.answers import Answers, Given
from fanlink.server.audit import AuditLog
from fanlink.server.store import Store
from fanlink.simulation.planted_unseen_client import BUGS as ON_THE_CLIENT
from fanlink.simulation.planting import Bug, Planter

DAY_MS = 86_400_000


# Money ----------------------------------------------------------------------------------------------------------


def _refunds_left_out(plant: Planter) -> None:
    def make(was: Any) -> Any:
        return lambda asked, days: was(asked, {key: held for key, held in days.items() if held.pico >= 0})
    plant.wrap(pots, "take_in", make)


def _before_the_sheet(plant: Planter) -> None:
    def make(was: Any) -> Any:
        def sheet(self: Any, remix: str, day: str) -> str | None:
            found, (_, names) = was(self, remix, day), self._sheets[remix]
            return names[0] if found is None and names else found
        return sheet
    plant.wrap(matching.Matcher, "sheet", make)


def _reserve_posted_again(plant: Planter) -> None:
    def make(was: Any) -> Any:
        def split(key: str, day: Any, about: str, remix: str, pot: Any, earned: Any, _reserve: int, *held: Any) -> Any:
            return was(key, day, about, remix, pot, earned, 0, *held)
        return split
    plant.wrap(splitting, "pot_is_split", make)


def _closed_period_taken(plant: Planter) -> None:
    plant.put(runs, "open_period", lambda period, _closed: period)
    plant.put(runs, "is_closed", lambda period, closed: False)


def _statement_of_everything(plant: Planter) -> None:
    def make(was: Any) -> Any:
        return lambda party, sheet, pot, _before, *rest: was(party, sheet, pot, 0, *rest)
    plant.wrap(statements, "line_of", make)


# Consent --------------------------------------------------------------------------------------------------------


def _yes_until_midnight(plant: Planter) -> None:
    def allows(self: Consent, now_ms: int, _territory: str | None = None) -> bool:
        lasts = self.until_ms is None or now_ms // DAY_MS <= self.until_ms // DAY_MS
        return self.state is ConsentState.GRANTED and lasts
    plant.put(Consent, "allows", allows)


def _appeals_outlive_consent(plant: Planter) -> None:
    coming = tuple(state for state in consent_handlers.COMING if state != str(RemixState.APPEALED))
    plant.put(consent_handlers, "COMING", coming)


def _later_end_wins(plant: Planter) -> None:
    def make(was: Any) -> Any:
        return lambda asked, prompt, remix: was(asked, prompt, replace(remix, wind_down_ms=None))
    plant.wrap(consent_handlers, "wind_down", make)


def _revoked_mandate_counts(plant: Planter) -> None:
    def make(was: Any) -> Any:
        return lambda self, track, today: was(replace(self, revoked=False), track, today)
    plant.wrap(Mandate, "covers", make)


def _reinstated_unasked(plant: Planter) -> None:
    plant.put(remix_handlers, "demand_consents", lambda _asked, _remix: None)


# Who may do and see what ----------------------------------------------------------------------------------------


def _any_team_will_do(plant: Planter) -> None:
    def make(was: Any) -> Any:
        def demand(kind: str, actor: Any, *, team: str | None = None, **ties: Any) -> None:
            was(kind, actor, team=actor.teams[0] if team and actor.teams else team, **ties)
        return demand
    plant.wrap(policy, "demand_tie", make)


def _former_member_keeps_keys(plant: Planter) -> None:
    def make(was: Any) -> Any:
        def remove(asked: Any, data: Any) -> None:
            was(asked, data)
            asked.store.put(tables.team_members, {"artist": asked.target, "account": data.person})
        return remove
    plant.wrap(handlers.HANDLERS, "remove_team_member", make)


def _judges_see_names(plant: Planter) -> None:
    def show(store: Store, entry_id: str, now_ms: int) -> Iterator[feed.Shown]:
        for shown in challenge_handlers.show_entry(store, entry_id, now_ms):
            blind = shown.scope.startswith("person:")
            yield shown if blind else replace(shown, document=replace(shown.document, entry=store.need(Entry, entry_id)))
    plant.put(handlers.SHOWS, Entry, replace(handlers.SHOWS[Entry], of=show))


def _taken_down_still_plays(plant: Planter) -> None:
    def make(was: Any) -> Any:
        def may_hear(connection: Any, actor: Any, remix: Any) -> bool:
            return remix.state == str(RemixState.TAKEN_DOWN) or was(connection, actor, remix)
        return may_hear
    plant.wrap(hearing, "may_hear", make)


def _draft_for_everyone(plant: Planter) -> None:
    def make(was: Any) -> Any:
        return lambda store, prompt, track, now_ms: replace(was(store, prompt, track, now_ms), text=prompt.draft)
    plant.wrap(prompt_handlers, "published", make)


# Moderation -----------------------------------------------------------------------------------------------------


def _lease_in_seconds(plant: Planter) -> None:
    plant.put(cases, "LEASE_MS", 15 * 60)


def _anyone_releases(plant: Planter) -> None:
    def make(was: Any) -> Any:
        return lambda case, by: was(case, case.claimed_by or by)
    plant.wrap(cases, "release", make)


def _judge_of_own_decision(plant: Planter) -> None:
    def make(was: Any) -> Any:
        def opened(asked: Any, remix: Any, kind: CaseKind, **more: Any) -> Any:
            return was(asked, remix, kind, **more | ({"persons": ()} if kind is CaseKind.APPEAL else {}))
        return opened
    plant.wrap(remix_handlers, "open_case", make)


def _opinion_moves_the_case(plant: Planter) -> None:
    def make(was: Any) -> Any:
        return lambda case, decision: replace(was(case, decision), version=case.version + 1)
    plant.wrap(cases, "opine", make)


# Answers, batches, the log and the feed -------------------------------------------------------------------------


def _mends_one_step(plant: Planter) -> None:
    def keep(self: Any, account: str, asked: Any, answer: dict[str, Any]) -> None:
        accepted, replaces = answer["outcome"] == "accepted", asked.envelope.replaces
        given = Given(asked.content, answer["outcome"], accepted, replaces, self._now_ms, answer)
        self._set(account, asked.id, given)
        mended = self.given(account, replaces) if accepted and replaces else None
        if mended is not None:
            self._set(account, replaces, replace(mended, satisfied=True))
    plant.put(Answers, "keep", keep)


def _conflicts_not_kept(plant: Planter) -> None:
    def make(was: Any) -> Any:
        def write(self: Any) -> None:
            self._changed = {place: one for place, one in self._changed.items() if one.outcome != "conflict"}
            was(self)
        return write
    plant.wrap(Answers, "write", make)


def _refused_leaves_a_shadow(plant: Planter) -> None:
    def make(was: Any) -> Any:
        def refuse(self: Any) -> None:
            values = self._values
            was(self)
            self._values = values
        return refuse
    plant.wrap(Store, "refuse", make)


def _refusal_erases_a_line(plant: Planter) -> None:
    def make(was: Any) -> Any:
        return lambda self, length: was(self, max(0, length - 1))
    plant.wrap(AuditLog, "back_to", make)


def _tombstone_only_when_all_is_gone(plant: Planter) -> None:
    def make(was: Any) -> Any:
        def changes(subject: feed.Subject, existing: Any, now_ms: int) -> Iterator[dict[str, Any]]:
            return (row for row in was(subject, existing, now_ms) if not (row["deleted"] and subject.shown))
        return changes
    plant.wrap(feed, "_changes", make)


def _bugs() -> Sequence[Bug]:
    return (
        Bug("refunds-left-out", "lines below zero are not taken off what a pot has taken in", _refunds_left_out, "money"),
        Bug("before-the-sheet", "revenue from before the first sheet was in force is put under it", _before_the_sheet, "money"),
        Bug("reserve-posted-again", "every run posts the whole reserve of a pot, not the difference", _reserve_posted_again, "money"),
        Bug("closed-period-taken", "a late run posts into the period whose statements were issued", _closed_period_taken, "money"),
        Bug("statement-of-everything", "a statement says again what earlier periods have said", _statement_of_everything, "money"),
        Bug("yes-until-midnight", "a consent holds until the end of the day on which it ran out", _yes_until_midnight, "consent"),
        Bug("appeals-outlive-consent", "a remix under appeal is forgotten when consent is withdrawn", _appeals_outlive_consent, "consent"),
        Bug("later-end-wins", "a second withdrawal puts off the day on which a remix comes down", _later_end_wins, "consent"),
        Bug("revoked-mandate-counts", "an agent goes on answering after its mandate was revoked", _revoked_mandate_counts, "consent"),
        Bug("reinstated-unasked", "a remix is reinstated without reading the consents again", _reinstated_unasked, "consent"),
        Bug("any-team-will-do", "being on a team is asked for, not on which", _any_team_will_do, "queue"),
        Bug("former-member-keeps-keys", "who was removed from a team goes on acting and reading for it", _former_member_keeps_keys, "queue"),
        Bug("judges-see-names", "judges are shown whose entry it is", _judges_see_names),
        Bug("taken-down-still-plays", "everyone who has the link may hear what was taken down", _taken_down_still_plays, "consent"),
        Bug("draft-for-everyone", "the public card of a prompt shows the draft in place of what was agreed to", _draft_for_everyone),
        Bug("lease-in-seconds", "a claim lasts 900 milliseconds, for seconds were meant", _lease_in_seconds),
        Bug("anyone-releases", "a moderator gives back a case that another one holds", _anyone_releases, "queue"),
        Bug("judge-of-own-decision", "who rejected a remix may decide the appeal against it", _judge_of_own_decision, "queue"),
        Bug("opinion-moves-the-case", "a decision that came too late makes a new version of the case", _opinion_moves_the_case),
        Bug("mends-one-step", "a second mending frees what waits for the first try only one step back", _mends_one_step),
        Bug("conflicts-not-kept", "a conflict is no lasting answer: the same id may be accepted later", _conflicts_not_kept),
        Bug("refused-leaves-a-shadow", "the next command of a batch sees what a refused one had written", _refused_leaves_a_shadow),
        Bug("refusal-erases-a-line", "a refusal takes the audit line before it along", _refusal_erases_a_line),
        Bug("tombstone-only-when-all-is-gone", "a document stays in one scope while another still shows it", _tombstone_only_when_all_is_gone, "consent"),
        *ON_THE_CLIENT,
    )  # fmt: skip


UNSEEN = {bug.name: bug for bug in _bugs()}
