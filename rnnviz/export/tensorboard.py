"""What a run recorded as TensorBoard reads it: scalars and samples by iteration."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pandas as pd

from rnnviz.runs.run import Run
from rnnviz.storage import folder_to_fill, lacking, speaking_of, whole_file

# Columns of the tables, and what each is called; TensorBoard groups by what stands before "/".
_OF_ITERATIONS = {
    "loss_nats": "loss/training, nats per character",
    "total_gradient_norm": "gradient/total norm before clipping",
    "clip_factor": "gradient/clip factor",
    "learning_rate": "training/learning rate",
}
_SAMPLE = "sample"


def save_tensorboard(run: Run, folder: Path) -> Path:
    """Write one file of events: losses, gradient norm, clip factor, learning rate, samples.

    Its wall times count the seconds of training from when the run was made. Written again, it takes
    the place of the file before.

    Args:
        run: whose events they are.
        folder: which TensorBoard is told; made where there is none.

    Returns:
        The file.

    Raises:
        ValueError: the package tensorboard is missing.
        StorageError: the file cannot be written; what was there before stays as it was.
        RunError: the run is damaged.
    """
    try:
        from tensorboard.summary.writer.record_writer import RecordWriter
    except ImportError as error:
        raise lacking("tensorboard", "Files of TensorBoard") from error
    begun = datetime.fromisoformat(run.description.created).timestamp()
    with folder_to_fill(folder) as there:
        path = there / f"events.out.tfevents.{int(begun):010d}.{run.id}"
        with speaking_of(path), whole_file(path) as file:
            writer = RecordWriter(file)
            for event in _events(run, begun):
                writer.write(event.SerializeToString())
    return path


def _events(run: Run, begun: float) -> Iterator[Any]:
    from tensorboard.compat.proto.event_pb2 import Event
    from torch.utils.tensorboard.summary import scalar, text

    yield Event(wall_time=begun, file_version="brain.Event:2")
    history, snapshots = run.history, run.snapshots
    walls = dict(zip(history["iteration"], begun + history["seconds"], strict=True))
    judged = f"loss/{run.description.loss_name.replace(' loss', '')}, nats per character"
    for table, names in (
        (history, _OF_ITERATIONS),
        (snapshots, {"validation_loss_nats": judged}),
    ):
        for at, tag, value in _values(table, names):
            yield Event(wall_time=walls.get(at, begun), step=at, summary=scalar(tag, value))
    for at, written in zip(snapshots["iteration"], snapshots[_SAMPLE], strict=True):
        # Text is shown as Markdown: what stands four characters from the left is shown as it is.
        shown = "".join(f"    {line}\n" for line in str(written).split("\n"))
        yield Event(wall_time=walls.get(at, begun), step=at, summary=text(_SAMPLE, shown))


def _values(table: pd.DataFrame, names: dict[str, str]) -> Iterator[tuple[int, str, float]]:
    """Every number of these columns, by iteration and name; what is not known is left out."""
    for row in table[["iteration", *names]].itertuples(index=False):
        at, *values = row
        for tag, value in zip(names.values(), values, strict=True):
            if not pd.isna(value):
                yield int(at), tag, float(value)
