"""The auditor's rules of challenges and entries, written a second time without core."""

from __future__ import annotations

from fanlink.simulation.plain import No, Stale, Thing
from fanlink.simulation.plain_prompts import COMING, Permissions


class Challenges(Permissions):
    """What is announced, entered, judged and decided."""

    def _write_challenge(self, person: str, command: Thing) -> None:
        data, id_ = command["data"], command["target"]
        was = self.challenges.get(id_)
        self._team(person, was["artist"] if was else data["artist"])
        if was is not None:
            if command["base_version"] is None:
                raise Stale
            self._fresh(command, was)
        else:
            self._new(command, self.challenges)
        prompt = self._need(self.prompts, data["prompt"])
        another = prompt["artist"] != data["artist"] or (was is not None and was["artist"] != data["artist"])
        unknown = set(data["judges"]) - set(self.people)
        if another or unknown or not prompt["published"] or prompt["state"] not in ("published", "paused"):
            raise No
        if was is not None and was["state"] != "draft":
            raise No
        self.challenges[id_] = {
            "artist": data["artist"], "prompt": data["prompt"], "prompt_version": next(reversed(prompt["published"])),
            "title": data["title"], "dates": dict(data["dates"]), "judges": list(dict.fromkeys(data["judges"])),
            "rubric": {line["name"]: line["points"] for line in data["rubric"]}, "state": "draft", "reason": "", "winners": [],
            "announced": False, "version": was["version"] + 1 if was else 1,
        }

    def _own_challenge(self, person: str, command: Thing) -> Thing:
        self._role(person, "artist", "label")
        challenge = self._need(self.challenges, command["target"])
        self._team(person, challenge["artist"])
        self._fresh(command, challenge)
        return challenge

    @staticmethod
    def _in_order(dates: Thing) -> bool:
        return dates["opens_ms"] < dates["closes_ms"] <= dates["decides_ms"]

    def _schedule_challenge(self, person: str, command: Thing) -> None:
        challenge = self._own_challenge(person, command)
        whole = challenge["title"].strip() and challenge["rubric"] and challenge["judges"] and self._in_order(challenge["dates"])
        if self.prompts[challenge["prompt"]]["state"] != "published" or not whole:
            raise No
        if challenge["dates"]["closes_ms"] <= self.now_ms:
            raise No
        self._step(challenge, {"draft": "scheduled"})
        challenge["announced"] = True

    def _extend_challenge(self, person: str, command: Thing) -> None:
        challenge, dates = self._own_challenge(person, command), command["data"]["dates"]
        was = challenge["dates"]
        shorter = dates["closes_ms"] < was["closes_ms"] or dates["decides_ms"] < was["decides_ms"] or dates["opens_ms"] > was["opens_ms"]
        if shorter or not self._in_order(dates) or challenge["state"] != "scheduled":
            raise No
        challenge.update(dates=dict(dates), version=challenge["version"] + 1)

    def _cancel_challenge(self, person: str, command: Thing) -> None:
        challenge = self._own_challenge(person, command)
        if not command["data"]["reason"].strip():
            raise No
        self._step(challenge, {"draft": "cancelled", "scheduled": "cancelled"})
        challenge["reason"] = command["data"]["reason"]

    def _phase(self, challenge: Thing) -> str:
        if challenge["state"] != "scheduled":
            return challenge["state"]
        if self.now_ms < challenge["dates"]["opens_ms"]:
            return "scheduled"
        return "open" if self.now_ms < challenge["dates"]["closes_ms"] else "judging"

    def _enter_challenge(self, person: str, command: Thing) -> None:
        self._role(person, "fan", "artist")
        data = command["data"]
        self._new(command, self.entries)
        challenge, remix = self._need(self.challenges, data["challenge"]), self._need(self.remixes, data["remix"])
        same = (remix["prompt"], remix["prompt_version"]) == (challenge["prompt"], challenge["prompt_version"])
        alive = remix["state"] in (*COMING, "published") and remix["state"] != "appealed"
        twice = any((one["challenge"], one["remix"]) == (data["challenge"], data["remix"]) for one in self.entries.values())
        if remix["fan"] != person or not same or not alive or twice:
            raise No
        if self._phase(challenge) != "open" or person in challenge["judges"]:
            raise No
        self.entries[command["target"]] = {
            "challenge": data["challenge"], "remix": data["remix"], "fan": person, "scores": {}, "place": None, "version": 1,
        }

    def _score_entry(self, person: str, command: Thing) -> None:
        entry, points = self._need(self.entries, command["target"]), command["data"]["points"]
        challenge = self.challenges[entry["challenge"]]
        if person not in challenge["judges"]:
            raise No
        self._fresh(command, entry)
        rubric = challenge["rubric"]
        if self._phase(challenge) != "judging" or set(points) != set(rubric):
            raise No
        if any(not 0 <= points[name] <= rubric[name] for name in rubric):
            raise No
        entry["scores"][person] = dict(points)
        entry["version"] += 1

    def _decide_challenge(self, person: str, command: Thing) -> None:
        challenge, winners = self._own_challenge(person, command), command["data"]["winners"]
        known = {id_ for id_, entry in self.entries.items() if entry["challenge"] == command["target"]}
        if set(winners) - known or len(set(winners)) < len(winners) or self._phase(challenge) != "judging":
            raise No
        challenge.update(state="decided", winners=list(winners), version=challenge["version"] + 1)
        for place, winner in enumerate(winners, start=1):
            self.entries[winner].update(place=place, version=self.entries[winner]["version"] + 1)
