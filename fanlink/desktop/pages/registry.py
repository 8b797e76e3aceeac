"""Which pages there are, by role. Pages are imported when they are first opened, so that the window starts at once."""

from __future__ import annotations

from fanlink.core.people import Role
from fanlink.desktop.pages.registry_staff import STAFF
from fanlink.desktop.pages.spec import Desktop, Spec

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
    hidden=(
        (Spec("studio", "Studio", "sliders-horizontal", "studio:StudioPage"), "discover"),
        (Spec("sheets", "Split sheets", "split", "sheets:SheetsPage"), "earnings"),
    ),
)  # fmt: skip

DESKTOPS: tuple[Desktop, ...] = (FAN, *STAFF)

COMMON: tuple[Spec, ...] = (
    Spec("account", "Bank details and payouts", "landmark", "account:AccountPage"),
    Spec("invitation", "I have an invitation", "mail", "invitation:InvitationPage"),
    Spec("settings", "Settings", "settings", "settings:SettingsPage"),
    Spec("diagnostics", "Diagnostics", "activity", "diagnostics:DiagnosticsPage"),
    Spec("sign_in", "Sign in", "log-in", "sign_in:SignInPage"),
    Spec("first_run", "Welcome", "sparkles", "first_run:FirstRunPage"),
)


def desktops_for(roles: tuple[Role, ...]) -> tuple[Desktop, ...]:
    """The desktops that an account may switch between; a fan's when nobody is signed in."""
    fitting = tuple(desktop for desktop in DESKTOPS if set(desktop.roles) & set(roles) or Role.ADMIN in roles)
    return fitting or (FAN,)


def desktop(key: str) -> Desktop:
    """A desktop by its key."""
    return next((each for each in DESKTOPS if each.key == key), FAN)
