"""What is read off curves by lag, in sentences that can be repeated."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np

from rnnviz.analysis.gradients.bootstrap import DRAWS
from rnnviz.analysis.gradients.decay import (
    LEAST_LAGS,
    STRAIGHT_OFF,
    STRAIGHT_R_SQUARED,
    Verdict,
    verdict,
)
from rnnviz.analysis.gradients.reach import Fall, Reach, Share
from rnnviz.notation import counted, half_life_words, share_words, significant
from rnnviz.records import Array, LagFit, half_life_of

# What is said behind a factor that has an interval.
_VERDICTS: Mapping[Verdict, str] = {
    "vanishes": " So it vanishes: all of that interval is below 1.",
    "explodes": " So it explodes: all of that interval is above 1.",
    "no decay": " There is no decay: within that interval it neither halves nor doubles over all "
    "these characters.",
    "cannot be told": " Whether it vanishes or explodes cannot be told: 1 lies in that interval.",
}
_STATES = {"h": "hidden state h", "c": "cell state c"}


def sentences(where: str, found: Mapping[str, Reach]) -> list[str]:
    """How the gradient of a loss falls on its way back, a sentence a path.

    Args:
        where: in which network, e.g. "In this network, at iteration 2,300".
        found: by path.

    Example:
        >>> from rnnviz.analysis.gradients.reach import read_curve
        >>> reach = read_curve(0.5 ** np.arange(9.0) * np.ones((256, 1)))
        >>> (said,) = sentences("In this network", {"h": reach})
        >>> said[:79]
        'In this network, the gradient of a loss on its way back through the hidden stat'
        >>> said[79:]
        'e h has halved after 1 character (as in all 1,000 redrawn curves; 256 losses), is down to \
1 % after 7 (as in all 1,000 redrawn curves), and 0.39 % of it is left after 8 (as in redrawn \
curves).'
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
        >>> from rnnviz.analysis.gradients.reach import read_curve
        >>> falls(read_curve(2.0 ** np.arange(3.0) * np.ones((4, 1))))
        'does not halve within 2 characters: 2 back it is 4 times as large as right at the loss \
(4 losses)'
        >>> falls(read_curve(np.zeros((4, 3))))
        'is exactly zero (4 losses)'
    """
    if math.isnan(reach.norm):
        return "is not finite"
    if reach.norm == 0:
        return f"is exactly zero ({_losses(reach)})"
    unfinished = "" if reach.finite else "; further back it is not finite"
    if len(reach.curve) == 1:
        return f"is known right at the loss alone ({_losses(reach)}){unfinished}"
    if reach.half.lag is None:
        left = _left(reach.edge, _losses(reach))
        return f"does not halve within {_characters(reach.edge.lag)}: {left}{unfinished}"
    said = [each for each in (_growth(reach), *_below(reach)) if each]
    return f"{', '.join(said)}, and {_left(reach.edge)}{unfinished}"


def basis(reach: Reach, of: str = "") -> str:
    """On how many losses a reading stands, and what its brackets say.

    Args:
        reach: what was read.
        of: which losses they are, e.g. "on the held-out part of the text".

    Example:
        >>> from rnnviz.analysis.gradients.reach import read_curve
        >>> basis(read_curve(np.ones((9, 3))))
        'Read off the mean over 9 losses; they are too few, or were not kept singly, for intervals.'
    """
    if not reach.norm > 0:
        return ""
    first, last = int(reach.losses[0]), int(reach.losses[-1])
    if first == 1:
        return "Read off a single loss; others may fall otherwise."
    behind = f"{first:,} losses" + f" {of}" * bool(of)
    behind += f", {last:,} of which reach {_characters(reach.edge.lag)} back" * (last < first)
    if reach.block is None:
        why = "they are too few, or were not kept singly, for intervals"
        return f"Read off the mean over {behind}; {why}."
    return (
        f"Read off the mean over {behind}. Brackets say how far chance may have moved it: "
        f"{DRAWS:,} times the curve was drawn again from as many of these losses, some taken "
        f"several times and others not at all (in groups of {reach.block} that follow each other "
        "in the text, because those are alike), and 95 % of the redrawn curves give what lies "
        "between the two numbers. Distances are whole characters, so that redrawn curves often "
        "give the same one."
    )


def factor(reach: Reach) -> str:
    """The factor per character, where a straight line describes the curve; else why there is none.

    Example:
        >>> from rnnviz.analysis.gradients.reach import read_curve
        >>> factor(read_curve(0.9 ** np.arange(65.0) * np.ones((4, 1))))
        'A straight line on the logarithmic scale describes the curve from 0 to 64 characters back \
(at most 1 times too high or too low): on it each character further back multiplies the gradient \
by 0.9, a half-life of 6.58 characters.'
        >>> factor(read_curve(1 / (1 + np.arange(65.0)) * np.ones((4, 1))))
        'No single factor per character describes the curve, which bends, so no half-life is given\
: even the straight line that fits it best on the logarithmic scale is up to 6.27 times too high \
or too low (up to 1.25 times would do).'
    """
    fit = reach.fit
    if math.isnan(reach.norm):
        return "There is no factor per character: the norms are not finite."
    if math.isnan(fit.factor):
        return "There is no factor per character: too few norms are above zero and finite."
    if not fit.straight:
        return (
            f"No single factor per character describes the curve{_bends(fit)}, so no half-life is "
            f"given: {_why(fit)}."
        )
    half = "" if reach.half_life is None else f", a half-life of {_half_life(reach)}"
    return (
        f"A straight line on the logarithmic scale describes the curve from {fit.lags[0]} to "
        f"{_characters(fit.lags[1])} back (at most {significant(fit.most_off)} times too high or "
        f"too low): on it each character further back multiplies the gradient by "
        f"{_factors(fit)}{half}.{_VERDICTS[verdict(fit)] if fit.interval else ''}"
    )


def gates_words(by_gates: Array, measured: Array) -> str:
    """How far what gates say of a gradient is from what was measured of it, both by lag (lag).

    Example:
        >>> gates_words(np.array([1.0, 0.5]), np.array([1.0, 0.5001]))[-58:]
        'differs from the measured one by 0.02 % of itself at most.'
        >>> gates_words(np.array([0.0, 0.0]), np.array([0.0, np.nan]))[-58:]
        'no measured norm that is above zero and finite to compare.'
    """
    there = np.flatnonzero((measured > 0) & np.isfinite(measured))
    said = (
        "The gates of this network do not read its state. So what reaches a state so many "
        "characters back is what arrived at lag 0 times 1 − z of every character between, unit by "
        "unit. "
    )
    if not len(there):
        return f"{said}Here there is no measured norm that is above zero and finite to compare."
    apart = float(np.max(np.abs(by_gates[there] / measured[there] - 1)))
    return (
        f"{said}Computed so, without any gradient, the curve (dots) differs from the measured one "
        f"by {share_words(apart)} of itself at most."
    )


def _factors(fit: LagFit) -> str:
    """The factor, and its interval where there is one; near 1 with more digits."""
    if fit.interval is None:
        return significant(fit.factor)
    factor, low, high = (
        significant(each, 3 if abs(each - 1) > 0.01 else 5) for each in (fit.factor, *fit.interval)
    )
    return f"{factor} ({low} to {high} in redrawn curves)"


def _half_life(reach: Reach) -> str:
    """The half-life, and its interval where there is one."""
    life, interval = half_life_words(reach.half_life or 0.0), reach.fit.interval
    if interval is None:
        return life
    low, high = (half_life_of(factor) for factor in interval)
    upper = half_life_words(high) if math.isfinite(high) else "for ever"
    return f"{life} ({half_life_words(low).removesuffix(' characters')} to {upper})"


def _bends(fit: LagFit) -> str:
    return ", which bends" if verdict(fit) == "bends" else ""


def range_words(low: float, high: float) -> str:
    """Between which two shares something lies.

    Example:
        >>> range_words(0.002, 0.0034), range_words(0.9, 1.1)
        ('0.2 to 0.34 %', '90 % to 1.1 times')
    """
    first, last = share_words(low), share_words(high)
    unit = last.rpartition(" ")[2]
    return f"{first.removesuffix(f' {unit}')} to {last}"


def _why(fit: LagFit) -> str:
    """Why a line does not describe a curve: the first thing that it lacks."""
    first, last = fit.lags
    if last - first < LEAST_LAGS - 1:
        points = last - first + 1
        return f"a line can be laid through only {points} points, and {LEAST_LAGS} are asked for"
    if fit.most_off > STRAIGHT_OFF:
        return (
            "even the straight line that fits it best on the logarithmic scale is up to "
            f"{significant(fit.most_off)} times too high or too low (up to {STRAIGHT_OFF:g} times "
            "would do)"
        )
    return (
        "the straight line that fits it best on the logarithmic scale follows "
        f"{100 * fit.r_squared:.0f} % of its ups and downs (R²; {100 * STRAIGHT_R_SQUARED:g} % "
        "are asked for)"
    )


def _growth(reach: Reach) -> str:
    """What comes before it falls."""
    peak = reach.peak
    if peak.value < 1.005 or peak.lag == reach.edge.lag:
        return ""
    times, back = share_words(peak.value), _characters(peak.lag)
    return f"first grows, to {times} its size {back} back{_between(peak)}"


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
    """The interval, and how many losses stand behind it.

    Lags are whole: where both ends are the lag itself, it says how many redrawn curves agree.
    """
    if fall.interval is None:
        return f"({behind})" if behind else ""
    low, high = (f"more than {reach.edge.lag}" if end is None else end for end in fall.interval)
    said = f"{low} to {high}"
    if fall.interval == (fall.lag, fall.lag):
        agree = f"all {DRAWS:,}" if fall.alike == DRAWS else f"{fall.alike:,} of {DRAWS:,}"
        said = f"as in {agree} redrawn curves"
    return f"({said}{f'; {behind}' if behind else ''})"


def _again(fall: Fall, share: str) -> str:
    """Said where the curve rises again further on than chance would have it."""
    high = fall.interval[1] if fall.interval else fall.lag
    if fall.again is None or high is None or fall.again <= high:
        return ""
    return f" but above {share} again after {fall.again}"


def _left(edge: Share, behind: str = "") -> str:
    if edge.value >= 1.005:
        times = f"{significant(edge.value)} times as large as right at the loss"
        return f"{edge.lag} back it is {times}{_between(edge, behind)}"
    return f"{share_words(edge.value)} of it is left after {edge.lag}{_between(edge, behind)}"


def _between(share: Share, behind: str = "") -> str:
    """The interval, and how many losses stand behind it."""
    said = [behind] * bool(behind)
    if share.interval is not None and share.interval[1] >= 1e-6:
        low, high = map(share_words, share.interval)
        alike = low == high == share_words(share.value)
        said.insert(0, "as in redrawn curves" if alike else range_words(*share.interval))
    return f" ({'; '.join(said)})" if said else ""


def _losses(reach: Reach) -> str:
    return counted(int(reach.losses[0]), "loss", "losses")


def _characters(count: int) -> str:
    return counted(count, "character")
