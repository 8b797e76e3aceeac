"""Templates: the splits that parties propose and sign, and that a prompt version pins."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any, TypeVar

from fanlink.core.catalogue import ProposedTemplate, Track
from fanlink.core.commands import ProposeTemplate, SignTemplate
from fanlink.core.digests import canonical, digest
from fanlink.core.documents import TemplateDocument
from fanlink.core.errors import Reason, Refused
from fanlink.core.parties import Party
from fanlink.core.prompts import Prompt
from fanlink.core.shares import SplitSheet, Template
from fanlink.server.deciding import Deciding
from fanlink.server.feed import Shown
from fanlink.server.mandates import scopes_of, who_answers
from fanlink.server.showing import Show, shares
from fanlink.server.store import Place, Store

Tree = TypeVar("Tree", Template, SplitSheet)
LONGEST_NOTE = 4_000
LARGEST_TREE_BYTES = 256 * 1024
NAMES_OF_OPEN_LEAVES = {"remixer": "The remixer", "ancestor": "The remix it is made of"}


def propose(asked: Deciding, data: ProposeTemplate) -> None:
    """A split for a track, unsigned yet; refused where it is not a whole tree of known parties.

    With `counters` it takes the place of another proposal, which can then no longer be signed.
    """
    track = asked.store.need(Track, data.track)
    agents = {agent for party in track.parties for agent in who_answers(asked, party, track.id)}
    asked.may(team=track.artist, parties=tuple(sorted(agents)))
    asked.new(ProposedTemplate)
    template = read_tree(data.tree, Template.from_data)
    parties = tuple(sorted(template.parties()))
    _known_parties(asked.store, parties)
    if len(data.note) > LONGEST_NOTE:
        raise Refused("note_too_long", characters=len(data.note), most=LONGEST_NOTE)
    if data.counters:
        _counter(asked, data)
    made = ProposedTemplate(asked.target, track.id, template.as_data(), parties, note=data.note, counters=data.counters)
    asked.store.save(made)


def _counter(asked: Deciding, data: ProposeTemplate) -> None:
    was = asked.store.need(ProposedTemplate, data.counters)
    if was.track != data.track:
        raise Refused("not_found", noun="template", id=data.counters)
    if was.countered_by or not was.unsigned:
        raise Refused("illegal_step", step="counter", state="countered" if was.countered_by else "signed", open_steps=[])
    asked.store.save(replace(was, countered_by=asked.target, version=was.version + 1))


def _known_parties(store: Store, parties: Iterable[str]) -> None:
    unknown = [party for party in parties if store.get(Party, party) is None]
    if unknown:
        raise Refused(Reason("party_unknown", {"party": party}) for party in unknown)


def sign(asked: Deciding, data: SignTemplate) -> None:
    """One party says yes to the split."""
    proposed = asked.need(ProposedTemplate)
    asked.may(parties=who_answers(asked, data.party, proposed.track))
    asked.fresh(proposed)
    if data.party not in proposed.parties:
        raise Refused("party_not_in_template", party=data.party)
    if data.party in proposed.signed:
        raise Refused("already_signed", party=data.party)
    if proposed.countered_by:
        raise Refused("illegal_step", step="sign", state="countered", open_steps=[])
    signed = tuple(sorted((*proposed.signed, data.party)))
    asked.store.save(replace(proposed, signed=signed, version=proposed.version + 1))


def read_tree(tree: Mapping[str, Any], build: Callable[[Mapping[str, Any]], Tree]) -> Tree:
    """The value that a tree from outside means; refused as `template_too_large`, `bad_data`, or with what is not whole."""
    if len(canonical(tree)) > LARGEST_TREE_BYTES:
        raise Refused("template_too_large", most_bytes=LARGEST_TREE_BYTES)
    try:
        return build(tree)
    except (KeyError, TypeError, ValueError, AttributeError, RecursionError) as error:
        raise Refused("bad_data", field="tree", what=f"is not a split: {error}") from error


def pinned(store: Store, track: str, name: str) -> ProposedTemplate | None:
    """The template of this track that a prompt names, by its record's id or by the digest of the split itself."""
    if not name:
        return None
    proposed = store.get(ProposedTemplate, name) or next(iter(store.find(ProposedTemplate, track=track, digest=name)), None)
    return proposed if proposed and proposed.track == track else None


def show(store: Store, template_id: str, now_ms: int) -> Iterable[Shown]:
    """The split for the artist's team and for everyone who is to sign it."""
    proposed = store.need(ProposedTemplate, template_id)
    track = store.need(Track, proposed.track)
    leaves = shares(store, Template.from_data(proposed.tree).leaves(), NAMES_OF_OPEN_LEAVES)
    document = TemplateDocument(
        proposed.id, track.id, track.facts.title, leaves, proposed.tree, proposed.signed, proposed.unsigned,
        digest(proposed.tree), proposed.note, proposed.counters, proposed.countered_by, proposed.version,
    )  # fmt: skip
    scopes = (f"team:{track.artist}", *scopes_of(store, proposed.parties, track.id, now_ms))
    return tuple(Shown(scope, document, proposed.version) for scope in scopes)


def _also(store: Store, proposed: ProposedTemplate) -> Iterable[Place]:
    prompts = [(Prompt, prompt.id) for prompt in store.find(Prompt, track=proposed.track)]
    return (*prompts, (ProposedTemplate, proposed.counters)) if proposed.counters else prompts


HANDLERS = {"propose_template": propose, "sign_template": sign}
SHOWS = {ProposedTemplate: Show(("template",), show, _also)}
