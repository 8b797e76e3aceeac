"""The project's own source, as the house tests read it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "fanlink"


def modules(folder: str = "") -> list[Path]:
    """Every Python file below a room, sorted."""
    return sorted((PACKAGE / folder).rglob("*.py"))


@cache
def tree(path: Path) -> ast.Module:
    """The parsed file."""
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def imports(path: Path) -> Iterator[str]:
    """The full dotted names that a file imports, wherever in the file."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            base = node.module if node.level == 0 else _absolute(path, node.module, node.level)
            yield from (f"{base}.{name.name}" for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (_absolute(path, name.name, node.level) for name in node.names)


def room(path: Path) -> str:
    """The name of the room a file is in; `cli.py`, `bootstrap.py` and `wire.py` are rooms of their own."""
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def _absolute(path: Path, module: str, level: int) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts[:-level]
    return ".".join([*parts, module])
