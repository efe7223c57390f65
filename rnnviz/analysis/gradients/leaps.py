"""When a gradient leapt, whether all were long from the start, and which weights made it so."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from rnnviz.analysis.gradients.weight_names import weight_name
from rnnviz.notation import counted, percent, significant
from rnnviz.records import Floats, Ids

TIMES, BEFORE, LEAST = 10, 100, 20


@dataclass(frozen=True, slots=True)
class Leap:
    """A gradient far longer than those before it.

    Attributes:
        iteration: at which it was.
        norm: its total norm, before clipping.
        usual: the median over up to 100 iterations before; within the first 20, over these.
        parameter: the name of the weights with the largest part of it; "" where that was not
            recorded.
        share: of these weights in the square of the norm.
        first: over so many first iterations `usual` is, itself among them; 0: over those before.
    """

    iteration: int
    norm: float
    usual: float
    parameter: str = ""
    share: float = 0.0
    first: int = 0

    def words(self, layers: int = 1) -> str:
        """When, how long and where, in a sentence.

        Args:
            layers: of the network.

        Example:
            >>> said = Leap(412, 31.0, 0.52, "rnn.weight_hh_l0", 0.93).words()
            >>> said[:73]
            'The first gradient that leapt was that of iteration 412: its norm was 31,'
            >>> said[74:]
            'where the median of the iterations before was 0.52; 93 % of its square come from W_hh.'
        """
        first = f"of the first {counted(self.first, 'iteration')}"
        others = first if self.first else "of the iterations before"
        return (
            f"The first gradient that leapt was that of iteration {self.iteration:,}: its norm "
            f"was {significant(self.norm)}, where the median {others} was "
            f"{significant(self.usual)}{_from(self.parameter, self.share, layers)}."
        )


def first_leap(
    iterations: Ids,
    norms: Floats,
    clip_norm: float | None = None,
    parameters: Sequence[str] = (),
    by_parameter: Mapping[int, Floats] | None = None,
) -> Leap | None:
    """The first gradient that leapt; None where none did.

    That is one at least ten times as long as the median of the up to 100 iterations before it, and
    longer than `clip_norm` where there is one: what is shorter changes the weights no more than any
    other. The first 20 have too few before them, and are judged by the median of all 20, or of as
    many as there are.

    Args:
        iterations: in order.
        norms: total gradient norm at each, before clipping.
        clip_norm: what longer ones were scaled down to.
        parameters: names of the weights.
        by_parameter: the norm of each one's gradient, by iteration, where it was recorded.

    Example:
        >>> norms = np.full(40, 0.5)
        >>> norms[30] = 8.0
        >>> parts = {31: np.array([8, 0])}
        >>> first_leap(np.arange(1, 41), norms, 1.0, ["w", "b"], parts)
        Leap(iteration=31, norm=8.0, usual=0.5, parameter='w', share=1.0, first=0)
        >>> first_leap(np.arange(1, 41), norms, 10.0) is None
        True
        >>> first_leap(np.arange(1, 41), np.flip(norms)).words()[-68:]
        'its norm was 8, where the median of the first 20 iterations was 0.5.'
    """
    import pandas as pd  # a third of a second, which few need

    usual = (
        pd.Series(norms).rolling(BEFORE, min_periods=LEAST).median().shift(1).to_numpy(copy=True)
    )
    first = norms[:LEAST]
    usual[: len(first)] = np.median(first) if len(first) else np.nan
    found = np.flatnonzero((norms >= TIMES * usual) & (usual > 0) & (norms > (clip_norm or 0.0)))
    if not len(found):
        return None
    row = int(found[0])
    at = int(iterations[row])
    largest = _largest(parameters, (by_parameter or {}).get(at))
    judged_by = len(first) if row < LEAST else 0
    return Leap(at, float(norms[row]), float(usual[row]), *largest, judged_by)


def long_words(
    iterations: Ids,
    norms: Floats,
    clip_norm: float | None,
    parameters: Sequence[str] = (),
    by_parameter: Mapping[int, Floats] | None = None,
    layers: int = 1,
) -> str:
    """That gradients were long from the start, where no leap can show it; "" where they were not.

    They were where each of the first 20, and at least nine of ten of all, were ten times as long
    as `clip_norm` or longer.

    Example:
        >>> parts = {2: np.array([8, 6])}
        >>> said = long_words(np.array([1, 2]), np.array([8.0, 10.0]), 0.5, ["w", "b"], parts)
        >>> said[:87]
        'Gradients were long from the start: 2 of 2 were at least 10 times as long as clip_norm.'
        >>> said[88:]
        'The longest, that of iteration 2, was 20 times as long; 64 % of its square come from w.'
    """
    long = norms >= TIMES * (clip_norm or np.inf)
    if not len(norms) or not long[:LEAST].all() or long.mean() < 0.9:
        return ""
    row = int(np.argmax(norms))
    at = int(iterations[row])
    times = significant(float(norms[row]) / (clip_norm or np.inf))
    weights = _from(*_largest(parameters, (by_parameter or {}).get(at)), layers)
    return (
        f"Gradients were long from the start: {int(long.sum()):,} of {len(norms):,} were at least "
        f"{TIMES} times as long as clip_norm. The longest, that of iteration {at:,}, was {times} "
        f"times as long{weights}."
    )


def _from(parameter: str, share: float, layers: int) -> str:
    """Which weights a gradient comes from most; "" where that was not recorded."""
    name = f"; {percent(share, 0)} of its square come from {weight_name(parameter, layers)}"
    return name if parameter else ""


def _largest(parameters: Sequence[str], norms: Floats | None) -> tuple[str, float]:
    if norms is None:
        return "", 0.0
    squares = np.square(norms, dtype=np.float64)
    return parameters[int(squares.argmax())], float(squares.max() / squares.sum())


def clipping_words(iterations: Ids, norms: Floats, factors: Floats) -> str:
    """How often gradients were clipped, and the longest of them, in a sentence.

    Args:
        iterations: in order.
        norms: total gradient norm at each, before clipping.
        factors: what each was multiplied by.

    Example:
        >>> norms, factors = np.array([4.0, 2, 0.5, 0.5]), np.array([0.25, 0.5, 1, 1])
        >>> said = clipping_words(np.arange(1, 5), norms, factors)
        >>> said[:53], said[89:]
        ('Clipping shortened the gradient at 2 of 4 iterations ', '; the longest had the norm 4 at \
iteration 1, of which a share of 0.25 was kept.')
    """
    if not len(norms):
        return ""
    longest = int(np.argmax(norms))
    long = f"had the norm {significant(float(norms[longest]))} at iteration {iterations[longest]:,}"
    clipped = np.flatnonzero(factors < 1)
    if not len(clipped):
        return f"No gradient was clipped; the longest {long}."
    share = percent(len(clipped) / len(norms), 0)
    return (
        f"Clipping shortened the gradient at {len(clipped):,} of {counted(len(norms), 'iteration')}"
        f" ({share}), the last of them iteration {iterations[clipped[-1]]:,}; the longest {long}, "
        f"of which a share of {significant(float(factors[longest]))} was kept."
    )
