"""Content credentials: what a remix's file says of itself, signed (C2PA 2.2), and how to read any file's."""

from __future__ import annotations

import json
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import c2pa

from fanlink import __version__
from fanlink.core.digests import digest
from fanlink.core.disclosure import Disclosure
from fanlink.core.errors import BadInput
from fanlink.core.recipes import Recipe
from fanlink.core.tracks import TrackFacts
from fanlink.remix.credentials.keys import SigningKey
from fanlink.wire import to_json

MIME = {".flac": "audio/flac", ".mp3": "audio/mpeg", ".wav": "audio/wav", ".m4a": "audio/mp4"}
REMIX_LABEL = "org.fanlink.remix"
NO_FETCHING = {"remote_manifest_fetch": False, "ocsp_fetch": False}


@dataclass(frozen=True, slots=True)
class About:
    """What a published file is: the remix's title, who made it from what, and under which prompt version."""

    title: str
    fan: str
    artist: str
    remix: str
    prompt: str
    prompt_version: str
    facts: TrackFacts
    recipe: Recipe
    disclosure: Disclosure


def manifest(about: About) -> dict[str, Any]:
    """The C2PA manifest definition: created, its stems placed as components, then what the engine did."""
    stems = {name: f"stem-{position}" for position, name in enumerate(sorted(about.recipe.stems))}
    ingredients = [
        {
            "title": f"{about.facts.title}, {name} (FLAC stem)",
            "format": "audio/flac",
            "relationship": "componentOf",
            "label": label,
            "instance_id": f"xmp:iid:{about.facts.stems[name].asset}",
        }
        for name, label in stems.items()
    ]
    made = _generated(about)
    ingredients += [each["ingredient"] for each in made] + [each["heard"] for each in made if each["heard"]]
    disclosure = to_json(about.disclosure)
    return {
        "claim_generator_info": [{"name": "FanLink", "version": __version__}],
        "title": about.title,
        "ingredients": ingredients,
        "assertions": [
            {"label": "c2pa.actions.v2", "data": {"actions": _actions(about, list(stems.values()), made)}},
            {
                "label": REMIX_LABEL,
                "data": {
                    "remix": about.remix,
                    "remixer": about.fan,
                    "artist": about.artist,
                    "track": about.facts.title,
                    "prompt": about.prompt,
                    "prompt_version": about.prompt_version,
                    "recipe_digest": digest(to_json(about.recipe)),
                    "engine": about.recipe.engine,
                    "ddex": {
                        "ContainsAI": disclosure["contains_ai"],
                        "contributors": disclosure["contributors"],
                        "relation": "IsEditedVersionOf",
                        "version_type": "RemixVersion",
                    },
                    "declared_by_the_fan": disclosure["declared"],
                    "generated": [each["told"] for each in made],
                },
            },
        ],
    }


def sign(path: Path, about: About, key: SigningKey) -> None:
    """Writes the credentials into the file, in place and at once; the audio's samples do not change."""
    context = c2pa.Context.from_dict({"verify": NO_FETCHING, "trust": {"user_anchors": key.authority_pem.decode()}})
    info = c2pa.C2paSignerInfo(b"es256", key.chain_pem, key.private_pem, None)
    handle, name = tempfile.mkstemp(suffix=path.suffix, dir=path.parent)
    os.close(handle)
    os.unlink(name)
    try:
        builder = c2pa.Builder(json.dumps(manifest(about)), context)
        builder.sign_file(path, name, c2pa.Signer.from_info(info))
        os.replace(name, path)
    except c2pa.C2paError as error:
        Path(name).unlink(missing_ok=True)
        raise BadInput(f"cannot be signed: {error}", where=str(path)) from error


def read(path: Path, trusted_pem: str = "") -> dict[str, Any]:
    """What a file says of itself, ours or anyone's.

    `state` is trusted, valid (signed by someone you have not said you trust), broken, or none; `problems` names what
    is wrong. Nothing is fetched from anywhere. `BadInput` for what is no readable file of a known kind.
    """
    if not path.is_file() or path.stat().st_size == 0:
        raise BadInput("is not a file with anything in it", where=str(path))
    kind = MIME.get(path.suffix.lower())
    if kind is None:
        raise BadInput(f"credentials are read from {', '.join(MIME)} files", where=str(path))
    trust = {"user_anchors": trusted_pem} if trusted_pem else {}
    context = c2pa.Context.from_dict({"verify": NO_FETCHING, "trust": trust})
    try:
        with path.open("rb") as stream:
            reader = c2pa.Reader(kind, stream, context=context)
            found, state = json.loads(reader.json()), str(reader.get_validation_state()).lower()
    except c2pa.C2paError as error:
        if "ManifestNotFound" in str(error):
            return {"file": path.name, "state": "none", "problems": []}
        return {"file": path.name, "state": "broken", "problems": [str(error)]}
    return _explained(path, found, "broken" if state == "invalid" else state)


