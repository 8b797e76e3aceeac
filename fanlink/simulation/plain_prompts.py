"""The auditor's rules of consents and prompts, written a second time without core."""

from __future__ import annotations

from fanlink.simulation.plain import DAY_MS, No, Stale, Thing, short_digest
from fanlink.simulation.plain_standing import Standing

COMING = ("submitted", "screening", "in_review", "changes_requested", "approved", "appealed")


class Permissions(Standing):
    """Who agreed to what, and what rests on it."""

    def _answered(self, person: str, command: Thing, needed: str) -> Thing:
        self._role(person, "artist", "label", "rightsholder")
        consent = self._need(self.consents, command["target"])
        if self.people[person]["party"] not in self.who_answers(consent["party"], consent["track"]):
            raise No
        if needed != "granted" or command["base_version"] is not None:
            self._fresh(command, consent)
        if consent["state"] != needed:
            raise No
        consent["version"] += 1
        consent["by"] = person
        return consent

    def _grant_consent(self, person: str, command: Thing) -> None:
        until_ms = command["data"].get("until_ms")
        consent = self._answered(person, command, "asked")
        if until_ms is not None and until_ms <= self.now_ms:
            raise No
        consent.update(state="granted", until_ms=until_ms)

    def _refuse_consent(self, person: str, command: Thing) -> None:
        self._answered(person, command, "asked")["state"] = "refused"

    def _counter_consent(self, person: str, command: Thing) -> None:
        self._answered(person, command, "asked")["state"] = "countered"
        if not command["data"]["note"].strip():
            raise No

    def _withdraw_consent(self, person: str, command: Thing) -> None:
        consent = self._answered(person, command, "granted")
        consent["state"] = "withdrawn"
        self._follows_from_withdrawal(consent)

    def _withdraw_catalogue(self, person: str, command: Thing) -> None:
        self._role(person, "artist", "label", "rightsholder")
        self._need(self.artists, command["target"])
        party, mine = command["data"]["party"], self.people[person]["party"]
        tracks = [id_ for id_, track in sorted(self.tracks.items()) if track["artist"] == command["target"]]
        answering = [id_ for id_ in tracks if mine in self.who_answers(party, id_)]
        uses = command["data"].get("uses") or ["remix"]
        given = [
            consent for _, consent in sorted(self.consents.items())
            if consent["track"] in answering and consent["party"] == party and consent["state"] == "granted"
        ]
        if "remix" not in uses:
            raise No
        if not self._end_standing_of(party, answering) and not given:
            raise No
        for consent in given:
            consent.update(state="withdrawn", version=consent["version"] + 1, by=person)
            self._follows_from_withdrawal(consent)

    def _follows_from_withdrawal(self, consent: Thing) -> None:
        for id_, prompt in sorted(self.prompts.items()):
            if prompt["track"] != consent["track"]:
                continue
            if prompt["state"] in ("published", "paused"):
                self._end_prompt(prompt)
            for challenge in self.challenges.values():
                if challenge["prompt"] == id_ and challenge["state"] in ("draft", "scheduled"):
                    challenge.update(state="cancelled", reason="consent_withdrawn", version=challenge["version"] + 1)
            self._remixes_lose(id_, prompt, "consent_withdrawn")

    def _end_prompt(self, prompt: Thing) -> None:
        prompt["state"] = "withdrawn"
        prompt["version"] += 1

    def _remixes_lose(self, prompt_id: str, prompt: Thing, why: str) -> None:
        for id_, remix in sorted(self.remixes.items()):
            if remix["prompt"] != prompt_id:
                continue
            if remix["state"] in COMING:
                self._take_down(id_, remix, "system", why)
            elif remix["state"] == "published":
                ends_ms = self.now_ms + prompt["published"][remix["prompt_version"]] * DAY_MS
                if remix["wind_down_ms"] is None or ends_ms < remix["wind_down_ms"]:
                    remix["wind_down_ms"] = ends_ms
                    remix["version"] += 1

    def allowed(self, track: str) -> bool:
        """Whether everyone with a stake in the track has agreed to remixes of it, now."""
        granted = {
            consent["party"] for consent in self.consents.values()
            if consent["track"] == track and consent["state"] == "granted"
            and (consent["until_ms"] is None or self.now_ms < consent["until_ms"])
        }
        return set(self.tracks[track]["parties"]) <= granted

    def _sign_template(self, person: str, command: Thing) -> None:
        self._role(person, "artist", "label", "rightsholder")
        template, party = self._need(self.templates, command["target"]), command["data"]["party"]
        if self.people[person]["party"] not in self.who_answers(party, template["track"]):
            raise No
        self._fresh(command, template)
        if party not in template["unsigned"]:
            raise No
        template["unsigned"].remove(party)
        template["version"] += 1

    def _write_prompt(self, person: str, command: Thing) -> None:
        data, prompt = command["data"], self.prompts.get(command["target"])
        if prompt is None:
            self._team(person, data["artist"])
            if command["base_version"] is not None or data["track"] not in self.tracks:
                raise No
            self.prompts[command["target"]] = {
                "artist": data["artist"], "track": data["track"], "state": "draft", "version": 1, "draft": data["text"],
                "published": {}, "titles": {}, "count": 0,
            }
            return
        self._team(person, prompt["artist"])
        if command["base_version"] is None:
            raise Stale
        self._fresh(command, prompt)
        if (data["artist"], data["track"]) != (prompt["artist"], prompt["track"]):
            raise No
        self._step(prompt, {"draft": "draft", "in_approval": "draft", "published": "published", "paused": "paused"})
        prompt["draft"] = data["text"]

    def _own_prompt(self, person: str, command: Thing) -> Thing:
        self._role(person, "artist", "label")
        prompt = self._need(self.prompts, command["target"])
        self._team(person, prompt["artist"])
        self._fresh(command, prompt)
        return prompt

    def _ask_approval(self, person: str, command: Thing) -> None:
        prompt = self._own_prompt(person, command)
        self._step(prompt, {
            "draft": "in_approval", "in_approval": "in_approval", "published": "published", "paused": "paused",
        })
        for party in self.tracks[prompt["track"]]["parties"]:
            id_ = f"consent-{short_digest([prompt['track'], party, 'remix'])[:32]}"
            consent = self.consents.setdefault(id_, {
                "track": prompt["track"], "party": party, "state": "new", "until_ms": None, "version": 0, "by": None,
            })
            if consent["state"] == "granted" and consent["until_ms"] is not None and self.now_ms >= consent["until_ms"]:
                consent.update(state="withdrawn", version=consent["version"] + 1, by="system")
                self._follows_from_withdrawal(consent)
            first = consent["state"] == "new"
            if consent["state"] not in ("granted", "asked"):
                consent["state"] = "asked"
                consent["version"] += 1
            if first:
                self._speaks(consent)

    def _publish_prompt(self, person: str, command: Thing) -> None:
        prompt = self._own_prompt(person, command)
        made = short_digest(prompt["draft"])
        newest = next(reversed(prompt["published"]), None)
        self._step(prompt, dict.fromkeys(("in_approval", "published", "paused"), "published"))
        named = [one for one in self.templates.values() if prompt["draft"]["template"] == one["digest"]]
        signed = [one for one in named if one["track"] == prompt["track"] and not one["unsigned"]]
        if not self.allowed(prompt["track"]) or made == newest or not signed:
            raise No
        prompt["published"].pop(made, None)
        prompt["published"][made] = prompt["draft"]["wind_down_days"]
        prompt["titles"][made] = prompt["draft"]["title"]
        prompt["count"] += 1

    def _pause_prompt(self, person: str, command: Thing) -> None:
        self._step(self._own_prompt(person, command), {"published": "paused"})

    def _resume_prompt(self, person: str, command: Thing) -> None:
        prompt = self._own_prompt(person, command)
        self._step(prompt, {"paused": "published"})
        if not self.allowed(prompt["track"]):
            raise No

    def _close_prompt(self, person: str, command: Thing) -> None:
        self._step(self._own_prompt(person, command), {"published": "closed", "paused": "closed"})

    def _withdraw_prompt(self, person: str, command: Thing) -> None:
        prompt = self._own_prompt(person, command)
        self._step(prompt, dict.fromkeys(("draft", "in_approval", "published", "paused", "closed"), "withdrawn"))
        self._remixes_lose(command["target"], prompt, "prompt_withdrawn")
