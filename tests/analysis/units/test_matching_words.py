"""What units do throughout a selection is said as it is, with what chance gives."""

from __future__ import annotations

import pytest

from rnnviz.analysis.units.coincidence import Coincidence
from rnnviz.analysis.units.matching import Matching, Place
from rnnviz.analysis.units.matching_words import chance_words, sentence
from rnnviz.analysis.units.switching import Side

TEXT = "to be or\nnot to be"
SIDES = (Side(4), Side(17, high=False), Side(80))


def test_what_a_set_does_is_said_in_one_breath() -> None:
    first = Place(13, 18, SIDES[:2], others=1)
    assert sentence(Matching(SIDES, 1, (first,)), ("c", 1), "to be", TEXT, start=100) == (
        "Units 4 and 80 are high and unit 17 is low throughout “to be” (c, layer 1). They are so "
        "together, for as long or longer, at 1 other place in 18 characters; most like it is "
        "“to be” from position 113, with 2 of them so."
    )
    assert sentence(Matching(SIDES[1:2], 0, ()), ("h", 0), "\n", TEXT) == (
        "Unit 17 is low throughout “↵” (h, layer 0). It is so, for as long or longer, at no other "
        "place in 18 characters."
    )


@pytest.mark.parametrize(
    ("whole", "chance", "says"),
    [
        (12, Coincidence(2.25, 6.0), "Chance gives fewer: 2.2 such places on average, and at most"),
        (6, Coincidence(2.25, 6.0), "Chance may give as many: 2.2 such places"),
        (6, None, "The selection is too long for this text"),
    ],
)
def test_chance_stands_beside_it(whole: int, chance: Coincidence | None, says: str) -> None:
    assert chance_words(Matching(SIDES, whole, ()), chance).startswith(says)
    single = chance_words(Matching(SIDES[:1], whole, ()), None)
    assert single.startswith("What chance would give is not computed for a single unit: ")
