"""How an iteration is spread over cores."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from rnnviz.cells import CELLS
from rnnviz.config import ModelConfig

if TYPE_CHECKING:
    from rnnviz.recurrent.product import Steps

# From so many weights of the recurrence and streams on, halves side by side take 0.6 to 0.8 of the
# time of the whole, and one after the other 1.0 to 1.1: in functions of our own. In PyTorch's
# operations it was 0.75 and 1.1 from twice as many streams on, below that 0.85 and 1.3.
_WORTH_WEIGHTS = 65_536
_WORTH_STREAMS: Mapping[Steps, int] = MappingProxyType({"fused": 16, "torch": 32})


class Arrangement(NamedTuple):
    """Which threads compute an iteration.

    Attributes:
        threads: of torch, which share each large operation.
        parts: of the batch, computed side by side by a thread each.
    """

    threads: int
    parts: int


ALONE = Arrangement(threads=1, parts=1)


def parts_by_rule(model: ModelConfig, streams: int, steps: Steps) -> int:
    """How many parts a batch has where nothing may be left to the clock.

    Two, where network and batch are large enough to gain by it.

    Args:
        model: the network.
        streams: of the batch.
        steps: what runs its timesteps.

    Example:
        >>> parts_by_rule(ModelConfig("lstm", hidden_size=128), 16, "fused")
        2
        >>> parts_by_rule(ModelConfig("rnn", hidden_size=128), 16, "fused")
        1
    """
    weights = len(CELLS[model.cell].blocks) * model.hidden_size**2
    return 2 if streams >= _WORTH_STREAMS[steps] and weights >= _WORTH_WEIGHTS else 1
