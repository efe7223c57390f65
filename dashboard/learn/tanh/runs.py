"""Three runs that differ in the nonlinearity alone: found again by their mark, started, read."""

from __future__ import annotations

import hashlib
import math

import numpy as np

from dashboard import actions, cache
from rnnviz.analysis.gradients.reach import reaches
from rnnviz.cells import Nonlinearity
from rnnviz.config import ModelConfig, TrainingConfig
from rnnviz.corpora.catalogue import titled
from rnnviz.lessons.by_hand.nonlinearities import NONLINEARITIES
from rnnviz.lessons.pages.tanh.rules_of_thumb import Measured
from rnnviz.lessons.pages.tanh.states import measure_states
from rnnviz.runs.run import Run
from rnnviz.runs.seen import table_as_seen

NAMES = tuple(NONLINEARITIES)
TRAINING = TrainingConfig(iterations=300, sequence_length=48, batch_size=16, seed=0, device="cpu")
UNITS = 64
LESSON = "tanh"
WAITING = ("created", "stopped", "interrupted", "failed", "paused")
_PASSAGE = 2_000

Three = dict[Nonlinearity, Run]


def model_of(name: Nonlinearity) -> ModelConfig:
    """The network, the same but for its nonlinearity."""
    return ModelConfig(cell="rnn", nonlinearity=name, hidden_size=UNITS)


def find(text: str) -> Three:
    """The newest run of each nonlinearity on this text; those there are."""
    sha256 = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
    found: Three = {}
    for run in cache.list_runs():
        about = run.description
        if run.error is not None or about is None or about.lesson != LESSON:
            continue
        name = about.model.nonlinearity
        wanted = (sha256, model_of(name), TRAINING)
        if (about.text_sha256, about.model, about.training) == wanted:
            found.setdefault(name, Run(run.folder))
    return {name: found[name] for name in NAMES if name in found}


def start(text: str, text_name: str) -> None:
    """Make and queue the runs there are not, and let those go on that ended before their time.

    Raises:
        RunError: the folder cannot be written, or a worker cannot be started.
    """
    there = find(text)
    for name in NAMES:
        run = there.get(name)
        if run is None:
            actions.begin(
                text,
                title=f"Why tanh? {name} · {titled(text_name)}"[:100],
                name=text_name,
                model=model_of(name),
                training=TRAINING,
                lesson=LESSON,
            )
        elif run.status.state in WAITING:
            actions.resume(run)


def origin(run: Run) -> str:
    """Where a run's text came from; older runs of this lesson said so behind a title."""
    return run.description.text_name.rsplit(" · ", 1)[-1]


def measure(run: Run) -> Measured:
    """The last snapshot of a run; states on the first 2,000 characters held out, or of all."""
    snapshots = table_as_seen(run, run.snapshots)
    last = int(snapshots["iteration"].iloc[-1])
    reach = reaches(run.lag_norms([0, last]))
    diverged = run.status.state == "diverged"
    h = cache.trace(run.subject(last), run.held_out_text[:_PASSAGE]).h[-1]
    finite = bool(np.isfinite(h).all()) and not diverged
    return Measured(
        loss=math.nan if diverged else float(snapshots["validation_loss_nats"].iloc[-1]),
        untrained=reach.get((0, "h")),
        trained=reach.get((last, "h")),
        states=measure_states(h, run.model_config.nonlinearity) if finite else None,
    )
