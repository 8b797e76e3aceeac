"""The auditor's rules of follows, consents and prompts, written a second time without core."""

from __future__ import annotations

from fanlink.simulation.plain import No, Plain, Stale, Thing, short_digest

DAY_MS = 86_400_000
COMING = ("submitted", "screening", "in_review", "changes_requested", "approved", "appealed")


class Permissions(Plain):
    """Who agreed to what, and what rests on it."""

    def _follow_artist(self, person: str, command: Thing) -> None:
        if command["target"] not in self.artists:
            raise No
        self.people[person]["follows"].add(command["target"])

    def _unfollow_artist(self, person: str, command: Thing) -> None:
        if command["target"] not in self.artists:
            raise No
        self.people[person]["follows"].discard(command["target"])

    def _answered(self, person: str, command: Thing, needed: str) -> Thing:
        self._role(person, "artist", "rightsholder")
        consent = self._need(self.consents, command["target"])
        if self.people[person]["party"] != consent["party"]:
            raise No
        if needed != "granted" or command["base_version"] is not None:
            self._fresh(command, consent)
        if consent["state"] != needed:
            raise No
        consent["version"] += 1
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

    def _follows_from_withdrawal(self, consent: Thing) -> None:
        for id_, prompt in sorted(self.prompts.items()):
            if prompt["track"] != consent["track"]:
                continue
            if prompt["state"] in ("published", "paused"):
                self._end_prompt(prompt)
            self._remixes_lose(id_, prompt)

    def _end_prompt(self, prompt: Thing) -> None:
        prompt["state"] = "withdrawn"
        prompt["version"] += 1

    def _remixes_lose(self, prompt_id: str, prompt: Thing) -> None:
        for id_, remix in sorted(self.remixes.items()):
            if remix["prompt"] != prompt_id:
                continue
            if remix["state"] in COMING:
                self._take_down(id_, remix)
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

    def _write_prompt(self, person: str, command: Thing) -> None:
        data, prompt = command["data"], self.prompts.get(command["target"])
        if prompt is None:
            self._team(person, data["artist"])
            if command["base_version"] is not None or data["track"] not in self.tracks:
                raise No
            self.prompts[command["target"]] = {
                "artist": data["artist"], "track": data["track"], "state": "draft", "version": 1, "draft": data["text"],
                "published": {},
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
        self._role(person, "artist")
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
                "track": prompt["track"], "party": party, "state": "new", "until_ms": None, "version": 0,
            })
            if consent["state"] == "granted" and consent["until_ms"] is not None and self.now_ms >= consent["until_ms"]:
                consent["state"] = "withdrawn"
                consent["version"] += 1
                self._follows_from_withdrawal(consent)
            if consent["state"] not in ("granted", "asked"):
                consent["state"] = "asked"
                consent["version"] += 1

    def _publish_prompt(self, person: str, command: Thing) -> None:
        prompt = self._own_prompt(person, command)
        made = short_digest(prompt["draft"])
        newest = next(reversed(prompt["published"]), None)
        self._step(prompt, dict.fromkeys(("in_approval", "published", "paused"), "published"))
        if not self.allowed(prompt["track"]) or made == newest:
            raise No
        prompt["published"].pop(made, None)
        prompt["published"][made] = prompt["draft"]["wind_down_days"]

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
        self._remixes_lose(command["target"], prompt)
