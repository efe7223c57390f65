"""Sentences about curves say what the curves are, whatever they are."""

from __future__ import annotations

import math
import re

import numpy as np
import pytest

from rnnviz.analysis.gradients.reach import Reach, read_curve, read_mean
from rnnviz.analysis.gradients.reach_labels import label
from rnnviz.analysis.gradients.reach_words import basis, factor, falls, sentences

LAGS = np.arange(65.0)
NINE = np.full(65, 9)


def of(factor: float) -> Reach:
    """256 losses that fall alike."""
    return read_curve(factor**LAGS * np.ones((256, 1)))


def mean(*norms: float) -> Reach:
    return read_mean(np.array(norms), np.full(len(norms), 9))


@pytest.mark.parametrize(
    ("reach", "said"),
    [
        (
            of(0.9),
            "has halved after 7 characters (7 to 7; 256 losses), is down to 1 % after 44 (44 to "
            "44), and 0.12 % of it is left at lag 64 (0.12 to 0.12 %)",
        ),
        (
            of(0.98),
            "has halved after 35 characters (35 to 35; 256 losses), is not down to 1 % within 64, "
            "and 27 % of it is left at lag 64 (27 to 27 %)",
        ),
        (
            of(0.995),
            "does not halve within 64 characters: 73 % of it is left at lag 64 (73 to 73 %; 256 "
            "losses)",
        ),
        (
            of(1.05),
            "does not halve within 64 characters: at lag 64 it is 22.7 times as large as at lag 0 "
            "(22.7 to 22.7 times; 256 losses)",
        ),
        (
            mean(1.0, 3.0, 0.4, 0.004, 0.5),
            "first grows, to 3 times its size at lag 1, has halved after 2 characters (9 losses), "
            "is down to 1 % after 3 but above 1 % again at lag 4, and 50 % of it is left at lag 4",
        ),
        (
            mean(1.0, 0.3, 0.0),
            "has halved after 1 character (9 losses), is down to 1 % after 2, and below "
            "0.0001 % of it is left at lag 2",
        ),
        (
            mean(1.0, 0.5, math.inf, math.nan),
            "has halved after 1 character (9 losses), is not down to 1 % within 1, and 50 % of it "
            "is left at lag 1; beyond that lag it is not finite",
        ),
        (mean(0.0, 0.0), "is exactly zero (9 losses)"),
        (mean(2.0), "is known at lag 0 alone (9 losses)"),
        (
            mean(2.0, math.inf),
            "is known at lag 0 alone (9 losses); beyond that lag it is not finite",
        ),
        (mean(math.nan, 1.0), "is not finite"),
    ],
)
def test_every_kind_of_curve_has_its_sentence(reach: Reach, said: str) -> None:
    assert falls(reach) == said


def test_both_paths_are_said_the_hidden_state_first() -> None:
    first, second = sentences("Here", {"c": of(0.995), "h": mean(0.0, 0.0)})
    begin = "Here, the gradient of a loss on its way back through the hidden state h is exactly "
    assert first == begin + "zero (9 losses)."
    assert second.startswith("On its way back through the cell state c it does not halve ")
    assert sentences("Here", {}) == []


def test_it_says_on_how_many_losses_it_stands() -> None:
    assert basis(of(0.5)).startswith("Read off the mean over 256 losses. Brackets hold 95 % of ")
    assert "always 8 neighbours together" in basis(of(0.5))
    few = read_mean(np.ones(4), np.array([7, 6, 5, 4]))
    assert basis(few).startswith("Read off the mean over 7 losses at lag 0, 4 at lag 3; they are ")
    assert "a single loss" in basis(read_mean(np.ones(4), np.ones(4, np.int64)))
    assert basis(mean(math.nan)) == ""


@pytest.mark.parametrize(
    ("curve", "said"),
    [
        (0.9**LAGS, "multiplies the norm by 0.9, a half-life of 6.58 characters."),
        (0.995**LAGS, "multiplies the norm by 0.995."),
        (1.02**LAGS, "multiplies the norm by 1.02."),
        (
            0.8 * 0.2**LAGS + 0.2 * 0.98**LAGS,
            "No single factor per character describes the curve, so",
        ),
        (0 * LAGS, "There is no factor per character: too few norms are above zero."),
    ],
)
def test_a_factor_is_said_only_where_it_describes_the_curve(curve: np.ndarray, said: str) -> None:
    assert said in factor(read_mean(curve, NINE))


@pytest.mark.parametrize(
    ("curve", "why"),
    [
        (0.8 * 0.2**LAGS + 0.2 * 0.98**LAGS, "is off by a factor of up to "),
        (1 + 0.1 * (LAGS % 2), "follows 0 % of its variance"),
        (0.5 ** LAGS[:3], "only 3 lags can be fitted"),
    ],
)
def test_without_a_factor_the_reason_is_the_one_that_holds(curve: np.ndarray, why: str) -> None:
    said = factor(read_mean(curve, NINE[: len(curve)]))
    assert why in said and "no half-life is given" in said


@pytest.mark.parametrize("factor_of_all", [0.8, 0.9, 0.95, 0.98])
@pytest.mark.parametrize("height", [0.8, 0.9, 1.0, 1.1, 1.2])
def test_a_half_life_is_said_only_where_the_curve_has_halved(
    factor_of_all: float, height: float
) -> None:
    """A line may lie above or below the norm at lag 0, from which halves are counted."""
    reach = read_mean(np.where(LAGS > 0, height, 1.0) * factor_of_all**LAGS, NINE)
    said = re.search(r"a half-life of ([\d.]+) characters", factor(reach))
    assert (said is not None) == (
        reach.fit.straight
        and reach.half.lag is not None
        and abs(reach.half.lag - reach.fit.half_life) <= 1
    )
    if height == 1:
        assert said is not None
    if said:
        assert reach.half.lag is not None
        assert abs(float(said[1]) - reach.half.lag) <= 1


def test_labels_are_short() -> None:
    assert label(mean(0.0, 0.0)) == "exactly zero"
    assert label(mean(math.nan)) == "not finite"
    assert label(mean(2.0)) == "known at lag 0 alone"
    assert label(of(1.05)) == "half beyond lag 64, 22.7 times at lag 64"
