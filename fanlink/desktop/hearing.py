"""From documents to sounds: what the player needs to play a prompt's stems, a remix or a comparison."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fanlink.core.documents import PromptDocument
from fanlink.core.tracks import TrackFacts
from fanlink.desktop.desk import Desk
from fanlink.desktop.ops import Progress
from fanlink.desktop.player import Part, Sound

if TYPE_CHECKING:
    from fanlink.desktop.growing import Growing
    from fanlink.desktop.making import Heard


AT_ONCE = 4


def asset_of(session: Any, digest: str, progress: Progress) -> Path:
    """Fetches an asset into the cache, or finds it there. Runs in a lane."""
    return session.asset(digest, lambda done, whole: progress(done / whole if whole else 0.0), progress.stop.is_set)


def assets_of(
    session: Any, digests: Sequence[str], progress: Callable[[float], object], stop: Callable[[], bool]
) -> dict[str, Path]:
    """Fetches assets, several at once; raises what went wrong with the first that cannot be had. Runs in a lane."""
    if not digests:
        return {}
    lock, told = threading.Lock(), dict.fromkeys(digests, 0.0)

    def fetch(digest: str) -> Path:
        def tell(done: int, whole: int) -> None:
            with lock:
                told[digest] = done / whole if whole else 0.0
                progress(sum(told.values()) / len(told))

        return session.asset(digest, tell, stop)

    with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="fanlink-fetch") as pool:
        found = dict(zip(told, pool.map(fetch, told), strict=True))
    progress(1.0)
    return found


def stem_parts(desk: Desk, facts: TrackFacts, group: str = "a") -> tuple[Part, ...]:
    """A part for each stem of a track."""
    return tuple(Part(name, stem.asset, _fetch(desk, stem.asset), group) for name, stem in facts.stems.items())


def original(desk: Desk, prompt: PromptDocument) -> Sound:
    """The track of a prompt, as its stems together."""
    return Sound(
        f"track-{prompt.track}", prompt.track_title, prompt.artist_name, stem_parts(desk, prompt.facts), cover=prompt.track,
        artwork=prompt.artwork,
    )


def file_sound(desk: Desk, key: str, title: str, subtitle: str, digest: str, cover: str, artwork: str | None = None) -> Sound:
    """One published file."""
    return Sound(key, title, subtitle, (Part("mix", digest, _fetch(desk, digest)),), cover=cover, artwork=artwork)


def against_original(desk: Desk, key: str, title: str, prompt: PromptDocument, remix: Path, digest: str, *, begin: str = "b") -> Sound:
    """A remix beside the original: A and B at one position."""
    parts = (*stem_parts(desk, prompt.facts), Part("mix", digest, lambda _progress: remix, "b"))
    under = f"{prompt.artist_name} · {prompt.track_title}"
    return Sound(key, title, under, parts, cover=prompt.track, artwork=prompt.artwork, begin=begin)


def old_and_new(key: str, title: str, prompt: PromptDocument, old: Heard | None, new: Heard) -> Sound:
    """A remix as it was and as it becomes, at one position; only what it becomes where the old one is not there."""
    parts = (Part("mix", new.recipe_digest, lambda _progress: new.path, "b"),)
    if old is not None:
        parts = (Part("mix", old.recipe_digest, lambda _progress: old.path, "a"), *parts)
    under = f"{prompt.artist_name} · {prompt.track_title}"
    return Sound(f"{key}-{new.recipe_digest}", title, under, parts, cover=prompt.track, artwork=prompt.artwork, begin="b")


def live(desk: Desk, key: str, title: str, prompt: PromptDocument, growing: Growing) -> Sound:
    """A remix that is still being made beside the original."""
    return Sound(
        key, title, f"{prompt.artist_name} · {prompt.track_title}", stem_parts(desk, prompt.facts), cover=prompt.track,
        artwork=prompt.artwork, begin="b", live=growing,
    )


def _fetch(desk: Desk, digest: str) -> Callable[[Progress], Path]:
    return lambda progress: asset_of(desk.session, digest, progress)
