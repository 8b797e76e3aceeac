"""Add a track: what it is called, its stems, what its music is, who owns it. The same page declares stakes and brings stems later."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QComboBox, QDoubleSpinBox, QFileDialog, QProgressBar, QVBoxLayout, QWidget

from fanlink.core.commands import AddParty, AddStems, AddTrack, DeclareStakes
from fanlink.core.documents import TrackDocument
from fanlink.core.errors import Refused
from fanlink.core.identifiers import parse_isrc, parse_iswc
from fanlink.core.tracks import Music
from fanlink.desktop import words
from fanlink.desktop.ops import Progress, Task
from fanlink.desktop.pages.page import Page
from fanlink.desktop.pages.stakes_editor import StakesEditor
from fanlink.desktop.widgets import basics, fields

SOUND = "Lossless sound (*.wav *.flac)"
NEW, STAKES, STEMS = "new", "stakes", "stems"


@dataclass(frozen=True, slots=True)
class Known:
    """What the form offers: my artists, parties by name, and the track that is changed."""

    artists: dict[str, str]
    parties: dict[str, str]
    track: TrackDocument | None


class AddTrackPage(Page):
    """Opened plainly for a new track, at `stakes:ID` to declare who owns one, at `stems:ID` to bring its stems."""

    KINDS = frozenset({"account"})

    def build(self) -> None:
        self._task: Task | None = None
        self._mode, self._track = NEW, None
        self.stems: list[tuple[str, Path]] = []
        self.cover: Path | None = None
        self.outer.addWidget(basics.button("Catalogue", "arrow-left", "link", lambda: self.desk.go("tracks")), 0)
        self.save = basics.button("Add the track", "check", "primary", self._save)
        self.heading("Add a track", "Its stems stay yours: nobody can use anything of it before everyone has agreed.", self.save)
        column = self.scroller()
        self.wrong = basics.text_label("", "bad", wrap=True)
        self.wrong.hide()
        self.progress = QProgressBar()
        self.progress.setTextVisible(False)
        self.progress.setRange(0, 1000)
        self.doing = basics.text_label("", "muted")
        self.stop = basics.button("Stop", "x", "small", self._stop)
        self._running = basics.boxed(basics.column(self.progress, basics.row(self.doing, None, self.stop)))
        column.addWidget(self.wrong)
        column.addWidget(self._running)
        self._about, self._sound, self._owners = self._about_card(), self._stems_card(), self._owners_card()
        for each in (self._about, self._sound, self._owners):
            column.addWidget(each)
        column.addStretch(1)
        self._running.hide()

    def _about_card(self) -> QWidget:
        self.artist = fields.bounded(QComboBox())
        self.artist.setAccessibleName("Artist")
        self.title, self.isrc, self.iswc = (fields.written(*each) for each in (
            ("Title", ""), ("ISRC", "DE-A12-26-00001"), ("ISWC", "T-034.524.680-1"),
        ))  # fmt: skip
        self.cover_name = basics.Elided("No cover: a drawing stands for it", "muted")
        choose = basics.button("Choose a cover", "image", "", self._choose_cover)
        first = basics.row(*map(fields.captioned, (self.title, self.artist)), gap=10)
        first.setStretch(0, 1)
        cover = basics.row(choose, self.cover_name, gap=10)
        cover.setStretch(1, 1)
        return basics.card(basics.text_label("What it is", "h2"), first, basics.row(*map(fields.captioned, (self.isrc, self.iswc)), gap=10), cover)

    def _stems_card(self) -> QWidget:
        self.tempo, self.first_beat, self.key = QDoubleSpinBox(), fields.number(0, 60_000, "First beat", " ms"), fields.written("Key", "C minor")
        self.tempo.setRange(20, 400)
        self.tempo.setValue(120)
        self.tempo.setDecimals(2)
        self.tempo.setSuffix(" BPM")
        self.tempo.setAccessibleName("Tempo")
        fields.roomy(self.tempo)
        self._stems = QVBoxLayout()
        self._stems.setSpacing(8)
        add = basics.button("Add stems", "file-audio", "", self._choose_stems, hint="WAV or FLAC, one file for each part of the song")
        music = basics.row(*map(fields.captioned, (self.tempo, self.first_beat, self.key)), gap=10)
        music.setStretch(2, 1)
        note = basics.text_label("All stems begin together and are as long as the song.", "small")
        return basics.card(basics.row(basics.text_label("Its stems", "h2"), None, add), self._stems, note, music)

    def _owners_card(self) -> QWidget:
        self.editor = StakesEditor()
        return basics.card(basics.text_label("Who owns it", "h2"), self.editor)

    # What stands there ----------------------------------------------------------------------------------------------

    def enter(self, item: str = "") -> None:
        self._fresh = False
        self.item = item
        super().enter("")

    def read(self, session: Any) -> Known:
        account = session.account
        artists = {id_: each.name if (each := session.get("artist", id_)) else id_ for id_ in (account.teams if account else ())}
        tracks = session.all("track")
        parties = {party: name for each in tracks for party, name in each.party_names.items()}
        parties |= {each.id: each.party.name for each in session.all("party")}
        _mode, _colon, id_ = self.item.partition(":")
        return Known(artists, parties, session.get("track", id_) if id_ else None)

    def show_data(self, data: Known) -> None:
        mode = self.item.partition(":")[0] or NEW
        self._mode, self._track = (mode, data.track) if data.track is not None else (NEW, None)
        self.artist.clear()
        for id_, name in data.artists.items():
            self.artist.addItem(name, id_)
        self._about.setVisible(self._mode == NEW)
        self._sound.setVisible(self._mode in (NEW, STEMS))
        self._owners.setVisible(self._mode in (NEW, STAKES))
        self.stems, self.cover = [], None
        self._fill_stems()
        track = data.track
        heads = {NEW: ("Add a track", "Add the track"), STAKES: ("Who owns it", "Declare it so"), STEMS: ("Bring the stems", "Add the stems")}
        head, act = heads[self._mode]
        self.title_label.setText(head)
        self.subtitle_label.say(track.facts.title if track else "Its stems stay yours: nobody can use anything of it before everyone has agreed.")
        self.save.setText(f" {act}")
        self.save.setAccessibleName(act)
        if track is not None:
            self.tempo.setValue(track.facts.music.tempo_bpm)
            self.key.setText(track.facts.music.key)
        self.editor.write(track.stakes if track else (), track.featured if track else (), data.parties)
        if self._mode == NEW:
            for right in ("recording", "composition"):
                self.editor.add(right)
        self._say("")

    def _choose_cover(self) -> None:
        name, _filter = QFileDialog.getOpenFileName(self, "Choose a cover", "", "Pictures (*.png *.jpg *.jpeg *.webp)")
        if name:
            self.cover = Path(name)
            self.cover_name.say(self.cover.name)

    def _choose_stems(self) -> None:
        names, _filter = QFileDialog.getOpenFileNames(self, "Choose stems", "", SOUND)
        self.add_stems([Path(name) for name in names])

    def add_stems(self, paths: list[Path]) -> None:
        """Takes files as stems, each named after its file."""
        self.stems += [(path.stem.lower().replace("_", " "), path) for path in paths]
        self._fill_stems()

    def _fill_stems(self) -> None:
        basics.empty(self._stems)
        for place, (name, path) in enumerate(self.stems):
            field = fields.written(f"Name of {path.name}", "vocals, drums, bass …")
            field.setText(name)
            field.textEdited.connect(lambda text, place=place, path=path: self._rename(place, text, path))
            line = basics.row(field, basics.Elided(path.name, "muted"), basics.tool("x", f"Take {path.name} away", lambda place=place: self._drop(place)), gap=10)
            line.setStretch(1, 1)
            self._stems.addLayout(line)
        if not self.stems:
            self._stems.addWidget(basics.text_label("No stems yet. Add one file for each part: vocals, drums, bass …", "muted"))

    def _rename(self, place: int, text: str, path: Path) -> None:
        self.stems[place] = (text.strip(), path)

    def _drop(self, place: int) -> None:
        del self.stems[place]
        self._fill_stems()

    # Saving ---------------------------------------------------------------------------------------------------------

    def problems(self) -> list[str]:
        """What must be mended before it can be sent, all of it."""
        wrong = []
        if self._mode == NEW:
            wrong += [] if self.title.text().strip() else [words.of_code("title_empty")]
            for parse, field in ((parse_isrc, self.isrc), (parse_iswc, self.iswc)):
                try:
                    if field.text().strip():
                        parse(field.text())
                except Refused as refused:
                    wrong.append(words.of_error(refused))
        if self._mode in (NEW, STEMS):
            names = [name for name, _path in self.stems]
            wrong += [] if names else [words.of_code("stems_missing")]
            wrong += ["Give every stem a name of its own."] if len(set(names)) < len(names) or not all(names) else []
        if self._mode in (NEW, STAKES) and not self.editor.complete:
            wrong.append("Every row of the owners names somebody; take empty rows away.")
        return wrong

    def _save(self) -> None:
        wrong = self.problems()
        self._say(" ".join(wrong))
        if wrong or self._task is not None:
            return
        stems, cover = list(self.stems) if self._mode != STAKES else [], self.cover if self._mode == NEW else None
        files = [path for _name, path in stems] + ([cover] if cover else [])
        new = self.editor.new_names() if self._mode != STEMS else []

        def work(session: Any, progress: Progress) -> tuple[dict[str, str], dict[str, str], str]:
            assets = {}
            for done, path in enumerate(files):
                progress(done / len(files), f"Sending {path.name}")
                assets[str(path)] = session.upload(path)
            return assets, {name: session.new_id("party") for name in new}, session.new_id("track")

        self._running.show()
        self._task = self.desk.make(work, lambda made: self._store(stems, cover, *made), owner=self, failed=self._failed_to_send, progressed=self._progressed)

    def _store(
        self, stems: list[tuple[str, Path]], cover: Path | None, assets: dict[str, str], parties: dict[str, str], new_id: str
    ) -> None:
        self._task = None
        self._running.hide()
        held, featured = self.editor.stakes(parties)
        named = {name: assets[str(path)] for name, path in stems}
        music = Music(self.tempo.value(), float(self.first_beat.value()), self.key.text().strip() or "C")
        target = self._track.id if self._track else new_id
        if self._mode == NEW:
            data: Any = AddTrack(
                self.artist.currentData() or "", self.title.text().strip(), music, named, held, featured,
                self.isrc.text().strip() or None, self.iswc.text().strip() or None, assets[str(cover)] if cover else None,
            )  # fmt: skip
        elif self._mode == STEMS:
            data = AddStems(named, music)
        else:
            data = DeclareStakes(held, featured)
        base = self._track.version if self._track else None

        def asked(session: Any) -> str:
            first = tuple(session.do(AddParty(name), id_) for name, id_ in parties.items())
            return session.do(data, target, base_version=base, after=first)

        said = "The track is on its way." if self._mode == NEW else "Declared. Who would lose a share is asked first." if self._mode == STAKES else "The stems are on their way."
        self.desk.read(asked, lambda _id: (self.desk.say(said), self.desk.go("tracks", target)), owner=self)

    def _stop(self) -> None:
        if self._task is not None:
            self._task.stop()

    def _failed_to_send(self, error: Exception) -> None:
        self._task = None
        self._running.hide()
        self.desk.failed(error)

    def _progressed(self, fraction: float, _left: float | None, what: str) -> None:
        self.progress.setValue(round(fraction * 1000))
        self.doing.setText(what)

    def _say(self, text: str) -> None:
        self.wrong.setText(text)
        self.wrong.setVisible(bool(text))
