"""A small world in documents: artists, prompts, challenges, remixes, money. Real values of core, as the server would send them."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path
from typing import Any

from fanlink.core import challenges, lineage, remixes
from fanlink.core.challenges import Challenge, ChallengeState, Criterion, Dates, Entry, Prize
from fanlink.core.documents import (
    AccountDocument,
    ArtistDocument,
    ChallengeDocument,
    EntryDocument,
    PromptDocument,
    PublishedDocument,
    RemixDocument,
    Share,
)
from fanlink.core.guard_rails import GuardRails, Use
from fanlink.core.lineage import SheetAbove
from fanlink.core.people import Role
from fanlink.core.prompts import PromptState, PromptText, Slot
from fanlink.core.recipes import Edit, Effect, Layer, Recipe, Section, StemChange, StemUse
from fanlink.core.remixes import Remix, RemixState
from fanlink.core.shares import ANCESTOR, REMIXER, Node, Template
from fanlink.core.tracks import Music, Stem, TrackFacts, TrackSection
from tests.desktop import music
from tests.desktop.money import money_documents, paying_documents

NOW_MS = 1_795_000_000_000
DAY = 86_400_000
HOUR = 3_600_000
FAN = "person_mara0001"
FAN_PARTY = "party_mara0001"
ENGINE = "fanlink-1"


@dataclass(frozen=True, slots=True)
class World:
    """Documents by scope, and the files they name by digest."""

    documents: list[tuple[str, Any]]
    files: dict[str, Path]


ARTISTS = {
    "luma": ("artist_luma0001", "Luma Reyes", "Synths at night, voices at dawn. From Valencia."),
    "harbour": ("artist_harb0001", "The Harbour", "Four friends, one ferry, too many songs about rain."),
    "oriol": ("artist_orio0001", "DJ Oriol", "Barcelona. Plaza at five in the morning."),
    "ines": ("artist_ines0001", "Ines Park", "Paper, pencil, piano."),
    "vale": ("artist_vale0001", "Saint Vale", "Choirs in rooms that answer."),
}

# key, artist, track, prompt title, words, slots, guard rails, asked, remixer's share, days since it was published
PROMPTS: tuple[tuple[Any, ...], ...] = (
    ("neon", "luma", "Neon Tide", "Night drive version",
     "Take Neon Tide for a drive {where}, {mood}, with my voice as it is.",
     {"where": ("along the coast", "through the city", "into the hills"), "mood": ("slow and hazy", "wide awake", "almost home")},
     GuardRails(tempo_bpm=(84, 132), key_shift_semitones=(-3, 3), length_s=(30, 240), stems_required=("vocals",),
                stems_untouched=("vocals",), effects_not_allowed=("bitcrush",), words_not_allowed=("party",),
                uses_allowed=(Use.GENERATED_LAYERS,)), 4, Fraction(2, 5), 3),
    ("ferry", "harbour", "Slow Ferry", "Acoustic campfire", "Make Slow Ferry sound like {place}.",
     {"place": ("a campfire", "a kitchen at midnight", "an empty church")},
     GuardRails(tempo_bpm=(70, 110), stems_untouched=("vocals",), layers_allowed=("bass", "pad", "texture")), 3, Fraction(7, 20), 9),
    ("plaza", "oriol", "Plaza", "140 BPM club edit", "Plaza for {room}, no mercy.", {"room": ("the big room", "the cellar")},
     GuardRails(tempo_bpm=(136, 144)), 2, Fraction(7, 20), 12),
    ("paper", "ines", "Paper Boats", "Lo-fi study loop", "Paper Boats, for {time}.", {"time": ("homework", "rain", "a train window")},
     GuardRails(tempo_bpm=(60, 96), uses_allowed=(Use.OWN_RECORDINGS,)), 2, Fraction(1, 2), 20),
    ("cathedral", "vale", "Cathedral", "Choir reimagined", "Let the choir stand {where}.", {"where": ("in the snow", "under water")},
     GuardRails(key_shift_semitones=(-2, 2), stems_untouched=("choir",)), 6, Fraction(3, 10), 31),
    ("harbourlights", "harbour", "Harbour Lights", "Dub on the pier", "Harbour Lights as {style}.", {"style": ("dub", "ska", "a lullaby")},
     GuardRails(tempo_bpm=(64, 150)), 3, Fraction(2, 5), 40),
    ("midnight", "luma", "Midnight Atlas", "Only the bass and me", "Everything goes but the bass, {how}.",
     {"how": ("softly", "with teeth")}, GuardRails(stems_required=("bass",)), 4, Fraction(2, 5), 55),
)  # fmt: skip


def make(folder: Path, now_ms: int = NOW_MS, *, songs: int = 2) -> World:
    """Writes the songs and makes all documents."""
    made = [music.write_stems(folder / f"song{number}", number * 3 - 3) for number in range(songs)]
    files = {digest: path for song in made for path, digest, _frames in song.values()}
    facts = {prompt[0]: _facts(prompt, made[index % songs]) for index, prompt in enumerate(PROMPTS)}
    documents: list[tuple[str, Any]] = [(f"person:{FAN}", account())]
    documents += [("public", artist(key)) for key in ARTISTS]
    prompts = {each[0]: prompt_document(each, facts[each[0]], now_ms) for each in PROMPTS}
    documents += [("public", prompt) for prompt in prompts.values()]
    documents += [("public", each) for each in challenge_documents(prompts, now_ms)]
    mine = remix_documents(prompts, now_ms, made[0]["keys"][1])
    documents += [(f"person:{FAN}", each) for each in mine]
    documents += [(f"person:{FAN}", entry_document(mine[0], now_ms))]
    documents += [(f"party:{FAN_PARTY}", each) for each in money_documents(mine, FAN_PARTY)]
    documents += [(f"party:{FAN_PARTY}", each) for each in paying_documents(FAN_PARTY, "Mara Voss", now_ms)]
    documents += [(f"artist:{each.artist}", each) for each in published_documents(prompts, now_ms, made[1 % songs]["keys"][1])]
    return World(documents, files)


def account() -> AccountDocument:
    return AccountDocument(
        FAN, "Mara Voss", (Role.FAN,), FAN_PARTY, parties=(FAN_PARTY,),
        follows=(ARTISTS["luma"][0], ARTISTS["harbour"][0], ARTISTS["ines"][0]),
    )  # fmt: skip


def artist(key: str) -> ArtistDocument:
    id_, name, about = ARTISTS[key]
    tracks = {prompt[2] for prompt in PROMPTS if prompt[1] == key}
    return ArtistDocument(id_, name, about, None, len(tracks), len([p for p in PROMPTS if p[1] == key]))


def shares_of(key: str, remixer: Fraction, mine: bool = False) -> tuple[Share, ...]:
    """The split of a prompt: the rest is shared by recording, composition and platform."""
    name = ARTISTS[key][1]
    rest = 1 - remixer - Fraction(1, 10)
    return (
        Share(f"party_{key}", name, "recording", rest * Fraction(2, 3)),
        Share("party_northside", "Northside Music", "composition", rest * Fraction(1, 5)),
        Share("party_jonah", "Jonah Pike", "composition", rest * Fraction(2, 15)),
        Share(FAN_PARTY if mine else "remixer", "Mara Voss" if mine else "Remixer", "remixer", remixer),
        Share("party_fanlink", "FanLink", "platform", Fraction(1, 10)),
    )


def split_of(key: str, remixer: Fraction) -> Template:
    """The template behind `shares_of`; for Luma a quarter of the remixer's part is the earlier remix's, where there is one."""
    pools: dict[str, dict[str, Fraction]] = {}
    for share in shares_of(key, remixer):
        pools.setdefault(share.role, {})[share.party] = share.share
    earlier = remixer / 4 if key == "luma" else Fraction(0)
    nodes = [
        Node(role, sum(parties.values()), tuple(Node(party, part / sum(parties.values())) for party, part in parties.items()))
        for role, parties in pools.items() if role != REMIXER
    ]  # fmt: skip
    return Template((*nodes, Node(REMIXER, remixer - earlier), *([Node(ANCESTOR, earlier)] if earlier else [])))


def _facts(prompt: tuple[Any, ...], song: dict[str, tuple[Path, str, int]]) -> TrackFacts:
    names = {"vocals": "choir"} if prompt[0] == "cathedral" else {}
    stems = {
        names.get(name, name): Stem(names.get(name, name), digest, music.RATE, 2, frames)
        for name, (_path, digest, frames) in song.items()
    }
    sections = tuple(TrackSection(name, bar) for name, bar in music.SECTIONS)
    return TrackFacts(prompt[2], ARTISTS[prompt[1]][1], Music(music.BPM, 0.0, "A minor", 4, sections), stems)


def prompt_document(prompt: tuple[Any, ...], facts: TrackFacts, now_ms: int) -> PromptDocument:
    key, artist_key, track, title, words, slots, rails, asked, remixer, days = prompt
    split = split_of(artist_key, remixer)
    names = {share.party: share.name for share in shares_of(artist_key, remixer)}
    leaves = tuple(Share(leaf.party, names.get(leaf.party, leaf.party), (*leaf.path, leaf.party)[0], leaf.share) for leaf in split.leaves())
    text = PromptText(title, words, {name: Slot(choices) for name, choices in slots.items()}, rails, "template_1")
    return PromptDocument(
        f"prompt_{key}01", ARTISTS[artist_key][0], ARTISTS[artist_key][1], f"track_{key}01", track, None,
        PromptState.PAUSED if key == "harbourlights" else PromptState.PUBLISHED, 1,
        hashlib.sha256(key.encode()).hexdigest(), text, facts, leaves, asked, asked, now_ms - days * DAY, split=split.as_data(),
    )  # fmt: skip


def recipe(prompt: PromptDocument, words: str, tempo: float = 104.0, seed: int = 7) -> Recipe:
    """A recipe that has a bit of everything."""
    names = list(prompt.facts.stems)
    return Recipe(
        engine=ENGINE, seed=seed, track="0" * 64, words=words,
        slots={name: slot.choices[0] for name, slot in prompt.text.slots.items()}, style="lofi", tempo_bpm=tempo,
        key_shift_semitones=-2, swing=0.2,
        stems={name: StemUse(gain_db=0.0 if name != "drums" else -3.0, effects=(Effect("reverb"),) if name == "keys" else ())
               for name in names},
        layers=(Layer("pad", "pad", "warm", "sustain", -9.0), Layer("vinyl", "texture", "vinyl", "constant", -20.0)),
        sections=(
            Section("intro", 1, 4, stems={"drums": StemChange(mute=True)}, layers=("vinyl",)),
            Section("verse", 5, 8, layers=("pad", "vinyl")),
            Section("build", 9, 4, loop_bars=2, layers=("pad",), edits=(Edit("riser", 8, 8),)),
            Section("chorus", 13, 8, layers=("pad", "vinyl")),
            Section("outro", 1, 4, stems={"bass": StemChange(mute=True)}, layers=("vinyl",)),
        ),
    )  # fmt: skip


REMIXES: tuple[tuple[Any, ...], ...] = (
    ("night", "neon", "Night drive at 2 a.m.", ("submit", "screen", "pass_screening", "approve", "publish"), 14, 18_240,
     "This is exactly the road I had in mind. Played it twice on the way home."),
    ("kitchen", "ferry", "Ferry in my kitchen", ("submit", "screen", "pass_screening", "request_changes"), 3, 0, ""),
    ("cellar", "plaza", "Plaza, but the cellar", ("submit", "screen", "pass_screening"), 1, 0, ""),
    ("train", "paper", "Boats on the 7:12", ("submit", "screen", "pass_screening", "reject"), 8, 0, ""),
    ("snow", "cathedral", "Choir in the snow", ("submit", "screen", "pass_screening", "reject", "appeal"), 20, 0, ""),
    ("hills", "neon", "Into the hills", ("submit", "screen", "pass_screening", "approve", "publish"), 40, 4_106, ""),
)  # fmt: skip
LETTERS = {
    "request_changes": ("quality", "Lovely idea. The bass covers the voice from bar 21 to 28; bring it down by about 4 dB there and "
                        "send it again. Everything else is ready."),
    "reject": ("near_duplicate", "This is very close to “Paper rain” (94 % the same recipe). Make it more your own: another form or "
               "another style would be enough."),
}  # fmt: skip


def remix_documents(prompts: dict[str, PromptDocument], now_ms: int, audio: str) -> list[RemixDocument]:
    made = []
    for key, prompt_key, title, steps, days, plays, thanks in REMIXES:
        prompt = prompts[prompt_key]
        remix = Remix(
            f"remix_{key}01", FAN, FAN_PARTY, prompt.artist, prompt.track, prompt.id, prompt.digest, title,
            recipe(prompt, "slow rainy-night lo-fi, keep the vocals, no drums in the intro, big last chorus"), "a" * 64,
        )  # fmt: skip
        at = now_ms - days * DAY
        for step in steps:
            reason, letter = LETTERS.get(step, ("", ""))
            by = FAN if step in ("submit", "appeal") else "system" if step in ("screen", "pass_screening", "publish") else "person_mod0001"
            remix = remixes.move(remix, step, by, at, reasons=(reason,) if reason else (), letter=letter)
            at += 5 * HOUR
        if remix.state is RemixState.PUBLISHED:
            remix = _published(remix, audio)
        key_of_artist = next(name for name, each in ARTISTS.items() if each[0] == prompt.artist)
        mine = shares_of(key_of_artist, next(p[8] for p in PROMPTS if p[0] == prompt_key), mine=True)
        made.append(RemixDocument(
            remix.id, remix, prompt.artist_name, prompt.track_title, prompt.text.title, None, mine, (), thanks, plays,
        ))  # fmt: skip
    return made


def _published(remix: Remix, audio: str) -> Remix:
    from dataclasses import replace

    return replace(remix, audio=audio)


def challenge_documents(prompts: dict[str, PromptDocument], now_ms: int) -> list[ChallengeDocument]:
    rubric = (Criterion("Idea", 10), Criterion("Sound", 10), Criterion("Keeps the song's heart", 5))
    prizes = (Prize(1, "Released on Luma's next EP, and two festival tickets"), Prize(2, "A day in the studio"), Prize(3, "Signed vinyl"))
    made = []
    for key, title, about, opens, closes, decides, state, entries in (
        ("neon", "Neon Tide: the long way home", "Make the version you would want at 2 a.m. with nobody else on the road.",
         -12, 2, 14, ChallengeState.SCHEDULED, 148),
        ("paper", "Homework club", "Forty minutes of focus. Loops welcome, drama is not.", -3, 24, 38, ChallengeState.SCHEDULED, 37),
        ("plaza", "Plaza after dark", "The cellar is booked. We need the last track of the night.", 6, 30, 44, ChallengeState.SCHEDULED, 0),
        ("ferry", "Campfire sessions", "Wood, strings, smoke.", -60, -20, -6, ChallengeState.FINAL, 212),
    ):  # fmt: skip
        prompt = prompts[key]
        challenge = Challenge(
            f"challenge_{key}01", prompt.artist, prompt.id, prompt.digest, title, about,
            Dates(now_ms + opens * DAY, now_ms + closes * DAY, now_ms + decides * DAY), rubric, ("person_judge01", "person_judge02"),
            prizes, state, winners=("entry_x001", "entry_x002") if state is ChallengeState.FINAL else (),
        )  # fmt: skip
        assert not challenges.check(challenge)
        made.append(ChallengeDocument(challenge.id, challenge, prompt.artist_name, prompt.text.title, None, entries))
    return made


def entry_document(remix: RemixDocument, now_ms: int) -> EntryDocument:
    entry = Entry("entry_night01", "challenge_neon01", remix.id, FAN, now_ms - 5 * DAY)
    return EntryDocument(entry.id, entry, remix.remix.title, remix.remix.audio, "Neon Tide: the long way home")


def published_documents(prompts: dict[str, PromptDocument], now_ms: int, audio: str) -> list[PublishedDocument]:
    made = []
    for number, (title, fan, key, days) in enumerate((
        ("Paper rain", "ji_ho", "paper", 2), ("Ferry lullaby", "tomasz", "ferry", 4), ("Neon Tide (tram version)", "kx_77", "neon", 5),
        ("Tide out", "Nora B.", "neon", 11), ("Kettle & strings", "old_amp", "ferry", 16), ("Boats, folded", "wren", "paper", 23),
    ), 1):  # fmt: skip
        prompt = prompts[key]
        disclosure = {"contains_ai": "None" if number % 3 else "Partly"}
        made.append(PublishedDocument(
            f"remix_pub{number:04d}", fan, prompt.artist, prompt.artist_name, title, prompt.track_title, prompt.id, audio,
            disclosure, now_ms - days * DAY, sheets=(_sheet(prompt, f"remix_pub{number:04d}", title, fan, now_ms - days * DAY),),
        ))  # fmt: skip
    return made


def _sheet(prompt: PromptDocument, remix: str, title: str, fan: str, at_ms: int) -> SheetAbove:
    day = datetime.fromtimestamp(at_ms / 1000, UTC).date()
    sheet = lineage.would_be(prompt.split, remix, f"party_{fan}", day)
    names = {share.party: share.name for share in prompt.shares} | {f"party_{fan}": fan}
    return lineage.above_of([sheet], day, names, {sheet.id: (title,)})[0]
