"""The unit of one finding closer: its values, what each character does to it, where it is most."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rnnviz.analysis.states.signals import signal
from rnnviz.analysis.units.changes import Changes, changes_by_character
from rnnviz.analysis.units.distribution import Distribution, distribution
from rnnviz.analysis.units.extremes import Extremes, extremes
from rnnviz.analysis.units.finding import Finding
from rnnviz.analysis.units.scores import Question
from rnnviz.records import Trace


@dataclass(frozen=True, slots=True, eq=False)
class Portrait:
    """What one unit does over a part of a text.

    Attributes:
        values: how often it has which, where its property holds and where not.
        changes: what the reading of each character does to it.
        extremes: where it is highest and lowest, counted from the beginning of the whole trace.
    """

    values: Distribution
    changes: Changes
    extremes: Extremes


def portrait(finding: Finding, trained: Trace, asked: Question, places: slice) -> Portrait:
    """That of a finding's unit over a part of the text.

    Args:
        finding: of a unit.
        trained: the trace it was found in.
        asked: what the unit was asked (time), see `search.question_of`.
        places: the part.
    """
    place = finding.place
    values = signal(trained, place.signal, place.layer)[:, place.unit]
    own = values[places].astype(np.float64)
    return Portrait(
        distribution(own, asked.part(places)),
        changes_by_character(trained.text[places], trained.ids[places], own),
        extremes(values, asked.values, places),
    )
