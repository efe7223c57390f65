"""How far back a loss reached before training and later, in a sentence that can be repeated."""

from __future__ import annotations

import math
from collections.abc import Mapping

from rnnviz.analysis.gradients.reach import Fall, Reach

_STATES = {"h": "hidden state h", "c": "cell state c"}


def change(found: Mapping[tuple[int, str], Reach], iteration: int) -> str:
    """Where 1 % of a loss's gradient was left at the first snapshot, and at another.

    Args:
        found: by iteration and path.
        iteration: the other snapshot.

    Example:
        >>> import numpy as np
        >>> from rnnviz.analysis.gradients.reach import read_curve
        >>> norms = [factor ** np.arange(33.0) * np.ones((256, 1)) for factor in (0.1, 0.5)]
        >>> said = change({(at, "h"): read_curve(curve) for at, curve in enumerate(norms)}, 1)
        >>> said[:80]
        'At iteration 0, before this run trained, the gradient of a loss, on its way back'
        >>> said[80:]
        ' through the hidden state h, was down to 1 % after 2 characters (95 % interval: 2 to 2); \
at iteration 1 it was down to 1 % after 7 characters (7 to 7). The two intervals do not meet: \
which losses were taken does not explain the difference.'
    """
    first = min((at for at, _ in found), default=iteration)
    when = f"At iteration {first:,}" + ", before this run trained," * (first == 0)
    begin, said = f"{when} the gradient of a loss, on its way back", []
    for path, state in _STATES.items():
        if (first, path) in found and (iteration, path) in found:
            before, after = found[first, path], found[iteration, path]
            subject = f"{begin} through the {state}, {_fell(before, '95 % interval: ')}"
            later = f"; at iteration {iteration:,} it {_fell(after)}. {_verdict(before, after)}"
            said.append(f"{subject}{later if iteration != first else '.'}".strip())
            begin = f"At iteration {first:,} that"
    return " ".join(said)


def _fell(reach: Reach, called: str = "") -> str:
    """What became of a loss's gradient, without its subject."""
    if math.isnan(reach.norm):
        return "was not finite"
    if reach.norm == 0:
        return "was exactly zero"
    fall, most = reach.hundredth, reach.edge.lag
    if fall.lag is None:
        return f"was not down to 1 % within {_characters(most)}{_between(fall, most, called)}"
    return f"was down to 1 % after {_characters(fall.lag)}{_between(fall, most, called)}"


def _between(fall: Fall, most: int, called: str) -> str:
    if fall.interval is None or fall.interval == (None, None):
        return ""
    low, high = (f"more than {most}" if end is None else end for end in fall.interval)
    return f" ({called}{low} to {high})"


def _verdict(before: Reach, after: Reach) -> str:
    """Whether the two lie further apart than chance would have them."""
    intervals = before.hundredth.interval, after.hundredth.interval
    if None in intervals or before.hundredth.lag == after.hundredth.lag:
        return ""
    (low, high), (later_low, later_high) = (_ends(each) for each in intervals if each)
    if high < later_low or later_high < low:
        return "The two intervals do not meet: which losses were taken does not explain the difference."
    return "The two intervals meet: which losses were taken may explain the difference."


def _ends(interval: tuple[int | None, int | None]) -> tuple[float, float]:
    low, high = (math.inf if end is None else float(end) for end in interval)
    return low, high


def _characters(count: int) -> str:
    return f"{count:,} character" + "s" * (count != 1)
