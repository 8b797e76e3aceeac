"""What has happened in the town before a simulation begins, so that whoever acts first finds something to act on.

Remixes wait, play, were sent back, rejected, appealed, withdrawn and taken down; one challenge is open and one is judged; a
report has come, and its month was run. All of it by real commands, days ago.
"""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Callable
from fractions import Fraction
from random import Random

from fanlink import wire
from fanlink.core import commands as c
from fanlink.core.recipes import Recipe, Section, StemUse
from fanlink.server import asset_rows, bank_details
from fanlink.server.assets import Stored
from fanlink.simulation.machine import Machine
from fanlink.simulation.model import Model
from fanlink.simulation.plain import DAY_MS, day_of
from fanlink.simulation.plain_bank import ACCOUNTS
from fanlink.simulation.plain_money import line_of
from fanlink.simulation.plain_remixes import UNDECIDED
from fanlink.simulation.reports import COLUMNS

Do = Callable[..., None]
HOUR_MS = 3_600_000


def submission(prompt: str, version: str, sound: str, number: int) -> c.SubmitRemix:
    """A sound remix of a prompt version; the number makes it another one."""
    recipe = Recipe(
        "1", number, sound, "slower and calm", {"mood": "calm"}, "chill", 110.0, 0, 0.0,
        {"vocals": StemUse(), "drums": StemUse()}, (), (Section("verse", 1, 4),),
    )
    return c.SubmitRemix(prompt, version, "Night drive", recipe)


def _line(report: str, number: int, remix: str, day: str, revenue: str) -> dict[str, str]:
    return {
        "report_id": report, "line_id": f"l{number}", "remix_id": remix, "service": "Stream", "territory": "DE",
        "period_start": f"{day[:8]}01", "period_end": day, "units": "1", "revenue": revenue, "currency": "EUR",
    }  # fmt: skip


