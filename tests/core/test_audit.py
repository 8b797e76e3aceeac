"""The audit chain shows every change of every line."""

from dataclasses import fields, replace

from fanlink.core import audit


def log(count=12):
    lines, before = [], audit.FIRST
    for number in range(1, count + 1):
        line = audit.chained(number, 1000 + number, "mara", f"cmd-{number}", "submit_remix", "r1", "accepted", {"n": number}, before)
        lines.append(line)
        before = line.hash
    return lines


def test_a_log_that_nobody_touched_is_whole():
    assert audit.broken_at(log()) is None


def test_any_field_of_any_line_that_changes_is_found():
    for position, line in enumerate(log()):
        for field in fields(line):
            was = getattr(line, field.name)
            other = {"n": -1} if field.name == "facts" else (was + 1 if isinstance(was, int) else was + "x")
            lines = log()
            lines[position] = replace(line, **{field.name: other})
            assert audit.broken_at(lines) is not None, (position, field.name)


def test_a_line_taken_out_put_in_or_moved_is_found():
    lines = log()
    for changed in (lines[:3] + lines[4:], lines[:3] + [lines[2]] + lines[3:], [lines[1], lines[0], *lines[2:]]):
        assert audit.broken_at(changed) is not None
