"""Templates: the splits that parties propose and sign, and that a prompt version pins."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from fanlink.core.catalogue import ProposedTemplate, Track
from fanlink.core.commands import ProposeTemplate, SignTemplate
from fanlink.core.digests import canonical
from fanlink.core.documents import TemplateDocument
from fanlink.core.errors import Reason, Refused
from fanlink.core.parties import Party
from fanlink.core.prompts import Prompt
from fanlink.core.shares import Template
from fanlink.server.consents import who_answers
from fanlink.server.deciding import Deciding
from fanlink.server.feed import Shown
from fanlink.server.showing import Show, shares
from fanlink.server.store import Place, Store

LARGEST_TREE_BYTES = 256 * 1024
NAMES_OF_OPEN_LEAVES = {"remixer": "The remixer", "ancestor": "The remix it is made of"}


def propose(asked: Deciding, data: ProposeTemplate) -> None:
    """A split for a track, unsigned yet; refused where it is not a whole tree of known parties."""
    track = asked.store.need(Track, data.track)
    asked.may(team=track.artist, parties=track.parties)
    asked.new(ProposedTemplate)
    template = _read(data)
    parties = tuple(sorted(template.parties()))
    unknown = [party for party in parties if asked.store.get(Party, party) is None]
    if unknown:
        raise Refused(Reason("party_unknown", {"party": party}) for party in unknown)
    asked.store.save(ProposedTemplate(asked.target, track.id, template.as_data(), parties))


def sign(asked: Deciding, data: SignTemplate) -> None:
    """One party says yes to the split."""
    proposed = asked.need(ProposedTemplate)
    asked.may(parties=who_answers(asked, data.party, proposed.track))
    asked.fresh(proposed)
    if data.party not in proposed.parties:
        raise Refused("party_not_in_template", party=data.party)
    if data.party in proposed.signed:
        raise Refused("already_signed", party=data.party)
    signed = tuple(sorted((*proposed.signed, data.party)))
    asked.store.save(replace(proposed, signed=signed, version=proposed.version + 1))


def _read(data: ProposeTemplate) -> Template:
    if len(canonical(data.tree)) > LARGEST_TREE_BYTES:
        raise Refused("template_too_large", most_bytes=LARGEST_TREE_BYTES)
    try:
        return Template.from_data(data.tree)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise Refused("bad_data", field="tree", what=f"is not a split: {error}") from error


def pinned(store: Store, track: str, name: str) -> ProposedTemplate | None:
    """The template of this track that a prompt names, by its record's id or by the digest of the split itself."""
    if not name:
        return None
    proposed = store.get(ProposedTemplate, name) or next(iter(store.find(ProposedTemplate, track=track, digest=name)), None)
    return proposed if proposed and proposed.track == track else None


def show(store: Store, template_id: str, _now_ms: int) -> Iterable[Shown]:
    """The split for the artist's team and for everyone who is to sign it."""
    proposed = store.need(ProposedTemplate, template_id)
    track = store.need(Track, proposed.track)
    leaves = shares(store, Template.from_data(proposed.tree).leaves(), NAMES_OF_OPEN_LEAVES)
    document = TemplateDocument(
        proposed.id, track.id, track.facts.title, leaves, proposed.tree, proposed.signed, proposed.unsigned
    )
    scopes = (f"team:{track.artist}", *(f"party:{party}" for party in proposed.parties))
    return tuple(Shown(scope, document, proposed.version) for scope in scopes)


def _also(store: Store, proposed: ProposedTemplate) -> Iterable[Place]:
    return tuple((Prompt, prompt.id) for prompt in store.find(Prompt, track=proposed.track))


HANDLERS = {"propose_template": propose, "sign_template": sign}
SHOWS = {ProposedTemplate: Show(("template",), show, _also)}