class Town:
    """Lives until `now_ms`. `do` asks for something that must be accepted, and tells the model."""

    def __init__(self, machine: Machine, model: Model, do: Do, now_ms: int) -> None:
        self._machine, self._model, self._do, self._now_ms = machine, model, do, now_ms

    def live(self) -> None:
        """All of it, in order."""
        self._works()
        self._sheets()
        self._mandates()
        self._standing()
        self._money()
        self._challenges()
        self._machine.world.now_ms = self._now_ms

    def _at(self, before_ms: int) -> None:
        self._machine.world.now_ms = self._now_ms - before_ms

    # Remixes ----------------------------------------------------------------------------------------------------

    def _works(self) -> None:
        """Each fan's remixes by what became of them."""
        self._do("fay", "follow_artist", "artist-ana")
        self._do("hal", "follow_artist", "artist-dana")
        self._do("ana", "add_team_member", "artist-ana", {"person": "person-gil"}, 1)
        self._at(25 * DAY_MS)
        for number, (name, fan, prompt) in enumerate((
            ("old-song", "fay", "prompt-one"), ("low-song", "gil", "prompt-two"), ("high-song", "hal", "prompt-two"),
            ("no-song", "gil", "prompt-one"), ("bad-song", "hal", "prompt-two"), ("first-song", "nia", "prompt-two"),
        )):  # fmt: skip
            self._submit(name, fan, prompt, 100 + number)
        self._render()
        for name in ("old-song", "low-song", "high-song", "first-song"):
            self._decide("mo", name, "approve")
        for name in ("no-song", "bad-song"):
            self._decide("nia", name, "reject", "quality")
        self._at(2 * DAY_MS)
        for number, (name, fan, prompt) in enumerate((
            ("new-song", "gil", "prompt-one"), ("sent-back", "fay", "prompt-two"), ("claimed-song", "fay", "prompt-one"),
            ("gone-song", "hal", "prompt-one"),
        )):  # fmt: skip
            self._submit(name, fan, prompt, 200 + number)
        self._render()
        self._decide("mo", "sent-back", "request_changes", "quality")
        self._do("nia", "claim_case", self._case("claimed-song"), seen=1)
        self._do("hal", "withdraw_remix", "gone-song", seen=self._version("gone-song"))
        self._do("gil", "appeal_remix", "no-song", {"text": "Please listen again"}, self._version("no-song"))
        self._do("fay", "report_remix", "high-song", {"reason": "spam", "text": "It is an advert"})
        self._do("dana", "take_down_remix", "first-song", {"reason": "rights_claim"}, self._version("first-song"))
        self._submit("waiting-song", "hal", "prompt-one", 300)

    def _submit(self, name: str, fan: str, prompt: str, number: int) -> None:
        version = next(reversed(self._model.prompts[prompt]["published"]))
        sound = self._model.tracks[self._model.prompts[prompt]["track"]]["sound"]
        self._do(fan, "submit_remix", name, wire.to_json(submission(prompt, version, sound, number)))

    def _render(self) -> None:
        while (job := self._machine.take_render()) is not None:
            self._model.taken(job.recipe_digest)
            self._machine.finish_render(job)
            self._model.finished(job.recipe_digest)

    def _version(self, remix: str) -> int:
        return int(self._model.remixes[remix]["version"])

    def _case(self, remix: str) -> str:
        return next(id_ for id_, case in self._model.cases.items() if case["remix"] == remix and case["state"] in UNDECIDED)

    def _decide(self, who: str, remix: str, outcome: str, *reasons: str) -> None:
        self._do(who, "decide_case", self._case(remix), {"outcome": outcome, "reasons": list(reasons), "letter": "a letter"}, 1)

    def _mandates(self) -> None:
        """One who keeps books collects for another; one writer answers for another."""
        for principal, agent in (("ben", "fin"), ("cleo", "eve")):
            said = {"principal": f"party-{principal}", "agent": f"party-{agent}", "begins": day_of(self._now_ms - 40 * DAY_MS), "ends": None}
            self._do(principal, "give_mandate", f"mandate-{principal}", said)

    def _standing(self) -> None:
        """Some have said what they say to first questions: yes to all but one, yes for some days, no."""
        for name, number, says, tracks, term_days in (
            ("cleo", 1, "grant", [], None), ("cleo", 2, "refuse", ["track-five"], None), ("eve", 1, "grant", [], 20),
            ("ben", 1, "ask", ["track-three"], None),
        ):
            said = {"party": f"party-{name}", "use": "remix", "says": says, "tracks": tracks, "term_days": term_days}
            self._do(name, "set_standing_answer", f"standing-{name}-{number}", said)

    def _sheets(self) -> None:
        """One remix is split otherwise since some days; of another the fan has not signed yet what would count from tomorrow."""
        for remix, begins_ms, parties in (
            ("old-song", -15 * DAY_MS, {"ben": "2/5", "cleo": "2/5", "fay": "1/5"}),
            ("low-song", DAY_MS, {"dana": "1/3", "cleo": "1/3", "gil": "1/3"}),
        ):
            self._at(22 * DAY_MS)
            tree = {"shares": [{"name": f"party-{name}", "part": part} for name, part in sorted(parties.items())]}
            day = day_of(self._now_ms + begins_ms)
            self._do("cleo", "propose_sheet", f"sheet-{remix}", {"remix": remix, "tree": tree, "effective_from": day})
            for seen, name in enumerate(parties, start=1):
                if name != "gil":
                    self._do(name, "sign_sheet", f"sheet-{remix}", {"party": f"party-{name}"}, seen)

    # Money ------------------------------------------------------------------------------------------------------

    def _money(self) -> None:
        """A report about this month and the next, of which the first was run, and one with plays that look bought."""
        days = [day_of(self._now_ms - ago * DAY_MS) for ago in (24, 20, 10, 3)]
        names, revenues = ("old-song", "low-song", "old-song", "low-song"), ("400.01", "170.07", "3.000001", "1")
        self._report("before", [
            _line("before", number, *said) for number, said in enumerate(zip(names, days, revenues, strict=True))
        ])  # fmt: skip
        self._do("fin", "run_royalties", days[0][:7])
        assert all(one["amount"] > Fraction(0) for one in self._model.owed.values()), "everyone earned"
        self._payouts()
        self._report("bought", [
            _line("bought", number, remix, days[3], "0.03") | {"play_at": f"{days[3]}T08:00:{number % 30:02d}Z", "listener_hash": "robot"}
            for number, remix in enumerate(["old-song"] * 30 + ["new-song"] * 30)
        ])  # fmt: skip

    def _payouts(self) -> None:
        """Some said where their money goes, one of them anew since. One payout is sent, two are approved, two
        proposed; two wish for yen."""
        for who, number in (("ben", 0), ("cleo", 2), ("dana", 3), ("fay", 4), ("gil", 1)):
            self._bank(who, f"bank-{who}", number)
        self._do("fin", "propose_payouts", "proposal-first", {"parties": [f"party-{who}" for who in ("ben", "cleo", "dana", "fay", "gil")]})
        for who, most in (("dana", "12.5"), ("gil", None)):
            wish = {"party": f"party-{who}", "from_currency": "EUR", "to_currency": "JPY", "amount": most}
            self._do(who, "ask_conversion", f"conversion-{who}", wish)
        of = {one["party"]: id_ for id_, one in self._model.payouts.items()}
        for party, who in itertools.product(("party-cleo", "party-dana", "party-fay"), ("fin", "mo")):
            self._do(who, "approve_payout", of[party])
        self._do("fin", "send_payouts", "batch-first", {"payouts": [of["party-fay"]]})
        self._at(3 * DAY_MS)
        self._bank("gil", "bank-gil-again", 3)

    def _bank(self, who: str, id_: str, number: int) -> None:
        """Says where somebody's money goes, with the password once more."""
        person, now_ms = f"person-{who}", self._machine.world.now_ms
        made = self._machine.door.act(lambda one: bank_details.step_up(one, person, Random(id_).randbytes), now_ms)
        self._model.stepped_up(person, made.secret, now_ms)
        name, iban, bic, _ = ACCOUNTS[number]
        said = {"party": f"party-{who}", "name": name, "iban": iban, "bic": bic, "step_up": made.secret}
        self._do(who, "set_bank_details", id_, said)

    def _report(self, name: str, lines: list[dict[str, str]]) -> None:
        text = "\n".join([",".join(COLUMNS), *(",".join(line.get(name, "") for name in COLUMNS) for line in lines)]) + "\n"
        digest = hashlib.sha256(text.encode()).hexdigest()
        path = self._machine.assets.path(digest)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        stored = Stored(digest, len(text), "text/csv")
        self._machine.door.act(lambda one: asset_rows.keep(one, stored, "person-fin"), self._machine.world.now_ms)
        self._model.stored(digest, [line_of(line) for line in lines])
        self._do("fin", "import_report", f"report-{name}", {"asset": digest, "name": name})

    # Challenges -------------------------------------------------------------------------------------------------

    def _challenges(self) -> None:
        """One whose entries are judged, and one that is open for some hours more."""
        self._at(2 * HOUR_MS)
        for who, prompt, id_, closes_ms, entries in (
            ("dana", "prompt-two", "challenge-judged", self._now_ms - HOUR_MS, ("low-song", "high-song")),
            ("ana", "prompt-one", "challenge-open", self._now_ms + 5 * HOUR_MS, ("old-song",)),
        ):
            dates = {"opens_ms": self._now_ms - 3 * HOUR_MS, "closes_ms": closes_ms, "decides_ms": self._now_ms + 9 * DAY_MS}
            self._do(who, "write_challenge", id_, {
                "artist": self._model.prompts[prompt]["artist"], "prompt": prompt, "title": "Slowest night", "about": "",
                "dates": dates, "rubric": [{"name": "feel", "points": 5}], "judges": ["person-nia", "person-mo"],
            })
            self._do(who, "schedule_challenge", id_, seen=1)
            for remix in entries:
                fan = self._model.remixes[remix]["fan"].removeprefix("person-")
                self._do(fan, "enter_challenge", f"entry-{remix}", {"challenge": id_, "remix": remix})
