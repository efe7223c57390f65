"""Small records of gradients with known numbers."""

from __future__ import annotations

import numpy as np

from rnnviz.analysis.gradients.itemised import Itemised, take_apart
from rnnviz.analysis.gradients.network_truncation import Truncation
from rnnviz.analysis.gradients.reach import Reach, read_curve
from rnnviz.analysis.gradients.timestep_shares import TimestepShares
from rnnviz.analysis.gradients.truncation import TruncationCost
from rnnviz.analysis.states.resetting import ResetLosses
from tests.plots.records import LOG2


def make_reset() -> ResetLosses:
    """Losses of 4, 3 and 2 bits after 1, 2 and 4 characters at four places, some of them right."""
    losses = LOG2 * np.array([[4.0], [3.0], [2.0]]) * np.ones((1, 4))
    right = np.array([[0, 0, 0, 0], [1, 0, 0, 0], [1, 1, 0, 1]], bool)
    return ResetLosses((1, 2, 4), losses, right)


def make_dependence() -> Reach:
    """Dependence that halves with every character, over eight of them."""
    return read_curve(3 * 0.5 ** np.arange(8.0) * np.ones((64, 1)))


def make_itemised() -> Itemised:
    """Three losses from timestep 4 on: two point one way, the last the other."""
    return take_apart(4, np.array([[3.0, 0.0], [2.0, 0.0], [-1.0, 0.0]]))


def make_truncation() -> Truncation:
    """Windows of 1 and 5 beside 20 losses: cosines 0.5 and 1, lengths 0.25 and 0.75; W_hy whole."""
    known = ((1, 0.5, 0.25), (5, 1.0, 0.75))
    costs = tuple(TruncationCost(k, cosine, 0.1, ratio) for k, cosine, ratio in known)
    whole = TruncationCost(5, 1.0, 0.0, 1.0)
    names = "weight_ih_l0", "weight_hh_l0", "decoder.weight"
    return Truncation(20, (1, 5), names, tuple((one, one, whole) for one in costs), costs)


def make_shares() -> TimestepShares:
    """Of three timesteps: a half, one and a half, and all of the sum taken back."""
    share = np.array([[0.5, 1.5, -1.0]] * 3)
    return TimestepShares(make_truncation().parameters, 2, np.abs(share), share)
