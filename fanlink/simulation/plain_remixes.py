"""The auditor's rules of remixes and cases, written a second time without core."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from fanlink.simulation.plain import No, Stale, Thing, day_of, short_digest
from fanlink.simulation.plain_challenges import Challenges
from fanlink.simulation.plain_prompts import COMING

LEASE_MS = 900_000
ALIVE = ("submitted", "screening", "in_review", "changes_requested", "approved", "published")
UNDECIDED = ("waiting", "claimed", "escalated")
OUTCOMES = {
    "submission": {"approve": "in_review", "request_changes": "in_review", "reject": "in_review", "escalate": None},
    "report": {"dismiss": None, "take_down": (*COMING, "published"), "escalate": None},
    "appeal": {"uphold": "appealed", "overturn": "appealed", "escalate": None},
}
AFTER = {"request_changes": "changes_requested", "reject": "rejected", "uphold": "upheld", "take_down": "taken_down"}
NEEDS_A_REASON = ("request_changes", "reject", "uphold", "take_down")


class Works(Challenges):
    """What fans make and moderators decide."""

    def _submit_remix(self, person: str, command: Thing) -> None:
        self._role(person, "fan", "artist")
        data, id_ = command["data"], command["target"]
        remix = self.remixes.get(id_)
        if remix is None:
            if command["base_version"] is not None:
                raise No
        else:
            if remix["fan"] != person:
                raise No
            if command["base_version"] is None:
                raise Stale
            self._fresh(command, remix)
            if (data["prompt"], data["prompt_version"]) != (remix["prompt"], remix["prompt_version"]):
                raise No
        self._may_be_submitted(person, data, id_, again=remix is not None)
        recipe = short_digest(data["recipe"])
        if remix is None:
            prompt = self.prompts[data["prompt"]]
            remix = self.remixes[id_] = {
                "fan": person, "prompt": data["prompt"], "prompt_version": data["prompt_version"], "track": prompt["track"],
                "artist": prompt["artist"], "recipe": recipe, "state": "submitted", "version": 2, "wind_down_ms": None,
                "reviewed": False, "ever": False, "title": data["title"], "steps": [("submitted", person, [])],
                "sheet_day": day_of(self.now_ms), "later": [], "thanks": "",
            }
        else:
            if remix["state"] != "changes_requested":
                raise No
            remix["recipe"] = recipe
            self._moved(remix, "submitted", person)
        if recipe in self.rendered:
            self._to_review(id_, remix)

    def _may_be_submitted(self, person: str, data: Thing, id_: str, *, again: bool) -> None:
        prompt = self._need(self.prompts, data["prompt"])
        open_states = ("published", "paused", "closed") if again else ("published",)
        if data["prompt_version"] not in prompt["published"] or prompt["state"] not in open_states:
            raise No
        mine = [one for name, one in self.remixes.items() if one["fan"] == person and name != id_ and one["state"] in ALIVE]
        same = any(one["recipe"] == short_digest(data["recipe"]) for one in mine)
        waiting = sum(one["state"] != "published" for one in mine)
        other = data["recipe"]["track"] != self.tracks[prompt["track"]]["sound"]
        if same or other or waiting >= 20 or not data["title"].strip() or not self.allowed(prompt["track"]):
            raise No

    def taken(self, recipe: str) -> None:
        """A render job was taken: what waits for it is being screened."""
        for remix in self.remixes.values():
            if remix["recipe"] == recipe and remix["state"] == "submitted":
                self._moved(remix, "screening", "system")

    def finished(self, recipe: str) -> None:
        """A render is there: what waited for it goes to review."""
        self.rendered.add(recipe)
        for id_, remix in sorted(self.remixes.items()):
            if remix["recipe"] == recipe and remix["state"] in ("submitted", "screening"):
                self._to_review(id_, remix)

    @staticmethod
    def _moved(remix: Thing, state: str, by: str, reasons: Iterable[str] = ()) -> None:
        remix.update(state=state, version=remix["version"] + 1)
        remix["steps"].append((state, by, list(reasons)))

    def _to_review(self, id_: str, remix: Thing) -> None:
        if remix["state"] == "submitted":
            self._moved(remix, "screening", "system")
        self._moved(remix, "in_review", "system")
        remix["reviewed"] = True
        self._open_case(id_, "submission")

    def _open_case(self, remix_id: str, kind: str, *persons: str) -> None:
        number = sum(case["remix"] == remix_id for case in self.cases.values()) + 1
        remix = self.remixes[remix_id]
        barred = dict.fromkeys((remix["fan"], *self.artists[remix["artist"]]["team"], *persons))
        self.cases[f"case-{short_digest([remix_id, number])[:32]}"] = {
            "remix": remix_id, "kind": kind, "state": "waiting", "persons": list(barred), "by": None, "lease_ms": 0,
            "version": 1, "decisions": [], "opinions": [],
        }

    def _close_cases(self, remix_id: str) -> None:
        for case in self.cases.values():
            if case["remix"] == remix_id and case["state"] in UNDECIDED:
                case.update(state="decided", by=None, lease_ms=0, version=case["version"] + 1)

    def _take_down(self, id_: str, remix: Thing, by: str, why: str) -> None:
        self._moved(remix, "taken_down", by, [why])
        self._close_cases(id_)

    def _own_remix(self, person: str, command: Thing) -> Thing:
        self._role(person, "fan", "artist")
        remix = self._need(self.remixes, command["target"])
        if remix["fan"] != person:
            raise No
        self._fresh(command, remix)
        return remix

    def _withdraw_remix(self, person: str, command: Thing) -> None:
        remix = self._own_remix(person, command)
        if remix["state"] == "withdrawn":
            raise No
        self._moved(remix, "withdrawn", person)
        self._close_cases(command["target"])

    def _appeal_remix(self, person: str, command: Thing) -> None:
        remix = self._own_remix(person, command)
        if not command["data"]["text"].strip() or remix["state"] != "rejected":
            raise No
        self._moved(remix, "appealed", person)
        self._open_appeal(command["target"])

    def _open_appeal(self, remix_id: str) -> None:
        decisions = [one for case in self.cases.values() if case["remix"] == remix_id for one in case["decisions"]]
        self._open_case(remix_id, "appeal", *([max(decisions)[2]] if decisions else []))

    def _report_remix(self, person: str, command: Thing) -> None:
        remix = self._need(self.remixes, command["target"])
        if remix["state"] != "published":
            raise No
        for case in self._cases_of(command["target"], "report"):
            if case["state"] in UNDECIDED and case["persons"][-1] == person:
                raise No
        self._open_case(command["target"], "report", person)

    def _thank_fan(self, person: str, command: Thing) -> None:
        self._role(person, "artist", "label")
        remix = self._need(self.remixes, command["target"])
        self._team(person, remix["artist"])
        if not remix["reviewed"] or not command["data"]["text"].strip():
            raise No
        remix["thanks"] = command["data"]["text"]

    def _may_judge(self, person: str, command: Thing) -> Thing:
        """The remix, for those whose rights it touches and for moderators who did not make it."""
        self._role(person, "artist", "label", "rightsholder", "moderator")
        remix, about = self._need(self.remixes, command["target"]), self.people[person]
        parties = set().union(*(self.who_answers(party, remix["track"]) for party in self.tracks[remix["track"]]["parties"]))
        moderates = "moderator" in about["roles"]
        if not (person in self.artists[remix["artist"]]["team"] or about["party"] in parties or moderates):
            raise No
        if moderates and person == remix["fan"]:
            raise No
        self._fresh(command, remix)
        return remix

    def _take_down_remix(self, person: str, command: Thing) -> None:
        remix, why = self._may_judge(person, command), command["data"]["reason"]
        if remix["state"] not in (*COMING, "published") or not why.strip():
            raise No
        self._take_down(command["target"], remix, person, why)

    def _reinstate_remix(self, person: str, command: Thing) -> None:
        remix, id_ = self._may_judge(person, command), command["target"]
        if not self.allowed(remix["track"]) or remix["state"] != "taken_down":
            raise No
        states = [state for state, _, _ in remix["steps"]]
        before = states[len(states) - 1 - states[::-1].index("taken_down") - 1]
        self._moved(remix, before, person)
        remix["wind_down_ms"] = None
        if before in ("submitted", "screening") and remix["recipe"] in self.rendered:
            self._to_review(id_, remix)
        elif before == "in_review":
            self._open_case(id_, "submission")
        elif before == "appealed":
            self._open_appeal(id_)

    def hears(self, person: str | None, remix_id: str) -> bool:
        """Whether this person, or whoever is not signed in, may hear a remix: once there is anything to hear."""
        remix = self.remixes[remix_id]
        if remix["recipe"] not in self.rendered:
            return False
        if remix["state"] == "published" or person is None:
            return bool(remix["state"] == "published")
        runs = person in self.artists[remix["artist"]]["team"] and remix["state"] not in ("submitted", "screening", "withdrawn")
        judged = [self.challenges[one["challenge"]] for one in self.entries.values() if one["remix"] == remix_id]
        judges = any(person in challenge["judges"] for challenge in judged)
        return person == remix["fan"] or "moderator" in self.people[person]["roles"] or runs or judges

    def _cases_of(self, remix: str, kind: str) -> Iterator[Thing]:
        return (case for case in self.cases.values() if case["remix"] == remix and case["kind"] == kind)

    def _case(self, person: str, command: Thing) -> Thing:
        self._role(person, "moderator")
        return self._need(self.cases, command["target"])

    def _held(self, case: Thing, person: str) -> bool:
        return case["state"] == "claimed" and case["lease_ms"] > self.now_ms and case["by"] not in (None, person)

    def _claim_case(self, person: str, command: Thing) -> None:
        case = self._case(person, command)
        self._fresh(command, case)
        if person in case["persons"] or self._held(case, person):
            raise No
        self._step(case, dict.fromkeys(UNDECIDED, "claimed"))
        case.update(by=person, lease_ms=self.now_ms + LEASE_MS)

    def _release_case(self, person: str, command: Thing) -> None:
        case = self._case(person, command)
        self._fresh(command, case)
        if case["by"] != person:
            raise No
        self._step(case, {"claimed": "waiting"})
        case.update(by=None, lease_ms=0)

    def _decide_case(self, person: str, command: Thing) -> None:
        case, data, seen = self._case(person, command), command["data"], command["base_version"]
        if seen is None:
            raise No
        if seen > case["version"]:
            raise Stale
        if person in case["persons"]:
            raise No
        outcome = data["outcome"]
        if seen < case["version"]:
            case["opinions"].append((person, outcome))
            raise Stale
        if outcome not in OUTCOMES[case["kind"]] or (outcome in NEEDS_A_REASON and not data["reasons"]) or self._held(case, person):
            raise No
        self._step(case, dict.fromkeys(
            UNDECIDED if outcome != "escalate" else ("waiting", "claimed"), "escalated" if outcome == "escalate" else "decided"
        ))
        made = f"decision-{short_digest([person, command['id']])[:32]}"
        case.update(by=None, lease_ms=0)
        case["decisions"].append((self.now_ms, made, person, outcome))
        self._carry_out(case, outcome, person, list(data["reasons"]))

    def _is_public(self, remix: str) -> None:
        """A remix is public: whoever waits for that is told."""

    def _carry_out(self, case: Thing, outcome: str, by: str, reasons: list[str]) -> None:
        needed = OUTCOMES[case["kind"]][outcome]
        if needed is None:
            return
        remix = self.remixes[case["remix"]]
        if remix["state"] not in ((needed,) if isinstance(needed, str) else needed):
            raise No
        if outcome in ("approve", "overturn"):
            if not self.allowed(remix["track"]):
                raise No
            self._moved(remix, "approved", by, reasons)
            self._moved(remix, "published", by)
            remix["ever"] = True
            self._is_public(case["remix"])
        else:
            self._moved(remix, AFTER[outcome], by, reasons)
