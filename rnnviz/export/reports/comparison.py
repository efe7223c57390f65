"""Several runs side by side: what differs, how they learned, how far back, and which is better."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from rnnviz.analysis.gradients.reach import Reach, reaches, read_mean
from rnnviz.export.reports.markup import Section, chart, paragraphs, says, table
from rnnviz.export.reports.reported import Reported
from rnnviz.notation import are, capitalised, counted
from rnnviz.plots.block_differences import block_differences
from rnnviz.plots.compared_training import compared_lags, compared_losses
from rnnviz.plots.still.ink import Palette
from rnnviz.plots.theme import LINES
from rnnviz.records import Curve
from rnnviz.runs.compared import courses
from rnnviz.runs.compared.compared_words import reach_words
from rnnviz.runs.compared.comparison import Comparison, compare
from rnnviz.runs.compared.courses import Side
from rnnviz.runs.compared.differences import alike_but_for_the_seed, called, differences_of
from rnnviz.runs.compared.judgement import Judgement, judgement_of
from rnnviz.runs.documents import RunError
from rnnviz.runs.run import Run

_PATH = "h"
_ALONG: courses.Along = "iterations"


@dataclass(frozen=True, slots=True, eq=False)
class Compared:
    """Several runs, and what is known of the best two.

    Attributes:
        shown: the runs.
        sides: the same, several seeds of one setting together where there are several settings.
        judgement: of them.
        judged: the best two on the same characters; why not, where they could not be, or None where
            nothing is to be judged.
    """

    shown: Sequence[Reported]
    sides: Sequence[Side]
    judgement: Judgement
    judged: Comparison | str | None

    @property
    def labels(self) -> list[str]:
        """What each run alone is called, in the order in which they were given."""
        told = {run.id: _label(side, run) for side in self.sides for run in side.runs}
        return [told[one.run.id] for one in self.shown]

    @property
    def verdict(self) -> str:
        """Which is better, by how much, and whether it is more than chance."""
        return self.judgement.words(self.judged if isinstance(self.judged, Comparison) else None)


def compared(shown: Sequence[Reported]) -> Compared:
    """Judge several runs.

    Raises:
        ValueError: they are more than have colours of their own.
    """
    runs = [one.run for one in shown]
    settings = alike_but_for_the_seed(runs)
    together = 1 < len(settings) < len(runs)
    groups = settings if together else [(place,) for place in range(len(runs))]
    if len(groups) > len(LINES):
        raise ValueError(
            f"{len(groups)} runs are given; at most {len(LINES)} stand side by side in a report, "
            "each with a colour of its own."
        )
    names = called(runs, groups if together else None)
    sides = tuple(
        Side(place, name, tuple(runs[each] for each in own))
        for place, (name, own) in enumerate(zip(names, groups, strict=True))
    )
    judgement = judgement_of(sides)
    judged = None if judgement.pair is None else _judged(*judgement.pair)
    return Compared(shown, sides, judgement, judged)


def comparison(found: Compared, palette: Palette) -> Section:
    """All of it, as a section."""
    body = _differences(found) + chart(_losses(found.sides), palette)
    picture, reached = _lags(found)
    body += chart(picture, palette)
    if isinstance(found.judged, Comparison):
        body += chart(_blocks(found.judged, found.sides), palette)
        body += paragraphs([_named(found.judged.measured_words, found.sides)], "note")
    elif found.judged is not None:
        body += paragraphs([_named(found.judged, found.sides)], "note")
    return Section("comparison", "Side by side", body + says(found.verdict, reached))


def _label(side: Side, run: Run) -> str:
    """That of its side; of several runs, its seed."""
    return side.label if len(side.runs) == 1 else f"{side.label}, seed {run.training_config.seed}"


def _judged(first: Run, second: Run) -> Comparison | str:
    try:
        return compare(first, second)
    except (ValueError, RunError) as error:
        return capitalised(str(error))


def _differences(found: Compared) -> str:
    """What differs, a column for each run; what does not is counted."""
    differing = differences_of([one.run for one in found.shown])
    rows = [(name, *values) for name, values in differing.differing.items()]
    equal = len(differing.equal)
    alike = f"{counted(equal, 'other setting')} {are(equal)} equal."
    if not rows:
        return paragraphs(["They have the same settings, and were made at different times."])
    return table(["what differs", *found.labels], rows) + paragraphs([alike], "note")


def _losses(sides: Sequence[Side]) -> partial[Any]:
    found = [(courses.validation(side, _ALONG), courses.training(side, _ALONG)) for side in sides]
    return partial(
        compared_losses,
        [judged for judged, _ in found if judged is not None],
        [trained for _, trained in found if trained is not None],
        along=_ALONG,
        baselines=courses.baselines(sides),
        judged_as=courses.judged_words(sides),
    )


def _lags(found: Compared) -> tuple[partial[Any], str]:
    """How much of a gradient is left by lag, at the snapshots looked at, and what that says."""
    own = {(one.run.id, path): reach for one in found.shown for path, reach in _reach(one).items()}
    curves: list[Curve] = []
    falls: dict[int, list[int]] = {}
    for side in found.sides:
        known = [own[run.id, _PATH] for run in side.runs if (run.id, _PATH) in own]
        curve = courses.shares_by_lag(side, known)
        if curve is None:
            continue
        read = known[0]
        if len(known) > 1:
            read = read_mean(curve.y, known[0].losses[: len(curve.y)])
        curves.append(curve)
        ends = read.half.lag, read.hundredth.lag
        falls[side.place] = [lag for lag in ends if lag is not None]
    alike = len({one.run.alphabet.hangul for one in found.shown}) == 1
    said = reach_words(found.sides, own) if alike else ""
    return partial(compared_lags, curves, falls, path=_PATH), said


def _reach(one: Reported) -> dict[str, Reach]:
    """What is read off the curves of the top layer, by path."""
    read = reaches(one.run.lag_norms([one.iteration]), one.run.model_config.num_layers - 1)
    return {path: reach for (at, path), reach in read.items() if at == one.iteration}


def _blocks(judged: Comparison, sides: Sequence[Side]) -> partial[Any]:
    of = {run.id: side for side in sides for run in side.runs}
    first, second = (of[run_id] for run_id in judged.runs)
    return partial(
        block_differences,
        judged.by_block,
        judged.difference,
        judged.interval,
        (first.label, second.label),
        places=(first.place, second.place),
    )


def _named(said: str, sides: Sequence[Side]) -> str:
    """What was said of runs by their ids, by what they are called here."""
    for side in sides:
        for run in side.runs:
            said = said.replace(run.id, side.label)
    return said
