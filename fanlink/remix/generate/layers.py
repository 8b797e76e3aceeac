"""A generated layer from words to recipe: asked for only where it is allowed, and never without its provenance."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from fanlink.core import generated
from fanlink.core.errors import BadInput, Refused
from fanlink.core.guard_rails import GuardRails
from fanlink.core.recipes import Layer
from fanlink.remix import decode, patience, workers
from fanlink.remix.generate import landing
from fanlink.remix.generate.engine import REFERENCE_S, Engine, Wish, check
from fanlink.remix.keys import moved
from fanlink.remix.progress import Progress
from fanlink.remix.samples import Samples
from fanlink.remix.tracks import Track

GENERATE_SHARE = 0.95
GAIN_DB = -6.0


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody wants: words, how long, and which stem the model may follow from which bar of the track on."""

    words: str
    seconds: float
    seed: int
    tempo_bpm: float
    key_shift_semitones: int = 0
    reference: str = ""
    reference_bar: int = 1
    sound: str = ""


@dataclass(frozen=True, slots=True)
class Generated:
    """A layer that is not yet in a recipe, its recording and how many beats of the remix it fills."""

    layer: Layer
    path: Path
    pcm_digest: str
    beats: float
    length_ms: int
    heard_bpm: float | None


def demand(asked: Asked, rails: GuardRails, engine: Engine, *, commercial: bool = False) -> None:
    """Refuses, with every reason, what the guard rails, the licence or the missing consent forbid."""
    outside = engine.made_by == generated.SERVICE
    wrong = generated.may_generate(
        rails, asked.words, commercial=commercial, licence=engine.terms.licence, model=engine.terms.model,
        reference=asked.reference, outside=outside,
    )  # fmt: skip
    if wrong:
        raise Refused(wrong)


def generate(
    asked: Asked, track: Track, rails: GuardRails, engine: Engine, out: Path,
    progress: Callable[[Progress], None] = lambda progress: None, stop: workers.Stop = workers.never, *, commercial: bool = False,
) -> Generated:
    """Makes a layer as a FLAC under `out`; nothing is asked of the engine before all rules have said yes.

    Raises `Refused`, and what the engine and `landing.land` raise; `Stopped` within 100 ms of `stop`.
    """
    demand(asked, rails, engine, commercial=commercial)
    music = track.facts.music
    key = moved(music.key, asked.key_shift_semitones)
    wish = Wish(asked.words.strip(), asked.seconds, asked.tempo_bpm, music.beats_per_bar, key, asked.seed)
    check(wish, engine.longest_s)
    if not out.parent.is_dir():
        raise BadInput("is not a folder", where=str(out.parent))
    if out.suffix.lower() != ".flac":
        raise BadInput("a layer is written as .flac", where=str(out))

    def work(tell: Callable[[Progress], None], over: workers.Stop) -> landing.Landed:
        telling = Telling(tell)
        with tempfile.TemporaryDirectory(prefix="fanlink-") as folder:
            given = wish
            if asked.reference:
                given = replace(wish, reference=_excerpt(asked, track, Path(folder), over))
            made = engine.generate(given, Path(folder), telling, over)
            telling("Bringing it onto the beat", 1.0)
            landed = landing.land(made, wish, track.rate_hz, out, over)
        telling.finish()
        return landed

    landed = patience.run(work, progress, stop)
    layer = Layer(
        "generated", generated.KIND, asked.sound, gain_db=GAIN_DB, asset=landed.pcm_digest, provenance=_provenance(asked, wish, engine)
    )
    return Generated(layer, landed.path, landed.pcm_digest, landed.beats, landed.length_ms, landed.heard_bpm)


class Telling:
    """An engine's reports as one progress. The time that is left is measured from how fast its own stage goes."""

    INTERVAL_S = 0.1

    def __init__(self, tell: Callable[[Progress], None], clock: Callable[[], float] = time.monotonic) -> None:
        self._tell, self._clock = tell, clock
        self._stage, self._began, self._told = "", clock(), float("-inf")

    def __call__(self, stage: str, share: float) -> None:
        """So much of this stage is done; told at most ten times a second."""
        now = self._clock()
        if stage.split(",")[0] != self._stage:
            self._stage, self._began = stage.split(",")[0], now
        if now - self._told < self.INTERVAL_S and share < 1.0:
            return
        self._told = now
        remaining_s = (now - self._began) * (1.0 - share) / share if share > 0.02 else None
        self._tell(Progress(stage, GENERATE_SHARE * share, remaining_s))

    def finish(self) -> None:
        """All is done."""
        self._tell(Progress("done", 1.0, 0.0))


def _provenance(asked: Asked, wish: Wish, engine: Engine) -> dict[str, str]:
    """What the recipe keeps of how a layer was made; the keys that `core.generated` reads are among them."""
    terms = engine.terms
    told = {
        "model": terms.model, "licence": terms.licence, "licence_from": terms.licence_from, "base_model": terms.base_model,
        "prompt": wish.words, "seed": str(wish.seed), "made_by": engine.made_by, "engine": engine.name,
        "service": getattr(engine, "host", ""), "reference": asked.reference,
        "reference_bar": str(asked.reference_bar) if asked.reference else "", "seconds": f"{wish.seconds:g}",
        "tempo_bpm": f"{wish.tempo_bpm:.6g}", "key": wish.key,
        "key_shift_semitones": str(asked.key_shift_semitones),
    }  # fmt: skip
    return {name: value for name, value in told.items() if value}


def _excerpt(asked: Asked, track: Track, folder: Path, stop: workers.Stop) -> Path:
    """The stretch of a stem that the model hears, at the track's own tempo, as a FLAC."""
    path = track.files.get(asked.reference)
    if path is None:
        raise BadInput(f"the track has no stem {asked.reference!r}; it has {', '.join(track.files)}")
    music = track.facts.music
    if not 1 <= asked.reference_bar <= track.facts.bars:
        raise BadInput(f"the reference begins in bar 1 to {track.facts.bars} of the track")
    sound = decode.decode(path, folder / "stem.npy", stop=stop)
    begin_s = music.first_beat_ms / 1000.0 + (asked.reference_bar - 1) * music.beats_per_bar * 60.0 / music.tempo_bpm
    stem = Samples(folder / "stem.npy")
    try:
        samples = stem.read(round(begin_s * sound.rate_hz), round(min(REFERENCE_S, asked.seconds) * sound.rate_hz))
    finally:
        stem.close()
    if not np.any(samples):
        raise BadInput(f"the stem {asked.reference} is silent from bar {asked.reference_bar} on; name another --reference-bar")
    landing.write(samples, sound.rate_hz, folder / "reference.flac")
    return folder / "reference.flac"
