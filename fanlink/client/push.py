"""Pushing: what waits in the outbox goes to the server in batches, each command answered once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence

from fanlink.client.api import Api, Malformed
from fanlink.client.clock import Clock
from fanlink.client.entries import Entry, EntryState, envelope
from fanlink.client.outbox import MALFORMED, Answer, Outbox
from fanlink.core.errors import FanLinkError, Reason

BATCH = 100

Told = Callable[[int, int], None]


class Pusher:
    """Empties the outbox, a batch at a time, in the order that commands rest on each other."""

    def __init__(self, api: Api, outbox: Outbox, clock: Clock, batch: int = BATCH) -> None:
        self._api, self._outbox, self._clock, self._batch = api, outbox, clock, batch

    def push(self, account: str, told: Told = lambda done, of: None, held: Iterable[str] = ()) -> Counter[EntryState]:
        """Sends all that is due; returns how many were answered how.

        Raises what `Api` raises when there is no answer; the commands then wait again, under the same ids.
        """
        answered: Counter[EntryState] = Counter()
        postponed: set[str] = set()
        done = 0
        while True:
            batch = [
                entry for entry in self._outbox.ready(account, self._clock.now_ms(), self._batch + len(postponed), held)
                if entry.id not in postponed
            ][:self._batch]
            if not batch:
                return answered
            told(done, done + self._outbox.counts(account).waiting)
            answers = self._send(batch, account)
            final = [answer for answer in answers if answer.final]
            answered.update(answer.outcome for answer in final)
            done += len(final)
            # What the server did not answer, or wants asked again, waits for the next round; what is asked otherwise now does not.
            left = {entry.id for entry in batch} - {answer.id for answer in final}
            postponed |= {entry.id for entry in batch if entry.id in left and self._outbox.asks_the_same(entry)}

    def _send(self, batch: Sequence[Entry], account: str) -> list[Answer]:
        self._outbox.sending([entry.id for entry in batch], account)
        try:
            answers = self._ask(batch)
        except FanLinkError:
            self._outbox.unanswered()
            raise
        asked = {entry.id for entry in batch}
        answers = [answer for answer in answers if answer.id in asked]
        self._outbox.answer(answers, self._clock.now_ms())
        self._outbox.unanswered()
        return answers

    def _ask(self, batch: Sequence[Entry]) -> list[Answer]:
        """Asks for a batch; one that the server cannot read is halved until the one it stumbles over is found."""
        try:
            return self._api.push([envelope(entry.command) for entry in batch])
        except Malformed as error:
            if len(batch) == 1:
                return [Answer(batch[0].id, EntryState.BLOCKED, (Reason(MALFORMED, {"why": str(error)}),))]
            middle = len(batch) // 2
            return self._ask(batch[:middle]) + self._ask(batch[middle:])
