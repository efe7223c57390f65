"""The sentence about several runs says the best, by how much, and whether it is chance."""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import pairwise
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from rnnviz.runs.compared.comparison import Comparison
from rnnviz.runs.compared.courses import Side
from rnnviz.runs.compared.effort import Effort
from rnnviz.runs.compared.judgement import Judgement, Standing, dealt_as_far

BITS = math.log(2)


def standing(
    place: int, label: str, *losses: float, final: bool = True, read: float = 100.0, size: int = 99
) -> Standing:
    """Of planted losses in bits."""
    effort = Effort(label, 7, read, size)
    about = SimpleNamespace(loss_name="validation loss")
    runs: Any = tuple(
        SimpleNamespace(id=f"{label}-{k}", description=about) for k in range(len(losses))
    )
    return Standing(Side(place, label, runs), tuple(BITS * each for each in losses), final, effort)


def judgement(*standings: Standing) -> Judgement:
    ordered = sorted(standings, key=lambda one: one.mean)
    return Judgement(tuple(one.side for one in standings), tuple(ordered))


def judged(difference: float, low: float, high: float) -> Comparison:
    blocks = np.array([*[-difference] * 3, *[difference] * 6])
    return Comparison(("a", "b"), (1.0, 1.0), blocks, difference, (low, high), 1000)


def test_two_runs_are_told_apart_or_not_by_the_interval() -> None:
    found = judgement(standing(0, "A", 2.5), standing(1, "B", 2.25))
    pair = found.pair
    assert pair is not None and [run.id for run in pair] == ["A-0", "B-0"]
    said = found.words(judged(-0.25, -0.3, -0.2))
    assert said.startswith("B predicts better than A: 2.250 bits/char (1.560 nats), lower by 0.250")
    assert (
        "(95 % interval 0.200 to 0.300): more than chance makes on average over this text, and "
        "better in 6 of 9 blocks of it. Other seeds may differ by more: of that, one run each says "
        "nothing. Both made 7 iterations."
    ) in said
    said = found.words(judged(-0.25, -0.6, 0.1))
    assert said.startswith(
        "Which of B and A predicts better cannot be told: B has the lower validation loss, 2.250 "
        "bits/char (1.560 nats), by 0.250 bits/char (95 % interval −0.100 to 0.600), but on other "
        "parts of this text either could come out ahead. Other seeds"
    )
    assert "is judged below" in found.words()


def test_the_best_of_many_is_compared_with_the_next() -> None:
    found = judgement(standing(0, "A", 3.0), standing(1, "B", 2.0), standing(2, "C", 2.5))
    assert [one.side.label for one in found.standings] == ["B", "C", "A"]
    assert all(one.mean < other.mean for one, other in pairwise(found.standings))
    said = found.words()
    assert (
        "B predicts better than the others" in said and "0.500 bits/char than C, the next" in said
    )
    unsure = found.words(judged(-0.5, -1.1, 0.1))
    assert unsure.startswith("Which of B and C, the next, predicts better cannot be told: B has")


def test_seeds_of_one_setting_are_no_better_and_worse_setting() -> None:
    found = judgement(standing(0, "A", 3.0), standing(1, "B", 2.0), standing(2, "C", 2.5))
    said = replace(found, apart=2).words(judged(-0.5, -0.6, -0.4))
    assert (
        "They differ in nothing but their seeds; with another setting, A does best: 3.000 "
        "bits/char (2.079 nats), higher by 1.000 bits/char than the best of all. Both made"
    ) in said and "Other seeds" not in said
    alone = replace(found, apart=3).words()
    assert "They differ in nothing but their seeds. Both made 7 iterations." in alone


def test_what_is_not_known_yet_is_said() -> None:
    going = judgement(standing(0, "A", 3.0), standing(1, "B", 2.0, final=False))
    assert going.pair is None
    assert going.words().startswith("So far B predicts better than A")
    assert "whether that is more than chance is judged once both have ended." in going.words()
    one = judgement(standing(0, "A", 3.0))
    assert "One alone is compared with nothing: choose another run above." in one.words()
    seeds = judgement(standing(0, "A", 3.0, 2.0)).words()
    assert "These are seeds of one setting" in seeds and "One alone" not in seeds
    waiting = replace(one, sides=(*one.sides, Side(1, "B", ())))
    assert "so far only A: 3.000 bits/char" in waiting.words()
    assert replace(one, standings=(), sides=waiting.sides).words().endswith("so far none.")
    same = judgement(standing(0, "A", 2.0), standing(1, "B", 2.0001))
    assert same.words().startswith("A and B have the same validation loss, 2.000 bits/char")
    assert replace(going, why_not="They differ.").words() == "They differ."


def test_unequal_effort_is_said_whatever_came_of_it() -> None:
    longer = judgement(standing(0, "A", 3.0), standing(1, "B", 2.0, read=1_200.0, size=300))
    assert longer.words().endswith(
        "Their budgets differ: B made 7 iterations and read 1,200 characters, A 7 and 100. B has "
        "300 parameters, A 99. That alone may make a difference."
    )
    nearly = judgement(
        standing(0, "A", 3.0, read=1_195.0, size=99), standing(1, "B", 2.0, read=1_200.0, size=100)
    )
    assert nearly.words().endswith("Both made 7 iterations.")


def test_seeds_are_compared_by_all_ways_to_deal_them() -> None:
    found = judgement(standing(0, "A", 2.0, 2.1, 2.2), standing(1, "B", 3.0, 3.1, 3.2))
    assert found.pair is None
    said = found.words()
    assert said.startswith("Which of A and B predicts better cannot be told: A has the lower")
    assert "2.100 bits/char (1.456 nats) on average over 3 seeds (2.000 to 2.200 bits/char)" in said
    assert "in 10 % of all ways: chance may have made that, and so few runs cannot show" in said
    four = judgement(standing(0, "A", 2, 2.1, 2.2, 2.3), standing(1, "B", 3, 3.1, 3.2, 3.3))
    assert four.words().startswith("A predicts better than B")
    assert "All of its seeds are better" in four.words() and ": more than chance." in four.words()
    one = judgement(standing(0, "A", 2.0), standing(1, "B", 3.0, 3.1, 3.2)).words()
    assert "in 25 % of all ways: chance may have made that" in one and "below" not in one
    mixed = judgement(standing(0, "A", 2.0, 3.0), standing(1, "B", 2.5, 2.9))
    assert "Their ranges overlap" in mixed.words()


def test_dealing_has_its_closed_form() -> None:
    for k in (2, 3, 4, 5):
        one, other = [float(each) for each in range(k)], [100.0 + each for each in range(k)]
        assert dealt_as_far(one, other) == pytest.approx(2 / math.comb(2 * k, k))
        assert dealt_as_far(one, one) == 1
    assert dealt_as_far([1.0], [2.0, 3.0, 8.0]) == pytest.approx(2 / 4)
    assert dealt_as_far([0.0] * 8, [1.0] * 8) is None
