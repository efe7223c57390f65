"""What truncation leaves of a gradient, in sentences that can be repeated."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from rnnviz.analysis.gradients.truncation import TruncationCost
from rnnviz.notation import fixed, share_words
from rnnviz.records import Floats

if TYPE_CHECKING:
    from rnnviz.analysis.gradients.network_truncation import Truncation


def truncation_words(found: Truncation, chosen: int | None) -> str:
    """What the window of training leaves of the gradient by all weights, and what a short one does.

    Args:
        found: of some windows.
        chosen: that of training, where it is among them.
    """
    if found.norm_ratio.size and all(math.isnan(each.cosine) for each in found.whole):
        return "all gradients are exactly zero: nothing can be cut off."
    by_window = dict(zip(found.windows, found.whole, strict=True))
    first = chosen if chosen in by_window else found.windows[-1]
    trained = ", which it was trained with," if first == chosen else ""
    short = [window for window in found.windows if window <= max(1, first // 8)]
    said = f"with windows of {first:,} characters{trained} {_leaves(by_window[first])}"
    if short and short[-1] != first:
        said += f"; with windows of {short[-1]:,}, {_points(by_window[short[-1]])}"
    return said + "."


def nearest(found: Truncation, cosine: float = 0.99) -> int | None:
    """The shortest window from which on all that were tried have so large a cosine; None of none.

    It is that of the gradient by all weights.
    """
    good = [each.cosine >= cosine for each in found.whole]
    last_bad = max((place for place, fine in enumerate(good) if not fine), default=-1)
    return found.windows[last_bad + 1] if last_bad + 1 < len(good) else None


def shares_words(name: str, share: Floats) -> str:
    """How evenly timesteps add to a gradient, and how many point against it.

    Args:
        name: of the gradient.
        share: of each timestep (time), adding up to 1.

    Example:
        >>> shares_words("dW_hh", np.array([0.5, 0.6, 0.1, -0.2]))
        'Half of dW_hh is what 1 of 4 timesteps add along it; 1 of 4 points against what all add \
up to.'
    """
    ordered = np.sort(share)[::-1]
    count = len(share)
    if not share.any():
        return f"{name} is exactly zero."
    half = int(np.argmax(np.cumsum(ordered) >= 0.5)) + 1
    against = int((share < 0).sum())
    point = "point" if against > 1 else "points"
    who = f"{against:,} of {count:,}" if against else "none"
    return (
        f"Half of {name} is what {half:,} of {count:,} timesteps add along it; {who} {point} "
        "against what all add up to."
    )


def _leaves(cost: TruncationCost) -> str:
    return (
        "the gradient of all weights has a cosine of "
        f"{fixed(cost.cosine, 3)} with the full one and {_length(cost)}"
    )


def _points(cost: TruncationCost) -> str:
    return f"of {fixed(cost.cosine, 3)} and {_length(cost)}"


def _length(cost: TruncationCost) -> str:
    if cost.norm_ratio >= 1.005:
        return f"is {share_words(cost.norm_ratio)} as long"
    return f"{share_words(cost.norm_ratio)} of its length"
