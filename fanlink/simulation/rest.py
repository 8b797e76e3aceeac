"""When nothing moves any more: every copy equals the server's, every command has its answer, and each person can see it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from fanlink.client.entries import NEEDS_A_PERSON
from fanlink.simulation.auditor import Auditor
from fanlink.simulation.computer import Computer
from fanlink.simulation.machine import Machine
from fanlink.simulation.views import Views

ALL = 100_000


class Rest:
    """What must hold in the end."""

    def __init__(self, auditor: Auditor, machine: Machine, computers: Sequence[Computer]) -> None:
        self._auditor, self._machine, self._computers = auditor, machine, computers

    def agree(self, digest_of: Callable[[str], str], note: Callable[[str], None]) -> None:
        """Notes every copy, and says what does not agree."""
        answers = self._machine.answers()
        self._auditor.settled(answers, self._shown_as_blocked())
        for scope in self._machine.scopes():
            digest = digest_of(scope)
            note(f"scope {scope} {digest}")
            for computer in self._computers:
                replica = computer.open()._replica
                if scope in replica.cursors() and replica.digest(scope, read_again=True) != digest:
                    self._auditor.violated(f"{computer.name} has other documents in {scope} than the server")
        views = Views(self._auditor.model)
        for computer in self._computers:
            computer.screen.look_at_documents(computer.open(), views)
            state = computer.open().state
            note(f"state {computer.name} {state.name} {state.waiting} {state.needs_you} {state.log_changes}")
            if not computer.log_is_told():
                self._auditor.violated(f"{computer.name} does not say what became of the server's log")
            self._outbox_agrees(computer, answers)

    def _shown_as_blocked(self) -> set[tuple[str, str]]:
        """What was never sent because it rests on something that failed; its person sees it and decides.

        Of the noes that a server lost when it went back in time the person still has each, or has put it away.
        """
        put_away = {(computer.person, command) for computer in self._computers for command in computer.who.put_away}
        shown = {
            (computer.person, entry.id): entry for computer in self._computers for entry in computer.open().outbox.entries(ALL)
        }
        return (put_away & self._auditor.forgotten) | {
            key for key, entry in shown.items()
            if (entry.needs_you and entry.answered_ms is None) or (key in self._auditor.forgotten and entry.state in NEEDS_A_PERSON)
        }

    def _outbox_agrees(self, computer: Computer, answers: dict[tuple[str, str], str]) -> None:
        outbox = computer.open().outbox
        opinions = {entry.id for entry in outbox.opinions}
        for entry in outbox.entries(ALL):
            what = f"{computer.name} shows {entry.command.kind} {entry.id} as {entry.state}"
            said = answers.get((computer.person, entry.id))
            # A copy of it that was late may have reached the server after that forgot its no, and been accepted there.
            forgotten = (computer.person, entry.id) in self._auditor.forgotten and entry.state in NEEDS_A_PERSON
            if entry.answered_ms is not None and str(entry.state) != said and not forgotten:
                self._auditor.violated(f"{what}, the server says {said}")
            if entry.state in ("waiting", "sending"):
                self._auditor.violated(f"{what}, for ever")
            if entry.state in ("refused", "blocked") and not entry.reasons:
                self._auditor.violated(f"{what} without a reason")
            if entry.state == "conflict" and entry.now is None:
                self._auditor.violated(f"{what} without saying what it is now")
            if entry.command.kind == "decide_case" and (entry.state == "conflict") != (entry.id in opinions):
                self._auditor.violated(f"{what}, among the opinions: {entry.id in opinions}")
