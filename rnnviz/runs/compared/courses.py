"""What several runs did in training, as curves to lay over each other."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeVar

import numpy as np
import pandas as pd

from rnnviz.analysis.gradients.reach import Fall, Reach
from rnnviz.notation import bits
from rnnviz.records import Array, Curve, Floats, Ids
from rnnviz.runs.run import Run
from rnnviz.runs.seen import baseline_as_seen, characters_read, table_as_seen

if TYPE_CHECKING:
    from rnnviz.analysis.states.resetting import ResetLosses

Along = Literal["iterations", "characters read", "seconds"]

T = TypeVar("T")
Points = tuple[Ids, Floats, Floats]
Read = Mapping[tuple[int, str], Reach]  # by iteration and path, see `reach.reaches`


@dataclass(frozen=True, slots=True, eq=False)
class Side:
    """One run, or several that share every setting but the seed, among those compared.

    Attributes:
        place: from 0, by which it has its colour and its dashes.
        label: what it is called.
        runs: one at least.
    """

    place: int
    label: str
    runs: tuple[Run, ...]


def validation(side: Side, along: Along) -> Curve | None:
    """Validation losses of the snapshots, in bits per character as a person sees it.

    None where there are none, or their iterations are not known. Where `along` is not iterations,
    iteration 0 stands at 0.
    """
    parts = []
    if not all(run.description.numbered for run in side.runs):
        return None
    for run in side.runs:
        table = table_as_seen(run, run.snapshots).dropna(subset=["validation_loss_nats"])
        x = _along(run, table["iteration"].to_numpy(), along)
        losses = bits(table["validation_loss_nats"].to_numpy(float))
        parts.append((table["iteration"].to_numpy(), x, losses))
    return _curve(side, parts)


def judged_words(sides: Sequence[Side]) -> str:
    """What the losses of `validation` are called: of runs that learned here, of others, of both."""
    names = {run.description.loss_name for side in sides for run in side.runs}
    return names.pop() if len(names) == 1 else "loss on the last tenth of the text"


def training(side: Side, along: Along) -> Curve | None:
    """Training losses of all iterations, likewise."""
    parts = []
    for run in side.runs:
        table = table_as_seen(run, run.history)
        x = _places(run, along)
        parts.append((table["iteration"].to_numpy(), x, table["bits_per_char"].to_numpy(float)))
    return _curve(side, parts)


def shares_by_lag(side: Side, found: Sequence[Reach]) -> Curve | None:
    """How much of the gradient's norm at lag 0 is left at each lag.

    Args:
        side: the runs.
        found: what is read off the curve of each, at the snapshots that are compared.
    """
    parts = []
    for reach in found:
        lags = np.arange(len(reach.curve))
        if reach.norm > 0:
            parts.append((lags, lags.astype(np.float64), reach.curve / reach.norm))
    return _curve(side, parts) if len(parts) == len(side.runs) else None


def hundredths(side: Side, found: Sequence[Reach]) -> tuple[Fall, ...]:
    """Where 1 % of the gradient is left in each run, one of each seed.

    Args:
        side: the runs.
        found: what is read off the curve of each.
    """
    return tuple(reach.hundredth for reach in one_of_each_seed(side, found))


def one_of_each_seed(side: Side, found: Sequence[T]) -> list[T]:
    """What was found of each run, the last of each seed: a repetition is no evidence of another."""
    seeds = [run.training_config.seed for run in side.runs]
    return list(dict(zip(seeds, found, strict=True)).values())


def half_way_lags(side: Side, found: Sequence[Read], path: str, along: Along) -> Curve | None:
    """The half-way lag at each snapshot; NaN where the norm has not halved within the lags read."""
    return _over_training(side, found, path, along, lambda reach: reach.half.lag)


def half_lives(side: Side, found: Sequence[Read], path: str, along: Along) -> Curve | None:
    """The half-life at each snapshot; NaN where no factor per character describes the curve."""
    return _over_training(side, found, path, along, lambda reach: reach.half_life)


def norms(side: Side, found: Sequence[Read], path: str, along: Along) -> Curve | None:
    """The norm of a loss's gradient by the state at lag 0, at each snapshot."""
    return _over_training(side, found, path, along, lambda reach: reach.norm)


def losses_by_reset(side: Side, found: Sequence[ResetLosses]) -> Curve | None:
    """Losses in bits by how many characters before the networks were reset."""
    parts = []
    for each in found:
        at = np.array(each.distances)
        parts.append((at, at.astype(np.float64), bits(each.mean)))
    return _curve(side, parts) if len(parts) == len(side.runs) else None


def baselines(sides: Sequence[Side]) -> dict[str, float]:
    """The numbers to beat, in nats, by what each is called; those of equal size once."""
    found: dict[str, float] = {}
    for side in sides:
        for run in side.runs:
            if (baseline := baseline_as_seen(run)) is not None:
                named = f"number to beat ({baseline.name})"
                if round(found.get(named, baseline.loss), 4) != round(baseline.loss, 4):
                    named += f", {run.description.text_name}, {run.alphabet.hangul}"
                found[named] = baseline.loss
    return found


def snapshot_at(run: Run, iteration: int | None) -> int | None:
    """The last snapshot at or before an iteration whose weights are there; None where none is.

    Args:
        run: which.
        iteration: None takes the best snapshot, which is the only one where none is known.
    """
    table = run.looked_into
    if iteration is None or not run.description.numbered:
        best = table.loc[table["best"], "iteration"]
        return int(best.iloc[0]) if len(best) else None
    before = table.loc[table["iteration"] <= iteration, "iteration"]
    return int(before.max()) if len(before) else None


def _over_training(
    side: Side,
    found: Sequence[Read],
    path: str,
    along: Along,
    value: Callable[[Reach], float | None],
) -> Curve | None:
    """What is read off at each snapshot; NaN where that is nothing. None without iterations."""
    parts = []
    if not all(run.description.numbered for run in side.runs):
        return None
    for run, read in zip(side.runs, found, strict=True):
        own = sorted((at, value(reach)) for (at, its), reach in read.items() if its == path)
        at = np.array([each for each, _ in own], np.int64)
        parts.append((at, _along(run, at, along), np.array([y for _, y in own], np.float64)))
    return _curve(side, parts)


def _curve(side: Side, parts: Sequence[Points]) -> Curve | None:
    if not parts or not all(len(at) for at, _, _ in parts):
        return None
    found = Curve.of(side.place, side.label, parts)
    return found if len(found.at) else None


def _along(run: Run, iterations: Ids, along: Along) -> Floats:
    """Where iterations stand along an axis; 0 at 0."""
    if along == "iterations":
        return iterations.astype(np.float64)
    known = pd.Series(_places(run, along), run.history["iteration"].to_numpy())
    found: Array = known.reindex(iterations).to_numpy(float)
    return np.where(iterations == 0, 0.0, found)


def _places(run: Run, along: Along) -> Floats:
    """Where every iteration stands."""
    if along == "characters read":
        return np.asarray(characters_read(run), np.float64)
    column = "iteration" if along == "iterations" else "seconds"
    found: Floats = run.history[column].to_numpy(float)
    return found
