"""Which documents each scope must hold, by the auditor's model, and what each of them must say."""

from __future__ import annotations

import hashlib
from fractions import Fraction
from typing import Any

from fanlink.simulation.model import Model
from fanlink.simulation.plain import Thing, short_digest
from fanlink.simulation.plain_remixes import UNDECIDED

Key = tuple[str, str]
Wanted = dict[str, dict[Key, tuple[int, Any]]]


def render_of(recipe: str) -> str:
    """The digest of the audio that the simulated renderer makes of a recipe."""
    return hashlib.sha256(f"render of {recipe}".encode()).hexdigest()


class Views:
    """`wanted` by scope: the version of each document, and what of it is compared (`said` reads that from a document)."""

    def __init__(self, model: Model) -> None:
        self._model = model
        self.wanted: Wanted = {}
        for show in (self._people, self._rights, self._prompts, self._challenges, self._remixes, self._cases, self._money):
            show()

    def _show(self, kind: str, id_: str, version: int, says: Any, *scopes: str) -> None:
        for scope in scopes:
            self.wanted.setdefault(scope, {})[kind, id_] = (version, says)

    def _people(self) -> None:
        model = self._model
        for id_, one in model.people.items():
            says = (sorted(one["roles"]), one["party"], sorted(model.teams_of(id_)), [one["party"]], sorted(one["follows"]))
            self._show("account", id_, 1, says, f"person:{id_}")
        for id_, one in model.artists.items():
            tracks = sum(track["artist"] == id_ for track in model.tracks.values())
            prompts = sum((prompt["artist"], prompt["state"]) == (id_, "published") for prompt in model.prompts.values())
            self._show("artist", id_, one["version"], (one["name"], tracks, prompts), "public")

    def _rights(self) -> None:
        model = self._model
        for id_, one in model.tracks.items():
            consents = sorted(
                (consent["party"], consent["state"], consent["version"])
                for consent in model.consents.values() if consent["track"] == id_
            )
            self._show("track", id_, 1, consents, f"team:{one['artist']}", *(f"party:{party}" for party in one["parties"]))
        for id_, one in model.templates.items():
            scopes = (f"team:{model.tracks[one['track']]['artist']}", *(f"party:{party}" for party in one["parties"]))
            self._show("template", id_, one["version"], sorted(one["unsigned"]), *scopes)
        for id_, one in model.consents.items():
            says = (one["track"], one["party"], one["state"], one["until_ms"], one["by"])
            shown = sorted(model.agents_shown(one["party"], one["track"]))
            self._show("consent", id_, one["version"], says, *(f"party:{party}" for party in shown))

    def _prompts(self) -> None:
        for id_, one in self._model.prompts.items():
            says = (one["artist"], one["track"], one["state"], one["draft"]["title"], one["count"])
            self._show("prompt_draft", id_, one["version"], says, f"team:{one['artist']}")
            if one["published"] and one["state"] in ("published", "paused"):
                newest = next(reversed(one["published"]))
                public = (one["artist"], one["track"], one["state"], newest, one["titles"][newest], one["count"])
                self._show("prompt", id_, one["version"], public, "public")

    def _challenges(self) -> None:
        model = self._model
        for id_, one in model.challenges.items():
            entries = sum(entry["challenge"] == id_ for entry in model.entries.values())
            says = (
                one["artist"], one["prompt"], one["prompt_version"], one["state"], one["dates"], one["judges"], one["winners"],
                one["reason"], entries,
            )
            public = ("public",) if one["announced"] else ()
            self._show("challenge", id_, one["version"], says, f"team:{one['artist']}", *public)
        for id_, one in model.entries.items():
            of = (one["challenge"], one["remix"], model.remixes[one["remix"]]["title"], one["place"])
            self._show("entry", id_, one["version"], (*of, one["fan"], {}), f"person:{one['fan']}")
            self._show("entry", id_, one["version"], (*of, "", one["scores"]), f"judges:{one['challenge']}")

    def _remixes(self) -> None:
        model = self._model
        for id_, one in model.remixes.items():
            steps = [tuple(step) for step in one["steps"]]
            says = (one["fan"], one["prompt"], one["prompt_version"], one["state"], one["title"], one["recipe"], one["wind_down_ms"],
                    steps, one["thanks"])  # fmt: skip
            self._show("remix", id_, one["version"], says, f"person:{one['fan']}")
            fan = model.people[one["fan"]]["name"]
            if one["reviewed"] and one["state"] != "withdrawn":
                work = (fan, one["title"], one["state"], one["recipe"], one["thanks"])
                self._show("submission", id_, one["version"], work, f"team:{one['artist']}")
            if one["state"] == "published":
                public = (fan, one["artist"], one["title"], one["prompt"], render_of(one["recipe"]))
                self._show("published", id_, one["version"], public, f"artist:{one['artist']}")

    def _cases(self) -> None:
        for id_, one in self._model.cases.items():
            # A case that is decided keeps the picture of its remix from when it was.
            remix = self._model.remixes[one["remix"]]["version"] if one["state"] in UNDECIDED else None
            says = (one["kind"], one["remix"], one["state"], sorted(one["persons"]), one["by"], one["lease_ms"] or None,
                    [tuple(decision[1:]) for decision in one["decisions"]], one["opinions"], remix)  # fmt: skip
            self._show("case", id_, one["version"], says, "moderators")

    def _money(self) -> None:
        model = self._model
        for pot, one in model.pots.items():
            shares = model.shares(pot[0])
            scopes = ("finance", *(f"party:{party}" for party in sorted(shares)))
            self._show("pot", f"{pot[0]} {pot[1]}", one["version"], (one["gross"], one["lines"], shares), *scopes)
        for id_, one in model.reports.items():
            self._show("report", id_, 1, (one["lines"], one["unmatched"], one["totals"]), "finance")
        for (party, period, currency), amount in model.statements.items():
            says = (party, period, currency, amount)
            self._show("statement", f"{party} {period} {currency}", 1, says, f"party:{party}", "finance")


