"""Senses: a word that means two things, by what stands beside it: "drop the guitar" and "the drop"."""

from __future__ import annotations

from collections.abc import Callable

from fanlink.remix.interpret import constructions
from fanlink.remix.interpret.items import PARTS, Item, be, is_number, kind_at, near, text_at

MERELY = ("add", "more", "loud", "degree", "tempo", "key", "change", "energy", "length", "up")  # "just give it more bass"
DOING = frozenset("make turn bring give want need let go do slow speed have please fade".split())
LOVERS = ("id", "i", "would", "we", "wed", "d", "really", "you", "they")
IT = ("it", "this", "that", "everything", "things", "all")
AWAY = frozenset("home through along around to from in into at by away back past alone somewhere".split())
OUTINGS = frozenset("day night week weekend time walk drive ride way story run road trip shift flight winter".split())
MADE_THINGS = frozenset("version edit mix song track remix one cut take snippet clip".split())
DECADES = ("90 s", "nineties", "90s", "2000 s", "70 s", "60 s", "50 s", "seventies", "sixties", "fifties")
OF_AGE = ("old", "old school")
SOFT_SIZES = frozenset("small tiny little soft light".split())
SHINING = frozenset("shine shines sing sings roar soar soars carry lead rip speak ring cry".split()) | {"take over", "takes over"}
WANTING = frozenset(("needs more", "could use more", "could do with more", "not enough", "lacks", "lacking", "lack of", "too little", "missing", "turn up", "turn down", "crank up", "crank"))
WITH_PARTS = SHINING | {"hear", "room", "hit hard", "hits hard", "grow", "grows", "growing", "take the", "push", "pull", "run", "send", "by half"}
GENTLE = frozenset("gentle tender smooth mellow delicate".split())
SOUNDING = {"pad=rhodes": "piano", "pad=piano": "piano", "pad=strings": "strings", "drums": "drums", "bass": "bass", "arp=guitar": "guitar"}
CLEARLY = frozenset("better more clearly clear clearer properly well louder".split())


def settled(items: list[Item]) -> list[Item]:
    """The items, each in the sense that its neighbours give it."""
    for rule in (*constructions.RULES, *RULES):
        items = [rule(items, at) for at in range(len(items))]
    return items


def merely(items: list[Item], at: int) -> Item:
    item = items[at]
    if item.text in ("just", "only", "simply") and (kind_at(items, at + 1) in MERELY or text_at(items, at + 1) in DOING):
        return be(item, "filler")
    return item


def dropped(items: list[Item], at: int) -> Item:
    """"Drop the guitar" leaves it out, "drop it to 90" lowers it, "the drop" is a section."""
    item = items[at]
    if item.kind != "section" or item.text not in ("drop", "drops", "break"):
        return item
    after = next((other for other in items[at + 1 :] if other.kind not in ("filler", "ordinal")), None)
    verb = item.text != "break" and text_at(items, at - 1) not in ("a", "the", "big", "huge", "bass", "last", "first", "second")
    if verb and (text_at(items, at + 1) in IT or kind_at(items, at + 1) == "neg") and any(other.value == "butnot" for other in near(items, at)):
        return be(item, "neg", "remove")
    if text_at(items, at - 1) in ("should", "must", "to", "will", "can", "could") and any(other.kind == "noun" or other.text == "energy" for other in near(items, at, -1)):
        return be(item, "up", "down")
    if verb and text_at(items, at + 1) in IT and any(is_number(other) for other in near(items, at)):
        return be(item, "up", "down")
    if after and after.kind in PARTS and text_at(items, at - 1) not in ("a", "the", "big", "huge", "bass") and kind_at(items, at + 1) in ("filler", "ordinal", *PARTS):
        return be(item, "neg", "remove")
    if item.text != "break" and text_at(items, at + 1) in ("the", "that") and after and after.kind == "section":
        return be(item, "neg", "remove")
    return item


