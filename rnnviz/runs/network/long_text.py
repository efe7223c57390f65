"""The states of a run's network over much of its text, to look for places in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from rnnviz.analysis.states.stored import StoredTrace, stored_trace
from rnnviz.cells import CELLS
from rnnviz.config import ModelConfig
from rnnviz.runs.run import Run

MOST_CHARACTERS = 1_000_000

_BYTES = 1_000_000_000  # of the disk
_SOON = 100_000  # characters that are read within a second


@dataclass(frozen=True, slots=True, eq=False)
class LongText:
    """The end of a run's text, or all of it, as its network has read it.

    Attributes:
        trace: its states, on the disk.
        start: where in the whole text it begins.
        whole: whether it is all that will be read.
        of: how many characters the run's text has.
    """

    trace: StoredTrace
    start: int
    whole: bool
    of: int

    @property
    def words(self) -> str:
        """What was read, in words."""
        count = f"{len(self.trace.text):,} characters"
        if not self.start:
            return f"{count}, all of the run's text"
        return f"the last {count} of the run's text, which has {self.of:,}"


def read_long(run: Run, iteration: int, signal: str) -> Iterator[LongText]:
    """What a network did over up to 1,000,000 characters of its run's text; first over some.

    Args:
        run: of the network.
        iteration: of its snapshot.
        signal: h, c or a gate.

    Yields:
        The end of a long text, and then all of it; of a text that has more characters, the last.

    Raises:
        RunError: there is no such snapshot.
        ValueError: the network has no such signal.
        StorageError: the disk refuses.
    """
    text = run.characters
    most = min(len(text), MOST_CHARACTERS, _BYTES // bytes_each(run.model_config, signal))
    for length in (_SOON, most) if most > 2 * _SOON else (most,):
        start = len(text) - length
        trace = stored_trace(run.model(iteration), run.vocabulary, text[start:], signals=[signal])
        yield LongText(trace, start, length == most, len(text))


def bytes_each(model: ModelConfig, signal: str) -> int:
    """How many bytes of the disk a character takes at most: h, and the signal where it is another.

    Example:
        >>> model = ModelConfig(cell="lstm", hidden_size=10, num_layers=2)
        >>> bytes_each(model, "h"), bytes_each(model, "c")
        (20, 60)
    """
    bounds = CELLS[model.cell].bounds(model.nonlinearity)
    each = {name: 1 if bounds.get(name) else 2 for name in {"h", signal}}
    return sum(each.values()) * model.num_layers * model.hidden_size