def id_of(kind: str, id_: str, data: Thing) -> str:
    """What the model calls a document: pots and statements go by what they are about."""
    if kind == "pot":
        return f"{data['remix']} {data['currency']}"
    return f"{data['party']} {data['period']} {data['currency']}" if kind == "statement" else id_


def said(kind: str, data: Thing) -> Any:
    """What of a document is compared with the model."""
    return READ[kind](data)


def _account(data: Thing) -> Any:
    return sorted(data["roles"]), data["party"], data["teams"], data["parties"], sorted(data["follows"])


def _track(data: Thing) -> Any:
    return sorted((one["party"], one["state"], one["version"]) for one in data["consents"])


def _consent(data: Thing) -> Any:
    one = data["consent"]
    return one["track"], one["party"], one["state"], one["until_ms"], one["answered_by"]


def _prompt_draft(data: Thing) -> Any:
    one = data["prompt"]
    return one["artist"], one["track"], one["state"], one["draft"]["title"], len(one["versions"])


def _prompt(data: Thing) -> Any:
    return data["artist"], data["track"], data["state"], data["digest"], data["text"]["title"], data["number"]


def _challenge(data: Thing) -> Any:
    one = data["challenge"]
    named = ("artist", "prompt", "prompt_version", "state", "dates", "judges", "winners", "reason")
    return (*(one[name] for name in named), data["entries"])


def _entry(data: Thing) -> Any:
    one = data["entry"]
    scores = {judge: dict(given) for judge, given in one["scores"]}
    return one["challenge"], one["remix"], data["title"], one["place"], one["fan"], scores


def _remix(data: Thing) -> Any:
    one = data["remix"]
    steps = [(step["state"], step["by"], step["reasons"]) for step in one["steps"]]
    return (one["fan"], one["prompt"], one["prompt_version"], one["state"], one["title"], short_digest(one["recipe"]),
            one["wind_down_ms"], steps, data["thanks"])  # fmt: skip


def _submission(data: Thing) -> Any:
    return data["fan_name"], data["title"], data["state"], short_digest(data["recipe"]), data["thanks"]


def _published(data: Thing) -> Any:
    return data["fan_name"], data["artist"], data["title"], data["prompt"], data["audio"]


def _case(data: Thing) -> Any:
    one = data["case"]
    decisions = [(decision["id"], decision["by"], decision["outcome"]) for decision in one["decisions"]]
    opinions = [(opinion["by"], opinion["outcome"]) for opinion in one["opinions"]]
    remix = data["remix"]["version"] if one["state"] in UNDECIDED else None
    return (one["kind"], one["remix"], one["state"], sorted(one["persons"]), one["claimed_by"], one["lease_until_ms"],
            decisions, opinions, remix)  # fmt: skip


def _pot(data: Thing) -> Any:
    shares: dict[str, Fraction] = {}
    for one in data["shares"]:
        shares[one["party"]] = shares.get(one["party"], Fraction(0)) + Fraction(one["share"])
    return Fraction(data["gross"]), data["lines"], shares


def _report(data: Thing) -> Any:
    return data["lines"], data["unmatched"], {name: Fraction(amount) for name, amount in data["totals"].items()}


def _statement(data: Thing) -> Any:
    return data["party"], data["period"], data["currency"], Fraction(data["earned_micro"], 10**6)


READ = {
    "account": _account, "artist": lambda data: (data["name"], data["tracks"], data["open_prompts"]), "track": _track,
    "template": lambda data: sorted(data["unsigned"]), "consent": _consent, "prompt_draft": _prompt_draft, "prompt": _prompt,
    "challenge": _challenge, "entry": _entry, "remix": _remix, "submission": _submission, "published": _published, "case": _case,
    "pot": _pot, "report": _report, "statement": _statement,
}  # fmt: skip
