"""MusicGen through transformers, inside the child. Its weights are under CC-BY-NC 4.0 where Meta published them."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import torch
import transformers

GUIDANCE = 3.0


class Steps(transformers.LogitsProcessor):
    """Counts the steps of a generation and tells how far it is."""

    def __init__(self, say: Any, steps: int) -> None:
        self._say, self._steps, self._done = say, steps, 0

    def __call__(self, _input_ids: torch.Tensor, scores: torch.Tensor) -> torch.Tensor:
        self._done += 1
        self._say({"stage": "Generating", "share": min(self._done / self._steps, 1.0)})
        return scores


def generate(job: dict[str, Any], say: Any) -> tuple[np.ndarray, int]:
    """Samples (frames, channels) and their rate, from `words`, `seconds`, `seed` and perhaps a `reference`."""
    torch.set_num_threads(job["threads"])
    kind = transformers.MusicgenMelodyForConditionalGeneration if job["kind"] == "musicgen_melody" else (
        transformers.MusicgenForConditionalGeneration
    )
    where = {"local_files_only": True, "trust_remote_code": False}
    processor = transformers.AutoProcessor.from_pretrained(job["folder"], **where)
    model = kind.from_pretrained(job["folder"], use_safetensors=True, **where).eval()
    audio = model.config.audio_encoder
    inputs, heard = _inputs(job, processor, model, audio.sampling_rate)
    frames = math.ceil(job["seconds"] * audio.frame_rate)
    steps = frames + model.config.decoder.num_codebooks + 1
    torch.manual_seed(job["seed"])
    with torch.no_grad():
        made = model.generate(
            **inputs, do_sample=True, guidance_scale=model.generation_config.guidance_scale or GUIDANCE, max_new_tokens=steps,
            logits_processor=transformers.LogitsProcessorList([Steps(say, steps)]),
        )  # fmt: skip
    samples = made[0].to(torch.float32).cpu().numpy().T
    return samples[heard : heard + round(job["seconds"] * audio.sampling_rate)], audio.sampling_rate


def _inputs(job: dict[str, Any], processor: Any, model: Any, rate_hz: int) -> tuple[dict[str, Any], int]:
    """What goes into the model, and how many frames of its answer are only what it was given to go on from."""
    asked = {"text": [job["words"]], "padding": True, "return_tensors": "pt"}
    if not job.get("reference"):
        return dict(processor(**asked)), 0
    sound = np.load(job["reference"]).mean(axis=1)
    inputs = dict(processor(**asked, audio=sound, sampling_rate=rate_hz))
    if job["kind"] == "musicgen_melody":
        return inputs, 0
    hop = rate_hz / model.config.audio_encoder.frame_rate
    return inputs, round(math.ceil(len(sound) / hop) * hop)
