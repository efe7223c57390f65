"""Which unit follows the position in the line, beside what the untrained network reaches."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rnnviz.analysis.units.chance import BLOCKS
from rnnviz.analysis.units.hypotheses.characters import Characters
from rnnviz.analysis.units.hypotheses.places import since_newline
from rnnviz.analysis.units.ranks import levels
from rnnviz.analysis.units.scores import Question, scores
from rnnviz.records import Trace


@dataclass(frozen=True, slots=True)
class CountingUnit:
    """A unit that follows the position in the line, and its control.

    What chance reaches is told by `search.search`, of this property and all others at once.

    Attributes:
        unit: which, of the top layer: the best on the first half of the text.
        score: its rank correlation with the position on the second half, with its sign.
        untrained: the largest, without its sign, that any unit of an untrained network reaches on
            the same second half.
        characters: of the second half.
    """

    unit: int
    score: float
    untrained: float
    characters: int


def counting_unit(trained: Trace, untrained: Trace) -> CountingUnit:
    """The unit that follows the position in the line best, judged on text it was not chosen on.

    What stands before the first newline is left out, for its position is not known.

    Args:
        trained: of a network over a text.
        untrained: of the same network before training, over the same text.

    Raises:
        ValueError: the texts differ, or are too short: each half needs some lines.
    """
    first = trained.text.find("\n")
    half = (len(trained.text) - first) // 2
    if trained.text != untrained.text or first < 0 or half < 2 * BLOCKS:
        raise ValueError("give two traces of one text of many lines.")
    position = Question("", False, since_newline(Characters(trained.text[first:])))
    chosen_on, judged_on = slice(half), slice(half, None)
    values, before = trained.h[-1, first:], untrained.h[-1, first:]
    unit = int(np.argmax(np.abs(scores(levels(values[chosen_on]), [position.part(chosen_on)]))))
    asked, own = [position.part(judged_on)], levels(values[judged_on])
    return CountingUnit(
        unit=unit,
        score=float(scores(own, asked)[0, unit]),
        untrained=float(np.abs(scores(levels(before[judged_on]), asked)).max()),
        characters=own.shape[1],
    )
