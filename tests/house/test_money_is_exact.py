"""Money is never a float, and never rounded by one."""

import ast

import pytest

from tests.house.source import PACKAGE, modules, tree

MONEY = [
    *[PACKAGE / "core" / name for name in ("shares.py", "pots.py", "ledger.py", "reports.py", "statements.py", "parties.py", "payouts.py", "balances.py", "conversions.py", "tracing.py")],
    *modules("royalties"),
]
# Charts and progress show proportions, they carry no amounts: each use is named with its reason.
PROPORTIONS: dict[str, str] = {}


@pytest.mark.parametrize("path", [path for path in MONEY if path.exists()], ids=lambda path: path.name)
def test_no_float_touches_money(path):
    found = []
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Constant) and isinstance(node.value, float):
            found.append((node.lineno, node.value))
        if isinstance(node, ast.Name) and node.id == "float":
            found.append((node.lineno, "float"))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "round":
            found.append((node.lineno, "round"))
    assert path.name in PROPORTIONS or [] == found
