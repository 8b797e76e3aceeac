"""What a page and a desktop are, as values: what the tables of pages are made of."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING

from fanlink.core.people import Role

if TYPE_CHECKING:
    from fanlink.desktop.desk import Desk
    from fanlink.desktop.pages.page import Page


@dataclass(frozen=True, slots=True)
class Spec:
    """One page: its key in navigation, its words, its icon, and the class that is it, as "module:Class"."""

    key: str
    title: str
    icon: str
    place: str

    def make(self, desk: Desk) -> Page:
        """Imports the class and builds the page."""
        module, name = self.place.split(":")
        return getattr(import_module(f"fanlink.desktop.pages.{module}"), name)(desk, self)


@dataclass(frozen=True, slots=True)
class Desktop:
    """The pages of one role, in the order of the sidebar. `hidden` are reached from other pages, with the page they belong to."""

    key: str
    title: str
    icon: str
    roles: tuple[Role, ...]
    pages: tuple[Spec, ...]
    hidden: tuple[tuple[Spec, str], ...] = ()
