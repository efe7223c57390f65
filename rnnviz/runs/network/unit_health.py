"""How well the units of a run work, over which text, beside the network before training."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from rnnviz.cells import CELLS
from rnnviz.config import ModelConfig, TrainingConfig
from rnnviz.records import Reading
from rnnviz.runs.network.passage_labels import Passage
from rnnviz.runs.network.unit_search import passage_of
from rnnviz.runs.run import Run

if TYPE_CHECKING:
    from rnnviz.analysis.units.health import LayerHealth

_MOST_CHARACTERS = 20_000  # up to which a text is read exactly
_ENOUGH = 10_000  # held-out characters that say how units work
_NUMBERS = 10_000_000  # of one trace: 40 MB, and a second


@dataclass(frozen=True, slots=True, eq=False)
class RunHealth:
    """The health of every layer of a run's network, and its control.

    Attributes:
        iteration: of the snapshot.
        model: the network's configuration.
        training: how it was trained; None where that was elsewhere.
        passage: what was read.
        reading: how it was read.
        trained: of each layer.
        untrained: of each layer before training; None where that network was not kept.
        numbered: whether the iteration is known.
    """

    iteration: int
    model: ModelConfig
    training: TrainingConfig | None
    passage: Passage
    reading: Reading
    trained: tuple[LayerHealth, ...]
    untrained: tuple[LayerHealth, ...] | None
    numbered: bool = True

    def before(self, layer: int) -> LayerHealth | None:
        """A layer before training, where that is known."""
        return None if self.untrained is None else self.untrained[layer]


def run_health(run: Run, iteration: int | None = None, text: str | None = None) -> RunHealth:
    """The health of a snapshot over the held-out part, where it has 10,000 characters or more.

    Where it has fewer, over all of the text. Of either, the last 20,000 characters at most are
    read, and fewer where the trace would have more than 10,000,000 numbers.

    Args:
        run: with a snapshot at least.
        iteration: which snapshot; None takes the best.
        text: in the network's characters; None takes the run's.

    Raises:
        RunError: there is no such snapshot.
        ValueError: the text is too short, or the states are no finite numbers.
    """
    return with_control(run, health_alone(run, iteration, text))


def health_alone(run: Run, iteration: int | None = None, text: str | None = None) -> RunHealth:
    """The same without the network before training, in half the time."""
    iteration = run.best_iteration if iteration is None else iteration
    model = run.model_config
    each = (1 + len(_gates(model))) * model.num_layers * model.hidden_size
    passage = passage_of(run, text, min(_MOST_CHARACTERS, _NUMBERS // each), _ENOUGH)
    trained, reading = _read(run, iteration, passage.text)
    training = None if run.description.imported else run.training_config
    return RunHealth(
        iteration, model, training, passage, reading, trained, None, run.description.numbered
    )


def with_control(run: Run, found: RunHealth) -> RunHealth:
    """The same beside the network before training over the same text, where that was kept."""
    if 0 not in run.folder.snapshots_there():
        return found
    return replace(found, untrained=_read(run, 0, found.passage.text)[0])


def _read(run: Run, iteration: int, text: str) -> tuple[tuple[LayerHealth, ...], Reading]:
    from rnnviz.analysis.states.trace import trace
    from rnnviz.analysis.units.health import health

    signals = _gates(run.model_config)
    record = trace(run.model(iteration), run.vocabulary, text, signals=signals, alternatives=False)
    return health(record, run.model_config), record.reading


def _gates(model: ModelConfig) -> list[str]:
    return [gate.symbol for gate in CELLS[model.cell].gates if gate.function == "sigmoid"]
