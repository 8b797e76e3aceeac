"""The styles: each a set of musical decisions. Tables only.

Of the sounds, patterns and forms that a style lists, the first is its own; the others are for a second and a third take.
A form is a row of parts, `NAME SOURCE BARS ENERGY MARKS`; `forms` says what they mean.
"""

from __future__ import annotations

from dataclasses import dataclass, field

Voice = tuple[str, str]
Voices = tuple[Voice, ...]


@dataclass(frozen=True, slots=True)
class Style:
    """`replaces` names the parts whose stems rest where the style's own layer plays; a voice is (sound, pattern).

    `beat_db` lifts or lowers drums and bass: dance music is carried by them, a ballad is not.
    """

    title: str
    tempo_bpm: tuple[float, float]
    swing: float
    drums: Voices
    bass: Voices
    pads: Voices
    arps: Voices
    form: str
    texture: str = ""
    replaces: tuple[str, ...] = ()
    stems: dict[str, str] = field(default_factory=dict)
    master: str = ""
    pump_db: float = 0.0
    beat_db: float = 0.0


STYLES: dict[str, Style] = {
    "original": Style(
        "the song's own style", (40, 240), 0.0, (), (), (("warm", "swell"),), (),
        "intro intro 0 1; SONG; outro outro 0 1 fadeout",
        stems={"vocals": "reverb decay_s=1.4 mix=.1"},
    ),
    "lofi": Style(
        "lo-fi", (70, 88), 0.55,
        (("lofi", "lofi"), ("lofi", "boom-bap"), ("brushes", "half-time")),
        (("round", "root"), ("upright", "syncopated"), ("sub", "pedal")),
        (("rhodes", "sustain"), ("piano", "chop"), ("rhodes", "charleston")),
        (("bell", "sparse"), ("kalimba", "sparse"), ("guitar", "broken")),
        "intro intro 4 0 nobeat,dull; verse verse-1 0 2; chorus chorus-1 0 3; verse verse-2 8 2; break bridge 4 1 nobeat,voice; chorus chorus-last 0 3; outro outro 4 1 nobeat,fadeout",
        texture="vinyl", replaces=("drums",),
        stems={"vocals": "highpass cutoff_hz=180 | tape wow=.15 warmth=.4", "melodic": "lowpass cutoff_hz=4200 | tape wow=.35 warmth=.5"},
        master="tape wow=.08 warmth=.35",
    ),
    "house": Style(
        "house", (118, 126), 0.12,
        (("909", "four-on-the-floor"), ("909", "jersey"), ("latin", "four-on-the-floor")),
        (("saw", "offbeat"), ("round", "syncopated"), ("sub", "octave")),
        (("organ", "stabs"), ("piano", "offbeat"), ("rhodes", "chop")),
        ((), ("pluck", "up"), ("marimba", "euclid")),
        "intro intro 8 1 beat; verse verse-1 0 2 sweep; build verse-1 4 2 rise; drop chorus-1 0 4 impact; break bridge 8 1 nobeat,voice; build chorus-1 4 2 rise,gap; drop chorus-last 0 4 impact; outro outro 8 2 beat",
        replaces=("drums", "bass"), stems={"vocals": "reverb decay_s=1.6 mix=.16", "melodic": "highpass cutoff_hz=140"}, pump_db=6, beat_db=1,
    ),
    "techno": Style(
        "techno", (126, 136), 0.0,
        (("industrial", "four-on-the-floor"), ("909", "motorik"), ("industrial", "motorik")),
        (("acid", "rolling"), ("sub", "rolling"), ("saw", "pedal")),
        (("warm", "pulse"), ("glass", "swell"), ("choir", "swell")),
        (("square", "euclid"), ("saw", "ostinato"), ("pluck", "octaves")),
        "intro intro 16 1 beat; build verse-1 8 2 sweep; drop verse-1 16 3 inst,impact; break chorus-1 8 1 nobeat; build chorus-1 8 2 rise,stutter; drop chorus-last 16 4 impact; outro outro 16 2 beat,inst",
        replaces=("drums", "bass"), stems={"vocals": "echo note_beats=.75 mix=.2 | reverb decay_s=3 mix=.2", "melodic": "highpass cutoff_hz=220"},
        master="saturation drive=.15", pump_db=8, beat_db=2,
    ),
    "drum-and-bass": Style(
        "drum and bass", (168, 176), 0.0,
        (("breaks", "drum-and-bass"), ("breaks", "breakbeat"), ("909", "drum-and-bass")),
        (("reese", "syncopated"), ("sub", "rolling"), ("reese", "pedal")),
        (("glass", "sustain"), ("warm", "swell"), ("strings", "sustain")),
        ((), ("bell", "euclid"), ("pluck", "broken")),
        "intro intro 8 1 nobeat,dull; build verse-1 8 2 rise,gap; drop chorus-1 16 4 impact; verse verse-2 0 3; break bridge 8 0 nobeat,voice; build chorus-1 4 2 rise,stutter; drop chorus-last 16 4 impact; outro outro 8 2 beat",
        replaces=("drums", "bass"), stems={"vocals": "reverb decay_s=2.2 mix=.18", "melodic": "highpass cutoff_hz=160"}, pump_db=4, beat_db=1,
    ),
    "trap": Style(
        "trap", (132, 150), 0.05,
        (("808", "trap"), ("808", "half-time"), ("lofi", "trap")),
        (("808", "trap"), ("sub", "trap"), ("808", "root")),
        (("choir", "swell"), ("strings", "stabs"), ("piano", "sustain")),
        (("bell", "ostinato"), ("square", "sparse"), ("pluck", "down")),
        "intro chorus-1 4 0 nobeat,dull,gap; chorus chorus-1 0 4 impact; verse verse-1 0 3; chorus chorus-2 0 4 stutter; verse verse-2 8 2 nobass; chorus chorus-last 0 4 impact; outro intro 4 1 nobeat,fadeout",
        replaces=("drums", "bass"), stems={"vocals": "echo note_beats=.5 mix=.12", "melodic": "lowpass cutoff_hz=7000"}, beat_db=1.5,
    ),
    "synthwave": Style(
        "synthwave", (84, 116), 0.0,
        (("909", "rock"), ("808", "motorik"), ("909", "disco")),
        (("saw", "octave"), ("saw", "rolling"), ("round", "octave")),
        (("warm", "sustain"), ("strings", "pulse"), ("glass", "pulse")),
        (("saw", "up"), ("square", "up-down"), ("saw", "broken")),
        "intro intro 8 1 nobeat,sweep; verse verse-1 0 2; pre-chorus verse-1 4 2 rise; chorus chorus-1 0 4; verse verse-2 0 2; chorus chorus-2 0 4; bridge bridge 0 1 nobeat; chorus chorus-last 0 4 impact; outro outro 8 1 fadeout",
        replaces=("drums", "bass"), stems={"vocals": "reverb decay_s=2.8 mix=.24", "drums": "reverb decay_s=.9 mix=.25", "melodic": "chorus depth=.4"}, pump_db=3,
    ),
    "ambient": Style(
        "ambient", (60, 92), 0.0, (), (("sub", "pedal"), ("round", "pedal"), ()),
        (("glass", "swell"), ("strings", "swell"), ("choir", "sustain")),
        (("bell", "sparse"), ("kalimba", "sparse"), ("marimba", "sparse")),
        "intro intro 8 0 nobeat,dull,fadein; verse verse-1 0 1 nobeat; break bridge 8 0 nobeat; chorus chorus-1 0 2 nobeat; outro outro 8 0 nobeat,fadeout",
        texture="wind", replaces=("drums", "bass"),
        stems={"vocals": "echo note_beats=1.5 mix=.22 | reverb decay_s=6 mix=.4", "melodic": "lowpass cutoff_hz=3000 | reverb decay_s=6 mix=.5"},
        master="width width=1.3",
    ),
    "acoustic": Style(
        "acoustic", (70, 116), 0.1,
        (("brushes", "ballad"), ("acoustic", "shuffle"), ("latin", "brushes")),
        (("upright", "root-fifth"), ("round", "root"), ()),
        ((), ("piano", "sustain"), ("strings", "swell")),
        (("guitar", "broken"), ("guitar", "up-down"), ("guitar", "sparse")),
        "intro intro 4 1 nobeat; verse verse-1 0 1 nobeat; chorus chorus-1 0 2; verse verse-2 0 2; chorus chorus-2 0 3; bridge bridge 0 1 nobeat,voice; chorus chorus-last 0 3; outro outro 4 1 nobeat",
        texture="room", replaces=("drums", "bass"), stems={"vocals": "reverb decay_s=1 mix=.1"}, beat_db=-1,
    ),
    "bossa-nova": Style(
        "bossa nova", (112, 138), 0.08,
        (("latin", "bossa"), ("brushes", "bossa"), ("latin", "brushes")),
        (("upright", "root-fifth"), ("round", "syncopated"), ("upright", "pedal")),
        (("rhodes", "charleston"), ("piano", "charleston"), ("rhodes", "offbeat")),
        (("guitar", "sparse"), ("marimba", "broken"), ("guitar", "euclid")),
        "intro verse-1 4 1; verse verse-1 0 2; verse verse-2 0 2; chorus chorus-1 0 3; bridge bridge 0 2; verse verse-1 8 2 inst; chorus chorus-last 0 3; outro chorus-last 4 1 fadeout",
        replaces=("drums", "bass"), stems={"vocals": "reverb decay_s=1.2 mix=.12", "melodic": "lowpass cutoff_hz=8000"},
    ),
    "reggaeton": Style(
        "reggaeton", (88, 98), 0.0,
        (("808", "dembow"), ("latin", "dembow"), ("909", "dembow")),
        (("sub", "dembow"), ("808", "dembow"), ("round", "syncopated")),
        (("warm", "stabs"), ("strings", "offbeat"), ("piano", "stabs")),
        (("marimba", "ostinato"), ("pluck", "euclid"), ("guitar", "ostinato")),
        "intro chorus-1 4 1 dull; verse verse-1 0 3; pre-chorus verse-1 4 1 nobeat,rise,gap; chorus chorus-1 0 4 impact; verse verse-2 0 3; break chorus-1 4 1 nobeat,gap; chorus chorus-last 0 4 impact; chorus chorus-last 8 4 stutter; outro intro 4 2 beat",
        replaces=("drums", "bass"), stems={"vocals": "echo note_beats=.5 mix=.12", "melodic": "highpass cutoff_hz=150"}, beat_db=1.5,
    ),
    "disco": Style(
        "disco", (110, 124), 0.06,
        (("acoustic", "disco"), ("909", "disco"), ("acoustic", "four-on-the-floor")),
        (("pluck", "octave"), ("round", "octave"), ("pluck", "syncopated")),
        (("strings", "stabs"), ("rhodes", "stabs"), ("strings", "offbeat")),
        (("guitar", "ostinato"), ("square", "octaves"), ("guitar", "up")),
        "intro chorus-1 8 2 beat,sweep; chorus chorus-1 0 4; verse verse-1 0 3; chorus chorus-2 0 4; break verse-2 8 2 beat; build verse-2 4 2 rise; chorus chorus-last 0 4 impact; outro chorus-last 8 3 inst,fadeout",
        replaces=("drums", "bass"), stems={"vocals": "reverb decay_s=1.2 mix=.14", "melodic": "phaser depth=.3"}, pump_db=2, beat_db=1,
    ),
    "rock": Style(
        "rock", (100, 148), 0.0,
        (("acoustic", "rock"), ("acoustic", "motorik"), ("acoustic", "half-time")),
        (("pluck", "root"), ("saw", "root"), ("pluck", "rolling")),
        (("organ", "sustain"), (), ("strings", "sustain")),
        (("guitar", "octaves"), ("guitar", "down"), ()),
        "intro intro 4 3 beat; verse verse-1 0 2; chorus chorus-1 0 4 impact; verse verse-2 0 3; chorus chorus-2 0 4 impact; bridge bridge 0 2 half; break chorus-1 4 1 voice,nobeat; chorus chorus-last 0 4 impact; outro chorus-last 4 4",
        replaces=("drums",), stems={"guitar": "saturation drive=.5", "bass": "saturation drive=.35", "vocals": "compressor ratio=4 | saturation drive=.12"},
        master="saturation drive=.1", beat_db=1,
    ),
    "jazz": Style(
        "jazz", (96, 150), 0.66,
        (("brushes", "swing"), ("acoustic", "swing"), ("brushes", "brushes")),
        (("upright", "walking"), ("upright", "root-fifth"), ("round", "walking")),
        (("piano", "charleston"), ("rhodes", "charleston"), ("organ", "stabs")),
        ((), ("guitar", "sparse"), ("marimba", "broken")),
        "intro bridge 4 1; verse verse-1 0 2; verse verse-2 0 2; bridge bridge 0 2; verse verse-1 0 3 inst; break verse-2 8 2 inst,nopad; chorus chorus-last 0 3; outro verse-2 4 1 fadeout",
        texture="room", replaces=("drums", "bass"), stems={"vocals": "reverb decay_s=1.1 mix=.12"}, beat_db=-0.5,
    ),
    "dub": Style(
        "dub", (66, 80), 0.2,
        (("acoustic", "one-drop"), ("lofi", "one-drop"), ("acoustic", "half-time")),
        (("sub", "one-drop"), ("round", "one-drop"), ("sub", "syncopated")),
        (("organ", "skank"), ("piano", "skank"), ("rhodes", "skank")),
        ((), ("pluck", "sparse"), ("guitar", "euclid")),
        "intro intro 8 2 beat; verse verse-1 0 3 ; break verse-1 8 2 beat,echoes; chorus chorus-1 0 3; break chorus-1 8 1 beat,stutter; verse verse-2 0 3 inst; break bridge 8 2 echoes; outro outro 8 2 beat,echoes,fadeout",
        replaces=("drums", "bass"),
        stems={"vocals": "highpass cutoff_hz=250 | echo note_beats=.75 feedback=.6 mix=.4", "melodic": "echo note_beats=.5 feedback=.5 mix=.35 | reverb decay_s=2.5 mix=.25"}, beat_db=1.5,
    ),
    "chillout": Style(
        "chillout", (80, 104), 0.25,
        (("breaks", "breakbeat"), ("808", "half-time"), ("latin", "two-step")),
        (("round", "syncopated"), ("sub", "root"), ("round", "pedal")),
        (("warm", "swell"), ("rhodes", "swell"), ("glass", "chop")),
        (("kalimba", "up-down"), ("bell", "broken"), ("marimba", "up")),
        "intro intro 8 0 nobeat,fadein; verse verse-1 0 2 sweep; chorus chorus-1 0 3; break bridge 8 1 nobeat; verse verse-2 8 2 inst; chorus chorus-last 0 3; outro outro 8 1 nobeat,fadeout",
        texture="waves", replaces=("drums",), stems={"vocals": "echo note_beats=.75 mix=.16 | reverb decay_s=3 mix=.25", "melodic": "lowpass cutoff_hz=6000 | reverb decay_s=2.5 mix=.2"},
    ),
    "boom-bap": Style(
        "boom bap", (84, 98), 0.5,
        (("breaks", "boom-bap"), ("lofi", "boom-bap"), ("acoustic", "boom-bap")),
        (("upright", "syncopated"), ("round", "root"), ("sub", "syncopated")),
        (("piano", "chop"), ("rhodes", "stabs"), ("strings", "chop")),
        ((), ("bell", "ostinato"), ("guitar", "ostinato")),
        "intro chorus-1 4 1 dull,stutter; verse verse-1 0 3; chorus chorus-1 4 3; verse verse-2 0 3; chorus chorus-1 8 3; break verse-1 4 2 beat; verse verse-1 8 3 inst; outro chorus-1 4 2 beat,fadeout",
        texture="vinyl", replaces=("drums", "bass"), stems={"vocals": "compressor ratio=4", "melodic": "lowpass cutoff_hz=5200 | bitcrush bits=12 rate_hz=26000"},
        master="saturation drive=.12",
    ),
    "garage": Style(
        "garage", (128, 136), 0.6,
        (("909", "two-step"), ("909", "shuffle"), ("breaks", "two-step")),
        (("saw", "syncopated"), ("reese", "offbeat"), ("sub", "syncopated")),
        (("organ", "chop"), ("rhodes", "offbeat"), ("glass", "stabs")),
        ((), ("pluck", "broken"), ("bell", "euclid")),
        "intro intro 8 1 beat; verse verse-1 0 2 ; build verse-1 4 2 stutter,gap; drop chorus-1 8 4 impact,chops; verse verse-2 0 3; break chorus-1 8 1 nobeat,voice; drop chorus-last 0 4 impact; drop chorus-last 8 4 chops; outro outro 8 2 beat",
        replaces=("drums", "bass"), stems={"vocals": "echo note_beats=.75 mix=.14", "melodic": "highpass cutoff_hz=180"}, pump_db=3, beat_db=1.5,
    ),
    "orchestral": Style(
        "orchestral", (60, 116), 0.0, (), (("round", "pedal"), ("upright", "root"), ("sub", "pedal")),
        (("strings", "sustain"), ("choir", "swell"), ("strings", "pulse")),
        (("marimba", "ostinato"), ("bell", "up"), ("pluck", "octaves")),
        "intro intro 8 0 nobeat,fadein; verse verse-1 0 1 nobeat; pre-chorus verse-1 4 2 rise; chorus chorus-1 0 3; bridge bridge 0 0 nobeat,voice; build bridge 4 2 rise; chorus chorus-last 0 4 impact; chorus chorus-last 8 4; outro outro 4 0 nobeat,fadeout",
        texture="room", replaces=("drums",), stems={"vocals": "reverb decay_s=3.5 mix=.25", "melodic": "reverb decay_s=3.5 mix=.3"}, master="width width=1.25", beat_db=-1,
    ),
    "dubstep": Style(
        "dubstep", (136, 144), 0.0,
        (("808", "half-time"), ("industrial", "half-time"), ("breaks", "half-time")),
        (("reese", "pedal"), ("reese", "rolling"), ("saw", "trap")),
        (("choir", "sustain"), ("glass", "swell"), ("strings", "stabs")),
        ((), ("bell", "sparse"), ("square", "ostinato")),
        "intro intro 8 1 nobeat; verse verse-1 8 1 nobeat,voice; build verse-1 8 2 rise,stutter,gap; drop chorus-1 16 4 impact,inst; break verse-2 8 1 nobeat; build chorus-1 4 2 rise,gap; drop chorus-last 16 4 impact; outro outro 4 0 nobeat,fadeout",
        replaces=("drums", "bass"), stems={"vocals": "reverb decay_s=2.6 mix=.24 | echo note_beats=.75 mix=.14", "melodic": "highpass cutoff_hz=180"}, master="saturation drive=.2", pump_db=5, beat_db=1.5,
    ),
    "trance": Style(
        "trance", (132, 140), 0.0,
        (("909", "four-on-the-floor"), ("808", "four-on-the-floor"), ("909", "motorik")),
        (("saw", "rolling"), ("saw", "offbeat"), ("acid", "offbeat")),
        (("strings", "pulse"), ("warm", "stabs"), ("choir", "pulse")),
        (("saw", "up-down"), ("pluck", "octaves"), ("saw", "ostinato")),
        "intro intro 16 1 beat; verse verse-1 0 2; break bridge 16 0 nobeat,voice; build chorus-1 8 2 rise,sweep,gap; drop chorus-1 16 4 impact; break verse-2 8 1 nobeat; build chorus-last 8 2 rise,stutter; drop chorus-last 16 4 impact; outro outro 16 1 beat,fadeout",
        replaces=("drums", "bass"), stems={"vocals": "reverb decay_s=3.5 mix=.28", "melodic": "highpass cutoff_hz=200 | echo note_beats=.75 mix=.18"}, pump_db=8, beat_db=1,
    ),
    "ballad": Style(
        "ballad", (60, 82), 0.0,
        (("acoustic", "ballad"), ("brushes", "half-time"), ()),
        (("round", "root"), ("upright", "root"), ()),
        (("piano", "sustain"), ("strings", "swell"), ("warm", "sustain")),
        ((), ("bell", "broken"), ("guitar", "up")),
        "verse verse-1 0 0 nobeat,voice; chorus chorus-1 0 1 nobeat; verse verse-2 0 2; chorus chorus-2 0 3; bridge bridge 0 1; chorus chorus-last 0 3 impact; outro chorus-last 4 0 nobeat,voice,fadeout",
        texture="", replaces=("drums", "bass"), stems={"vocals": "reverb decay_s=2.6 mix=.22"}, beat_db=-1.5,
    ),
}

