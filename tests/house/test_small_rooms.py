"""A file over 400 lines or a function over 60 is usually two things."""

import ast

import pytest

from tests.house.source import PACKAGE, modules, tree

MOST_LINES_IN_A_FILE = 400
MOST_LINES_IN_A_FUNCTION = 60

# Tables are exempt. Any other exception is named here with its reason.
TABLES = {"core/vocabulary.py", "core/commands.py", "server/tables.py"}
RECORD_LAYOUTS = "server/migrations/versions/"


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_files_and_functions_are_small(path):
    name = str(path.relative_to(PACKAGE))
    if name in TABLES or name.startswith(RECORD_LAYOUTS):
        return
    assert path.read_text(encoding="utf-8").count("\n") <= MOST_LINES_IN_A_FILE
    long = [
        (node.name, node.end_lineno - node.lineno)
        for node in ast.walk(tree(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.end_lineno - node.lineno > MOST_LINES_IN_A_FUNCTION
    ]
    assert [] == long


def test_every_module_says_what_it_is():
    silent = [str(path) for path in modules() if path.stat().st_size and not ast.get_docstring(tree(path))]
    assert [] == silent


def test_nothing_is_left_unfinished():
    marks = ("TO" + "DO", "FIX" + "ME", "Not" + "ImplementedError")
    found = [
        (str(path), mark) for path in modules() for mark in marks if mark in path.read_text(encoding="utf-8")
    ]
    assert [] == found
