"""How many phrases of each set lead to the decisions that people expect: `python -m tests.bench.bench_words [-v]`.

`-v` lists what went wrong in the open sets only: a held phrase that was looked at while tuning is no longer held.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.remix.words.phrases import HELD, HELD_AGAIN, OPENS, judged, phrases  # noqa: E402


def main() -> None:
    for path in (*OPENS, HELD, HELD_AGAIN):
        if not path.exists():
            print(f"{path.name}: not there")
            continue
        begun = time.perf_counter()
        verdicts = [judged(phrase) for phrase in phrases(path)]
        took_ms = (time.perf_counter() - begun) * 1000 / max(1, len(verdicts))
        right = sum(verdict.right for verdict in verdicts)
        hits, wanted, made = (sum(getattr(verdict, name) for verdict in verdicts) for name in ("hits", "wanted", "made"))
        print(f"{path.name}: {right} of {len(verdicts)} phrases right ({100 * right / max(1, len(verdicts)):.1f} %), "
              f"decisions: precision {hits / max(1, made):.3f}, recall {hits / max(1, wanted):.3f}, {took_ms:.2f} ms a phrase")
        if "-v" in sys.argv and path in OPENS:
            for verdict in verdicts:
                if not verdict.right:
                    print(f"  {verdict.words!r}\n    missing {verdict.missing}  too much {verdict.extra}  ignored {verdict.ignored}")


if __name__ == "__main__":
    main()
