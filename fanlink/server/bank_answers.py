"""The bank's answers: a file is taken whole or not at all, and says of each payout that it settled or failed."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from fanlink.core.commands import TakeBankAnswer
from fanlink.core.errors import BadInput, Reason, Refused
from fanlink.core.payouts import Batch, Payout, State
from fanlink.royalties import bank_answers
from fanlink.royalties.bank_answers import Answer, Answers, Said
from fanlink.server import payouts, tables
from fanlink.server.assets import DIGEST, Assets
from fanlink.server.deciding import Deciding
from fanlink.server.nouns import BankAnswer
from fanlink.server.store import Store

MOST_TOLD = 200


def take(asked: Deciding, data: TakeBankAnswer) -> None:
    """Settles and fails what the file names. Refused, with every reason: `broken_answer`, `payout_unknown`,
    `payout_not_sent`, `payout_on_its_way`, `payout_settled` and `payout_failed` (the file says the opposite), `batch_unknown`."""
    asked.new(BankAnswer)
    answers = _read(asked, data)
    told = list(_spread(asked.store, answers))
    reasons = [reason for one in told for reason in _against(asked.store, one)]
    if reasons:
        raise Refused(reasons[:MOST_TOLD])
    for one in told:
        payout = asked.store.need(Payout, one.payout)
        if one.said is Said.SETTLED:
            payouts.settle_one(asked, payout)
        elif one.said is Said.FAILED:
            payouts.fail_one(asked, payout, one.reason or "the bank gave no reason")
    counts = {said: sum(one.said is said for one in told) for said in Said}
    asked.store.save(BankAnswer(
        asked.target, data.asset, data.name[:200], counts[Said.SETTLED], counts[Said.FAILED], counts[Said.PENDING],
        asked.actor.id, asked.now_ms,
    ))  # fmt: skip
    asked.note("bank_answer", asked.target, **{str(said): count for said, count in counts.items()})


def _read(asked: Deciding, data: TakeBankAnswer) -> Answers:
    path = Assets(asked.settings.assets).path(data.asset) if DIGEST.fullmatch(data.asset) else None
    if path is None or not path.is_file():
        raise Refused("asset_missing", asset=data.asset[:64])
    if path.stat().st_size > bank_answers.MOST_BYTES:
        raise Refused("broken_answer", what="the file is too large")
    try:
        return bank_answers.read(path.read_bytes(), data.name[:200] or "answer")
    except BadInput as error:
        raise Refused("broken_answer", what=str(error)) from error


def _spread(store: Store, answers: Answers) -> list[Answer]:
    """The answers one by one; what is said of a whole file is said of each of its payouts that is still on its way."""
    if answers.whole is None:
        return list(answers.payouts)
    table = tables.payout_batches
    rows = store.rows(select(table.c.id).where(table.c.message == answers.message))
    if not rows:
        raise Refused("batch_unknown", message=answers.message[:35])
    batch = store.need(Batch, rows[0].id)
    return [Answer(name, answers.whole.said, answers.whole.reason) for name in batch.payouts]


def _against(store: Store, answer: Answer) -> list[Reason]:
    payout, facts = store.get(Payout, answer.payout), {"payout": answer.payout[:64]}
    if payout is None:
        return [Reason("payout_unknown", facts)]
    if answer.said is Said.FAILED and payouts.is_on_its_way(store, payout):
        return [Reason("payout_on_its_way", facts)]
    if payout.state in (State.DUE, State.APPROVED):
        return [Reason("payout_not_sent", {**facts, "state": str(payout.state)})]
    if payout.state is State.SETTLED and answer.said is Said.FAILED:
        return [Reason("payout_settled", {**facts, "state": str(payout.state)})]
    if payout.state is State.FAILED and answer.said is Said.SETTLED:
        return [Reason("payout_failed", facts)]
    return []


HANDLERS: dict[str, Any] = {"take_bank_answer": take}
SHOWS: dict[type, Any] = {}
