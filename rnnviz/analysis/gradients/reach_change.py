"""How far back a loss reached before training and later, in sentences that can be repeated."""

from __future__ import annotations

import math
from collections.abc import Mapping

from rnnviz.analysis.gradients.reach import Fall, Reach
from rnnviz.notation import counted, share_words

_STATES = {"h": "hidden state h", "c": "cell state c"}
_APART = "do not meet: the choice of losses does not explain the difference."
_MEET = "meet: the choice of losses may explain the difference."


def change(found: Mapping[tuple[int, str], Reach], iteration: int) -> list[str]:
    """Where 1 % of a loss's gradient was left at the first snapshot, and at another.

    A sentence a path, and one on what the intervals mean; nothing where nothing is known.

    Args:
        found: by iteration and path.
        iteration: the other snapshot.

    Example:
        >>> import numpy as np
        >>> from rnnviz.analysis.gradients.reach import read_curve
        >>> norms = [factor ** np.arange(33.0) * np.ones((256, 1)) for factor in (0.1, 0.5)]
        >>> said = change({(at, "h"): read_curve(curve) for at, curve in enumerate(norms)}, 1)
        >>> said[0][:80]
        'On its way back through the hidden state h, the gradient of a loss was down to 1'
        >>> said[0][80:]
        ' % after 2 characters (95 % interval: 2 to 2) at iteration 0, before this run trained; at \
iteration 1 it was down to 1 % after 7 characters (7 to 7).'
        >>> said[1]
        'The two intervals do not meet: the choice of losses does not explain the difference.'
    """
    first = min((at for at, _ in found), default=iteration)
    when = f"at iteration {first:,}" + ", before this run trained" * (first == 0)
    said, subject = [], ", the gradient of a loss"
    for path, state in _STATES.items():
        if (first, path) in found and (iteration, path) in found:
            fell = _fell(found[first, path], "95 % interval: ")
            later = f"; at iteration {iteration:,} it {_fell(found[iteration, path])}"
            said.append(
                f"On its way back through the {state}{subject} {fell} {when}"
                f"{later * (iteration != first)}."
            )
            subject, when = " it", f"at iteration {first:,}"
    return [*said, *_verdict(found, first, iteration)]


def _fell(reach: Reach, called: str = "") -> str:
    """What became of a loss's gradient, without its subject."""
    if math.isnan(reach.norm):
        return "was not finite"
    if reach.norm == 0:
        return "was exactly zero"
    fall, most = reach.hundredth, reach.edge.lag
    if fall.lag is None and reach.edge.value >= 1.005:
        grown = f"{share_words(reach.edge.value)} as large as right at the loss"
        return f"was not down to 1 % within {_characters(most)}, where it was {grown}"
    if fall.lag is None:
        return f"was not down to 1 % within {_characters(most)}{between(fall, most, called)}"
    return f"was down to 1 % after {_characters(fall.lag)}{between(fall, most, called)}"


def between(fall: Fall, most: int, called: str = "") -> str:
    """The interval of a lag in brackets behind it; nothing where there is none.

    Args:
        fall: the lag.
        most: the last lag read.
        called: what the two numbers are.

    Example:
        >>> between(Fall(7, (6, None), None), 64, "95 % interval ")
        ' (95 % interval 6 to more than 64)'
    """
    if fall.interval is None or fall.interval == (None, None):
        return ""
    low, high = (f"more than {most}" if end is None else end for end in fall.interval)
    return f" ({called}{low} to {high})"


def _verdict(found: Mapping[tuple[int, str], Reach], first: int, iteration: int) -> list[str]:
    """Whether the two lie further apart than the choice of losses would have them."""
    pairs = {
        path: (before.hundredth.interval, found[iteration, path].hundredth.interval)
        for (at, path), before in found.items()
        if at == first != iteration and (iteration, path) in found
        if before.hundredth.lag is not None or found[iteration, path].hundredth.lag is not None
    }
    apart = {path: _apart(one, other) for path, (one, other) in pairs.items() if one and other}
    verdicts = {path: _APART if is_apart else _MEET for path, is_apart in apart.items()}
    if len(pairs) > 1 == len(apart) or len(set(verdicts.values())) > 1:
        return [" ".join(f"Through {path} the two intervals {verdicts[path]}" for path in verdicts)]
    whose = "On each path the" if len(pairs) > 1 else "The"
    return [f"{whose} two intervals {said}" for said in set(verdicts.values())]


def apart_words(one: Fall, other: Fall) -> str:
    """Whether the choice of losses may explain that two lags differ; "" without intervals.

    Example:
        >>> apart_words(Fall(7, (6, 9), None), Fall(12, (9, 14), None))
        'The two intervals meet: the choice of losses may explain the difference.'
    """
    if not one.interval or not other.interval:
        return ""
    return f"The two intervals {_APART if _apart(one.interval, other.interval) else _MEET}"


def _apart(one: tuple[int | None, int | None], other: tuple[int | None, int | None]) -> bool:
    """Whether two intervals have no lag in common; None is beyond every lag."""
    (low, high), (least, most) = (
        [math.inf if end is None else end for end in interval] for interval in (one, other)
    )
    return high < least or most < low


def _characters(count: int) -> str:
    return counted(count, "character")
