"""What a run's history holds, as pandas tables in long form."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from rnnviz.notation import bits
from rnnviz.records import Floats, LagNorms
from rnnviz.runs.history import BEFORE, History, training_loss
from rnnviz.runs.packing import unpack
from rnnviz.runs.rows import Numbers

if TYPE_CHECKING:
    import pandas as pd


def iterations(history: History) -> pd.DataFrame:
    """One row an iteration; see `Run.history` for the columns."""
    return iterations_of(history.numbers("iterations"))


def iterations_of(made: Numbers) -> pd.DataFrame:
    """The same of what was read."""
    import pandas as pd  # a third of a second, which a worker need not spend

    columns = ["iteration", "loss_nats", "total_gradient_norm", "clip_factor"]
    columns += ["learning_rate", "characters", "seconds"]
    frame = pd.DataFrame(made.values, columns=columns)
    frame = frame.astype({"iteration": np.int64, "characters": np.int64})
    frame.insert(2, "bits_per_char", bits(frame["loss_nats"]))
    return frame


def snapshots(history: History, made: Numbers | None = None) -> pd.DataFrame:
    """One row a snapshot; see `Run.snapshots` for the columns.

    Args:
        history: where they stand.
        made: what is recorded of the iterations, if it was read.
    """
    import pandas as pd

    columns = ["iteration", "validation_loss_nats", "prompt", "sample", "training_loss_nats"]
    rows = history.rows("snapshots", "ORDER BY iteration", all_of="snapshots")
    mean = history.training_loss if made is None else partial(training_loss, made)
    learned = [(*row, mean(row[0])) for row in rows]
    frame = pd.DataFrame.from_records(learned, columns=columns)
    for column in ("validation_loss_nats", "training_loss_nats"):
        frame[column] = frame[column].astype(float)
    frame.insert(2, "bits_per_char", bits(frame["validation_loss_nats"]))
    frame.insert(3, "best", frame["iteration"] == best_iteration(frame))
    return frame


def best_iteration(snapshots: pd.DataFrame) -> int | None:
    """The snapshot with the lowest validation loss; without validation, the last."""
    if snapshots.empty:
        return None
    losses = snapshots["validation_loss_nats"].dropna()
    row = losses.idxmin() if len(losses) else snapshots.index[-1]
    return int(snapshots.loc[row, "iteration"])


def best_recorded(history: History) -> int | None:
    """The same as the history has it, without a table."""
    rows = history.rows("snapshots", "ORDER BY iteration", all_of="snapshots")
    judged = [(loss, at) for at, loss, *_ in rows if loss is not None]
    if judged:
        return int(min(judged)[1])
    return int(rows[-1][0]) if rows else None


def window_norms(history: History, iterations: Iterable[int] | None = None) -> pd.DataFrame:
    """One row a norm; see `Run.gradient_norms` for the columns."""
    return _norms(measurements(history, "window", iterations), "timestep")


def norms_by_lag(history: History, iterations: Iterable[int] | None = None) -> pd.DataFrame:
    """One row a norm; see `Run.gradient_norms_by_lag` for the columns."""
    found = lag_norms(history, iterations)
    table = _norms([(each.iteration, each.path, each.mean) for each in found], "lag")
    losses = [np.tile(each.losses, len(each.norms)) for each in found]
    table["losses"] = np.concatenate(losses) if found else np.zeros(0, np.int64)
    return table


def lag_norms(history: History, iterations: Iterable[int] | None = None) -> list[LagNorms]:
    """What every snapshot's probe measured of gradients by lag, each path by itself, in order.

    Runs of old kept the mean over all losses of one passage; at a lag, it had as many losses as the
    passage had timesteps left.
    """
    asked = None if iterations is None else list(iterations)
    found = {
        (at, path): LagNorms(at, path, means[:, None], np.arange(means.shape[1], 0, -1))
        for at, path, means in measurements(history, "by_lag", asked)
    }
    parts = {(at, part): array for at, part, array in measurements(history, "by_passage", asked)}
    for (at, path), norms in parts.items():
        if path != "losses":
            losses = norms.shape[1] * int(parts[at, "losses"])
            found[at, path] = LagNorms(at, path, norms, np.full(norms.shape[2], losses))
    return [found[key] for key in sorted(found, key=lambda key: (key[0], "hc".index(key[1])))]


def _norms(found: Sequence[tuple[int, str, Floats]], place: str) -> pd.DataFrame:
    """One row a norm: iteration, path, layer, the place (timestep or lag), gradient_norm."""
    import pandas as pd

    columns = ["iteration", "path", "layer", place, "gradient_norm"]
    if not found:
        return pd.DataFrame(columns=columns)
    arrays = [array for _, _, array in found]
    sizes = [array.size for array in arrays]
    places = {array.shape: np.indices(array.shape) for array in arrays}
    layer, at = (
        np.concatenate([places[array.shape][axis].ravel() for array in arrays]) for axis in range(2)
    )
    named = (np.repeat([row[column] for row in found], sizes) for column in range(2))
    values = (*named, layer, at, np.concatenate([array.ravel() for array in arrays]))
    return pd.DataFrame(dict(zip(columns, values, strict=True)))


def measurements(
    history: History, name: str, iterations: Iterable[int] | None = None
) -> list[tuple[int, str, Floats]]:
    """What was measured under a name: iteration, name of the array, and the array, in order.

    Where a run of old took a measurement again after it went on, the newer one counts.
    """
    wanted, asked = "", [name]
    if iterations is not None:
        wanted = " AND iteration IN (SELECT value FROM json_each(?2))"
        asked.append(json.dumps([int(iteration) for iteration in iterations]))
    newest: dict[tuple[Any, ...], tuple[Any, ...]] = {}
    of_old = any(map(history.has, BEFORE.values()))
    if of_old and (old := BEFORE.get(name)) is not None:
        shape = "json_array(layers, length(norms) / 4 / layers)"
        query = f"SELECT iteration, path, {shape}, norms FROM {old} WHERE ?1 = ?1{wanted}"
        newest |= {row[:2]: row[2:] for row in history.select(query, asked)}
    if not of_old or history.has("measurements"):
        everything = name if iterations is None else None
        rows = history.rows("measurements", f"WHERE name = ?1{wanted}", asked, all_of=everything)
        newest |= {row[1:3]: row[3:] for row in rows}
    return [(*at, unpack(*newest[at])) for at in sorted(newest)]
