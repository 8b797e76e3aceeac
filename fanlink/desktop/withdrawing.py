"""What taking consents back will do, said before it is done: from documents alone, by the rules of core."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from fanlink.core.consents import Consent, ConsentState, uses_needed
from fanlink.core.documents import ConsentDocument, PromptDocument, PublishedDocument, SubmissionDocument
from fanlink.core.guard_rails import Use
from fanlink.core.remixes import ON_THE_WAY, RemixState
from fanlink.desktop import formats, words

DAY_MS = 86_400_000
COMING = (*ON_THE_WAY, RemixState.APPEALED)


@dataclass(frozen=True, slots=True)
class Consequences:
    """What will happen, as far as this reader can see: consents, prompts, remixes on the way, published ones and their last day."""

    consents: tuple[Consent, ...]
    withdrawn: tuple[str, ...]
    paused: tuple[str, ...]
    taken_down: tuple[str, ...]
    winding_down: tuple[tuple[str, int], ...]

    def sentences(self) -> list[str]:
        """The same in words, the gravest first."""
        uses = sorted({words.USES[each.use].lower() for each in self.consents})
        tracks = len({each.track for each in self.consents})
        said = [f"{formats.count(len(self.consents), 'consent')} on {formats.count(tracks, 'track')} end at once: {formats.names(uses, 8)}."]
        if self.withdrawn:
            said.append(f"No new remixes: {formats.names(list(self.withdrawn))} {_are(self.withdrawn)} withdrawn for good.")
        if self.paused:
            said.append(f"{formats.names(list(self.paused))} {_are(self.paused)} paused until the artist asks for less.")
        if self.taken_down:
            said.append(f"Taken down at once, on their way: {formats.names(list(self.taken_down))}.")
        for title, ends_ms in self.winding_down[:8]:
            said.append(f"“{title}” plays and earns until {formats.date(ends_ms)}, then comes down.")
        if len(self.winding_down) > 8:
            said.append(f"So do {len(self.winding_down) - 8} more.")
        said.append("What was earned by then is paid whenever its report arrives. Fans keep their own files. Earlier remixes are not undone.")
        return said


def consequences(
    documents: Iterable[ConsentDocument], prompts: Iterable[PromptDocument], submissions: Iterable[SubmissionDocument],
    published: Iterable[PublishedDocument], now_ms: int,
) -> Consequences:  # fmt: skip
    """Of taking back those of these consents that are granted."""
    given = tuple(each.consent for each in documents if each.consent.state is ConsentState.GRANTED)
    by_track: dict[str, set[Use]] = {}
    for consent in given:
        by_track.setdefault(consent.track, set()).add(consent.use)
    touched = {
        prompt.id: prompt for prompt in prompts
        if set(uses_needed(prompt.text.guard_rails)) & by_track.get(prompt.track, set())
    }  # fmt: skip
    whole = [each.text.title for each in touched.values() if Use.REMIX in by_track[each.track]]
    part = [each.text.title for each in touched.values() if Use.REMIX not in by_track[each.track]]
    waits = {each.id: each for each in submissions if each.prompt in touched}
    coming = [each.title for each in waits.values() if each.state in COMING and _rests(each.prompt, touched, by_track)]
    ends = []
    for each in published:
        if each.prompt in touched and _rests(each.prompt, touched, by_track):
            last = now_ms + touched[each.prompt].text.wind_down_days * DAY_MS
            ends.append((each.title, min(last, each.wind_down_ms) if each.wind_down_ms else last))
    return Consequences(given, tuple(whole), tuple(part), tuple(sorted(coming)), tuple(sorted(ends)))


def _rests(prompt: str, touched: dict[str, PromptDocument], by_track: dict[str, set[Use]]) -> bool:
    """Whether its remixes surely rest on what is taken back; for a further use that depends on each remix."""
    return Use.REMIX in by_track[touched[prompt].track]


def _are(titles: tuple[str, ...]) -> str:
    return "is" if len(titles) == 1 else "are"
