"""`fanlink royalties import` interrupted from the keyboard: one sentence, and nothing is left; decided, it says where it stands."""

import hashlib
import os
import signal
import subprocess
import sys

import pytest

from fanlink.client.books import ServerBooks
from fanlink.core.errors import Stopped
from fanlink.core.reports import names_of
from fanlink.royalties import book_words
from tests.server.test_money import HEADER, line
from tests.server.test_runs import proof
from tests.test_royalty_words import home, migrated_file, place  # noqa: F401

pytestmark = pytest.mark.skipif(os.name != "posix", reason="a signal from the keyboard is one of POSIX")
WORDS = [sys.executable, "-m", "fanlink", "royalties", "import"]


def interrupted(words, heard):
    """Starts a word, interrupts it once it has said something of that kind: (exit code, what it said last, all it said)."""
    process = subprocess.Popen(words, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    said = []
    for text in process.stderr:
        said.append(text.strip())
        if text.startswith(heard):
            process.send_signal(signal.SIGINT)
            break
    out, rest = process.communicate(timeout=120)
    said += [text.strip() for text in rest.splitlines()]
    return process.returncode, said[-1], out


@pytest.mark.parametrize("words", [[], pytest.param(["--preview"], marks=pytest.mark.proof)], ids=["import", "preview"])
def test_ctrl_c_while_a_report_is_read_leaves_nothing_behind(home, place, tmp_path, words):  # noqa: F811
    folder, world = home
    before = {path for path in (folder / "assets").rglob("*") if path.is_file()}
    path = tmp_path / "nov.csv"
    path.write_text(HEADER + "".join(line(number, "1") for number in range(250_000)))
    code, last, out = interrupted([*WORDS, str(path), *place, *words], "reading:")
    assert (3, "cancelled: nothing of nov.csv was taken, and nothing of it is kept", "") == (code, last, out)
    assert before == {path for path in (folder / "assets").rglob("*") if path.is_file()}
    with world.database.reading() as connection:
        assert 0 == connection.exec_driver_sql("SELECT count(*) FROM reports").scalar()
    path.write_text(HEADER + line(1, "1"))
    assert 0 == subprocess.run([*WORDS, str(path), *place], check=False, capture_output=True).returncode
    assert [] == proof(world).differences


def test_the_same_file_can_be_imported_after_it_was_cancelled(home, place, tmp_path, capsys):  # noqa: F811
    from fanlink import cli

    path = tmp_path / "nov.csv"
    path.write_text(HEADER + line(1, "1"))
    for _ in range(2):
        with pytest.raises(Stopped, match="nothing of nov.csv was taken"):
            cancel_at_once(place, path)
    for known in (0, 1):
        assert 0 == cli.main(["royalties", "import", str(path), *place])
        assert f"1 lines, {1 - known} new, {known} known before" in capsys.readouterr().out


def cancel_at_once(place, path):  # noqa: F811
    """What the word does when it is interrupted right after the file was sent."""
    from fanlink import bootstrap, cli

    args = cli.parser().parse_args(["royalties", "import", str(path), *place])
    args.token = getattr(args, "token", None)
    books = bootstrap.open_books(args)
    books.take = interrupt
    if isinstance(books, ServerBooks):
        books._asked = next(names_of(hashlib.sha256(path.read_bytes()).hexdigest()))
    try:
        book_words._import(books, args, book_words.Progress())
    finally:
        books.close()


def interrupt(*_words):
    raise KeyboardInterrupt


def test_what_is_decided_says_where_it_stands_and_what_to_do():
    arriving = {"state": "arriving", "arrived": 400, "lines": 1_100, "known": 100}
    assert (
        "nov.csv is taken and can no longer be cancelled: 400 of 1,000 lines are in, and the server, or the next import, goes on. "
        "To undo it, import its lines again under new ids with opposite signs"
    ) == str(book_words._cancelled("nov.csv", arriving))
    assert "all of it is in" in str(book_words._cancelled("nov.csv", arriving | {"state": "taken"}))
