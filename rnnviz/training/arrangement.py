"""How an iteration is spread over cores."""

from __future__ import annotations

from typing import NamedTuple

from rnnviz.cells import CELLS
from rnnviz.config import ModelConfig

# From so many streams and rows of the recurrent weights on, halves side by side take 0.75 of the
# time of the whole, one after the other 1.1; with 16 streams of 256 units it was 0.85 and 1.3.
_WORTH_HALVES, _WORTH_ROWS = 32, 512


class Arrangement(NamedTuple):
    """Which threads compute an iteration.

    Attributes:
        threads: of torch, which share each large operation.
        parts: of the batch, computed side by side by a thread each.
    """

    threads: int
    parts: int


ALONE = Arrangement(threads=1, parts=1)


def parts_by_rule(model: ModelConfig, streams: int) -> int:
    """How many parts a batch has where nothing may be left to the clock.

    Two, of 16 streams or more each, where the network is large enough to gain by it.

    Example:
        >>> parts_by_rule(ModelConfig("lstm", hidden_size=128), 32)
        2
        >>> parts_by_rule(ModelConfig("rnn", hidden_size=128), 32)
        1
    """
    rows = len(CELLS[model.cell].blocks) * model.hidden_size
    return 2 if streams >= _WORTH_HALVES and rows >= _WORTH_ROWS else 1