def _explained(path: Path, found: dict[str, Any], state: str) -> dict[str, Any]:
    active = found["manifests"][found["active_manifest"]]
    assertions = {assertion["label"]: assertion["data"] for assertion in active.get("assertions", [])}
    actions = next((data["actions"] for label, data in assertions.items() if label.startswith("c2pa.actions")), [])
    failures = found.get("validation_results", {}).get("activeManifest", {}).get("failure", [])
    return {
        "file": path.name,
        "state": state,
        "problems": [f"{failure['code']}: {failure.get('explanation', '')}" for failure in failures],
        "title": active.get("title"),
        "signed_by": active.get("signature_info", {}).get("issuer"),
        "made_with": [made.get("name") for made in active.get("claim_generator_info", [])],
        "source_types": sorted({action["digitalSourceType"] for action in actions if "digitalSourceType" in action}),
        "actions": [action["action"] for action in actions],
        "ingredients": [
            {"title": ingredient.get("title"), "relationship": ingredient.get("relationship")}
            for ingredient in active.get("ingredients", [])
        ],
        "remix": assertions.get(REMIX_LABEL),
    }


def _generated(about: About) -> list[dict[str, Any]]:
    """Each generated layer that sounds: as a component, the stem that its model heard, and what is told of it."""
    used = {name for section in about.recipe.sections for name in section.layers}
    made = []
    for place, layer in enumerate(layer for layer in about.recipe.layers if layer.kind == "generated" and layer.id in used):
        told, label, stem = layer.provenance, f"generated-{place}", layer.provenance.get("reference", "")
        ingredient = {
            "title": f"{layer.id}, generated by {told.get('model', 'an unnamed model')} (FLAC)", "format": "audio/flac",
            "relationship": "componentOf", "label": label, "instance_id": f"xmp:iid:{layer.asset}",
        }  # fmt: skip
        heard = None
        if stem in about.facts.stems:
            heard = {
                "title": f"{about.facts.title}, {stem} (heard by the model)", "format": "audio/flac", "relationship": "inputTo",
                "label": f"heard-{place}", "instance_id": f"xmp:iid:{about.facts.stems[stem].asset}:{place}",
            }  # fmt: skip
        made.append({
            "ingredient": ingredient, "heard": heard, "model": told.get("model", "unnamed model"),
            "told": {"layer": layer.id, "asset": layer.asset, **told},
        })  # fmt: skip
    return made


def _actions(about: About, labels: list[str], made: list[dict[str, Any]]) -> list[dict[str, Any]]:
    recipe, music = about.recipe, about.facts.music
    actions: list[dict[str, Any]] = [
        {"action": "c2pa.created", "digitalSourceType": about.disclosure.source_type.uri},
    ]
    if labels:
        actions.append({"action": "c2pa.placed", "parameters": {"ingredientIds": labels}})
    for each in made:
        labels_of = [each["ingredient"]["label"], *([each["heard"]["label"]] if each["heard"] else [])]
        actions.append({
            "action": "c2pa.placed", "softwareAgent": {"name": each["model"]},
            "parameters": {"ingredientIds": labels_of},
        })  # fmt: skip
    actions.append({"action": "c2pa.edited", "description": f"Arranged by FanLink engine {recipe.engine}"})
    if abs(recipe.tempo_bpm - music.tempo_bpm) > 1e-9:
        described = f"{music.tempo_bpm:g} to {recipe.tempo_bpm:g} beats per minute"
        actions.append({"action": "c2pa.changedSpeed", "description": described})
    if recipe.layers:
        kinds = ", ".join(sorted({layer.kind for layer in recipe.layers}))
        actions.append({"action": "c2pa.dubbed", "description": f"Layers: {kinds}"})
    actions.append({"action": "c2pa.converted"})
    return actions
