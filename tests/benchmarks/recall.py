"""How often a plain RNN and an LSTM learn to recall a letter: what the page on gates says.

Each is trained from seeds 0 to 9 as on the page; a letter is recalled where it is the likeliest.

    python -m tests.benchmarks.recall [--quick] [--json]
"""

from __future__ import annotations

from typing import Any

from rnnviz.cells import Cell
from rnnviz.lessons.tasks.recall import learn_to_recall
from rnnviz.lessons.tasks.settings import RECALL_CELLS, RECALLED, SEEDS
from tests.benchmarks.measure import Table, parser, report


def main() -> None:
    given = parser(__doc__).parse_args()
    rows = [measure(cell, 2 if given.quick else SEEDS) for cell in RECALL_CELLS]
    report(given, recall=Table(rows, {"least": ".2f", "most": ".2f"}))


def measure(cell: Cell, seeds: int) -> dict[str, Any]:
    """From how many seeds a network recalls, and the least and the most it gets right."""
    right = [learn_to_recall(cell, seed).accuracy for seed in range(seeds)]
    recalls = sum(share >= RECALLED for share in right)
    return {
        "cell": cell,
        "seeds": seeds,
        "recalls": recalls,
        "least": min(right),
        "most": max(right),
    }


if __name__ == "__main__":
    main()
