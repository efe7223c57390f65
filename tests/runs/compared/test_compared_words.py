"""Which network remembers longest is said as far as resets at the same places tell."""

from __future__ import annotations

import numpy as np
import pytest

from rnnviz.analysis.gradients.reach import Fall
from rnnviz.analysis.states.resetting import ResetLosses
from rnnviz.runs.compared.compared_words import lives_sentence, memory_sentence, reach_sentence

PLACES = 64


def reset(*bits: float, noise: float = 0.0, seed: int = 0) -> ResetLosses:
    """Planted mean losses after 1, 2, 4, 8 characters, at the last without noise."""
    losses = np.log(2) * np.repeat(np.array(bits)[:, None], PLACES, 1)
    losses[:-1] += noise * np.random.default_rng(seed).normal(size=losses[:-1].shape)
    return ResetLosses((1, 2, 4, 8), losses)


def test_the_longest_is_put_beside_the_next_where_more_helps_that_no_longer() -> None:
    found = [
        ("A", [reset(4, 2, 2, 2)]),
        ("B", [reset(4, 3, 2.5, 2)]),
        ("C", [reset(4, 2.25, 2, 2)]),
    ]
    said = memory_sentence(found)
    assert said.startswith("B remembers longest: reset 4 characters before, it loses 0.500 bits")
    assert "C, the next, 0.000 (95 % interval of the difference 0.500 to 0.500): more" in said
    assert memory_sentence(found[::2]).startswith("C remembers longer: reset 2 characters before")
    assert memory_sentence(found[:1]) == ""


def test_what_chance_may_have_made_is_not_said_to_be_so() -> None:
    one, other = reset(4, 2.02, 2, 2, noise=0.02), reset(4, 2.0, 2, 2, noise=0.3, seed=1)
    assert (one.used(), other.used()) == (4, 2)
    said = memory_sentence([("A", [one]), ("B", [other])])
    assert said.startswith("A may remember longer: ") and said.endswith(
        "chance may have made that."
    )


def test_those_that_remember_alike_are_told_together() -> None:
    short, long, all_of_it = reset(4, 2, 2, 2), reset(4, 3, 2, 2), reset(4, 3, 2.5, 2)
    pairs = [("A", [long]), ("B", [short]), ("C", [long])]
    assert memory_sentence(pairs) == (
        "A and C remember longest, and alike: what they read up to 4 characters back."
    )
    assert "up to 4 characters back" in memory_sentence(pairs[::2])
    every = memory_sentence([("A", [reset(4, 3, 2.5, 2.25 - 1)]), ("B", [reset(4, 3, 2.5, 1)])])
    assert "each uses what it read more than 4 characters back." in every
    with pytest.raises(ValueError, match="were not reset at the same"):
        all_of_it.beside(ResetLosses((1, 2), all_of_it.losses[:2]))


def test_reach_is_told_of_the_farthest_and_the_least_far() -> None:
    five, alike, none = Fall(5, (4, 6), None), Fall(5, (5, 9), None), Fall(None, (6, None), None)
    assert reach_sentence([("A", [five])], "h", 9) == ""
    assert reach_sentence([("A", [five]), ("B", [alike])], "h", 9).startswith(
        "In all, 1 % of the gra"
    )
    said = reach_sentence([("A", [five]), ("B", [none])], "h", 9)
    assert "in B: 1 % of it is left more than 9 characters before a loss (95 % interval " in said
    assert said.endswith(
        "(4 to 6). The two intervals meet: the choice of losses may explain the difference."
    )
    several = [("A", [five]), ("B", [alike]), ("C", [Fall(7, None, None)])]
    said = reach_sentence(several, "h", 9)
    assert said.endswith(" before a loss; least far in A and B: 5."), "no interval, no verdict"


def test_several_seeds_are_told_by_their_range_and_judged_by_dealing_them() -> None:
    """No number stands there that no run has."""
    falls = {
        label: [Fall(lag, (lag, lag), None) for lag in lags]
        for label, lags in (("LSTM", (6, 7, 9)), ("GRU", (12, 12, 32)), ("RNN", (6, 7, 9)))
    }
    said = reach_sentence([("A", falls["LSTM"]), ("B", falls["GRU"])], "h", 64)
    assert said == (
        "1 % of the gradient by h is left farthest before a loss, on average over seeds, in B with "
        "12 to 32 characters over 3 seeds; least far in A with 6 to 9 characters over 3 seeds. "
        "Dealt at random into groups of 3 and 3, their numbers of characters lie so far apart in "
        "10 % of all ways: chance may have made that, and so few runs cannot show more."
    )
    same = reach_sentence([("A", falls["LSTM"]), ("B", falls["RNN"])], "h", 8)
    assert "equally far before a loss, on average over seeds: in A with 6 to more than 8" in same
    assert "in its one run" in reach_sentence(
        [("A", falls["LSTM"][:1]), ("B", falls["GRU"])], "h", 64
    )
    alone = reach_sentence([("A", falls["LSTM"])], "c", 64)
    assert alone.endswith(
        "c, which A alone has, 1 % of the gradient is left 6 to 9 characters before a loss over 3 "
        "seeds."
    )
    short, long = reset(4, 2, 2, 2), reset(4, 3, 2, 2)
    said = memory_sentence([("A", [short, long]), ("B", [short, short]), ("C", [long, long])])
    assert said.startswith(
        "What was read is used from farthest back, on average over seeds, in C with 4 characters "
        "over 2 seeds; least far in B with 2 characters over 2 seeds. Dealt"
    )
    assert said.endswith(
        "Of more than two settings these lie farthest apart, which chance favours."
    )


def test_one_character_is_told_as_one() -> None:
    once = Fall(1, None, None)
    assert reach_sentence([("A", [once]), ("B", [once])], "h", 9).endswith(
        "1 character before a loss."
    )
    none, little, more = reset(2, 2, 2, 2), reset(4, 2, 2, 2), reset(4, 3, 2, 2)
    assert none.used() == 1
    assert ": reset 1 character before, it " in memory_sentence([("A", [none]), ("B", [more])])
    alike = memory_sentence([("A", [none]), ("B", [none])])
    assert alike.endswith("up to 1 character back.") and little.used() == 2


def test_at_how_many_snapshots_there_is_no_half_life_is_said() -> None:
    some = lives_sentence([("A", 0, 4), ("B", 3, 4)], "h")
    assert "some snapshots: 0 of 4 in A; 3 of 4 in B. At the others no one factor is true" in some
    assert lives_sentence([("A", 4, 4), ("B", 3, 3)], "c").endswith("That is so at every snapshot.")
    assert "That is so at no snapshot: no one" in lives_sentence([("A", 0, 4), ("B", 0, 4)], "h")
