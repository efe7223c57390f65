"""The usual torch.nn modules: a `rnn` that reads characters through `read`, and a `decoder`."""

from __future__ import annotations

from collections.abc import Callable

from torch import Tensor, nn
from torch.nn.functional import one_hot

from rnnviz.cells import Cell
from rnnviz.recurrent.char_rnn import CharRNN
from tests.benchmarks.min_gru import MinGRU, MinGRUCell

_LAYERS: dict[str, Callable[[int, int], nn.Module]] = {
    "rnn": nn.RNN,
    "gru": nn.GRU,
    "lstm": nn.LSTM,
    "mingru": MinGRU,
}
_CELLS: dict[str, Callable[[int, int], nn.Module]] = {
    "rnn": nn.RNNCell,
    "gru": nn.GRUCell,
    "lstm": nn.LSTMCell,
    "mingru": MinGRUCell,
}

States = tuple[Tensor, ...]


class OneHot(nn.Module):
    """Ids (time, batch) to one-hot characters (time, batch, vocab)."""

    def __init__(self, vocab_size: int) -> None:
        super().__init__()
        self._vocab_size = vocab_size

    def forward(self, ids: Tensor) -> Tensor:
        return one_hot(ids, self._vocab_size).float()


def layer_of(network: CharRNN) -> nn.ModuleDict:
    """nn.RNN, nn.GRU, nn.LSTM or MinGRU over one-hot characters, with the network's weights."""
    vocab, units = network.vocab_size, network.config.hidden_size
    modules = _modules(OneHot(vocab), _LAYERS[network.config.cell](vocab, units), vocab)
    modules.load_state_dict(dict(network.parameters))
    return modules


def cell_of(network: CharRNN) -> nn.ModuleDict:
    """nn.RNNCell, nn.GRUCell, nn.LSTMCell or MinGRUCell likewise."""
    vocab, units = network.vocab_size, network.config.hidden_size
    modules = _modules(OneHot(vocab), _CELLS[network.config.cell](vocab, units), vocab)
    weights = {name.removesuffix("_l0"): weight for name, weight in network.parameters.items()}
    modules.load_state_dict(weights)
    return modules


def embedded(cell: Cell, vocab_size: int, hidden_size: int) -> nn.ModuleDict:
    """nn.RNN, nn.GRU, nn.LSTM or MinGRU over embedded characters, with weights of its own."""
    rnn = _LAYERS[cell](hidden_size, hidden_size)
    return _modules(nn.Embedding(vocab_size, hidden_size), rnn, vocab_size)


def _modules(read: nn.Module, rnn: nn.Module, vocab: int) -> nn.ModuleDict:
    decoder = nn.Linear(_units(rnn), vocab)
    return nn.ModuleDict({"read": read, "rnn": rnn, "decoder": decoder})


def _units(rnn: nn.Module) -> int:
    return int(rnn.hidden_size)  # type: ignore[arg-type]


def zero_states(cell: nn.Module, batch_size: int) -> States:
    """(h,) or (h, c) before the first timestep, each (batch, unit)."""
    zero = cell.get_parameter("weight_ih").new_zeros(batch_size, _units(cell))
    return (zero, zero) if isinstance(cell, nn.LSTMCell) else (zero,)


def advance(cell: nn.Module, x: Tensor, states: States) -> States:
    """(h,) or (h, c), one timestep later."""
    if isinstance(cell, nn.LSTMCell):
        h, c = cell(x, states)
        return h, c
    return (cell(x, states[0]),)


def record(modules: nn.ModuleDict, ids: Tensor) -> list[States]:
    """By path, h and for the LSTM c, the states (1, unit) after each of ids (time)."""
    states, kept = zero_states(modules["rnn"], 1), []
    for x in modules["read"](ids[:, None]):
        states = advance(modules["rnn"], x, states)
        kept.append(states)
    return list(zip(*kept, strict=True))
