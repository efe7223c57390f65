"""What is read off curves by lag, in sentences that can be repeated."""

from __future__ import annotations

import math
from collections.abc import Mapping

from rnnviz.analysis.gradients.bootstrap import DRAWS
from rnnviz.analysis.gradients.decay import LEAST_LAGS, STRAIGHT_OFF, STRAIGHT_R_SQUARED
from rnnviz.analysis.gradients.reach import Fall, Reach, Share
from rnnviz.notation import half_life_words, range_words, share_words, significant
from rnnviz.records import LagFit

_STATES = {"h": "hidden state h", "c": "cell state c"}


def sentences(where: str, found: Mapping[str, Reach]) -> list[str]:
    """How the gradient of a loss falls on its way back, a sentence a path.

    Args:
        where: in which network, e.g. "In this network, at iteration 2,300".
        found: by path.

    Example:
        >>> import numpy as np
        >>> from rnnviz.analysis.gradients.reach import read_curve
        >>> reach = read_curve(0.5 ** np.arange(9.0) * np.ones((256, 1)))
        >>> (said,) = sentences("In this network", {"h": reach})
        >>> said[:79]
        'In this network, the gradient of a loss on its way back through the hidden stat'
        >>> said[79:]
        'e h has halved after 1 character (1 to 1; 256 losses), is down to 1 % after 7 (7 to 7), \
and 0.39 % of it is left at lag 8 (0.39 to 0.39 %).'
    """
    said: list[str] = []
    begin, it = f"{where}, the gradient of a loss on its way back", ""
    for path, state in _STATES.items():
        if path in found:
            said.append(f"{begin} through the {state}{it} {falls(found[path])}.")
            begin, it = "On its way back", " it"
    return said


def falls(reach: Reach) -> str:
    """What one curve does, without its subject.

    Example:
        >>> import numpy as np
        >>> from rnnviz.analysis.gradients.reach import read_curve
        >>> falls(read_curve(2.0 ** np.arange(3.0) * np.ones((4, 1))))
        'does not halve within 2 characters: at lag 2 it is 4 times as large as at lag 0 (4 losses)'
        >>> falls(read_curve(np.zeros((4, 3))))
        'is exactly zero (4 losses)'
    """
    if math.isnan(reach.norm):
        return "is not finite"
    if reach.norm == 0:
        return f"is exactly zero ({_losses(reach)})"
    unfinished = "" if reach.finite else "; beyond that lag it is not finite"
    if reach.edge.lag == 0:
        return f"is known at lag 0 alone ({_losses(reach)}){unfinished}"
    if reach.half.lag is None:
        left = _left(reach.edge, _losses(reach))
        return f"does not halve within {_characters(reach.edge.lag)}: {left}{unfinished}"
    said = [each for each in (_growth(reach), *_below(reach)) if each]
    return f"{', '.join(said)}, and {_left(reach.edge)}{unfinished}"


def basis(reach: Reach) -> str:
    """On how many losses a reading stands, and what its brackets hold.

    Example:
        >>> import numpy as np
        >>> from rnnviz.analysis.gradients.reach import read_curve
        >>> basis(read_curve(np.ones((9, 3))))
        'Read off the mean over 9 losses; they are too few, or were not kept singly, for intervals.'
    """
    if not reach.norm > 0:
        return ""
    first, last = int(reach.losses[0]), int(reach.losses[-1])
    if first == 1:
        return "Read off a single loss; others may fall otherwise."
    behind = f"{first:,} losses" + f" at lag 0, {last:,} at lag {reach.edge.lag}" * (last < first)
    if reach.block is None:
        why = "they are too few, or were not kept singly, for intervals"
        return f"Read off the mean over {behind}; {why}."
    return (
        f"Read off the mean over {behind}. Brackets hold 95 % of what {DRAWS:,} other draws of "
        "them give: in each some losses count several times and others not at all, always "
        f"{reach.block} neighbours together, because neighbours are alike."
    )


