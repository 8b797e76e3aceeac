"""Planted bugs: each a named patch of the real code that the auditor must find. A simulator that finds nothing proves nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from fanlink.client import dependencies, outbox, pull, push, session, sync
from fanlink.client.entries import EntryState
from fanlink.client.replica import Replica
from fanlink.client.shelf import Shelf
from fanlink.core import cases, consents, prompts, remixes
from fanlink.core.errors import Offline
from fanlink.core.people import scopes_of
from fanlink.server import answers, door, feed, handlers, jobs, policy, publishing
from fanlink.server import cases as case_handlers
from fanlink.server import consents as consent_handlers
from fanlink.server import prompts as prompt_handlers
from fanlink.server import remixes as remix_handlers
from fanlink.server.deciding import Deciding
from fanlink.simulation import machine
from fanlink.simulation.planting import Bug, Planter

# The door -------------------------------------------------------------------------------------------------------


def _answer_before_commit(plant: Planter) -> None:
    """The reply goes out although the commit failed."""
    def make(was: Any) -> Any:
        def commit(self: Any, requests: Any, now_ms: int) -> None:
            try:
                was(self, requests, now_ms)
            except machine.DatabaseAway:
                if any(request.act is not None for request in requests):
                    raise
                for request in requests:
                    request.result = [{"id": one.id, "outcome": "accepted"} for one in request.commands]
        return commit
    plant.wrap(door.Door, "_commit", make)


def _no_memory_of_ids(plant: Planter) -> None:
    plant.put(answers.Answers, "given", lambda self, account, name: None)
    plant.put(door, "_blocked", lambda account, asked, answers: None)


def _ids_not_kept(plant: Planter) -> None:
    plant.put(answers.Answers, "write", lambda self: None)


def _content_not_compared(plant: Planter) -> None:
    """A scheme that an id need not be the same command: the answer of another account is given."""
    def make(was: Any) -> Any:
        def keep(self: Any, account: str, asked: Any, answer: Any) -> None:
            was(self, account, asked, answer | {"outcome": "accepted"} if answer["outcome"] == "blocked" else answer)
        return keep
    plant.wrap(answers.Answers, "keep", make)


def _dependencies_ignored(plant: Planter) -> None:
    plant.put(door, "_blocked", lambda account, asked, answers: None)


def _refused_leaves_traces(plant: Planter) -> None:
    plant.put(door.Store, "refuse", door.Store.accept)


def _stale_is_accepted(plant: Planter) -> None:
    plant.put(Deciding, "fresh", lambda self, value, told=None: None)


def _conflicts_tell_all(plant: Planter) -> None:
    """A conflict shows the whole thing: judges learn whose the entry is, rightsholders what was written to the fan."""
    plant.wrap(Deciding, "fresh", lambda was: lambda self, value, told=None: was(self, value))


def _not_allowed_is_allowed(plant: Planter) -> None:
    plant.put(policy, "demand_tie", lambda kind, actor, **ties: None)


def _roles_ignored(plant: Planter) -> None:
    plant.put(policy, "demand_role", lambda kind, actor: None)


# Consent --------------------------------------------------------------------------------------------------------


def _consent_not_read_at_submission(plant: Planter) -> None:
    plant.put(remix_handlers, "demand", lambda *args: None)


def _consent_not_read_at_approval(plant: Planter) -> None:
    plant.put(publishing, "demand_consents", lambda *args: None)
    plant.put(remix_handlers, "demand_consents", lambda *args: None)


def _one_yes_is_enough(plant: Planter) -> None:
    was = consents.missing
    plant.put(consents, "missing", lambda parties, *rest: was(list(parties)[:1], *rest))


def _expired_consent_counts(plant: Planter) -> None:
    plant.put(consents.Consent, "allows", lambda self, now_ms, territory=None: self.state is consents.ConsentState.GRANTED)


def _withdrawal_spares_what_is_on_the_way(plant: Planter) -> None:
    plant.put(consent_handlers, "_remix_loses", lambda asked, prompt, remix: None)


def _withdrawal_leaves_the_prompt_open(plant: Planter) -> None:
    plant.put(consent_handlers, "_prompt_loses", lambda asked, prompt, use: None)


def _wind_down_forgotten(plant: Planter) -> None:
    plant.put(consent_handlers, "wind_down", lambda asked, prompt, remix: None)


# Remixes and cases ----------------------------------------------------------------------------------------------


def _late_decision_counts(plant: Planter) -> None:
    def opinion(asked: Any, case: Any, decision: Any) -> Any:
        decided = cases.decide(replace(case, state=cases.CaseState.WAITING, claimed_by=None), decision)
        asked.store.save(decided)
    plant.put(case_handlers, "_opinion", opinion)


def _opinion_forgotten(plant: Planter) -> None:
    plant.put(cases, "opine", lambda case, decision: case)


def _own_case_decided(plant: Planter) -> None:
    plant.put(cases, "_not_about", lambda case, person: None)


def _lease_ignored(plant: Planter) -> None:
    was = cases.claim
    plant.put(cases, "claim", lambda case, by, now_ms: was(replace(case, claimed_by=None, lease_until_ms=None), by, now_ms))


def _no_needs_no_reason(plant: Planter) -> None:
    plant.put(cases, "NEEDS_A_REASON", ())
    was = remixes.move
    def move(remix: Any, step: str, by: str, now_ms: int, *, reasons: Any = (), letter: str = "") -> Any:
        return was(remix, step, by, now_ms, reasons=reasons or ("other",), letter=letter)
    plant.put(remixes, "move", move)


def _decision_without_effect(plant: Planter) -> None:
    plant.put(case_handlers, "_carry_out", lambda asked, remix, decision: None)


def _same_recipe_twice(plant: Planter) -> None:
    plant.put(remix_handlers, "ALIVE", ())


def _closed_prompt_takes_remixes(plant: Planter) -> None:
    was = remix_handlers._version
    plant.put(remix_handlers, "_version", lambda asked, data, again: was(asked, data, again=True))


def _withdrawn_keeps_its_case(plant: Planter) -> None:
    plant.put(remix_handlers, "close_cases", lambda asked, remix: None)


def _skips_review(plant: Planter) -> None:
    was = jobs._advance
    def advance(asked: Any, remix: Any) -> None:
        was(asked, remix)
        newest = asked.store.need(remixes.Remix, remix.id)
        if newest.state is remixes.RemixState.IN_REVIEW:
            asked.store.save(replace(newest, state=remixes.RemixState.APPROVED))
    plant.put(jobs, "_advance", advance)


def _draft_edit_stays_approved(plant: Planter) -> None:
    was = prompts.edit
    plant.put(prompts, "edit", lambda prompt, text: replace(was(prompt, text), state=prompt.state))


def _publish_without_asking(plant: Planter) -> None:
    plant.put(prompt_handlers, "_missing", lambda store, prompt, now_ms: [])


# The feed -------------------------------------------------------------------------------------------------------


def _tombstones_forgotten(plant: Planter) -> None:
    def make(was: Any) -> Any:
        return lambda subject, existing, now_ms: (row for row in was(subject, existing, now_ms) if not row["deleted"])
    plant.wrap(feed, "_changes", make)


def _unchanged_number(plant: Planter) -> None:
    """A changed document keeps its old number, so those who have read past it never see it."""
    def make(was: Any) -> Any:
        def take(connection: Any, is_sqlite: bool, rows: Any) -> Any:
            rows = list(rows)
            heads = was(connection, is_sqlite, rows)
            for row in rows:
                if row["kind"] == "case" and row["seq"] > 3:
                    row["seq"] -= 3
            return heads
        return take
    plant.wrap(feed, "_take_numbers", make)


def _missing_tenant_filter(plant: Planter) -> None:
    was = handlers.SHOWS[remixes.Remix]
    def of(store: Any, remix_id: str, now_ms: int) -> Any:
        for shown in was.of(store, remix_id, now_ms):
            yield shown
            if shown.scope.startswith("person:"):
                yield replace(shown, scope=f"team:{shown.document.remix.artist}")
    plant.put(handlers.SHOWS, remixes.Remix, replace(was, of=of))


def _published_to_everyone(plant: Planter) -> None:
    plant.put(machine, "scopes_of", lambda actor: (*scopes_of(actor), "moderators"))


# The client -----------------------------------------------------------------------------------------------------


def _new_id_for_every_try(plant: Planter) -> None:
    was = push.envelope
    counter = iter(range(10**9))
    plant.put(push, "envelope", lambda command: was(command) | {"id": f"{command.id[:40]}-{next(counter)}"})


def _lost_reply_is_accepted(plant: Planter) -> None:
    def make(was: Any) -> Any:
        def ask(self: Any, batch: Any) -> Any:
            try:
                return was(self, batch)
            except Offline:
                return [outbox.Answer(entry.id, EntryState.ACCEPTED) for entry in batch]
        return ask
    plant.wrap(push.Pusher, "_ask", make)


def _undo_after_sending(plant: Planter) -> None:
    def undo(self: Any, command_id: str) -> bool:
        with self._store.write() as db:
            gone = db.execute("DELETE FROM commands WHERE id = ? AND state <> 'blocked'", (command_id,)).rowcount
        self._moved()
        return bool(gone)
    plant.put(outbox.Outbox, "undo", undo)


def _cursor_before_rows(plant: Planter) -> None:
    """The cursor moves in a transaction of its own, before the rows."""
    def make(was: Any) -> Any:
        def apply(self: Any, scope: str, changes: Any, cursor: int, *, index: bool = True) -> Any:
            was(self, scope, [], cursor, index=index)
            return was(self, scope, changes[:-1] if len(changes) > 3 else changes, cursor, index=index)
        return apply
    plant.wrap(Shelf, "apply", make)
    plant.put(pull.Puller, "_agrees", lambda self, scope, digest: True)


def _tombstones_not_applied(plant: Planter) -> None:
    plant.put(Shelf, "_drop_rows", lambda self, db, keys: None)
    plant.put(pull.Puller, "_agrees", lambda self, scope, digest: True)


def _scope_not_dropped(plant: Planter) -> None:
    plant.put(Replica, "drop", lambda self, scope: set())


def _forgets_what_waits_at_start(plant: Planter) -> None:
    def make(was: Any) -> Any:
        def begin(self: Any, *args: Any) -> None:
            was(self, *args)
            with self._store.write() as db:
                db.execute("DELETE FROM commands WHERE state = 'waiting' AND sent > 0")
        return begin
    plant.wrap(outbox.Outbox, "__init__", make)


def _old_backup_unnoticed(plant: Planter) -> None:
    plant.put(sync.Round, "_has_forgotten", lambda self, account: False)
    plant.put(sync.Round, "_ask_again", lambda self, account: 0)


def _order_not_kept(plant: Planter) -> None:
    plant.put(dependencies, "satisfied", lambda db, on, going: True)
    def make(was: Any) -> Any:
        return lambda self, *args, **named: was(self, *args, **named)[::-1]
    plant.wrap(outbox.Outbox, "ready", make)
    plant.put(door, "_blocked", lambda account, asked, answers: None)


def _do_before_it_is_stored(plant: Planter) -> None:
    """The id is given back before the command is stored, and a full disk is not told."""
    def make(was: Any) -> Any:
        def do(self: Any, data: Any, target: str, **more: Any) -> str:
            try:
                return was(self, data, target, **more)
            except session.FanLinkError:
                return self.new_id("cmd")
        return do
    plant.wrap(session.Session, "do", make)


# The profile in which the damage is done most often.
WHERE = {
    "consent": (
        "consent-not-read-at-submission", "consent-not-read-at-approval", "expired-consent-counts", "withdrawal-spares-what-is-on-the-way",
        "withdrawal-leaves-the-prompt-open", "wind-down-forgotten", "decision-without-effect", "one-yes-is-enough", "same-recipe-twice",
    ),
    "queue": (
        "not-allowed-is-allowed", "roles-ignored", "own-case-decided", "lease-ignored", "withdrawn-keeps-its-case", "conflicts-tell-all",
    ),
}  # fmt: skip


def _bugs() -> Iterator[Bug]:
    where = {bug: profile for profile, some in WHERE.items() for bug in some}
    for name, value in list(globals().items()):
        if name.startswith("_") and callable(value) and getattr(value, "__annotations__", {}).get("plant") == "Planter":
            bug = name[1:].replace("_", "-")
            yield Bug(bug, (value.__doc__ or bug.replace("-", " ")).strip(), value, where.pop(bug, ""))
    assert not where, f"no bug is called {where}"


BUGS = {bug.name: bug for bug in _bugs()}
