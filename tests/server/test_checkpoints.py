"""What a client can ask of the audit log's hashes, and what an operator can read of the whole log."""

import json

import pytest
from sqlalchemy import text

from fanlink import cli
from fanlink.core import audit as chain
from fanlink.server import audit, serving, tables
from fanlink.server.server import build
from fanlink.server.settings import read

COLUMNS = [column.name for column in tables.audit.columns]


def hashes(world):
    with world.database.reading() as connection:
        return {line.number: line.hash for line in audit.every(connection)}


def test_anyone_signed_in_is_told_the_last_hash_and_those_of_the_lines_asked_for(site, world):
    world.publish()
    known = hashes(world)
    fay = site.client(world.people["Fay"].token)
    told = fay.get("/v1/checkpoints", params={"at": [2, 10**9, 1, 2]}).json()
    last = max(known)
    assert {"number": last, "hash": known[last]} == told["newest"]
    assert [{"number": 2, "hash": known[2]}, {"number": 1, "hash": known[1]}] == told["at"]
    assert {"newest": told["newest"], "at": []} == fay.get("/v1/checkpoints").json()
    assert 401 == site.client().get("/v1/checkpoints").status_code


@pytest.mark.parametrize("at", ["0", "-1", "x", str(2**63), "&at=".join(map(str, range(1, 74)))])
def test_numbers_that_no_line_can_have_and_too_many_of_them_are_refused(site, world, at):
    assert 422 == site.client(world.people["Fay"].token).get(f"/v1/checkpoints?at={at}").status_code


def test_a_log_without_lines_says_so(tmp_path, capsys):
    assert (0, {"lines": 0, "hash": chain.FIRST, "broken_at": None, "checkpoints_missing": []}) == verified(tmp_path, capsys)


# The operator's word ---------------------------------------------------------------------------------------------


@pytest.fixture
def home(tmp_path):
    """A home with a log of a few lines."""
    server = build(read(tmp_path), serving.clock_ms, lambda count: bytes(range(count)))
    for number in range(4):
        server.door.act(lambda asked, number=number: asked.note("look", f"thing-{number}", n=number, where="Köln"), 1000 + number)
    server.stop()
    return tmp_path


def change(home, sql, **values):
    server = build(read(home), serving.clock_ms, lambda count: bytes(range(count)))
    with server.database.writing() as connection:
        for (name,) in connection.execute(text("SELECT name FROM sqlite_schema WHERE type = 'trigger' AND tbl_name = 'audit'")).all():
            connection.execute(text(f"DROP TRIGGER {name}"))
        connection.execute(text(sql), values)
    server.stop()


def verified(home, capsys, *more):
    code = cli.main(["audit", "verify", "--home", str(home), "--json", *more])
    return code, json.loads(capsys.readouterr().out)


def test_a_whole_log_is_fine_and_says_its_last_line(home, capsys):
    code, said = verified(home, capsys)
    assert (0, 4, None, []) == (code, said["lines"], said["broken_at"], said["checkpoints_missing"])
    assert (0, []) == (verified(home, capsys, "--checkpoint", f"4:{said['hash']}")[0], said["checkpoints_missing"])


@pytest.mark.parametrize("column", COLUMNS)
def test_any_column_of_a_line_that_somebody_changed_is_found(home, capsys, column):
    kind = tables.audit.c[column].type.python_type
    other = {"number": "number + 90"}.get(column, f"{column} + 1" if kind is int else f"{column} || '~'")
    change(home, f"UPDATE audit SET {column} = {other} WHERE number = 2")
    code, said = verified(home, capsys)
    assert (1, True) == (code, said["broken_at"] is not None)


@pytest.mark.parametrize("facts", ["not even JSON", '{"n": 1, "where": "Köln"}', '{"n":1,"n":1,"where":"Köln"}'])
def test_facts_that_read_the_same_or_not_at_all_are_found(home, capsys, facts):
    change(home, "UPDATE audit SET facts = :facts WHERE number = 2", facts=facts)
    assert (1, 2) == (verified(home, capsys)[0], verified(home, capsys)[1]["broken_at"])


def test_lines_taken_off_the_end_are_found_by_a_checkpoint_that_somebody_kept(home, capsys):
    _, before = verified(home, capsys)
    change(home, "DELETE FROM audit WHERE number = 4")
    assert 0 == verified(home, capsys)[0]
    code, said = verified(home, capsys, "--checkpoint", f"4:{before['hash']}")
    assert (1, [{"number": 4, "hash": before["hash"], "now": None}]) == (code, said["checkpoints_missing"])
    assert 1 == cli.main(["audit", "verify", "--home", str(home), "--checkpoint", f"3:{before['hash']}"])
    assert "not the log that had the checkpoint 3" in capsys.readouterr().err


def test_what_is_no_checkpoint_or_no_home_is_one_sentence(home, tmp_path, capsys):
    assert 2 == cli.main(["audit", "verify", "--home", str(home), "--checkpoint", "four"])
    assert 2 == cli.main(["audit", "verify", "--home", str(tmp_path / "none")])
    assert 2 == len(capsys.readouterr().err.splitlines())
