"""What several runs compared come to beside their losses: how far back each reaches and uses."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from rnnviz.analysis.gradients.reach import Fall, Reach
from rnnviz.analysis.gradients.reach_change import apart_words, between
from rnnviz.notation import bits, counted, fixed, listed
from rnnviz.runs.compared import courses
from rnnviz.runs.compared.courses import Side
from rnnviz.runs.compared.seed_ranges import ranges_words

if TYPE_CHECKING:
    from rnnviz.analysis.states.resetting import ResetLosses

_LOSSES = "95 % interval over losses "


def reach_words(sides: Sequence[Side], found: Mapping[tuple[str, str], Reach]) -> str:
    """In which a gradient reaches back farthest, through each state that there is.

    Args:
        sides: that are compared; of one nothing is said.
        found: what is read off the curve of each run, by its id and the path.
    """
    if len(sides) < 2:
        return ""
    said = []
    for path in ("h", "c"):
        reached, edges = list[tuple[str, tuple[Fall, ...]]](), list[int]()
        for side in sides:
            known = [found[run.id, path] for run in side.runs if (run.id, path) in found]
            if courses.shares_by_lag(side, known) is not None:
                reached.append((side.label, courses.hundredths(side, known)))
                edges += [len(reach.curve) - 1 for reach in known]
        said.append(reach_sentence(reached, path, min(edges, default=0)))
    return " ".join(filter(None, said))


def reach_sentence(found: Sequence[tuple[str, Sequence[Fall]]], path: str, edge: int) -> str:
    """In which network a gradient reaches back farthest, and in which least far.

    Args:
        found: of each, what it is called, and the first lag at which 1 % is left, by seed.
        path: the state by which the gradient is.
        edge: the last lag.

    Example:
        >>> long, short = Fall(33, (30, 36), None), Fall(7, (6, 9), None)
        >>> said = reach_sentence([("A LSTM", [short]), ("B GRU", [long])], "h", 64)
        >>> said[:79]
        'The gradient by h reaches back farthest in B GRU: 1 % of it is left 33 characte'
        >>> said[79:]
        'rs before a loss (95 % interval over losses 30 to 36); least far in A LSTM: 7 (6 to 9). \
The two intervals do not meet: the choice of losses does not explain the difference.'
        >>> beyond = [Fall(None, None, None)]
        >>> reach_sentence([("A", beyond), ("B", beyond)], "c", 64)
        'In all, more than 1 % of the gradient by c is left 64 characters before a loss.'
    """
    if len(found) < 2:
        return _alone(found, path, edge)
    if any(len(falls) > 1 for _, falls in found):
        lags = [
            (label, [min(fall.lag or edge + 1, edge + 1) for fall in falls])
            for label, falls in found
        ]
        return ranges_words(lags, f"1 % of the gradient by {path} is left", "before a loss", edge)
    single = [(label, falls[0]) for label, falls in found]
    order = sorted(single, key=lambda one: _lag(one[1]))
    near, far = order[0][1], order[-1][1]
    left = f"of the gradient by {path} is left"
    if near.lag is None:
        return f"In all, more than 1 % {left} {counted(edge, 'character')} before a loss."
    if near.lag == far.lag:
        return f"In all, 1 % {left} {counted(near.lag, 'character')} before a loss."
    back = counted(edge if far.lag is None else far.lag, "character")
    first, behind = _those(single, far, edge, _LOSSES)
    last, nearer = _those(single, near, edge)
    judged = f" {apart_words(near, far)}" * bool(behind and nearer)
    return (
        f"The gradient by {path} reaches back farthest in {first}: 1 % of it is left "
        f"{'more than ' * (far.lag is None)}{back} before a loss{behind}; least far in {last}: "
        f"{near.lag}{nearer}.{judged}"
    )


def _alone(found: Sequence[tuple[str, Sequence[Fall]]], path: str, edge: int) -> str:
    """What is said of c, where one alone has it; of h nothing: it stands beside no other."""
    if not found or path != "c":
        return ""
    label, falls = found[0]
    lags = sorted({_lag(fall) for fall in falls})
    told = [f"more than {edge}" if math.isinf(lag) else str(lag) for lag in (lags[0], lags[-1])]
    over = f" over {len(falls)} seeds" if len(falls) > 1 else between(falls[0], edge, _LOSSES)
    back = f"{' to '.join(dict.fromkeys(told))} {'character' if lags == [1] else 'characters'}"
    return f"By c, which {label} alone has, 1 % of the gradient is left {back} before a loss{over}."


def _lag(fall: Fall) -> float:
    return math.inf if fall.lag is None else fall.lag


def _those(
    found: Sequence[tuple[str, Fall]], fall: Fall, edge: int, called: str = ""
) -> tuple[str, str]:
    """The networks with a lag; and the interval, where it is of one."""
    labels = [label for label, each in found if each.lag == fall.lag]
    return listed(labels, 2), between(fall, edge, called) * (len(labels) == 1)


def lives_sentence(found: Sequence[tuple[str, int, int]], path: str) -> str:
    """What a half-life is, and at how many snapshots there is one.

    Args:
        found: of each, what it is called, how many snapshots have one, and how many there are.
        path: the state by which the gradient is.

    Example:
        >>> lives_sentence([("A LSTM", 3, 20), ("B RNN", 20, 20)], "h")
        'The half-life is the number of characters after which the gradient by h has halved, where \
each character further back shrinks it by one and the same factor. That is so at some snapshots: 3 \
of 20 in A LSTM; 20 of 20 in B RNN. At the others no one factor is true of the curve by lag, or it \
has not halved at any lag read.'
        >>> lives_sentence([("A LSTM", 9, 9)], "c").split(". ")[1]
        'That is so at every snapshot.'
    """
    have, there = sum(have for _, have, _ in found), sum(there for _, _, there in found)
    means = (
        f"The half-life is the number of characters after which the gradient by {path} has halved, "
        "where each character further back shrinks it by one and the same factor. That is so at "
    )
    why = "no one factor is true of the curve by lag, or it has not halved at any lag read."
    if have in (0, there):
        return f"{means}{'no snapshot: ' + why if not have else 'every snapshot.'}"
    told = "; ".join(f"{own:,} of {all_there:,} in {label}" for label, own, all_there in found)
    return f"{means}some snapshots: {told}. At the others {why}"


def memory_sentence(found: Sequence[tuple[str, Sequence[ResetLosses]]]) -> str:
    """Which network remembers longest, by what resets at the same places cost them.

    The one that uses what lies farthest back is put beside the next, where that one is reset just
    so far back as nothing shows that more helps it; the places are drawn again for both at once.

    Args:
        found: of each, what it is called, and its losses by how many characters before it was
            reset, at the same places, by seed. Of several seeds no mean is told.

    Example:
        >>> import numpy as np
        >>> from rnnviz.analysis.states.resetting import ResetLosses
        >>> one, other = (ResetLosses((1, 2, 4), np.log(2) * np.repeat(
        ...     np.array([[3.0], [loss], [2.0]]), 8, 1)) for loss in (2.0, 2.5))
        >>> memory_sentence([("A RNN", [one]), ("B LSTM", [other])])
        'B LSTM remembers longer: reset 2 characters before, it loses 0.500 bits/char by that, \
A RNN 0.000 (95 % interval of the difference 0.500 to 0.500): more than chance makes.'
        >>> memory_sentence([("A", [one]), ("B", [one])])
        'None is seen to remember longer: each uses what it read up to 2 characters back.'
    """
    if len(found) < 2:
        return ""
    if any(len(losses) > 1 for _, losses in found):
        edge, most = found[0][1][0].distances[-2:]
        used_by = [(label, [each.used() or most for each in losses]) for label, losses in found]
        return ranges_words(used_by, "What was read is used from", "back", edge)
    single = [(label, losses[0]) for label, losses in found]
    order = sorted(single, key=lambda one: _used(one[1]), reverse=True)
    (label, best), (other, following) = order[:2]
    used = following.used()
    if used is None or _used(best) == used:
        return _none_longer(order)
    at = best.distances.index(used)
    cost, beside = (fixed(bits(one.gains()[at][0]), 3) for one in (best, following))
    _, interval = best.beside(following).gains()[at]
    low, high = (fixed(bits(end), 3) for end in interval)
    several = len(found) > 2
    return (
        f"{label} {'remembers' if interval[0] > 0 else 'may remember'} "
        f"{'longest' if several else 'longer'}: reset {counted(used, 'character')} before, it "
        f"loses {cost} bits/char by that, {other}{', the next,' * several} {beside} (95 % interval "
        f"of the difference {low} to {high}): "
        + ("more than chance makes." if interval[0] > 0 else "chance may have made that.")
    )


def _none_longer(order: Sequence[tuple[str, ResetLosses]]) -> str:
    """Where two or more use what lies equally far back, and none uses more."""
    most = _used(order[0][1])
    alike = [label for label, each in order if _used(each) == most]
    endless = math.isinf(most)
    read = counted(order[0][1].distances[-2] if endless else int(most), "character")
    far = f"{'more than' if endless else 'up to'} {read}"
    if len(alike) == len(order):
        return f"None is seen to remember longer: each uses what it read {far} back."
    return f"{listed(alike)} remember longest, and alike: what they read {far} back."


def _used(losses: ResetLosses) -> float:
    used = losses.used()
    return math.inf if used is None else used
