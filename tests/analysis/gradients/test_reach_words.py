"""Sentences about curves say what the curves are, whatever they are."""

from __future__ import annotations

import math
import re

import numpy as np
import pytest

from rnnviz.analysis.gradients.reach import Reach, read_curve, read_mean
from rnnviz.analysis.gradients.reach_change import change
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
            "has halved after 7 characters (as in all 1,000 redrawn curves; 256 losses), is down "
            "to 1 % after 44 (as in all 1,000 redrawn curves), and 0.12 % of it is left after 64 "
            "(as in redrawn curves)",
        ),
        (
            of(0.98),
            "has halved after 35 characters (as in all 1,000 redrawn curves; 256 losses), is not "
            "down to 1 % within 64, and 27 % of it is left after 64 (as in redrawn curves)",
        ),
        (
            of(0.995),
            "does not halve within 64 characters: 73 % of it is left after 64 (as in redrawn "
            "curves; 256 losses)",
        ),
        (
            of(1.05),
            "does not halve within 64 characters: 64 back it is 22.7 times as large as right at "
            "the loss (as in redrawn curves; 256 losses)",
        ),
        (
            mean(1.0, 3.0, 0.4, 0.004, 0.5),
            "first grows, to 3 times its size 1 character back, has halved after 2 characters (9 "
            "losses), is down to 1 % after 3 but above 1 % again after 4, and 50 % of it is left "
            "after 4",
        ),
        (
            mean(1.0, 0.3, 0.0),
            "has halved after 1 character (9 losses), is down to 1 % after 2, and less than "
            "0.0001 % of it is left after 2",
        ),
        (
            mean(1.0, 0.5, math.inf, math.nan),
            "has halved after 1 character (9 losses), is not down to 1 % within 1, and 50 % of it "
            "is left after 1; further back it is not finite",
        ),
        (mean(0.0, 0.0), "is exactly zero (9 losses)"),
        (mean(2.0), "is known right at the loss alone (9 losses)"),
        (
            mean(2.0, math.inf),
            "is known right at the loss alone (9 losses); further back it is not finite",
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
    said = basis(of(0.5), "on the held-out part of the text")
    begin = "Read off the mean over 256 losses on the held-out part of the text. Brackets say how "
    assert said.startswith(begin) and "in groups of 8 that follow each other" in said
    few = read_mean(np.ones(4), np.array([7, 6, 5, 4]))
    begin = "Read off the mean over 7 losses, 4 of which reach 3 characters back; they are "
    assert basis(few).startswith(begin)
    assert "a single loss" in basis(read_mean(np.ones(4), np.ones(4, np.int64)))
    assert basis(mean(math.nan)) == ""


@pytest.mark.parametrize(
    ("curve", "said"),
    [
        (0.9**LAGS, "multiplies the gradient by 0.9, a half-life of 6.58 characters."),
        (0.995**LAGS, "multiplies the gradient by 0.995."),
        (1.02**LAGS, "multiplies the gradient by 1.02."),
        (
            0.8 * 0.2**LAGS + 0.2 * 0.98**LAGS,
            "No single factor per character describes the curve, which bends, so",
        ),
        (0 * LAGS, "There is no factor per character: too few norms are above zero and finite."),
    ],
)
def test_a_factor_is_said_only_where_it_describes_the_curve(curve: np.ndarray, said: str) -> None:
    assert said in factor(read_mean(curve, NINE))


@pytest.mark.parametrize(
    ("middle", "spread", "said"),
    [
        (0.9, 0.005, "a half-life of 6.64 characters (6.60 to 6.69 characters). So it vanish"),
        (1.05, 0.005, "So it explodes: all of that interval is above 1."),
        (1.0, 0.002, "There is no decay: within that interval it neither halves nor doubles"),
    ],
)
def test_what_is_said_of_the_factor_is_what_its_interval_supports(
    middle: float, spread: float, said: str
) -> None:
    factors = middle + spread * np.random.default_rng(0).normal(size=(256, 1))
    assert said in factor(read_curve(factors**LAGS))


@pytest.mark.parametrize(
    ("curve", "why"),
    [
        (0.8 * 0.2**LAGS + 0.2 * 0.98**LAGS, "times too high or too low (up to 1.25 times would "),
        (0.99**LAGS * (1 + 0.3 * (LAGS % 2)), "follows 67 % of its ups and downs"),
        (0.5 ** LAGS[:3], "a line can be laid through only 3 points"),
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
    assert label(mean(2.0)) == "known right at the loss alone"
    assert label(of(1.05)) == "half beyond lag 64, 22.7 times at lag 64"


def test_brackets_never_read_as_no_uncertainty() -> None:
    """Lags are whole: where redrawn curves agree, it is said how many, and not "1 to 1"."""
    factors = np.random.default_rng(1).normal(0.6, 0.04, (256, 1))
    reach = read_curve(factors**LAGS)
    assert reach.half.interval == (2, 2) and reach.hundredth.interval == (10, 10)
    said = falls(reach)
    assert f"10 (as in {reach.hundredth.alike} of 1,000 redrawn curves)" in said
    assert 950 <= reach.hundredth.alike < 1000 == reach.half.alike
    assert not any(low == high for low, high in re.findall(r"\((\S+) to (\S+?)[;)]", said))


def fallen(factor: float) -> Reach:
    """32 characters of 256 losses that fall alike."""
    return read_curve(factor ** np.arange(33.0) * np.ones((256, 1)))


@pytest.mark.parametrize(
    ("before", "after", "says"),
    [
        (
            fallen(0.5),
            fallen(0.95),
            "; at iteration 9 it was not down to 1 % within 32 characters.",
        ),
        (
            fallen(0.5),
            fallen(0.86),
            "; at iteration 9 it was down to 1 % after 31 characters (31 to",
        ),
        (fallen(0.5), read_curve(np.zeros((256, 3))), "; at iteration 9 it was exactly zero."),
        (read_curve(np.full((256, 3), np.inf)), fallen(0.5), "of a loss was not finite at iter"),
    ],
)
def test_where_one_per_cent_was_left_before_and_later(
    before: Reach, after: Reach, says: str
) -> None:
    said = change({(0, "h"): before, (9, "h"): after}, 9)
    assert says in said[0]
    known = before.hundredth.interval is not None and after.hundredth.interval is not None
    assert len(said) == 1 + known
    assert not known or said[1].startswith("The two intervals do not meet: the choice of losses")


def test_paths_that_differ_are_told_apart() -> None:
    half, slow = fallen(0.5), fallen(0.95)
    found = {(0, "h"): half, (9, "h"): half, (0, "c"): half, (9, "c"): half}
    assert change(found, 9)[-1].startswith("On each path the two intervals meet: the choice of")
    assert change(found | {(9, "c"): slow}, 9)[-1] == (
        "Through h the two intervals meet: the choice of losses may explain the difference. "
        "Through c the two intervals do not meet: the choice of losses does not explain the "
        "difference."
    )
    no_interval = read_curve(0.5 ** np.arange(33.0)[:, None])
    assert no_interval.hundredth.interval is None
    assert change(found | {(9, "c"): no_interval}, 9)[-1].startswith("Through h the two intervals")
    assert change(found | {(9, "c"): slow, (9, "h"): slow}, 9)[-1].startswith(
        "On each path the two intervals do not meet"
    )


def test_what_has_grown_is_told_and_is_no_difference_of_lags() -> None:
    grown = {(0, "h"): fallen(1.1), (9, "h"): fallen(1.2)}
    (said,) = change(grown, 9)
    last = len(grown[0, "h"].curve) - 1
    times = f"{last} characters, where it was {1.1**last:.3g} times as large as right at the loss"
    assert f"was not down to 1 % within {times} at iteration 0" in said


def test_at_the_first_snapshot_there_is_nothing_to_compare_with() -> None:
    found = {(0, "h"): fallen(0.5), (0, "c"): fallen(0.1)}
    hidden, cell = change(found, 0)
    assert hidden.endswith("(95 % interval: 7 to 7) at iteration 0, before this run trained.")
    assert cell.startswith("On its way back through the cell state c it was down to 1 % after 2 ")
    assert change({}, 3) == change(found, 4) == []
