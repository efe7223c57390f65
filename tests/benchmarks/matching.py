"""Selecting and matching: which units follow a selection, and where else they do, in a long text.

1,000,000 characters, 256 units, int8 as a stored trace has them, read from the disk; the trace
itself is made up and not timed. The selection of 12 characters stands in the middle, the set is the
three rarest units that are high or low throughout it.

switching  where each unit is high and low, from the stored values: once for a text and threshold
followers  which units are high or low throughout the selection, and how rare that is
matching   the 50 places most like it
chance     the same set in 99 re-pairings of blocks
wide       the 50 places most like it for the most units a set can have, 16

    python -m tests.benchmarks.matching [--quick] [--json] [--threads N]
"""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
import torch

from rnnviz.analysis.units.coincidence import coincidence
from rnnviz.analysis.units.following import followers
from rnnviz.analysis.units.matching import MOST_SIDES, matching
from rnnviz.analysis.units.stretches import Stretch
from rnnviz.analysis.units.switching import Values, switching
from tests.benchmarks.measure import Row, Table, in_turn, parser, report
from tests.benchmarks.units import states

PERIOD = 20_000

COLUMNS = {
    "characters": ",",
    "units": "",
    "rounds": "",
    "switching_seconds": ".2f",
    "followers_seconds": ".2f",
    "matching_seconds": ".2f",
    "chance_seconds": ".2f",
    "sum_seconds": ".2f",
    "wide_seconds": ".2f",
    "bits_mb": ".0f",
    "followers": "",
    "places": ",",
}


def stored(characters: int, units: int, folder: Path) -> Values:
    """Slow states on the disk (time, unit): pieces of the same, with units in ever other orders."""
    codes = np.rint(127 * states(PERIOD, units, seed=1)).astype(np.int8)
    random, path = np.random.default_rng(0), folder / "codes"
    with path.open("wb") as file:
        for _ in range(characters // PERIOD):
            rolled = np.roll(codes, random.integers(PERIOD), axis=0)
            file.write(np.ascontiguousarray(rolled[:, random.permutation(units)]).tobytes())
    return np.memmap(path, np.int8, "r").reshape(-1, units)


def measure(characters: int, units: int, seconds: float) -> Row:
    """One line of the table."""
    middle = characters // 2
    stretch = Stretch(middle, middle + 12)
    with tempfile.TemporaryDirectory() as folder:
        codes = stored(characters, units, Path(folder))
        own = switching(codes)
        found = followers(own, stretch)
        sides = [one.side for one in found]
        rounds = in_turn(
            {
                "switching": lambda: switching(codes),
                "followers": lambda: followers(own, stretch),
                "matching": lambda: matching(own, sides[:3], stretch),
                "chance": lambda: coincidence(own, sides[:3], stretch),
                "wide": lambda: matching(own, sides[:MOST_SIDES], stretch),
            },
            seconds,
        )
    parts = ("switching", "followers", "matching", "chance")
    taken = {f"{name}_seconds": rounds.median(name) for name in (*parts, "wide")}
    return {
        "characters": characters,
        "units": units,
        "rounds": len(rounds),
        **taken,
        "sum_seconds": sum(rounds.median(name) for name in parts),
        "bits_mb": own.rows.nbytes / 1e6,
        "followers": len(found),
        "places": matching(own, sides[:3], stretch).whole,
    }


def main() -> None:
    """Time each step."""
    options = parser(__doc__).parse_args()
    torch.set_num_threads(options.threads)
    characters, units, seconds = (100_000, 64, 0.0) if options.quick else (1_000_000, 256, 5.0)
    report(options, matching=Table([measure(characters, units, seconds)], COLUMNS))


if __name__ == "__main__":
    main()
