"""Rows a second of Anki's own sync, run by a Python that has the wheel `anki`: nothing of FanLink runs here, and nothing of Anki there.

    PYTHON tests/bench/anki_rows.py ROWS URL NAME PASSWORD FOLDER

A row is a note or its card. One collection adds them and sends them; another, which was in step before, fetches them as
changes, and a fresh one fetches the whole file.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path


def main() -> None:
    from anki.collection import AddNoteRequest, Collection

    rows, url, name, password, folder = int(sys.argv[1]), *sys.argv[2:6]

    def opened(which):
        collection = Collection(str(Path(folder) / f"{which}.anki2"))
        return collection, collection.sync_login(name, password, url)

    def whole(collection, auth, *, upload):
        collection.close_for_full_sync()
        collection.full_upload_or_download(auth=auth, server_usn=None, upload=upload)
        collection.reopen(after_full_sync=True)

    writer, written = opened("writer")
    whole(writer, written, upload=True)
    reader, read = opened("reader")
    whole(reader, read, upload=False)
    kind = writer.models.by_name("Basic")
    notes = []
    for number in range(rows // 2):
        note = writer.new_note(kind)
        note["Front"], note["Back"] = f"Artist number {number}", f"artist-{number:016x}"
        notes.append(AddNoteRequest(note, writer.decks.id("Default")))
    writer.add_notes(notes)
    sent_s = timed(lambda: writer.sync_collection(written, False))
    fetched_s = timed(lambda: reader.sync_collection(read, False))
    fresh, fetched = opened("fresh")
    whole_s = timed(lambda: whole(fresh, fetched, upload=False))
    for collection in (reader, fresh):
        assert rows // 2 == collection.note_count(), collection.note_count()
        collection.close()
    writer.close()
    print(json.dumps({
        "rows": rows, "changes_rows_per_s": round(rows / fetched_s), "whole_rows_per_s": round(rows / whole_s),
        "sent_rows_per_s": round(rows / sent_s),
    }))  # fmt: skip


def timed(act) -> float:
    began = time.perf_counter()
    act()
    return time.perf_counter() - began


if __name__ == "__main__":
    main()
