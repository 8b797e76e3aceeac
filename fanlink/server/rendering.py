"""Doing the render jobs: take one, have it rendered, keep the audio, send the remixes on."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Protocol, TypeVar

from fanlink.core.errors import Stopped
from fanlink.core.recipes import Recipe
from fanlink.core.tracks import TrackFacts
from fanlink.server import asset_rows, duplicates, jobs
from fanlink.server.assets import Assets, Stored
from fanlink.server.deciding import Deciding
from fanlink.server.jobs import RenderJob
from fanlink.server.renders import Render, Rendered
from fanlink.server.sealing import Seal, unsealed

Result = TypeVar("Result")
Beat = Callable[[], None]
Run = Callable[[Recipe, Mapping[str, Path], TrackFacts, Path, Beat], Rendered]


class Acts(Protocol):
    """Does an act in one transaction and gives its result once that is durable."""

    def __call__(self, act: Callable[[Deciding], Any], /) -> Any: ...


class Rendering:
    """Works off render jobs one at a time. `run` renders: in this process, or in a child that can be killed.

    `run` calls the beat it is given now and then, which keeps the job's lease; `seal` signs what was made.
    """

    def __init__(self, act: Acts, store: Assets, run: Run, worker: str, seal: Seal = unsealed) -> None:
        self._act, self._assets, self._run, self._worker, self._seal = act, store, run, worker, seal

    def step(self) -> bool:
        """Does the next job; False when none is ready. A job that fails is tried again later, one that is stopped at once."""
        job: RenderJob | None = self._act(lambda asked: jobs.take(asked, self._worker))
        if job is None:
            return False
        folder = Path(tempfile.mkdtemp(prefix="fanlink-render-"))
        try:
            self._do(job, folder)
        except Stopped:
            self._act(lambda asked: jobs.release(asked, job, self._worker))
            raise
        except Exception as error:  # whatever a renderer may raise is the job's failure, not the worker's
            sentence = f"{type(error).__name__}: {error}"
            self._act(lambda asked: jobs.fail(asked, job, sentence))
        finally:
            shutil.rmtree(folder, ignore_errors=True)
        return True

    def _do(self, job: RenderJob, folder: Path) -> None:
        files = {name: self._assets.path(digest) for name, digest in job.assets.items()}
        rendered = self._run(job.recipe, files, job.facts, folder, lambda: self._keep(job))
        self._seal(job.subject, rendered)
        flac = self._assets.take_in(rendered.flac)
        mp3 = self._assets.take_in(rendered.mp3) if rendered.mp3 else None
        there = self._act(lambda asked: duplicates.others(asked, job.track, job.recipe_digest))
        near = duplicates.near(job.recipe, rendered.fingerprint, there, job.facts.music.beats_per_bar)
        render = Render(
            job.recipe_digest, flac.digest, mp3.digest if mp3 else None, rendered.pcm_digest,
            float(rendered.loudness_lufs), float(rendered.true_peak_db), job.recipe.engine, rendered.fingerprint, near,
        )  # fmt: skip
        self._act(lambda asked: _finish(asked, job, render, flac, mp3))

    def _keep(self, job: RenderJob) -> None:
        self._act(lambda asked: jobs.keep(asked, job, self._worker))


def _finish(asked: Deciding, job: RenderJob, render: Render, flac: Stored, mp3: Stored | None) -> None:
    for stored in (flac, mp3):
        if stored is not None:
            asset_rows.keep(asked, stored, None)
    jobs.finish(asked, job, render)
