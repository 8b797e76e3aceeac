"""Which documents each scope must hold, by the auditor's model, and what each of them must say."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from fractions import Fraction
from typing import Any

from fanlink.simulation.model import Model
from fanlink.simulation.plain import Thing, short_digest
from fanlink.simulation.plain_remixes import UNDECIDED
from fanlink.simulation.sound_desk import sound_of
from fanlink.simulation.views_payouts import PAYOUTS, show_payouts

Key = tuple[str, str]
Wanted = dict[str, dict[Key, tuple[int | None, Any]]]
# Its version says in how many steps it was written, and how often the report lines behind an amount changed: not modelled.
ANY = None
PROPOSED = ("state", "parties", "signed", "counters", "countered_by", "by")  # what is compared of a proposed sheet


def render_of(recipe: str) -> str:
    """The digest of the audio that the simulated renderer makes of a recipe."""
    return hashlib.sha256(sound_of(recipe)).hexdigest()


class Views:
    """`wanted` by scope: the version of each document, and what of it is compared (`said` reads that from a document)."""

    def __init__(self, model: Model) -> None:
        self._model = model
        self.wanted: Wanted = {}
        self.allowed: Wanted = {}  # what may be there too, as it must be if it is
        for show in (self._people, self._rights, self._prompts, self._challenges, self._remixes, self._cases, self._money):
            show()
        show_payouts(model, self._show)

    def _show(self, kind: str, id_: str, version: int | None, says: Any, *scopes: str) -> None:
        for scope in scopes:
            self.wanted.setdefault(scope, {})[kind, id_] = (version, says)

    def _show_parties(self, kind: str, id_: str, version: int, says: Any, track: str, parties: Iterable[str]) -> None:
        """For parties, and for those who answer for them."""
        must, may = self._model.readers(parties, track)
        self._show(kind, id_, version, says, *(f"party:{party}" for party in sorted(must)))
        for party in may:
            self.allowed.setdefault(f"party:{party}", {})[kind, id_] = (version, says)

    def _people(self) -> None:
        model = self._model
        for id_, one in model.people.items():
            says = (sorted(one["roles"]), one["party"], sorted(model.teams_of(id_)), [one["party"]], sorted(one["follows"]))
            self._show("account", id_, 1, says, f"person:{id_}")
            self._show("party", one["party"], 1, (one["name"], "person"), f"party:{one['party']}")
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
            self._show("track", id_, 1, consents, f"team:{one['artist']}")
            self._show_parties("track", id_, 1, consents, id_, one["parties"])
        for id_, one in model.templates.items():
            unsigned = sorted(one["unsigned"])
            self._show("template", id_, one["version"], unsigned, f"team:{model.tracks[one['track']]['artist']}")
            self._show_parties("template", id_, one["version"], unsigned, one["track"], one["parties"])
        for id_, one in model.mandates.items():
            days = (one["principal"], one["agent"], one["begins"], one["ends"], one["tracks"], one["revoked"], one["phase"])
            self._show("mandate", id_, one["version"], days, f"party:{one['principal']}", f"party:{one['agent']}")
        for id_, one in model.standing.items():
            if not one["ended"]:
                stands = (one["party"], one["use"], one["says"], one["tracks"], one["term_days"], one["by"])
                self._show("standing", id_, one["version"], stands, f"party:{one['party']}")
        for id_, one in model.consents.items():
            says = (one["track"], one["party"], one["state"], one["until_ms"], one["by"])
            self._show_parties("consent", id_, one["version"], says, one["track"], [one["party"]])

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
            if one["ever"]:
                sheets, proposed = model.sheets_of(id_), model.proposals_of(id_)
                told = [(name, *(each[field] for field in PROPOSED), (each["day"], each["shares"])) for name, each in proposed]
                version = len(sheets) + sum(each["version"] for _, each in proposed)
                self._show_parties("sheet", id_, version, (one["title"], sheets, told), one["track"], model.on_sheet(id_))

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
            shares = model.shares(pot)
            scopes = ("finance", *(f"party:{party}" for party in sorted(shares)))
            self._show("pot", f"{pot[0]} {pot[1]} {_name_of(shares)}", one["version"], (one["gross"], one["lines"], shares), *scopes)
        for id_, one in model.reports.items():
            self._show("report", id_, 1, (one["lines"], one["unmatched"], one["known"], one["held"], one["totals"]), "finance")
        for id_, one in model.holds.items():
            why = [("burst/1", f"{one['plays']} plays in 10 minutes", one["lines"])]
            says = (one["remix"], one["service"], one["currency"], one["revenue"], one["lines"], one["units"], one["state"], why,
                    one["appeal"], one["letter"])  # fmt: skip
            self._show("hold", id_, one["version"], says, "finance", *(f"party:{party}" for party in sorted(model.concerned(one))))
        for (service, reported), one in model.unmatched.items():
            if one["lines"]:
                waits = (one["why"], one["lines"], one["totals"])
                self._show("unmatched", f"{service} {reported}", one["version"], waits, "finance")
        for period, one in model.runs.items():
            run = (one["into"], "done", one["closes"], one["pots"], one["pots"], one["posted"])
            self._show("run", f"run-{period}", ANY, run, "finance")
        for (party, period, currency), (state, amount) in model.statements.items():
            says = (party, period, currency, state, amount)
            self._show("statement", f"{party} {period} {currency}", ANY, says, f"party:{party}", "finance")




def id_of(kind: str, id_: str, data: Thing) -> str:
    """What the model calls a document: money goes by what it is about."""
    if kind == "pot":
        return f"{data['remix']} {data['currency']} {_name_of(_pot(data)[2])}"
    if kind == "unmatched":
        return f"{data['service']} {data['reported']}"
    if kind == "balance":
        return f"{data['party']} {data['currency']}"
    return f"{data['party']} {data['period']} {data['currency']}" if kind == "statement" else id_


def _name_of(shares: dict[str, Fraction]) -> str:
    """What a version of a sheet is called here: no two of a remix have the same shares, but for those far apart."""
    return short_digest({party: str(share) for party, share in shares.items()})[:8]


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


def _standing(data: Thing) -> Any:
    return tuple(data["answer"][name] for name in ("party", "use", "says", "tracks", "term_days", "set_by"))


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
    return data["lines"], data["unmatched"], data["known"], data["held"], _totals(data)


def _hold(data: Thing) -> Any:
    why = [(one["rule"], one["reason"], one["lines"]) for one in data["why"]]
    named = ("lines", "units", "state")
    return (data["remix"], data["service"], data["currency"], Fraction(data["revenue"]), *(data[name] for name in named), why,
            data["appeal"], data["letter"])  # fmt: skip


def _totals(data: Thing) -> dict[str, Fraction]:
    return {name: Fraction(amount) for name, amount in data["totals"].items()}


def _unmatched(data: Thing) -> Any:
    return data["reason"], data["lines"], _totals(data)


def _run(data: Thing) -> Any:
    return data["into"], data["state"], data["closes"], data["done"], data["total"], data["posted"]


def _mandate(data: Thing) -> Any:
    one = data["mandate"]
    return one["principal"], one["agent"], one["begins"], one["ends"], one["tracks"], one["revoked"], one["phase"]


def _sheet(data: Thing) -> Any:
    told = [
        (one["id"], *(one[field] for field in PROPOSED), (one["data"]["effective_from"], _leaves(one["data"]))) for one in data["proposals"]
    ]
    return data["remix_title"], [(one["effective_from"], _leaves(one)) for one in data["versions"]], told


def _leaves(tree: Thing) -> dict[str, Fraction]:
    """Each party's whole share of a sheet."""
    shares: dict[str, Fraction] = {}
    waiting = [(node, Fraction(1)) for node in tree["shares"]]
    while waiting:
        node, of = waiting.pop()
        whole = of * Fraction(node["part"])
        waiting += [(below, whole) for below in node.get("below", ())]
        if not node.get("below"):
            shares[node["name"]] = shares.get(node["name"], Fraction(0)) + whole
    return shares


def _statement(data: Thing) -> Any:
    return data["party"], data["period"], data["currency"], data["state"], Fraction(data["earned_micro"], 10**6)


READ = {
    "account": _account, "artist": lambda data: (data["name"], data["tracks"], data["open_prompts"]), "track": _track,
    "template": lambda data: sorted(data["unsigned"]), "standing": _standing, "consent": _consent, "prompt_draft": _prompt_draft, "prompt": _prompt,
    "challenge": _challenge, "entry": _entry, "remix": _remix, "submission": _submission, "published": _published, "case": _case,
    "pot": _pot, "report": _report, "statement": _statement, "unmatched": _unmatched, "run": _run,
    "hold": _hold, **PAYOUTS, "party": lambda data: (data["party"]["name"], data["party"]["kind"]), "mandate": _mandate, "sheet": _sheet,
}  # fmt: skip
