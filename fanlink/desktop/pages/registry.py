"""Which pages there are, by role. Pages are imported when they are first opened, so that the window starts at once."""

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


FAN = Desktop(
    "fan", "Fan", "headphones", (Role.FAN,),
    pages=(
        Spec("home", "Home", "house", "home:HomePage"),
        Spec("discover", "Discover prompts", "compass", "discover:DiscoverPage"),
        Spec("remixes", "My remixes", "music", "remixes:RemixesPage"),
        Spec("challenges", "Challenges", "trophy", "challenges:ChallengesPage"),
        Spec("earnings", "Earnings", "wallet", "earnings:EarningsPage"),
        Spec("library", "Library", "library", "library:LibraryPage"),
    ),
)  # fmt: skip

DESKTOPS: tuple[Desktop, ...] = (FAN,)

COMMON: tuple[Spec, ...] = ()


def desktops_for(roles: tuple[Role, ...]) -> tuple[Desktop, ...]:
    """The desktops that an account may switch between; a fan's when nobody is signed in."""
    fitting = tuple(desktop for desktop in DESKTOPS if set(desktop.roles) & set(roles) or Role.ADMIN in roles)
    return fitting or (FAN,)


def desktop(key: str) -> Desktop:
    """A desktop by its key."""
    return next((each for each in DESKTOPS if each.key == key), FAN)
