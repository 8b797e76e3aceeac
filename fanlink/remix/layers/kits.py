"""The drum kits: for every voice of every kit its maker, settings, level and place. A table; `drum_voices` makes them."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

VOICES = ("kick", "snare", "rim", "clap", "ghost", "hat", "open", "pedal", "ride", "crash", "low", "mid", "high", "shaker", "conga", "slap", "cowbell", "tambourine")

TIME_VOICES = frozenset({"hat", "open", "pedal", "ride", "shaker", "tambourine", "cowbell"})
"""Voices that keep the time; a change of feel moves the others around them."""


@dataclass(frozen=True, slots=True)
class Drum:
    """How one voice is made; `level_db` is its peak, `pan` its place."""

    maker: str
    level_db: float
    pan: float = 0.0
    settings: MappingProxyType[str, Any] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class Kit:
    """Its drums, the room they stand in (seconds to -60 dB, and how much of it), and whether an old sampler plays them."""

    drums: MappingProxyType[str, Drum]
    room_s: float = 0.0
    room_mix: float = 0.0
    dusty: bool = False
    steady: float = 1.0
    """How alike two strokes are: 1 is a machine."""


def _drum(maker: str, level_db: float, pan: float = 0.0, **settings: float | tuple[float, ...] | int) -> Drum:
    return Drum(maker, level_db, pan, MappingProxyType(settings))


def _kit(room_s: float, room_mix: float, steady: float, drums: dict[str, Drum], dusty: bool = False) -> Kit:
    return Kit(MappingProxyType(drums), room_s, room_mix, dusty, steady)


_TOM = {"ratios": (1.0, 1.59, 2.14), "levels": (1.0, 0.3, 0.15)}
_CONGA = {"ratios": (1.0, 1.98, 2.6), "levels": (1.0, 0.35, 0.2)}

KITS: dict[str, Kit] = {
    "acoustic": _kit(0.45, 0.26, 0.0, {
        "kick": _drum("kick", -2.5, pitch_hz=61, punch_hz=150, fall_s=0.016, rt60_s=0.34, click=0.35, click_hz=3_200, drive=0.12, shell=0.6, knock=0.6),
        "snare": _drum("snare", 0.5, 0.05, tone_hz=196, tone=0.55, tone_rt60_s=0.2, wires=0.75, wires_rt60_s=0.26, low_hz=1_400, high_hz=9_500, crack=0.6, drive=0.15, room=0.12),
        "rim": _drum("modes", -6.0, 0.05, pitch_hz=420, ratios=(1.0, 2.71, 4.1), levels=(0.7, 1.0, 0.6), rt60_s=0.09, click=0.5, click_hz=2_600),
        "clap": _drum("clap", -4.0, 0.0, centre_hz=1_400, rt60_s=0.16, air=0.7),
        "ghost": _drum("snare", -2.0, 0.05, tone_hz=205, tone=0.5, tone_rt60_s=0.12, wires=0.6, wires_rt60_s=0.16, low_hz=1_200, high_hz=6_500, crack=0.15, drive=0.0),
        "hat": _drum("metal", -8.0, 0.28, rt60_s=0.16, low_hz=5_200, high_hz=12_800, ring=0.5, tick=0.35),
        "open": _drum("metal", -10.5, 0.28, rt60_s=0.85, low_hz=4_600, high_hz=12_800, ring=0.7, tick=0.3),
        "pedal": _drum("metal", -14.0, 0.28, rt60_s=0.07, low_hz=4_200, high_hz=11_000, ring=0.4, tick=0.1),
        "ride": _drum("metal", -11.0, -0.35, rt60_s=1.7, low_hz=4_200, high_hz=12_000, ring=1.0, ring_hz=1_450, tick=0.6, lines=80),
        "crash": _drum("metal", -9.0, -0.25, rt60_s=2.6, low_hz=2_600, high_hz=13_000, ring=0.8, tick=0.3, bloom_s=0.02, lines=110),
        "low": _drum("modes", -4.0, -0.35, pitch_hz=82, rt60_s=0.75, click=0.25, click_hz=1_800, bend=0.28, **_TOM),
        "mid": _drum("modes", -4.5, 0.0, pitch_hz=118, rt60_s=0.6, click=0.25, click_hz=2_000, bend=0.26, **_TOM),
        "high": _drum("modes", -5.0, 0.3, pitch_hz=160, rt60_s=0.48, click=0.25, click_hz=2_200, bend=0.25, **_TOM),
        "shaker": _drum("shake", -12.5, -0.3, rise_s=0.004, rt60_s=0.12),
        "conga": _drum("modes", -6.0, -0.25, pitch_hz=205, rt60_s=0.3, click=0.2, click_hz=1_500, bend=0.08, **_CONGA),
        "slap": _drum("modes", -6.0, -0.2, pitch_hz=345, rt60_s=0.12, click=0.8, click_hz=2_200, bend=0.05, **_CONGA),
        "cowbell": _drum("modes", -12.0, 0.2, pitch_hz=587, ratios=(1.0, 1.51, 2.68), levels=(0.8, 1.0, 0.3), rt60_s=0.22),
        "tambourine": _drum("shake", -11.5, 0.3, rise_s=0.002, rt60_s=0.2, low_hz=6_000, high_hz=14_000, grains=0.75),
    }),
    "lofi": _kit(0.30, 0.10, 0.2, {
        "kick": _drum("kick", -2.5, pitch_hz=54, punch_hz=130, fall_s=0.022, rt60_s=0.32, click=0.12, click_hz=1_700, drive=0.45, shell=0.2, knock=0.35),
        "snare": _drum("snare", -0.5, 0.0, tone_hz=176, tone=0.6, tone_rt60_s=0.16, wires=0.55, wires_rt60_s=0.19, low_hz=700, high_hz=5_200, crack=0.3, drive=0.5),
        "rim": _drum("modes", -6.0, 0.1, pitch_hz=520, ratios=(1.0, 2.4), levels=(1.0, 0.8), rt60_s=0.07, click=0.3, click_hz=1_900),
        "clap": _drum("clap", -6.0, 0.0, centre_hz=1_000, rt60_s=0.14, air=0.1, hands=3),
        "ghost": _drum("snare", -4.0, 0.0, tone_hz=180, tone=0.5, tone_rt60_s=0.09, wires=0.5, wires_rt60_s=0.11, low_hz=700, high_hz=4_200, crack=0.1, drive=0.2),
        "hat": _drum("metal", -10.0, 0.15, rt60_s=0.11, low_hz=4_600, high_hz=8_500, ring=0.3, tick=0.2),
        "open": _drum("metal", -13.0, 0.15, rt60_s=0.4, low_hz=4_200, high_hz=8_000, ring=0.4, tick=0.1),
        "pedal": _drum("metal", -15.0, 0.15, rt60_s=0.05, low_hz=3_800, high_hz=7_500, ring=0.3, tick=0.1),
        "ride": _drum("metal", -15.0, -0.2, rt60_s=0.9, low_hz=3_200, high_hz=8_000, ring=0.8, ring_hz=1_150, tick=0.4),
        "crash": _drum("metal", -15.0, -0.2, rt60_s=1.5, low_hz=2_200, high_hz=8_000, ring=0.7, bloom_s=0.03),
        "low": _drum("modes", -5.0, -0.2, pitch_hz=76, rt60_s=0.5, click=0.1, click_hz=1_200, bend=0.25, **_TOM),
        "mid": _drum("modes", -5.5, 0.0, pitch_hz=104, rt60_s=0.42, click=0.1, click_hz=1_300, bend=0.25, **_TOM),
        "high": _drum("modes", -6.0, 0.2, pitch_hz=140, rt60_s=0.36, click=0.1, click_hz=1_400, bend=0.25, **_TOM),
        "shaker": _drum("shake", -15.5, -0.25, rise_s=0.006, rt60_s=0.1, low_hz=3_200, high_hz=8_000),
    }, dusty=True),
    "808": _kit(0.0, 0.0, 1.0, {
        "kick": _drum("boom", -1.5, pitch_hz=47, punch_hz=190, rt60_s=0.95, drive=0.35, click=0.22),
        "snare": _drum("snare", -0.5, 0.0, tone_hz=186, tone=0.75, tone_rt60_s=0.13, wires=0.5, wires_rt60_s=0.18, low_hz=1_900, high_hz=12_500, crack=0.35, drive=0.05),
        "rim": _drum("modes", -5.0, -0.1, pitch_hz=455, ratios=(1.0, 3.65), levels=(0.6, 1.0), rt60_s=0.05, click=0.2, click_hz=3_500),
        "clap": _drum("clap", -1.0, 0.0, centre_hz=1_050, spread_ms=10.0, rt60_s=0.24, air=0.4),
        "ghost": _drum("snare", -7.0, 0.0, tone_hz=190, tone=0.6, tone_rt60_s=0.07, wires=0.35, wires_rt60_s=0.08, low_hz=2_000, high_hz=9_000, crack=0.1, drive=0.0),
        "hat": _drum("square_metal", -7.0, 0.1, rt60_s=0.1, low_hz=7_600),
        "open": _drum("square_metal", -9.5, 0.1, rt60_s=0.55, low_hz=7_000),
        "pedal": _drum("square_metal", -13.0, 0.1, rt60_s=0.05, low_hz=7_400),
        "ride": _drum("square_metal", -14.0, -0.2, rt60_s=0.9, low_hz=6_000, tune=1.15),
        "crash": _drum("square_metal", -12.0, -0.2, rt60_s=1.8, low_hz=4_000, tune=1.1, noise=0.8),
        "low": _drum("modes", -3.0, -0.3, pitch_hz=82, ratios=(1.0,), levels=(1.0,), rt60_s=0.55, click=0.08, bend=0.35),
        "mid": _drum("modes", -3.5, 0.0, pitch_hz=123, ratios=(1.0,), levels=(1.0,), rt60_s=0.45, click=0.08, bend=0.35),
        "high": _drum("modes", -4.0, 0.3, pitch_hz=165, ratios=(1.0,), levels=(1.0,), rt60_s=0.38, click=0.08, bend=0.35),
        "shaker": _drum("shake", -14.5, -0.25, rise_s=0.004, rt60_s=0.05, low_hz=6_500, high_hz=14_000, grains=0.1),
        "conga": _drum("modes", -4.0, -0.2, pitch_hz=247, ratios=(1.0,), levels=(1.0,), rt60_s=0.2, click=0.05, bend=0.06),
        "slap": _drum("modes", -4.0, 0.2, pitch_hz=370, ratios=(1.0,), levels=(1.0,), rt60_s=0.16, click=0.05, bend=0.06),
        "cowbell": _drum("modes", -9.0, 0.2, pitch_hz=540, ratios=(1.0, 1.481, 3.0, 4.444), levels=(1.0, 1.0, 0.3, 0.3), rt60_s=0.3, click=0.1),
    }),
    "909": _kit(0.0, 0.0, 1.0, {
        "kick": _drum("kick", -1.5, pitch_hz=47, punch_hz=290, fall_s=0.021, rt60_s=0.48, click=0.5, click_hz=4_200, drive=0.5),
        "snare": _drum("snare", 0.0, 0.0, tone_hz=178, tone=0.5, tone_rt60_s=0.13, wires=0.9, wires_rt60_s=0.3, low_hz=1_100, high_hz=11_500, crack=0.55, drive=0.3),
        "rim": _drum("modes", -4.0, 0.0, pitch_hz=500, ratios=(1.0, 2.05, 3.4), levels=(0.8, 1.0, 0.6), rt60_s=0.05, click=0.5, click_hz=4_000),
        "clap": _drum("clap", -1.0, 0.0, centre_hz=1_300, spread_ms=9.0, rt60_s=0.3, air=0.8),
        "ghost": _drum("snare", -6.0, 0.0, tone_hz=185, tone=0.4, tone_rt60_s=0.06, wires=0.6, wires_rt60_s=0.1, low_hz=1_200, high_hz=9_000, crack=0.2, drive=0.1),
        "hat": _drum("metal", -6.5, 0.08, rt60_s=0.14, low_hz=7_800, high_hz=15_500, ring=0.35, tick=0.5, lines=30),
        "open": _drum("metal", -8.0, 0.08, rt60_s=0.5, low_hz=7_000, high_hz=15_500, ring=0.45, tick=0.4, lines=30),
        "pedal": _drum("metal", -13.0, 0.08, rt60_s=0.06, low_hz=7_500, high_hz=14_500, ring=0.3, tick=0.2, lines=30),
        "ride": _drum("metal", -11.0, -0.2, rt60_s=1.1, low_hz=4_800, high_hz=14_000, ring=1.1, ring_hz=2_150, tick=0.5, lines=40),
        "crash": _drum("metal", -8.0, -0.15, rt60_s=2.2, low_hz=3_200, high_hz=15_000, ring=0.5, tick=0.5, lines=50),
        "low": _drum("modes", -3.0, -0.25, pitch_hz=90, ratios=(1.0, 1.5), levels=(1.0, 0.2), rt60_s=0.5, click=0.2, bend=0.6, drive=0.3),
        "mid": _drum("modes", -3.5, 0.0, pitch_hz=128, ratios=(1.0, 1.5), levels=(1.0, 0.2), rt60_s=0.42, click=0.2, bend=0.6, drive=0.3),
        "high": _drum("modes", -4.0, 0.25, pitch_hz=175, ratios=(1.0, 1.5), levels=(1.0, 0.2), rt60_s=0.36, click=0.2, bend=0.6, drive=0.3),
        "shaker": _drum("shake", -13.5, -0.2, rise_s=0.004, rt60_s=0.08, low_hz=6_500, high_hz=14_500, grains=0.15),
        "tambourine": _drum("shake", -10.5, 0.2, rise_s=0.002, rt60_s=0.14, low_hz=7_500, high_hz=15_000, grains=0.7),
    }),
    "breaks": _kit(0.55, 0.28, 0.1, {
        "kick": _drum("kick", -3.0, pitch_hz=76, punch_hz=200, fall_s=0.013, rt60_s=0.24, click=0.5, click_hz=2_600, drive=0.55, shell=0.6, knock=0.8),
        "snare": _drum("snare", -1.0, 0.0, tone_hz=242, tone=0.65, tone_rt60_s=0.17, wires=0.75, wires_rt60_s=0.22, low_hz=1_000, high_hz=8_500, crack=0.7, drive=0.6, room=0.25, room_rt60_s=0.35),
        "rim": _drum("modes", -4.0, 0.0, pitch_hz=480, ratios=(1.0, 2.6, 4.0), levels=(0.8, 1.0, 0.5), rt60_s=0.08, click=0.5, click_hz=2_400, drive=0.3),
        "ghost": _drum("snare", -3.0, 0.0, tone_hz=252, tone=0.6, tone_rt60_s=0.1, wires=0.6, wires_rt60_s=0.12, low_hz=900, high_hz=6_000, crack=0.25, drive=0.4),
        "hat": _drum("metal", -6.5, 0.12, rt60_s=0.18, low_hz=4_600, high_hz=10_500, ring=0.4, tick=0.35),
        "open": _drum("metal", -7.5, 0.12, rt60_s=0.55, low_hz=4_000, high_hz=10_500, ring=0.6, tick=0.3),
        "pedal": _drum("metal", -12.0, 0.12, rt60_s=0.07, low_hz=4_000, high_hz=9_500, ring=0.4, tick=0.1),
        "ride": _drum("metal", -8.0, -0.12, rt60_s=1.1, low_hz=3_400, high_hz=10_500, ring=0.9, ring_hz=1_700, tick=0.5),
        "crash": _drum("metal", -7.5, -0.12, rt60_s=1.9, low_hz=2_200, high_hz=10_500, ring=0.7, tick=0.3, bloom_s=0.01, lines=90),
        "low": _drum("modes", -4.0, -0.2, pitch_hz=98, rt60_s=0.45, click=0.3, click_hz=1_800, bend=0.3, drive=0.4, **_TOM),
        "mid": _drum("modes", -4.5, 0.0, pitch_hz=138, rt60_s=0.38, click=0.3, click_hz=2_000, bend=0.3, drive=0.4, **_TOM),
        "high": _drum("modes", -5.0, 0.2, pitch_hz=190, rt60_s=0.32, click=0.3, click_hz=2_200, bend=0.3, drive=0.4, **_TOM),
        "tambourine": _drum("shake", -9.5, 0.2, rise_s=0.002, rt60_s=0.18, low_hz=5_000, high_hz=11_000, grains=0.75),
    }, dusty=True),
    "brushes": _kit(0.6, 0.22, 0.0, {
        "kick": _drum("kick", -6.5, pitch_hz=62, punch_hz=105, fall_s=0.015, rt60_s=0.3, click=0.06, click_hz=1_400, drive=0.0, shell=0.5, knock=0.25),
        "snare": _drum("brush", -5.0, 0.08, rise_s=0.002, length_s=0.32, tap=0.9, low_hz=900, high_hz=6_500),
        "rim": _drum("modes", -7.0, 0.08, pitch_hz=440, ratios=(1.0, 2.7), levels=(0.8, 1.0), rt60_s=0.08, click=0.25, click_hz=2_200),
        "ghost": _drum("brush", -11.0, 0.08, rise_s=0.003, length_s=0.16, tap=0.5, low_hz=900, high_hz=5_500),
        "hat": _drum("metal", -12.0, 0.25, rt60_s=0.12, low_hz=5_400, high_hz=11_500, ring=0.4, tick=0.1),
        "open": _drum("metal", -15.0, 0.25, rt60_s=0.5, low_hz=4_800, high_hz=11_000, ring=0.5, tick=0.05),
        "pedal": _drum("metal", -12.0, 0.25, rt60_s=0.09, low_hz=4_200, high_hz=10_500, ring=0.4, tick=0.2),
        "ride": _drum("metal", -10.0, -0.3, rt60_s=2.0, low_hz=3_600, high_hz=10_500, ring=1.0, ring_hz=1_250, tick=0.25, lines=90),
        "crash": _drum("metal", -15.0, -0.3, rt60_s=2.8, low_hz=2_400, high_hz=10_500, ring=0.8, tick=0.05, bloom_s=0.06, lines=100),
        "low": _drum("modes", -7.0, -0.3, pitch_hz=88, rt60_s=0.7, click=0.06, click_hz=1_000, bend=0.1, **_TOM),
        "mid": _drum("modes", -7.5, 0.0, pitch_hz=124, rt60_s=0.6, click=0.06, click_hz=1_100, bend=0.1, **_TOM),
        "high": _drum("modes", -8.0, 0.25, pitch_hz=170, rt60_s=0.5, click=0.06, click_hz=1_200, bend=0.1, **_TOM),
        "shaker": _drum("brush", -14.5, -0.05, rise_s=0.06, length_s=0.26, low_hz=1_800, high_hz=8_500),
    }),
    "latin": _kit(0.40, 0.18, 0.0, {
        "kick": _drum("kick", -4.5, pitch_hz=60, punch_hz=140, fall_s=0.016, rt60_s=0.28, click=0.2, click_hz=2_400, drive=0.1, shell=0.4, knock=0.3),
        "snare": _drum("modes", -2.5, 0.1, pitch_hz=265, ratios=(1.0, 1.9, 3.1, 4.4), levels=(1.0, 0.6, 0.5, 0.3), rt60_s=0.16, click=0.8, click_hz=3_600, bend=0.05),
        "rim": _drum("modes", -4.0, 0.2, pitch_hz=2_450, ratios=(1.0, 1.62), levels=(1.0, 0.15), rt60_s=0.09, click=0.1, click_hz=4_000),
        "clap": _drum("clap", -5.0, 0.0, centre_hz=1_500, rt60_s=0.12, hands=3, air=0.6),
        "ghost": _drum("modes", -7.0, -0.2, pitch_hz=215, rt60_s=0.1, click=0.3, click_hz=1_400, **_CONGA),
        "hat": _drum("shake", -8.0, 0.3, rise_s=0.003, rt60_s=0.07, low_hz=5_500, high_hz=13_500, grains=0.6),
        "open": _drum("shake", -9.0, 0.3, rise_s=0.004, rt60_s=0.2, low_hz=5_000, high_hz=13_000, grains=0.6),
        "pedal": _drum("metal", -14.0, 0.25, rt60_s=0.07, low_hz=5_000, high_hz=11_000, ring=0.4, tick=0.1),
        "ride": _drum("modes", -8.0, 0.3, pitch_hz=835, ratios=(1.0, 1.42, 2.4, 3.9), levels=(1.0, 0.7, 0.4, 0.3), rt60_s=0.3, click=0.2),
        "crash": _drum("metal", -11.0, -0.25, rt60_s=1.9, low_hz=3_000, high_hz=12_500, ring=0.8, bloom_s=0.02),
        "low": _drum("modes", -5.0, -0.35, pitch_hz=165, rt60_s=0.4, click=0.2, click_hz=1_400, bend=0.08, **_CONGA),
        "mid": _drum("modes", -5.5, -0.1, pitch_hz=220, rt60_s=0.32, click=0.25, click_hz=1_600, bend=0.07, **_CONGA),
        "high": _drum("modes", -6.0, 0.3, pitch_hz=392, rt60_s=0.2, click=0.5, click_hz=2_600, bend=0.05, **_CONGA),
        "shaker": _drum("shake", -10.5, -0.35, rise_s=0.008, rt60_s=0.12, low_hz=4_200, high_hz=12_000),
        "conga": _drum("modes", -3.0, -0.25, pitch_hz=196, rt60_s=0.36, click=0.15, click_hz=1_300, bend=0.07, **_CONGA),
        "slap": _drum("modes", -4.5, -0.2, pitch_hz=330, rt60_s=0.11, click=0.9, click_hz=2_400, bend=0.04, **_CONGA),
        "cowbell": _drum("modes", -9.0, 0.25, pitch_hz=562, ratios=(1.0, 1.5, 2.66, 3.9), levels=(0.9, 1.0, 0.4, 0.2), rt60_s=0.2),
        "tambourine": _drum("shake", -10.5, 0.35, rise_s=0.002, rt60_s=0.2, low_hz=6_000, high_hz=14_000, grains=0.75),
    }),
    "industrial": _kit(0.8, 0.25, 0.8, {
        "kick": _drum("kick", -1.5, pitch_hz=45, punch_hz=340, fall_s=0.03, rt60_s=0.5, click=0.8, click_hz=2_600, drive=1.0, knock=0.6),
        "snare": _drum("clang", -2.0, 0.0, pitch_hz=235, rt60_s=0.34, drive=0.9, noise=1.0, high_hz=9_000),
        "rim": _drum("clang", -5.0, 0.2, pitch_hz=880, rt60_s=0.09, drive=0.5, noise=0.2),
        "clap": _drum("clap", -1.0, 0.0, centre_hz=900, spread_ms=14.0, rt60_s=0.4, air=1.0, hands=5),
        "ghost": _drum("clang", -8.0, -0.15, pitch_hz=410, rt60_s=0.1, drive=0.5, noise=0.4, high_hz=5_000),
        "hat": _drum("square_metal", -6.0, 0.15, rt60_s=0.09, low_hz=4_500, tune=1.6, noise=0.8),
        "open": _drum("square_metal", -8.0, 0.15, rt60_s=0.4, low_hz=4_000, tune=1.5, noise=0.8),
        "pedal": _drum("square_metal", -12.0, 0.15, rt60_s=0.05, low_hz=5_000, tune=1.7, noise=0.5),
        "ride": _drum("clang", -9.0, -0.3, pitch_hz=1_320, rt60_s=0.5, drive=0.3, noise=0.1, high_hz=11_000),
        "crash": _drum("clang", -12.0, -0.2, pitch_hz=690, rt60_s=1.8, drive=0.9, noise=1.2, high_hz=11_000),
        "low": _drum("modes", -3.0, -0.3, pitch_hz=70, ratios=(1.0, 1.41, 2.8), levels=(1.0, 0.4, 0.2), rt60_s=0.5, bend=0.7, drive=1.0),
        "mid": _drum("modes", -3.5, 0.0, pitch_hz=98, ratios=(1.0, 1.41, 2.8), levels=(1.0, 0.4, 0.2), rt60_s=0.42, bend=0.7, drive=1.0),
        "high": _drum("modes", -4.0, 0.3, pitch_hz=139, ratios=(1.0, 1.41, 2.8), levels=(1.0, 0.4, 0.2), rt60_s=0.36, bend=0.7, drive=1.0),
        "shaker": _drum("shake", -11.5, -0.25, rise_s=0.002, rt60_s=0.05, low_hz=3_500, high_hz=11_000, grains=0.1),
    }),
}

STAND_INS: dict[str, tuple[str, ...]] = {
    "clap": ("snare",), "ghost": ("snare",), "conga": ("mid",), "slap": ("high", "rim"), "cowbell": ("rim",), "tambourine": ("shaker", "hat"), "pedal": ("hat",), "shaker": ("hat",),
}
"""What plays in place of a voice that a kit does not have."""
