"""The auditor: hears every decision, keeps its own model, and says what does not agree with it."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from typing import Any

from fanlink.simulation.model import Model
from fanlink.simulation.plain import Thing, short_digest

Answered = tuple[str, str, bool, str | None]
MOST_VIOLATIONS = 20


class Auditor:
    """`violations` stays empty as long as everything holds."""

    def __init__(self, model: Model | None = None) -> None:
        self.model = model or Model()
        self.answers: dict[tuple[str, str], Answered] = {}
        self.durable: dict[tuple[str, str], int] = {}
        self.undone: set[tuple[str, str]] = set()
        self.violations: list[str] = []
        self.step = 0

    def violated(self, what: str) -> None:
        """Notes a broken promise."""
        if len(self.violations) < MOST_VIOLATIONS:
            self.violations.append(f"step {self.step}: {what}")

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
        if answer["outcome"] != expected:
            what = f"{command['kind']} {command['target']} by {person}"
            codes = [one["code"] for one in answer.get("findings", ())]
            self.violated(f"{what} was {answer['outcome']} {codes}, must be {expected}")
        if key in self.undone:
            self.violated(f"{command['kind']} {command['id']} was decided although it was undone")
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
        self.durable.pop((person, command_id), None)
        self.undone.add((person, command_id))

    # What the server shows --------------------------------------------------------------------------------------

    def compare(self, shown: Mapping[str, Mapping[tuple[str, str], tuple[int, Thing]]]) -> None:
        """Every scope's documents against the model: what is in them, and that nothing is where it may not be."""
        found: dict[str, dict[str, tuple[int, Thing]]] = {}
        for scope, documents in shown.items():
            for (kind, id_), (version, data) in documents.items():
                self._place(scope, kind, id_, data)
                if kind not in ("artist", "track", "template") and scope != "finance":
                    found.setdefault(kind, {})[id_] = (version, data)
        for kind, about, state in (
            ("consent", self.model.consents, lambda data: data["consent"]["state"]),
            ("prompt_draft", self.model.prompts, lambda data: data["prompt"]["state"]),
            ("remix", self.model.remixes, lambda data: data["remix"]["state"]),
            ("case", self.model.cases, lambda data: data["case"]["state"]),
        ):
            self._same(kind, about, found.get(kind, {}), state)
        self._same_sets(found)

    def _same(self, kind: str, expected: Mapping[str, Thing], found: Mapping[str, tuple[int, Thing]], state: Any) -> None:
        for id_ in sorted(set(expected) ^ set(found)):
            self.violated(f"{kind} {id_} is {'missing' if id_ in expected else 'not the model’s'}")
        for id_ in sorted(set(expected) & set(found)):
            version, data = found[id_]
            wanted = (expected[id_]["state"], expected[id_]["version"])
            if (state(data), version) != wanted:
                self.violated(f"{kind} {id_} is {state(data)} v{version}, must be {wanted[0]} v{wanted[1]}")
            if kind == "case" and len(data["case"]["opinions"]) != expected[id_]["opinions"]:
                self.violated(f"case {id_} has {len(data['case']['opinions'])} opinions, must have {expected[id_]['opinions']}")

    def _same_sets(self, found: Mapping[str, Mapping[str, tuple[int, Thing]]]) -> None:
        model = self.model
        public = {id_ for id_, one in model.prompts.items() if one["published"] and one["state"] in ("published", "paused")}
        published = {id_ for id_, one in model.remixes.items() if one["state"] == "published"}
        reviewed = {id_ for id_, one in model.remixes.items() if one["reviewed"] and one["state"] != "withdrawn"}
        for kind, wanted in (("prompt", public), ("published", published), ("submission", reviewed)):
            for id_ in sorted(wanted ^ set(found.get(kind, {}))):
                self.violated(f"{kind} {id_} is {'missing' if id_ in wanted else 'shown, and must not be'}")
        for id_, (_, data) in found.get("account", {}).items():
            if set(data["follows"]) != model.people[id_]["follows"]:
                self.violated(f"account {id_} follows {data['follows']}")

    def _place(self, scope: str, kind: str, id_: str, data: Thing) -> None:
        """A document may only be in the scopes of those whom it concerns."""
        where, _, whose = scope.partition(":")
        remix = self.model.remixes.get(id_, {})
        fits = {
            "public": kind in ("artist", "prompt", "challenge"),
            "person": (kind == "account" and id_ == whose) or (kind == "remix" and remix.get("fan") == whose),
            "party": kind in ("track", "template") or (kind == "consent" and data.get("consent", {}).get("party") == whose)
            or kind in ("pot", "statement", "balance", "payout", "conversion", "bank_details") or (kind == "party" and id_ == whose)
            or (kind == "sheet" and whose in data.get("party_names", {})),
            "team": kind in ("track", "template", "prompt_draft", "challenge")
            or (kind == "submission" and remix.get("artist") == whose),
            "artist": kind == "published" and remix.get("artist") == whose,
            "moderators": kind == "case",
            "finance": kind in ("pot", "report", "statement", "balance", "payout", "payout_batch", "conversion", "invitation"),
        }.get(where, False)
        if not fits:
            self.violated(f"{kind} {id_} is in {scope}, where it may not be")

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