def factor(reach: Reach) -> str:
    """The factor per character, where a straight line describes the curve; else why there is none.

    The line has a height of its own: its half-life is said only where the curve has halved there
    too, to the nearest lag.

    Example:
        >>> import numpy as np
        >>> from rnnviz.analysis.gradients.reach import read_curve
        >>> factor(read_curve(0.9 ** np.arange(65.0) * np.ones((4, 1))))
        'A straight line on the logarithmic scale describes lags 0 to 64 (off by a factor of 1 at \
most): on it each character further back multiplies the norm by 0.9, a half-life of 6.58 \
characters.'
        >>> factor(read_curve(1 / (1 + np.arange(65.0)) * np.ones((4, 1))))
        'No single factor per character describes the curve, so no half-life is given: even the \
straight line that fits it best on the logarithmic scale is off by a factor of up to 6.27 (1.25 is \
allowed).'
    """
    fit = reach.fit
    if math.isnan(fit.factor):
        return "There is no factor per character: too few norms are above zero."
    if not fit.straight:
        return (
            "No single factor per character describes the curve, so no half-life is given: "
            f"{_why(fit)}."
        )
    half = f", a half-life of {half_life_words(fit.half_life)}" if _halves_with(reach) else ""
    return (
        f"A straight line on the logarithmic scale describes lags {fit.lags[0]} to {fit.lags[1]} "
        f"(off by a factor of {significant(fit.most_off)} at most): on it each character further "
        f"back multiplies the norm by {significant(fit.factor)}{half}."
    )


def _why(fit: LagFit) -> str:
    """Why a line does not describe a curve: the first thing that it lacks."""
    first, last = fit.lags
    if last - first < LEAST_LAGS - 1:
        return f"only {last - first + 1} lags can be fitted, and {LEAST_LAGS} are asked for"
    if fit.most_off > STRAIGHT_OFF:
        return (
            "even the straight line that fits it best on the logarithmic scale is off by a factor "
            f"of up to {significant(fit.most_off)} ({STRAIGHT_OFF:g} is allowed)"
        )
    return (
        "the straight line that fits it best on the logarithmic scale follows "
        f"{100 * fit.r_squared:.0f} % of its variance (R²; {100 * STRAIGHT_R_SQUARED:g} % are "
        "asked for)"
    )


def _halves_with(reach: Reach) -> bool:
    """Whether the curve has halved where the line has, to the nearest lag."""
    lag = reach.half.lag
    return lag is not None and abs(lag - reach.fit.half_life) <= 1


def _growth(reach: Reach) -> str:
    """What comes before it falls."""
    peak = reach.peak
    if peak.value < 1.005 or peak.lag == reach.edge.lag:
        return ""
    return f"first grows, to {share_words(peak.value)} its size at lag {peak.lag}{_between(peak)}"


def _below(reach: Reach) -> list[str]:
    """Where it has halved, and where 1 % is left."""
    half, hundredth = reach.half, reach.hundredth
    said = [f"has halved after {_characters(half.lag or 0)} {_lags(reach, half, _losses(reach))}"]
    said[0] += _again(half, "a half")
    if hundredth.lag is None:
        return [*said, f"is not down to 1 % within {reach.edge.lag}"]
    last = f"is down to 1 % after {hundredth.lag} {_lags(reach, hundredth)}".rstrip()
    return [*said, last + _again(hundredth, "1 %")]


def _lags(reach: Reach, fall: Fall, behind: str = "") -> str:
    """The interval, and how many losses stand behind it."""
    if fall.interval is None:
        return f"({behind})" if behind else ""
    low, high = (f"more than {reach.edge.lag}" if end is None else end for end in fall.interval)
    return f"({low} to {high}{f'; {behind}' if behind else ''})"


def _again(fall: Fall, share: str) -> str:
    """Said where the curve rises again further on than chance would have it."""
    high = fall.interval[1] if fall.interval else fall.lag
    if fall.again is None or high is None or fall.again <= high:
        return ""
    return f" but above {share} again at lag {fall.again}"


def _left(edge: Share, behind: str = "") -> str:
    if edge.value >= 1.005:
        times = significant(edge.value)
        return f"at lag {edge.lag} it is {times} times as large as at lag 0{_between(edge, behind)}"
    return f"{share_words(edge.value)} of it is left at lag {edge.lag}{_between(edge, behind)}"


def _between(share: Share, behind: str = "") -> str:
    """The interval, and how many losses stand behind it."""
    told = share.interval is not None and share.interval[1] >= 1e-6
    said = [range_words(*share.interval)] if share.interval and told else []
    said += [behind] * bool(behind)
    return f" ({'; '.join(said)})" if said else ""


def _losses(reach: Reach) -> str:
    count = int(reach.losses[0])
    return f"{count:,} loss" + "es" * (count != 1)


def _characters(count: int) -> str:
    return f"{count:,} character" + "s" * (count != 1)