# The styles that a mood suggests when no style was named, the best first.
MOOD_STYLES: dict[str, tuple[str, ...]] = {
    "calm": ("chillout", "lofi", "ambient"), "dreamy": ("ambient", "chillout", "synthwave"), "sad": ("ballad", "lofi", "ambient"),
    "happy": ("disco", "house", "reggaeton"), "epic": ("orchestral", "trance", "rock"), "intimate": ("acoustic", "ballad", "jazz"),
    "aggressive": ("techno", "dubstep", "rock"), "minimal": ("acoustic", "techno", "ambient"), "lush": ("orchestral", "chillout", "disco"),
    "nostalgic": ("lofi", "synthwave", "boom-bap"), "hypnotic": ("techno", "dub", "house"), "night": ("synthwave", "chillout", "lofi"),
    "summery": ("bossa-nova", "reggaeton", "house"), "romantic": ("jazz", "ballad", "bossa-nova"), "tense": ("techno", "orchestral", "dubstep"),
    "party": ("house", "disco", "reggaeton"),
}
# What a mood adds: effects for the stems that may be touched, a sound of the pad, a step of energy, a swing.
MOOD_EFFECTS: dict[str, str] = {
    "calm": "lowpass cutoff_hz=7000", "dreamy": "reverb decay_s=4.5 mix=.3", "sad": "tilt tilt_db=-2", "happy": "tilt tilt_db=2",
    "epic": "reverb decay_s=3.2 mix=.2", "intimate": "compressor ratio=2.5", "aggressive": "saturation drive=.35", "lush": "chorus depth=.35",
    "nostalgic": "tape wow=.3 warmth=.5", "hypnotic": "echo note_beats=.75 mix=.2", "night": "lowpass cutoff_hz=6000", "summery": "tilt tilt_db=1.5",
    "romantic": "reverb decay_s=2.2 mix=.16", "tense": "highpass cutoff_hz=160", "party": "compressor ratio=3",
}
MOOD_ENERGY: dict[str, int] = {"calm": -1, "intimate": -1, "minimal": -1, "romantic": -1, "sad": -1, "epic": 1, "aggressive": 1, "party": 1}
# How near a tempo is to a style's own tempo region decides for a track whose words name neither style nor mood.
TASTEFUL = ("chillout", "lofi", "house", "disco", "boom-bap", "synthwave", "garage", "drum-and-bass", "jazz")
