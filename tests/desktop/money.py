"""Money in documents: pots of the fan's published remixes and the statements of some months, by the formula of core."""

from __future__ import annotations

from calendar import monthrange
from datetime import date
from decimal import Decimal

from fanlink.core.documents import PotDocument, RemixDocument, StatementDocument
from fanlink.core.earnings import recompute
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
