"""Money in documents: pots of the fan's published remixes and the statements of some months, by the formula of core."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import replace
from datetime import date
from decimal import Decimal

from fanlink.core.bank_accounts import BankAccount
from fanlink.core.conversions import ConversionState, ask
from fanlink.core.documents import PotDocument, RemixDocument
from fanlink.core.earnings import recompute
from fanlink.core.money_documents import (
    BalanceDocument,
    BankDetailsDocument,
    ConversionDocument,
    PayoutDocument,
    ShownAccount,
    StatementDocument,
)
from fanlink.core.payouts import State
from fanlink.core.reports import ReportLine
from fanlink.core.shares import Leaf
from fanlink.core.statements import Statement, StatementLine, parts_of

SERVICES = (("Streamline", "DE", "0.412"), ("Streamline", "FR", "0.118"), ("Kanal", "SE", "0.207"), ("Loopbox", "US", "0.263"))
MONTHS = (("2026-06", "31.482913"), ("2026-07", "88.1204"), ("2026-08", "143.7731"), ("2026-09", "212.900417"), ("2026-10", "305.6655"))


def money_documents(remixes: list[RemixDocument], party: str) -> list[PotDocument | StatementDocument]:
    """Pots up to the last month, and a statement for each month and currency."""
    published = [document for document in remixes if document.remix.audio]
    made: list[PotDocument | StatementDocument] = []
    for currency, factor in (("EUR", Decimal(1)), ("USD", Decimal("0.3"))):
        totals: dict[str, list[ReportLine]] = {document.id: [] for document in published}
        before: dict[str, int] = {}
        for period, revenue in MONTHS:
            lines = []
            for weight, document in enumerate(published, 1):
                totals[document.id] += _reported(document.id, period, Decimal(revenue) * factor / weight, currency)
                pot = _pot(document, currency, totals[document.id])
                lines.append(_line(document, pot, totals[document.id], party, before.get(document.id, 0), period))
                before[document.id] = lines[-1].earned_micro
            if currency == "EUR" or period >= "2026-08":
                statement = Statement(party, period, tuple(lines))
                made.append(StatementDocument(
                    f"statement_{period}_{currency}", party, "Mara Voss", period, currency, "issued",
                    statement.totals_micro()[currency], statement.as_data(),
                ))  # fmt: skip
        made += [_pot(document, currency, totals[document.id]) for document in published]
    return made


def _reported(remix: str, period: str, revenue: Decimal, currency: str) -> list[ReportLine]:
    year, month = (int(part) for part in period.split("-"))
    first, last = date(year, month, 1), date(year, month, monthrange(year, month)[1])
    lines = []
    for number, (service, territory, part) in enumerate(SERVICES, 1):
        amount = (revenue * Decimal(part)).quantize(Decimal("0.000000001"))
        lines.append(ReportLine(
            f"{service}-{period}", f"{remix}-{number}", remix, service, territory, first, last, int(amount * 220), f"{amount:f}", currency,
        ))  # fmt: skip
    return lines


def _pot(document: RemixDocument, currency: str, lines: list[ReportLine]) -> PotDocument:
    gross = sum((Decimal(line.revenue) for line in lines), Decimal(0))
    return PotDocument(
        f"pot_{document.id}_{currency}", document.id, document.remix.title, "sheet-1", currency, f"{gross:f}", document.shares, len(lines)
    )


def _line(document: RemixDocument, pot: PotDocument, lines: list[ReportLine], party: str, before: int, period: str) -> StatementLine:
    found = recompute(pot)
    leaves = tuple(Leaf(party, share.share, (share.role,)) for share in document.shares if share.party == party)
    return StatementLine(
        document.id, pot.sheet, pot.currency, found.gross_pico, 0, 0, leaves, found.earned_micro[party], before, tuple(lines),
        sum(line.revenue_pico for line in lines if line.period_end.isoformat()[:7] < period), parts_of(lines, period),
    )  # fmt: skip


def paying_documents(party: str, name: str, now_ms: int) -> list[BalanceDocument | PayoutDocument | BankDetailsDocument | ConversionDocument]:
    """What a payee sees: a balance that is due, one that is too small, payouts in each state, bank details, a conversion."""
    day = 86_400_000
    masked, account = "FR14 … 2606", BankAccount(name, "FR1420041010050500013M02606", "PSSTFRPPXXX")
    wish = replace(ask(f"conversion-{party}", party, "SEK", "EUR", None, "person", now_ms - 9 * day), state=ConversionState.CONVERTED)
    wish = replace(wish, rate="11/125", source="ECB reference rate", day=date(2026, 10, 30), from_micro=412_000_000, to_micro=36_256_000)

    def payout(number: int, state: State, minor_units: int, days: int, **more) -> PayoutDocument:
        made = PayoutDocument(f"payout-{party}-{number}", party, name, "EUR", minor_units, state, 2, masked, now_ms - days * day)
        return replace(made, **more)

    return [
        BalanceDocument(f"balance-{party}-eur", party, name, "EUR", 118_394_103, 0, 21_290_000, now_ms - 40 * day, 1000, True, (), masked),
        BalanceDocument(f"balance-{party}-usd", party, name, "USD", 4_120_700, 0, 0, now_ms - 12 * day, 1000, True, ("below_threshold",), masked),
        payout(1, State.SETTLED, 31_48, 70, sent_ms=now_ms - 69 * day, done_ms=now_ms - 67 * day),
        payout(2, State.FAILED, 88_12, 40, sent_ms=now_ms - 39 * day, done_ms=now_ms - 37 * day, reason="AC04 account closed"),
        payout(3, State.SENT, 21_29, 3, sent_ms=now_ms - day, batch="batch-1"),
        BankDetailsDocument(f"details-{party}", party, name, ShownAccount(account.name, account.masked, has_bic=True), 2, name, now_ms - 36 * day, now_ms - 29 * day),
        ConversionDocument(wish.id, wish, name),
    ]
