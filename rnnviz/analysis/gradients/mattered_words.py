"""Which characters and which losses mattered, in sentences that can be repeated."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from rnnviz.notation import counted, fixed, percent, share_words, significant
from rnnviz.records import Array, Floats

if TYPE_CHECKING:
    from rnnviz.analysis.gradients.itemised import Itemised


_EVEN = 0.05  # so little more or less than at right angles that it is about the same


def holding(norm: Floats, share: float) -> int:
    """How many of the last numbers it takes to have so large a share of the sum of all.

    Args:
        norm: not negative, the last the nearest.
        share: between 0 and 1.

    Example:
        >>> holding(np.array([1.0, 1.0, 2.0, 4.0]), 0.5), holding(np.array([1.0, 4.0, 1.0]), 0.5)
        (1, 2)
    """
    sums = np.cumsum(norm[::-1], dtype=np.float64)
    return int(np.argmax(sums >= share * sums[-1] * (1 - 1e-9))) + 1


def mattered_words(read: str, came: str, norm: Floats) -> str:
    """What one prediction depends on, without its beginning.

    Args:
        read: what was read, as it is to be shown: a mark for each character.
        came: the character that was predicted, likewise.
        norm: |d log p / d x| by each character read (time).

    Example:
        >>> mattered_words("abc", "d", np.array([0.1, 0.8, 0.1]))
        'the prediction of “d” depends most on the “b” 2 characters before it (0.8). Of all \
dependence, half is on the last 2 characters and 90 % on the last 2 \
characters.'
        >>> mattered_words("ab", "c", np.array([0.0, 1.0]))
        'the prediction of “c” depends most on the “b” right before it (1). Of all dependence, \
half is on the last character and 90 % on the last character.'
        >>> mattered_words("a", "b", np.zeros(1))
        'the prediction of “b” depends on nothing that was read: all derivatives are zero.'
    """
    if not norm.any():
        return (
            f"the prediction of “{came}” depends on nothing that was read: all derivatives are "
            "zero."
        )
    most = int(np.argmax(norm))
    back = len(norm) - most
    half, nearly = (_last(holding(norm, share)) for share in (0.5, 0.9))
    before = "right before it" if back == 1 else f"{back} characters before it"
    return (
        f"the prediction of “{came}” depends most on the “{read[most]}” {before} "
        f"({significant(float(norm[most]))}). Of all dependence, half is on {half} and 90 % on "
        f"{nearly}."
    )


def _last(characters: int) -> str:
    return "the last character" if characters == 1 else f"the last {characters:,} characters"


def kept_words(kept: Array, gate: str) -> str:
    """For how many characters units keep what they hold, by the mean of their gate.

    Args:
        kept: 1 / (1 - mean) of each unit (unit).
        gate: what it is called.

    Example:
        >>> kept_words(np.array([2.0, 4.0, 500.0]), "forget gate f")
        'By its forget gate f, the median of the 3 units keeps what it holds over 4 characters; 1 \
of them keeps it for 100 characters or longer.'
    """
    long = int((kept >= 100).sum())
    median = float(np.median(kept))
    rest = f"the longest keeps it over {_over(float(kept.max()))}"
    if long:
        rest = f"{long} of them {'keep' if long > 1 else 'keeps'} it for 100 characters or longer"
    return (
        f"By its {gate}, the median of the {len(kept):,} units keeps what it holds over "
        f"{_over(median)}; {rest}."
    )


def _over(characters: float) -> str:
    """A number of characters, in whole ones where there are several."""
    if characters < 3:
        return f"{fixed(characters, 1)} characters"
    return counted(round(characters), "character") if characters < 1e6 else "the whole text"


def itemised_words(found: Itemised, came: str) -> str:
    """What the gradient at one state is made of, and whether its parts agree, without a beginning.

    Args:
        found: the parts.
        came: the character read at that timestep, as it is to be shown.
    """
    state = f"the state after “{came}” (timestep {found.timestep + 1:,})"
    losses = len(found.norm)
    if not np.isfinite(found.norm).all():
        return f"what losses send to {state} is not finite: there is nothing to take apart."
    if not found.norm.any():
        return f"no loss depends on {state}: all gradients there are exactly zero."
    if losses == 1:
        return f"only the loss right there depends on {state}: none follows."
    half = holding(found.norm[::-1], 0.5)
    along = percent(float(found.share[:half].sum()), 0)
    first = "the loss right there has" if half == 1 else f"the first {half:,} have"
    return (
        f"of what {losses:,} losses send to {state}, {first} half of the sizes added up "
        f"(upper picture) and {along} of their sum (lower picture), in which direction counts. "
        f"That sum is {share_words(found.agreement)} as long as if all pointed the same way; at "
        f"right angles to each other it would be {share_words(found.at_right_angles)}: weighed by "
        f"size, they {_agreement(found.agreement, found.at_right_angles)}."
    )


def _agreement(agreement: float, at_right_angles: float) -> str:
    """What is so by definition: it is the mean cosine of any two that is above zero or below."""
    if abs(agreement / at_right_angles - 1) < _EVEN:
        return "agree and cancel about as much"
    if agreement > at_right_angles:
        return "agree more than they cancel"
    return "cancel more than they agree"