def left_alone(items: list[Item], at: int) -> Item:
    """"Leave the vocals alone" and "the vocals alone"; "sing alone" is the latter even after "let"."""
    item = items[at]
    if item.text != "alone":
        return item
    before = [other.text for other in near(items, at, -1)]
    leaves = any(text in ("leave", "leaving") for text in before)
    lets = "let" in before and not {"sing", "sings", "play", "plays", "be", "stand", "carry"} & set(before)
    return item if leaves or lets else be(item, "only", "only")


def small_senses(items: list[Item], at: int) -> Item:
    """Words of which one neighbour decides."""
    item, before = items[at], items[at - 1] if at else None
    after = next((other for other in items[at + 1 :] if other.kind not in ("filler", "ordinal")), None)
    if item.text in ("swap", "exchange", "trade") and not any(other.text in ("for", "with", "by", "out") for other in near(items, at)):
        return be(item, "unknown")  # "swap vocals and guitar" takes neither away
    if item.text == "punk" and before and before.kind == "unknown":
        return be(item, "unknown")
    if item.text == "love" and text_at(items, at - 1) in LOVERS:
        return be(item, "filler")
    if item.kind == "ordinal" and item.text in ("closing", "opening") and not (after and after.kind == "section"):
        return be(item, "section", "outro" if item.text == "closing" else "intro")
    if item.text in ("full", "fuller") and after and after.kind == "style" or item.text == "anthem" and before and before.kind == "style":
        return be(item, "filler")
    if item.text in ("new", "different", "another") and item.kind == "filler" and kind_at(items, at + 1) == "inst":
        return be(item, "add", "add")
    if item.kind == "loud" and item.text in WANTING and after and after.kind in ("effect", "sound", "energy"):
        return be(item, "more", item.value)
    if item.text == "build" and item.kind == "section" and kind_at(items, at + 1) in ("mood", "energy") and kind_at(items, at - 1) not in ("filler", "ordinal", "size", "relation"):
        return be(item, "filler")
    if item.text == "builds" and before and before.kind in (*PARTS, "layer", "unknown") and kind_at(items, at + 1) == "relation":
        return be(item, "filler")
    return item


def of_parts(items: list[Item], at: int) -> Item:
    """Words that say something of a part where one stands right before, or right after: "the guitar out", "bass led", "quite vocals"."""
    item, before = items[at], items[at - 1] if at else None
    if item.text == "quite" and kind_at(items, at + 1) in PARTS:
        return be(item, "loud", "less")
    if before is None:
        return item
    if before.kind in PARTS and item.text in ("out", "gone", "free") or item.text == "gone" and before.text == ":" and kind_at(items, at - 2) in PARTS:
        return be(item, "neg", "remove")
    if before.kind in PARTS and item.text in ("led", "driven", "based", "forward", "centric", "centred", "dominated"):
        return be(item, "loud", "more")
    if before.kind in PARTS and item.text == "low" and item.kind in ("unknown", "filler"):
        return be(item, "loud", "less")
    if before.kind == "effect" and item.text in ("heavy", "laden", "soaked", "drenched"):
        return be(item, "degree", "much")
    return item


def with_parts(items: list[Item], at: int) -> Item:
    """Verbs that mean another thing where the clause names a part: "let the guitar sing", "reverb grows", "hits hard in the drop"."""
    item = items[at]
    if item.text not in WITH_PARTS:
        return item
    earlier, later = list(near(items, at, -1)), list(near(items, at))
    parted = any(other.kind in PARTS for other in earlier)
    clause = parted or any(other.kind in PARTS for other in later)
    if item.text == "hear" and clause and {other.text for other in later} & CLEARLY:
        return be(item, "loud", "more")
    if item.text in SHINING and item.kind not in PARTS and any(other.text in ("let", "lets") for other in earlier):
        return be(item, "loud", "more")
    if item.text == "room" and item.kind == "unknown" and clause and (kind_at(items, at + 1) == "relation" or kind_at(items, at - 1) == "more"):
        return be(item, "effect", "reverb")
    if item.text in ("hit hard", "hits hard") and not parted and any(other.kind == "section" for other in earlier):
        return be(item, "energy", "more")
    grown = item.text in ("grow", "grows", "growing") and (parted or any(other.kind in ("effect", "layer") for other in earlier))
    moved = item.text == "take the" and {other.text for other in later} & {"down", "up", "back", "higher", "lower"} and not {other.text for other in later} & {"out", "away", "off"}
    sent = item.text in ("push", "pull", "run", "send") and {"through", "into"} & {other.text for other in later} and any(other.kind == "effect" for other in later)
    return be(item, "filler") if grown or moved or sent or item.text == "by half" and parted else item


