"""What truncation leaves of a gradient, in sentences that can be repeated."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from rnnviz.analysis.gradients.truncation import TruncationCost
from rnnviz.notation import counted, fixed, share_words
from rnnviz.records import Floats

if TYPE_CHECKING:
    from rnnviz.analysis.gradients.network_truncation import Truncation


def truncation_words(found: Truncation, chosen: int | None) -> str:
    """What the window of training leaves of the gradient by W_hh, and what the shortest does.

    Of several layers it is that of all W_hh together; of a cell without W_hh, of W_xh.

    Args:
        found: of some windows.
        chosen: that of training, where it is among them.
    """
    if any(math.isnan(each.norm_ratio) for each in found.recurrent):
        return f"the gradient of {_matrices(found)} is not finite: there is nothing to compare."
    if found.norm_ratio.size and all(math.isnan(each.cosine) for each in found.recurrent):
        return f"the gradient of {_matrices(found)} is exactly zero: nothing can be cut off."
    by_window = dict(zip(found.windows, found.recurrent, strict=True))
    first = chosen if chosen in by_window else found.windows[-1]
    trained = ", which it was trained with," if first == chosen else ""
    shortest, cost = found.windows[0], by_window[first]
    said = (
        f"with windows of {counted(first, 'character')}{trained} the gradient of "
        f"{_matrices(found)} has a cosine of {fixed(cost.cosine, 3)} with the full one and "
        f"{_length(cost)}"
    )
    if shortest < first:
        least = by_window[shortest]
        said += f"; with windows of {shortest:,}, the shortest tried, a cosine of "
        said += f"{fixed(least.cosine, 3)} and {_length(least)}"
    return said + "."


def _matrices(found: Truncation) -> str:
    """What the matrices are called that truncation takes from."""
    names = found.recurrent_names
    name = "W_hh" if "weight_hh" in names[0] else "W_xh"
    return f"all {name} together" if len(names) > 1 else name


def nearest(found: Truncation, cosine: float = 0.99) -> int | None:
    """The shortest window from which on all that were tried have so large a cosine; None of none.

    It is that of the gradient by W_hh, as in `truncation_words`.
    """
    good = [each.cosine >= cosine for each in found.recurrent]
    last_bad = max((place for place, fine in enumerate(good) if not fine), default=-1)
    return found.windows[last_bad + 1] if last_bad + 1 < len(good) else None


def shares_words(name: str, share: Floats) -> str:
    """How evenly timesteps add to a gradient, and how many point against it; without a full stop.

    Args:
        name: of the gradient.
        share: of each timestep (time), adding up to 1.

    Example:
        >>> shares_words("dW_hh", np.array([0.5, 0.6, 0.1, -0.2]))
        '1 of 4 timesteps adds at least half of dW_hh, and 1 of 4 points against it'
    """
    ordered = np.sort(share)[::-1]
    count = len(share)
    if not np.isfinite(share).all():
        return f"{name} is not finite"
    if not share.any():
        return f"{name} is exactly zero"
    half = int(np.argmax(np.cumsum(ordered) >= 0.5)) + 1
    against = int((share < 0).sum())
    adds, point = "adds" if half == 1 else "add", "point" if against > 1 else "points"
    who = f"{against:,} of {count:,}" if against else "none"
    begin = f"{half:,} of {counted(count, 'timestep')} {adds} at least half of {name}"
    return f"{begin}, and {who} {point} against it"


def _length(cost: TruncationCost) -> str:
    if cost.norm_ratio >= 1.005:
        return f"is {share_words(cost.norm_ratio)} as long"
    return f"{share_words(cost.norm_ratio)} of its length"
