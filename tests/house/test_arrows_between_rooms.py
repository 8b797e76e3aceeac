"""Arrows between rooms run one way."""

import sys

import pytest

from tests.house.source import imports, modules, room

ALLOWED = {
    "core": set(),
    "wire": {"core"},
    "remix": {"core", "wire"},
    "royalties": {"core", "wire"},
    "server": {"core", "remix", "royalties", "wire"},
    "client": {"core", "remix", "wire"},
    "desktop": {"core", "remix", "client", "wire"},
}
MAY_IMPORT_ALL = {"cli", "bootstrap", "demo", "simulation", "__main__", "__init__"}


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.name))
def test_a_room_imports_only_the_rooms_below_it(path):
    here = room(path)
    if here in MAY_IMPORT_ALL:
        return
    wanted = {name.split(".")[1] for name in imports(path) if name.startswith("fanlink.")}
    assert wanted - {here, "__version__"} <= ALLOWED[here]


def test_core_needs_nothing_but_the_standard_library():
    outside = {
        (path.name, name)
        for path in modules("core")
        for name in imports(path)
        if name.split(".")[0] not in sys.stdlib_module_names | {"fanlink"}
    }
    assert set() == outside


def test_core_has_no_clock_no_chance_and_no_files():
    banned = {"time", "random", "secrets", "os", "pathlib", "io", "socket", "subprocess", "threading", "asyncio", "uuid"}
    found = {
        (path.name, name) for path in modules("core") for name in imports(path) if name.split(".")[0] in banned
    }
    assert set() == found


def test_only_the_desktop_knows_qt():
    found = {
        str(path)
        for path in modules()
        for name in imports(path)
        if name.split(".")[0] == "PySide6" and room(path) != "desktop"
    }
    assert set() == found