def with_numbers(items: list[Item], at: int) -> Item:
    """"Knock 5 bpm off" and "take it down two semitones" are about the amount."""
    item = items[at]
    if item.text in ("knock", "knocks", "shave", "take it down") and any(is_number(other) for other in near(items, at)):
        return be(item, "up", "down") if item.text == "take it down" else be(item, "filler")
    return item


def from_and_to(items: list[Item], at: int) -> Item:
    """"From happy to sad" asks for sad; "reverb only on the snare" has no drums alone."""
    item = items[at]
    if item.kind in ("mood", "style") and any(other.text == "from" for other in items[max(0, at - 2) : at]):
        to = any(other.text == "to" for other in items[at : at + 3])
        return be(item, "filler") if to and any(other.kind == item.kind for other in items[at + 1 : at + 4]) else item
    if item.kind == "only" and text_at(items, at + 1) == "on" and any(other.kind in ("effect", "edit") for other in near(items, at, -1)):
        return be(item, "filler")
    return item


def faded(items: list[Item], at: int) -> Item:
    """"Fade the guitar in" is a fade in; "fade in the last chorus" is not."""
    item = items[at]
    after = next((other for other in items[at + 1 :] if other.kind not in ("filler", "ordinal")), None)
    if item.text != "fade" or not (after and after.kind in (*PARTS, "relation")) or not any(other.text == "in" for other in items[at + 1 : at + 5] if other.kind == "relation"):
        return item
    ending = [other for other in items[at + 1 : at + 6] if other.kind not in ("filler", "degree", "tempo")]
    last = ending[-1:] and ending[-1].kind == "relation"
    inner = len(ending) > 1 and ending[1].kind == "relation" and (len(ending) == 2 or ending[2].kind != "section")
    return be(item, "edit", "fade-in") if last or inner else item


def of_something(items: list[Item], at: int) -> Item:
    """Adjectives of things that are no wish of their own: an old cassette, a small jazz trio, after a long day."""
    item, after = items[at], items[at + 1] if at + 1 < len(items) else None
    if after is None:
        return be(item, "filler") if item.text == "long" and text_at(items, at - 1) in OUTINGS else item
    if (item.text in OF_AGE or item.text in DECADES) and (after.kind == "style" or after.value == "party"):
        return be(item, "filler")
    if item.text in SOFT_SIZES and item.kind == "size" and after.kind == "style":
        return be(item, "filler")
    if after.kind == "layer" and after.value.startswith("texture") and (item.kind in ("size", "loud") or item.kind == "mood" and item.value in ("lush", "aggressive")):
        return be(item, "filler")
    if after.text == "one" and item.kind in ("length", "size", "tempo") and any(other.kind in ("effect", "edit", "layer", "section") for other in items[max(0, at - 6) : at]):
        return be(item, "filler")
    made = any(other.text in MADE_THINGS for other in items[at + 1 : at + 3])
    if item.kind == "length" and item.text in ("long", "short", "brief") and not made and (after.kind == "unknown" or after.text in OUTINGS):
        return be(item, "filler")
    return item


def driven(items: list[Item], at: int) -> Item:
    """Drive is a sound where it is added or of a part, and else a way to get home."""
    item = items[at]
    if item.text in ("driving", "drive", "drives"):
        after = items[at + 1] if at + 1 < len(items) else None
        gone = after is not None and (after.text in AWAY or after.kind == "relation")
        if gone or item.text == "driving" and text_at(items, at - 1) in ("for", "while", "when", "night"):
            return be(item, "filler")
        added = any(other.kind in ("more", "add", "degree") for other in items[max(0, at - 2) : at])
        if item.text != "driving" and not added and not any(other.kind in PARTS for other in near(items, at)):
            return be(item, "filler")
    return item


