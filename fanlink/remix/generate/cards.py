"""A model as a folder on this computer: what it is, and what its card says of its licence. Nothing of it is run here."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fanlink.core import licences
from fanlink.core.errors import BadInput
from fanlink.core.generated import UNKNOWN
from fanlink.core.licences import Commerce
from fanlink.remix.generate.engine import Terms

LARGEST_CONFIG_BYTES = 4 << 20
CARD_BYTES = 64 << 10
FIELD = re.compile(r"^(license|license_name|base_model)\s*:\s*(.*)$")
ITEM = re.compile(r"^\s*-\s+(.+)$")
# How a folder says what it holds: (file, key, value) and the family, with how many seconds it can make at once.
FAMILIES = (
    ("config.json", "model_type", "musicgen", "musicgen"),
    ("config.json", "model_type", "musicgen_melody", "musicgen"),
    ("model_index.json", "_class_name", "AceStepPipeline", "acestep"),
)
LONGEST_S = {"musicgen": 30.0, "acestep": 120.0}


@dataclass(frozen=True, slots=True)
class Card:
    """A model's folder: its family (`musicgen` or `acestep`), its name, and the terms of its weights."""

    folder: Path
    family: str
    kind: str
    terms: Terms


def read(folder: Path, declared: str = "") -> Card:
    """What a folder holds; `declared` is the licence that a person says it has, where its card says none.

    `BadInput` for a folder that holds no model FanLink can run.
    """
    if not folder.is_dir():
        raise BadInput("is not a folder with a model in it", where=str(folder))
    family, kind, config = _family(folder)
    said = _front_matter(folder)
    base = said.get("base_model", "")
    name = _name(folder, config)
    return Card(folder, family, kind, terms(name, said.get("license", ""), declared, base, folder.resolve().name))


def terms(name: str, carded: str, declared: str, base_model: str = "", folder: str = "") -> Terms:
    """The licence of a model by all that is said of it, the strictest first."""
    known = licences.of_model(name, folder, base_model)
    said = [("table", known)] if known else []
    open_card = licences.commerce(carded) is Commerce.UNKNOWN
    if carded and not (open_card and declared):
        said.append(("card", carded))
    # A person may say what the card leaves open, and never loosen what it says.
    if declared and (open_card or licences.commerce(declared) is Commerce.FORBIDDEN):
        said.append(("declared", declared))
    said = [(source, licences.plain(licence)) for source, licence in said]
    if not said:
        return Terms(name, UNKNOWN, UNKNOWN, base_model)
    order = (Commerce.FORBIDDEN, Commerce.UNKNOWN, Commerce.ALLOWED)
    source, licence = min(said, key=lambda each: order.index(licences.commerce(each[1])))
    return Terms(name, licence, source, base_model)


def _family(folder: Path) -> tuple[str, str, dict[str, Any]]:
    for file, key, value, family in FAMILIES:
        config = _json(folder / file)
        if config.get(key) == value:
            return family, value, config
    raise BadInput("holds no model that FanLink can run: it needs a MusicGen or an ACE-Step folder", where=str(folder))


def _json(path: Path) -> dict[str, Any]:
    try:
        if not path.is_file() or path.stat().st_size > LARGEST_CONFIG_BYTES:
            return {}
        read = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError):
        return {}
    return read if isinstance(read, dict) else {}


def _name(folder: Path, config: dict[str, Any]) -> str:
    """The name that its publisher gave it, where the folder kept it; else the folder's."""
    kept = config.get("_name_or_path")
    if isinstance(kept, str) and re.fullmatch(r"[\w.-]+/[\w.-]+", kept) and not Path(kept).exists():
        return kept[:120]
    return folder.resolve().name[:120]


def _front_matter(folder: Path) -> dict[str, str]:
    """License and base model of a model card: the lines between the first two `---` of README.md."""
    try:
        with (folder / "README.md").open("rb") as file:
            lines = file.read(CARD_BYTES).decode("utf-8", "replace").splitlines()
    except OSError:
        return {}
    if not lines or lines[0].strip() != "---":
        return {}
    found: dict[str, str] = {}
    open_field = ""
    for line in lines[1:]:
        if line.strip() == "---":
            break
        field, item = FIELD.match(line), ITEM.match(line)
        if field:
            open_field = field[1]
            found[open_field] = _value(field[2])
        elif item and open_field and not found[open_field]:
            found[open_field] = _value(item[1])
        elif not item:
            open_field = ""
    if licences.plain(found.get("license", "")) == "other":
        found["license"] = found.get("license_name") or "other"
    return found


def _value(text: str) -> str:
    return text.split(" #")[0].strip().strip("[]").split(",")[0].strip().strip("\"'")


def rate_of(card: Card) -> int:
    """The rate in Hz at which a model of this folder hears; `BadInput` where its config names none that can be used."""
    encoder = _json(card.folder / "config.json").get("audio_encoder")
    rate_hz = encoder.get("sampling_rate") if isinstance(encoder, dict) else None
    if not isinstance(rate_hz, int) or not 8_000 <= rate_hz <= 192_000:
        raise BadInput("does not say at which sample rate it hears", where=str(card.folder))
    return rate_hz
