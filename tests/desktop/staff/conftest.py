"""What the tests of the staff's pages share."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.desktop.staff import world
from tests.desktop.staff.room import HARMLESS, Staffroom
from tests.desktop.world import World


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The platform's own murmurs are not about us."""
    for item in items:
        if item.path.parent == Path(__file__).parent:
            item.add_marker(pytest.mark.qt_log_ignore(*HARMLESS))


@pytest.fixture(scope="session")
def staff(tmp_path_factory: pytest.TempPathFactory) -> World:
    """Everyone's documents, and two songs."""
    return world.make(tmp_path_factory.mktemp("staff"))


@pytest.fixture
def room(tmp_path: Path, qtbot: Any, staff: World) -> Iterator[Staffroom]:
    """A window for everyone who is no fan, in one account."""
    made = Staffroom(tmp_path, qtbot, staff)
    yield made
    made.close()