def said_twice(items: list[Item], at: int) -> Item:
    """The general word after the special one adds nothing: a telephone filter, rhodes chords, crickets at night."""
    item, before = items[at], items[at - 1] if at else None
    if before and item.text in ("filter", "filters", "effects", "effect", "fx", "sweep") and before.kind == "effect":
        return be(item, "filler")
    if before and item.kind == before.kind == "layer" and item.value in ("pad", "arp", "texture") and before.value.startswith(f"{item.value}="):
        return be(item, "filler")
    if item.kind == "mood" and item.value == "night" and any(other.value == "texture=night" for other in near(items, at, -1)):
        return be(item, "filler")
    return item


def paced(items: list[Item], at: int) -> Item:
    """A slow arpeggio is no slow song; a lift of the vocals no lift of it all; a soft piano is one that plays."""
    item, after = items[at], items[at + 1] if at + 1 < len(items) else None
    if after is None:
        return item
    if item.text == "slow" and after.kind == "section" and after.value == "build" or item.text == "deep" and after.kind in ("style", "mood", "sound", "soft"):
        return be(item, "filler")
    if item.kind == "mood" and item.text in GENTLE and after.kind in ("effect", "edit"):
        return be(item, "degree", "bit")
    if item.kind == "energy" and item.text in ("hyper", "wild", "crazy", "insane", "mad") and after.kind in ("tempo", "sound", "mood", "loud", "effect"):
        return be(item, "degree", "much")
    if item.kind == "energy" and item.text in ("banging", "explosive", "powerful", "pumping") and after.kind == "inst" and after.value in ("drums", "bass"):
        return be(item, "sound", "punchier")
    if item.kind == "style" and after.kind == "relation" and after.text == "into" or item.kind == "style" and text_at(items, at + 1) == "into":
        turned = any(other.text in ("turn", "transform", "change", "convert", "make") for other in items[max(0, at - 3) : at])
        return be(item, "filler") if turned else item
    if item.kind == "tempo" and item.text in ("slow", "fast", "quick") and after.kind in ("layer", "effect", "edit") and not after.value.startswith("texture"):
        return be(item, "filler")
    if item.kind == "energy" and item.text in ("lift", "pump it up", "power up", "drive it", "grow") and any(other.kind in PARTS for other in items[at + 1 : at + 4]):
        return be(item, "loud", "more")
    if item.text == "soft" and item.kind == "size" and (after.value in ("strings", "synth") or after.kind in PARTS and text_at(items, at - 1) in ("a", "some", "with", "maybe")):
        return be(item, "filler")
    return item


def sounding(items: list[Item], at: int) -> Item:
    """A sound that is there already, where it is to be louder or softer: "the rhodes up", "808s down"."""
    item = items[at]
    part = SOUNDING.get(item.value) or SOUNDING.get(item.value.partition("=")[0]) if item.kind == "layer" else None
    clause = [*near(items, at), *near(items, at, -1)] if part else []
    if any(other.kind == "loud" for other in clause) and not any(other.kind == "add" and other.text != "put" for other in clause):
        return be(item, "inst", part or "")
    return item


def my_own(items: list[Item], at: int) -> Item:
    """What a fan wants to bring along is no part of the track."""
    item = items[at]
    if item.value == "vocals" and item.text in ("voice", "singing") and text_at(items, at - 1) == "my":
        return be(item, "unknown")
    if item.kind in PARTS and (text_at(items, at - 1) == "own" and text_at(items, at - 2) in ("my", "our") or text_at(items, at - 1) == "my" and text_at(items, at - 2) in ("record", "sing")):
        return be(item, "unknown")
    return item


RULES: tuple[Callable[[list[Item], int], Item], ...] = (
    my_own, merely, dropped, left_alone, small_senses, of_parts, with_parts, with_numbers, from_and_to, faded, of_something, paced, driven, said_twice, sounding,
)  # fmt: skip
