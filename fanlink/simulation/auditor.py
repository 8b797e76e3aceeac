"""The auditor: hears every decision, keeps its own model, and says what does not agree with it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterable, Mapping
from typing import Any

from fanlink.simulation.books import Books, Look
from fanlink.simulation.model import Model
from fanlink.simulation.plain import Thing, short_digest
from fanlink.simulation.views import ANY, READ, Views, id_of

Answered = tuple[str, str, bool, str | None]
MOST_VIOLATIONS = 20


class Auditor:
    """`violations` stays empty as long as everything holds. `done` counts what was accepted, by kind."""

    def __init__(self, model: Model | None = None) -> None:
        self.model = model or Model()
        self.answers: dict[tuple[str, str], Answered] = {}
        self.durable: dict[tuple[str, str], int] = {}
        self.undone: set[tuple[str, str]] = set()
        self.told_no: set[tuple[str, str]] = set()
        self.told_yes: set[tuple[str, str]] = set()
        self.forgotten: set[tuple[str, str]] = set()
        self.pressed: Container[str] = ()  # digests of files that someone's client has taken
        self.insisted: set[tuple[str, str]] = set()
        self._moved_on: dict[tuple[str, str], set[int | None]] = {}
        self.violations: list[str] = []
        self.step = 0
        self.books = Books()
        self._said: dict[tuple[str, str], tuple[str, Any]] = {}
        self.done: Counter[str] = Counter()

    def violated(self, what: str) -> None:
        """Notes a broken promise."""
        if len(self.violations) < MOST_VIOLATIONS:
            self.violations.append(f"step {self.step}: {what}")

    def kept(self) -> Auditor:
        """What is known now, to go back to with a backup of the server."""
        kept = Auditor(self.model.copy())
        kept.answers = dict(self.answers)
        return kept

    def go_back(self, kept: Auditor) -> None:
        """The server went back to its backup; what the clients stored stays promised. `forgotten` are the noes that it lost."""
        self.forgotten |= {key for key, answer in self.answers.items() if answer[1] != "accepted" and key not in kept.answers}
        self.model, self.answers, self.books = kept.model, kept.answers, Books()

    # Commands ---------------------------------------------------------------------------------------------------

    def heard(self, person: str, commands: list[Thing], answers: list[Thing], now_ms: int) -> None:
        """A batch that the server decided and committed."""
        if [one["id"] for one in commands] != [one["id"] for one in answers]:
            self.violated("a batch was not answered one by one, in order")
            return
        for command, answer in zip(commands, answers, strict=True):
            self._heard(person, command, answer, now_ms)

    def _heard(self, person: str, command: Thing, answer: Thing, now_ms: int) -> None:
        key, content = (person, command["id"]), short_digest(command)
        expected, lasting = self._expected(key, command, content, now_ms)
        what = f"{command['kind']} {command['target']} by {person}"
        if answer["outcome"] != expected:
            codes = [one["code"] for one in answer.get("findings", ())]
            self.violated(f"{what} was {answer['outcome']} {codes}, must be {expected}")
        told = answer.get("now") if answer["outcome"] == "conflict" else answer.get("findings")
        if not told and answer["outcome"] != "accepted":
            self.violated(f"{what} was {answer['outcome']} without a word why")
        if answer["outcome"] == "conflict" and self._tells_too_much(person, command, told):
            self.violated(f"{what} was a conflict that tells what they may not see")
        if key in self.undone:
            self.violated(f"{command['kind']} {command['id']} was decided although it was undone")
        (self.told_yes if answer["outcome"] == "accepted" else self.told_no).add(key)
        self.done[command["kind"]] += answer["outcome"] == "accepted"
        self._insists(person, command, answer)
        file = command["data"].get("asset")
        if file in self.pressed and file not in self.model.files:
            self.violated(f"{what} came before its file")
        if lasting:
            self.answers[key] = (content, answer["outcome"], answer["outcome"] == "accepted", command.get("replaces"))
            self._satisfy(person, command, answer["outcome"])

    def _expected(self, key: tuple[str, str], command: Thing, content: str, now_ms: int) -> tuple[str, bool]:
        """What must be answered, and whether that is a new answer for ever."""
        if key in self.answers:
            before, outcome, _, _ = self.answers[key]
            return (outcome if before == content else "refused"), False
        person = key[0]
        rests_on = [*command["after"], *([command["replaces"]] if command.get("replaces") else [])]
        if any((person, one) not in self.answers for one in rests_on):
            return "blocked", False
        if not all(self.answers[person, one][2] for one in command["after"]):
            return "blocked", True
        if command.get("replaces") and self.answers[person, command["replaces"]][2]:
            return "refused", True
        return self.model.decide(person, command, now_ms), True

    def _tells_too_much(self, person: str, command: Thing, now: Any) -> bool:
        """Judges are not told whose an entry is, nor those whose rights it touches what moderators wrote to a fan."""
        if command["kind"] == "score_entry":
            fan = self.model.entries[command["target"]]["fan"]
            return person != fan and fan in now.values()
        if command["kind"] in ("take_down_remix", "reinstate_remix"):
            knows = person == self.model.remixes[command["target"]]["fan"] or "moderator" in self.model.people[person]["roles"]
            return not knows and bool(set(now) & {"steps", "recipe"})
        return False

    def _insists(self, person: str, command: Thing, answer: Thing) -> None:
        """Who chose "mine" saw what it is now: what asks for that rests on no older version, or it could never win."""
        told = self._moved_on.get((person, command.get("replaces") or ""))
        if (person, command["id"]) in self.insisted and told and command["base_version"] not in told:
            self.violated(f"{command['kind']} {command['id']} insists on version {command['base_version']}, was told {told}")
        if answer["outcome"] == "conflict":
            self._moved_on.setdefault((person, command["id"]), set()).add(self.model.version_of(command["target"]))

    def _satisfy(self, person: str, command: Thing, outcome: str) -> None:
        mended = command.get("replaces") if outcome == "accepted" else None
        while mended and not self.answers[person, mended][2]:
            content, was, _, replaces = self.answers[person, mended]
            self.answers[person, mended] = (content, was, True, replaces)
            mended = replaces

    def asked(self, person: str, command_id: str) -> None:
        """A client said that this is stored: from now on it may not be lost."""
        self.durable[person, command_id] = self.step

    def took_back(self, person: str, command_id: str) -> None:
        """A client said that this is undone: it may never happen."""
        key = (person, command_id)
        self.durable.pop(key, None)
        self.undone.add(key)
        if key in self.answers and self.answers[key][1] != "blocked":
            self.violated(f"{command_id} of {person} was undone after it was {self.answers[key][1]}")

    # What the server shows --------------------------------------------------------------------------------------

    def compare(self, shown: Mapping[str, Iterable[tuple[str, str, int, str, Thing]]]) -> None:
        """Every scope's documents (kind, id, version, digest, data) against the model's: all that must be there, and no more."""
        views = Views(self.model)
        wanted = views.wanted
        for scope in sorted({*shown, *wanted}):
            must, seen = wanted.get(scope, {}), set()
            may = views.allowed.get(scope, {}) | must
            for kind, id_, version, digest, data in shown.get(scope, ()):
                if kind not in READ:
                    self.violated(f"{kind} {id_} is in {scope}, and nothing that people do here leads to one")
                    continue
                name, says = self._reading(kind, id_, digest, data)
                if (kind, name) not in may:
                    self.violated(f"{kind} {id_} is in {scope}, where it may not be")
                    continue
                seen.add((kind, name))
                right, saying = may[kind, name]
                if version != (version if right is ANY else right) or says != saying:
                    self.violated(f"{kind} {id_} in {scope} is v{version} {says}, must be v{right} {saying}")
            for kind, name in sorted(set(must) - seen):
                self.violated(f"{kind} {name} is missing in {scope}")

    def _reading(self, kind: str, id_: str, digest: str, data: Thing) -> tuple[str, Any]:
        if (kind, digest) not in self._said:
            self._said[kind, digest] = (id_of(kind, id_, data), READ[kind](data))
        return self._said[kind, digest]

    def check_books(self, look: Look) -> None:
        """Ledger and audit log: chained, balanced, and what the model has of money and of answers."""
        for what in (*self.books.read(look), *self.books.differences(self.model.balances())):
            self.violated(what)
        logged = self.books.answered
        for person, command in sorted(set(logged) ^ set(self.answers)):
            how = "is in the audit log and was never answered" if (person, command) in logged else "is missing in the audit log"
            self.violated(f"{command} of {person} {how}")
        for key in sorted(set(logged) & set(self.answers)):
            if logged[key] != self.answers[key][1]:
                self.violated(f"{key[1]} of {key[0]} was answered {self.answers[key][1]}, the audit log says {logged[key]}")

    # What the clients hold --------------------------------------------------------------------------------------

    def holds(self, name: str, person: str, scopes: Iterable[str]) -> None:
        """A client that has just synced holds exactly the scopes that are its person's."""
        wrong = set(scopes) ^ self.model.scopes_of(person)
        if wrong:
            self.violated(f"{name} holds other scopes than are its own: {sorted(wrong)}")

    def settled(self, answers: Mapping[tuple[str, str], str], shown: Container[tuple[str, str]]) -> None:
        """At the end nothing that was stored is without its answer, and the server knows every answer that it gave.

        `shown` are those that a person sees as blocked, and has to decide about.
        """
        for key in sorted(self.durable):
            if key not in answers and key not in shown:
                self.violated(f"{key[1]} of {key[0]} was stored by its client and never answered")
        for key, (_, outcome, _, _) in sorted(self.answers.items()):
            if answers.get(key) != outcome:
                self.violated(f"{key[1]} of {key[0]} was answered {outcome}, the server says {answers.get(key)}")
