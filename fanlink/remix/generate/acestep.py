"""ACE-Step through diffusers, inside the child. Tempo, key and metre are told to it apart from the words."""

from __future__ import annotations

from typing import Any

import diffusers
import numpy as np
import torch

STEPS = {True: 8, False: 50}


def generate(job: dict[str, Any], say: Any) -> tuple[np.ndarray, int]:
    """Samples (frames, channels) and their rate; instrumental, for a layer brings no lyrics."""
    torch.set_num_threads(job["threads"])
    pipe = diffusers.AceStepPipeline.from_pretrained(job["folder"], local_files_only=True, use_safetensors=True)
    pipe.set_progress_bar_config(disable=True)
    steps = STEPS[bool(pipe.is_turbo)]

    def step(_pipe: Any, number: int, _time: Any, values: dict[str, Any]) -> dict[str, Any]:
        say({"stage": "Generating", "share": (number + 1) / steps})
        return values

    more = {}
    if job.get("reference"):
        sound = np.load(job["reference"])
        more["reference_audio"] = torch.from_numpy(np.ascontiguousarray(np.broadcast_to(sound, (len(sound), 2)).T))
    # What a stem becomes inside the model is drawn by chance too.
    torch.manual_seed(job["seed"])
    made = pipe(
        prompt=job["plain_words"], lyrics="[Instrumental]", audio_duration=job["seconds"], num_inference_steps=steps,
        bpm=round(job["tempo_bpm"]), keyscale=job["key"], timesignature=str(job["beats_per_bar"]),
        generator=torch.Generator().manual_seed(job["seed"]), callback_on_step_end=step, **more,
    ).audios[0]  # fmt: skip
    return made.to(torch.float32).cpu().numpy().T, int(pipe.sample_rate)
