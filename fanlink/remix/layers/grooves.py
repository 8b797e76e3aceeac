"""The drum patterns and fills, one letter a step. A table; `drums` plays it.

`X` accent, `x` stroke, `o` soft, `g` ghost, `r` ghost that comes and goes, `D` two within the step, `T` three, `.` rest.
A row is one or more bars of four beats, divided by spaces; shorter rows go round, bars of other lengths use the first
beats of each.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Groove:
    """Rows by voice, in steps of so many to the beat; `fill` is the family its fills come from."""

    rows: MappingProxyType[str, str]
    fill: str
    steps_per_beat: int = 4


def _groove(fill: str, steps_per_beat: int = 4, /, **rows: str) -> Groove:
    return Groove(MappingProxyType(rows), fill, steps_per_beat)


GROOVES: dict[str, Groove] = {
    "four-on-the-floor": _groove(
        "machine",
        kick="X...X...X...X... X...X...X...X... X...X...X...X... X...X...X...X.o.",
        clap="....X.......X...",
        hat="o.ogo.ogo.ogo.og",
        open="..X...X...X...X.",
        shaker="grggrgrggrggrgrg",
    ),
    "boom-bap": _groove(
        "hiphop",
        kick="X.....o.x.x..... X..x....x.x...g. X.....o.x.x..... X..x...ox.x.....",
        snare="....X.......X... ....X.......X... ....X.......X... ....X.......X..g",
        ghost=".......r.g....r.",
        hat="x.o.x.o.x.o.x.o.",
        open="................ ..............x. ................ ......x.........",
    ),
    "lofi": _groove(
        "hiphop",
        kick="X......ox....... X......o..x..... X......ox......g X.g....o..x.....",
        snare="....x.......x... ....x.......x..r",
        ghost=".........r.....r",
        rim="................ ...............o",
        hat="o.xro.x.o.xro.xr",
        open="................ ................ ................ ..............o.",
    ),
    "breakbeat": _groove(
        "live",
        kick="X.X.......x..... X.X.......xx.... X.X.......x..... ..X.......x.x...",
        snare="....X..g.g..X..g ....X..g.g..X..g ....X..g.g....X. .g..X..g.g....X.",
        hat="x.x.x.x.x.x.x.x.",
        open="................ ................ ................ ..........x.....",
    ),
    "trap": _groove(
        "trap",
        kick="X......x..x..... X.....x....x..o. X......x..x..... X..x..x.......x.",
        clap="........X.......",
        snare="................ ...............g",
        hat="x.x.x.x.x.xDx.x. x.x.x.xTx.x.xDDD x.x.xDx.x.x.x.x. x.xTx.x.x.DDx.DD",
        open="................ ......x.........",
        cowbell="................",
    ),
    "two-step": _groove(
        "machine",
        kick="X.........x..... X......o..x..... X.........x..... X..o......x....g",
        clap="....X.......X...",
        rim=".......o.....o.. ..g....o.o......",
        hat="..x.r.x...x.r.xg",
        open="......x.........  ..............x.",
        shaker="g.rgg.rgg.rgg.rg",
    ),
    "half-time": _groove(
        "live",
        kick="X.....x......... X..x..x......... X.....x......... X.....x...x...o.",
        snare="........X....... ........X......g",
        ghost="...r.......r..r.",
        hat="x.o.x.o.x.o.x.o.",
        open="................ ..............x.",
    ),
    "rock": _groove(
        "live",
        kick="X.......X.x..... X.....x.X.x..... X.......X.x..... X..x....X.x...x.",
        snare="....X.......X...",
        ghost=".......r........ .......r.r......",
        hat="X.x.X.x.X.x.X.x.",
        open="................ ................ ................ ..............X.",
    ),
    "bossa": _groove(
        "latin",
        kick="x..ox..ox..ox..o",
        rim="x..x..x...x..x.. x..x..x...x..x..",
        hat="ogogogogogogogog",
        shaker="o.g.o.g.o.g.o.g.",
        conga="......g.......o.",
    ),
    "dembow": _groove(
        "latin",
        kick="X...X...X...X...",
        snare="...x..x....x..x. ...x..x....x..X.",
        hat="x.o.x.o.x.o.x.o.",
        conga="................ ..........o..o..",
        shaker="g.rgg.rgg.rgg.rg",
    ),
    "shuffle": _groove(
        "live", 3,
        kick="X....oX..... X....oX....o",
        snare="...X.....X.. ...X.....X..",
        ghost=".....r.....r ..r.....r..r",
        hat="X.oX.oX.oX.o",
    ),
    "ballad": _groove(
        "soft",
        kick="X............... X.........x..... X............... X.........x...o.",
        snare="........x.......",
        rim="................ ................ ................ ..............g.",
        hat="o...o...o...o...",
        ride="................ o...............",
    ),
    "motorik": _groove(
        "live",
        kick="X.x.X.x.X.x.X.x. X.x.X.x.X.x.X.xx",
        snare="....X.......X...",
        hat="X.x.X.x.X.x.X.x.",
        tambourine="................ ....o.......o...",
    ),
    "brushes": _groove(
        "soft", 3,
        kick="x.....o..... x.....o....r",
        snare="...x.....x..",
        ghost=".....g.r...g ..r..g.....g",
        shaker="x..o..x..o..",
        ride="x..x.ox..x.o",
        pedal="...x.....x..",
    ),
    "drum-and-bass": _groove(
        "live",
        kick="X.........x..... X.........x..... X.........x..... X..x......x.....",
        snare="....X.......X... ....X.......X... ....X.......X... ....X.......X..g",
        ghost=".......g.g...... .......g.r....g.",
        hat="x.xrx.xrx.xrx.xr",
        ride="................ X...x...x...x...",
    ),
    "one-drop": _groove(
        "soft", 3,
        kick="......X.....",
        rim="......X.....  ......X..o..",
        hat="x.ox.oX.ox.o",
        open="............ ............ ............ .........x..",
        high="............ ............ ............ ..........gg",
    ),
    "disco": _groove(
        "live",
        kick="X...X...X...X...",
        snare="....X.......X... ....X.......X..g",
        hat="x.ggx.ggx.ggx.gg",
        open="..X...X...X...X.",
        tambourine="....x.......x...",
        conga="..o..o....o..o.. ..o..o..o.o.oo..",
    ),
    "afrobeat": _groove(
        "latin",
        kick="X.....x...x..... X.....x.....x...",
        rim="..x...x.....x... x..x...x..x.x...",
        ghost="......g..g....g.",
        hat="x.xox.xox.xox.xo",
        shaker="xgogxgogxgogxgog",
        conga="...o..oo...o..o.",
        cowbell="x...x.x...x.x... x...x.x...x.x...",
    ),
    "swing": _groove(
        "soft", 3,
        kick="o..o..o..o..",
        ride="x..x.ox..x.o",
        pedal="...x.....x..",
        ghost=".....r..r... ..r.....r..g",
        snare="............ ..........o.",
    ),
    "jersey": _groove(
        "machine",
        kick="X...X..X..X.X... X...X..X..X.X.x.",
        clap="....X..x..x.X... ....X.......X...",
        hat="..x...x...x...x.",
        open="................ ..............x.",
        tambourine="g.ogg.ogg.ogg.og",
    ),
}

# The last beats of a bar, in sixteenths, aligned to its end; the groove is silent under a fill but for the time before it.
FILLS: dict[str, tuple[dict[str, str], ...]] = {
    "machine": (
        {"snare": "g.g.o.ooooxxxxXX", "kick": "X...X..........."},
        {"clap": "....x...x.x.xxxx", "kick": "X...X...X......."},
        {"clap": "x..x..x.", "low": ".....x..", "mid": "..x....x"},
    ),
    "hiphop": (
        {"kick": "x..xx...", "snare": "....X.gX"},
        {"snare": "x..x.xX.", "kick": "..x....x"},
        {"high": "x.x.....", "mid": "....x.x.", "low": ".......x", "kick": "x......."},
    ),
    "live": (
        {"snare": "xgxx............", "high": "....xxxx........", "mid": "........xxxx....", "low": "............xxXX", "kick": "x...x...x...x..."},
        {"snare": "xgxgxxXX", "kick": "x...x..."},
        {"high": "x.x.....", "mid": "...xx...", "low": "......XX", "snare": ".x...x..", "kick": "x..x.x.x"},
    ),
    "trap": (
        {"snare": "....xxxxDDDD", "kick": "X..........."},
        {"low": "......xx", "mid": "...xx...", "high": "xx......", "hat": "DDDDTTTT"},
        {"clap": "x..x..xD", "kick": "X......."},
    ),
    "latin": (
        {"conga": "x.xx.xx.", "slap": ".x..x..x", "high": ".......X"},
        {"high": "xxx.xxx.xx......", "mid": "...x...x..xxx...", "low": ".............xXX"},
        {"slap": "x..x..x.x.xxDDXX", "kick": "X.......X......."},
    ),
    "soft": (
        {"ghost": "g.ggo.oo", "kick": "x......."},
        {"high": "o..o....", "mid": "......o.", "low": ".......x"},
        {"snare": "....o.x.", "ghost": "g.g..g.o"},
    ),
}

STROKES: dict[str, float] = {"X": 1.0, "x": 0.8, "o": 0.58, "g": 0.34, "r": 0.3, "D": 0.66, "T": 0.6}
"""How hard each letter is struck."""
