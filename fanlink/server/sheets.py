"""Split sheets: the template that a remix's prompt version pins, with the fan bound in. Versions are only ever added."""

from __future__ import annotations

import json

from sqlalchemy import select

from fanlink.core.errors import Refused
from fanlink.core.prompts import Prompt
from fanlink.core.shares import SplitSheet, Template
from fanlink.server import tables
from fanlink.server.consents import day_of
from fanlink.server.deciding import Deciding
from fanlink.server.store import Store, as_text
from fanlink.server.templates import pinned

TABLE = tables.sheets


def bind(asked: Deciding, prompt: Prompt, prompt_version: str, fan_party: str, parent: SplitSheet | None) -> SplitSheet:
    """The remix's own sheet, in force from today (UTC); refused where the template cannot take this remix."""
    version = prompt.published(prompt_version)
    assert version is not None, "the version was looked up before"
    template = pinned(asked.store, prompt.track, version.text.template)
    if template is None:
        raise Refused("template_unknown", template=version.text.template)
    sheet = Template.from_data(template.tree).bind(asked.target, fan_party, day_of(asked.now_ms), parent)
    if get(asked.store, sheet.id) is None:
        asked.store.add(TABLE, {
            "id": sheet.id, "remix": sheet.remix_id, "effective_from": sheet.effective_from.isoformat(),
            "body": as_text(sheet.as_data()),
        })  # fmt: skip
    return sheet


def get(store: Store, sheet_id: str) -> SplitSheet | None:
    """A sheet by its digest."""
    rows = store.rows(select(TABLE.c.body).where(TABLE.c.id == sheet_id))
    return SplitSheet.from_data(json.loads(rows[0].body)) if rows else None


def of_remix(store: Store, remix: str) -> list[SplitSheet]:
    """All versions of a remix's sheet, by the day from which each is in force."""
    chosen = select(TABLE.c.body).where(TABLE.c.remix == remix).order_by(TABLE.c.effective_from)
    return [SplitSheet.from_data(json.loads(row.body)) for row in store.rows(chosen)]


def in_force(store: Store, remix: str, now_ms: int) -> SplitSheet:
    """The version in force today; a remix that was ever accepted has one."""
    today = day_of(now_ms)
    found = [sheet for sheet in of_remix(store, remix) if sheet.effective_from <= today]
    if not found:
        raise Refused("sheet_missing", remix=remix)
    return found[-1]
