"""Sales reports as services write them: mostly sound, sometimes sent twice, changed, broken, or about what nobody knows."""

from __future__ import annotations

import hashlib
from pathlib import Path
from random import Random

from fanlink.simulation.plain import DAY_MS, Thing, day_of
from fanlink.simulation.plain_money import line_of

COLUMNS = ("report_id", "line_id", "remix_id", "service", "territory", "period_start", "period_end", "units", "revenue", "currency",
           "play_at", "listener_hash")  # fmt: skip
AMOUNTS = ("0.10", "1", "1.000001", "0.0000037", "-0.5", "12345.678901234567", "0", "-1.0000001", "7.77", "61.05", "350")


class Pressing:
    """Writes reports into a folder and remembers, for the auditor, what stands in each."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._written: dict[str, list[dict[str, str]]] = {}
        self.known: dict[str, list[Thing] | Thing | None] = {}

    def press(self, chance: Random, remixes: list[str], now_ms: int) -> Path:
        """A file with a report; its lines are about remixes that people know, and some that nobody does."""
        roll, before = chance.randrange(10), sorted(self._written)
        if before and roll < 2:
            lines = [dict(line) for line in self._written[chance.choice(before)]]
            if roll == 0:
                chance.choice(lines)["revenue"] = "99.01"
        else:
            lines = self._new(chance, remixes, now_ms, len(before))
            if remixes and chance.randrange(4) == 0:
                lines += self._bought(chance, remixes, now_ms, len(before))
        broken = roll == 9
        if broken:
            lines[-1]["revenue"] = "a lot"
        text = "\n".join([",".join(COLUMNS), *(",".join(line.get(name, "") for name in COLUMNS) for line in lines)]) + "\n"
        path = self._kept(text, None if broken else [line_of(line) for line in lines], "csv")
        if not broken:
            self._written[path.stem] = lines
        return path

    def bank_answer(self, chance: Random, payouts: list[str]) -> Path:
        """A file in which the bank says what became of payouts: as CSV or as a status report, now and then a broken one."""
        answers = [
            (name, said, "the account is closed" if said == "failed" else "")
            for name in sorted(set(payouts)) for said in (chance.choice(("settled", "settled", "failed", "pending")),)
        ]
        text = chance.choice((_as_csv, _as_status_report))(answers)
        broken = chance.randrange(12) == 0
        text = text.replace(answers[-1][0], "") if broken else text
        return self._kept(text, None if broken else {"answers": answers}, "bank")

    def _kept(self, text: str, known: list[Thing] | Thing | None, ending: str) -> Path:
        digest = hashlib.sha256(text.encode()).hexdigest()
        self.known[digest] = known
        path = self._folder / f"{digest}.{ending}"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return path

    @staticmethod
    def _bought(chance: Random, remixes: list[str], now_ms: int, number: int) -> list[dict[str, str]]:
        """One listener, again and again: at the limit of what is believed, below it, or all day long."""
        remix, ends = chance.choice(remixes), day_of(now_ms + chance.randrange(-40, 20) * DAY_MS)
        plays, apart_s = chance.choice(((29, 1), (30, 1), (30, 20), (33, 5), (31, 1200)))
        return [
            {"report_id": f"r{number}", "line_id": f"b{place}", "remix_id": remix, "service": "Stream", "territory": "DE",
             "period_start": ends[:8] + "01", "period_end": ends, "units": "1", "revenue": "0.03", "currency": "EUR",
             "play_at": _time(ends, place * apart_s), "listener_hash": "robot"}
            for place in range(plays)
        ]  # fmt: skip

    def _new(self, chance: Random, remixes: list[str], now_ms: int, number: int) -> list[dict[str, str]]:
        service = chance.choice(("Stream", "Tune"))
        lines = []
        for place in range(1, chance.randrange(2, 8)):
            remix = chance.choice(remixes) if remixes and chance.randrange(8) else "remix-nobody-knows"
            ends = day_of(now_ms + chance.randrange(-40, 40) * DAY_MS)
            lines.append({
                "report_id": f"r{number}", "line_id": f"l{place}", "remix_id": remix, "service": service, "territory": "DE",
                "period_start": ends[:8] + "01", "period_end": ends, "units": str(chance.randrange(1, 1000)),
                "revenue": chance.choice(AMOUNTS), "currency": chance.choice(("EUR", "EUR", "JPY")),
            })
        return lines


def _as_csv(answers: list[tuple[str, str, str]]) -> str:
    return "\n".join(["payout,status,reason", *(",".join(one) for one in answers)]) + "\n"


def _as_status_report(answers: list[tuple[str, str, str]]) -> str:
    codes = {"settled": "ACSC", "failed": "RJCT", "pending": "ACSP"}
    told = "".join(
        f"<TxInfAndSts><OrgnlEndToEndId>{name}</OrgnlEndToEndId><TxSts>{codes[said]}</TxSts>"
        + (f"<StsRsnInf><AddtlInf>{reason}</AddtlInf></StsRsnInf>" if reason else "") + "</TxInfAndSts>"
        for name, said, reason in answers
    )
    return f"<Document><CstmrPmtStsRpt><OrgnlPmtInfAndSts>{told}</OrgnlPmtInfAndSts></CstmrPmtStsRpt></Document>"


def _time(day: str, second: int) -> str:
    """The time of a day, which ends where the seconds are more than it has."""
    second %= 86_400
    return f"{day}T{second // 3600:02d}:{second % 3600 // 60:02d}:{second % 60:02d}Z"
