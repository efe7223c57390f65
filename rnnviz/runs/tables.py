"""What a run's history holds, as pandas tables in long form."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import TYPE_CHECKING, Literal

import numpy as np

from rnnviz.notation import bits
from rnnviz.runs.history import History, unpack

if TYPE_CHECKING:
    import pandas as pd


def iterations(history: History, last: int | None = None) -> pd.DataFrame:
    """One row an iteration, or only the last ones; see `Run.history` for the columns."""
    import pandas as pd  # a third of a second, which a worker need not spend

    columns = ["iteration", "loss_nats", "total_gradient_norm", "clip_factor"]
    columns += ["learning_rate", "characters", "seconds"]
    limit = -1 if last is None else last  # SQLite's word for all
    rows = history.select("SELECT * FROM iterations ORDER BY iteration DESC LIMIT ?", [limit])
    frame = pd.DataFrame.from_records(rows[::-1], columns=columns)
    frame.insert(2, "bits_per_char", bits(frame["loss_nats"]))
    return frame


def snapshots(history: History) -> pd.DataFrame:
    """One row a snapshot; see `Run.snapshots` for the columns."""
    import pandas as pd

    columns = ["iteration", "validation_loss_nats", "prompt", "sample"]
    rows = history.select("SELECT * FROM snapshots ORDER BY iteration")
    frame = pd.DataFrame.from_records(rows, columns=columns)
    frame["validation_loss_nats"] = frame["validation_loss_nats"].astype(float)
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


def norms(
    history: History,
    table: Literal["gradient_norms", "by_lag"],
    place: str,
    iterations: Iterable[int] | None,
) -> pd.DataFrame:
    """One row a norm: iteration, path, layer, the place (timestep or lag), gradient_norm."""
    import pandas as pd

    query, asked = f"SELECT * FROM {table}", list[str]()
    if iterations is not None:
        query += " WHERE iteration IN (SELECT value FROM json_each(?))"
        asked.append(json.dumps([int(iteration) for iteration in iterations]))
    rows = history.select(query + " ORDER BY 1, 2", asked)
    columns = ["iteration", "path", "layer", place, "gradient_norm"]
    if not rows:
        return pd.DataFrame(columns=columns)
    arrays = [unpack(layers, numbers) for _, _, layers, numbers in rows]
    sizes = [array.size for array in arrays]
    places = {array.shape: np.indices(array.shape) for array in arrays}
    layer, at = (
        np.concatenate([places[array.shape][axis].ravel() for array in arrays]) for axis in range(2)
    )
    named = (np.repeat([row[column] for row in rows], sizes) for column in range(2))
    found = (*named, layer, at, np.concatenate([array.ravel() for array in arrays]))
    return pd.DataFrame(dict(zip(columns, found, strict=True)))
