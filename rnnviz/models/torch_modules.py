"""Networks trained elsewhere: weights out of plain torch.nn modules."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

import torch
from torch import Tensor, nn

from rnnviz.cells import Cell
from rnnviz.config import ModelConfig
from rnnviz.notation import counted, listed
from rnnviz.recurrent.char_rnn import CharRNN

_CELLS: Mapping[type[nn.Module], Cell] = {
    nn.RNN: "rnn",
    nn.GRU: "gru",
    nn.LSTM: "lstm",
    nn.RNNCell: "rnn",
    nn.GRUCell: "gru",
    nn.LSTMCell: "lstm",
}
_DTYPES = {torch.float32, torch.float64}

# Of torch.nn, what may stand in a module: by file, and of others by class. Softmax changes no
# number that is looked at here, all that is dropped is dropped in training alone.
_FILES = ("module", "container", "rnn", "linear", "sparse", "dropout", "loss", "flatten")
_PASSING = nn.Softmax, nn.LogSoftmax
_TORCH = "torch.nn.modules."
_PLAIN = re.compile(r"(weight|bias)(_[a-z]{2}(_l\d+(_reverse)?)?)?")

Kind = TypeVar("Kind", bound=nn.Module)
TorchModule = nn.Module


def as_char_rnn(
    module: CharRNN | TorchModule, vocab_size: int | None, dtype: torch.dtype | None = None
) -> CharRNN:
    """The same network with its calculus written out; a `CharRNN` is returned as it is.

    Args:
        module: holds exactly one `torch.nn.RNN`, `GRU` or `LSTM` (one direction, no projection), or
            one `RNNCell`, `GRUCell` or `LSTMCell`, or several in one `ModuleList`, the first of
            which reads the input; one `torch.nn.Linear` decoder; and a `torch.nn.Embedding` where
            the input is not one-hot: it is multiplied into the input weights, which changes
            nothing. Only modules and weights can be seen: a function that a `forward` calls
            between these parts is not followed.
        vocab_size: distinct characters; None takes those of the decoder.
        dtype: to convert all weights to; None takes theirs.

    Raises:
        TypeError: it is no module.
        ValueError: the module is of another kind, its weights are neither float32 nor float64 and
            shall not be converted, or its sizes do not fit the vocabulary.

    Example:
        >>> parts = nn.ModuleDict({"rnn": nn.GRU(4, 3), "decoder": nn.Linear(3, 4)})
        >>> as_char_rnn(parts, vocab_size=4).config.cell
        'gru'
        >>> cells = nn.ModuleList([nn.LSTMCell(4, 3), nn.LSTMCell(3, 3)])
        >>> as_char_rnn(nn.ModuleList([cells, nn.Linear(3, 4)]), vocab_size=4).config.num_layers
        2
    """
    if isinstance(module, CharRNN):
        _check_size("the network", module.vocab_size, vocab_size or module.vocab_size)
        return module
    if not isinstance(module, nn.Module):
        kind = type(module).__name__
        raise TypeError(f"the module is of type {kind}; give a torch.nn.Module or a CharRNN.")
    _check_classes(module)
    layers, decoder = _layers(module), _only(module, nn.Linear)
    embedding = _embedding(module, int(layers[0].input_size))
    _check_nothing_else(module, *layers, decoder, embedding)
    distinct = vocab_size or decoder.out_features
    _check_size("the decoder", decoder.out_features, distinct)
    network = CharRNN(_config(layers), distinct, dtype=dtype or _dtype(module))
    given = _recurrent_weights(layers) | {"decoder.weight": decoder.weight}
    if decoder.bias is not None:
        given["decoder.bias"] = decoder.bias
    weights = {name: weight.detach().to(network.flat.dtype) for name, weight in given.items()}
    if embedding is not None:  # W_ih of a one-hot input is then W_ih E^T
        table = embedding.weight.detach().to(network.flat.dtype)
        weights["rnn.weight_ih_l0"] = weights["rnn.weight_ih_l0"] @ table.t()
    _check_size("the input", weights["rnn.weight_ih_l0"].shape[1], distinct)
    missing = [name for name in network.parameters if "bias" in name and name not in weights]
    zero = {name: torch.zeros_like(network.parameters[name]) for name in missing}
    network.parameters.load(weights | zero)
    return network


def _layers(module: nn.Module) -> Sequence[nn.RNNBase | nn.RNNCellBase]:
    """The one recurrent module of one or more layers, or its cells, a layer each."""
    cells = [part for part in module.modules() if isinstance(part, nn.RNNCellBase)]
    if not cells:
        return [_only(module, nn.RNNBase)]
    lists = [list(part) for part in module.modules() if isinstance(part, nn.ModuleList)]
    if (len(cells) > 1 and cells not in lists) or len({type(cell) for cell in cells}) > 1:
        kinds = ", ".join(type(cell).__name__ for cell in cells)
        raise ValueError(
            f"the module holds {len(cells)} cells ({kinds}), and which reads which is not to be "
            "seen; keep them in one torch.nn.ModuleList, all of one kind, the first layer first."
        )
    return cells


def _recurrent_weights(layers: Sequence[nn.RNNBase | nn.RNNCellBase]) -> dict[str, Tensor]:
    """By their names here; those of a cell do not say its layer."""
    if isinstance(layers[0], nn.RNNBase):
        return {f"rnn.{name}": weight for name, weight in layers[0].named_parameters()}
    return {
        f"rnn.{name}_l{number}": weight
        for number, cell in enumerate(layers)
        for name, weight in cell.named_parameters()
    }


def _embedding(module: nn.Module, input_size: int) -> nn.Embedding | None:
    found = [part for part in module.modules() if isinstance(part, nn.Embedding)]
    if len(found) > 1 or (found and found[0].embedding_dim != input_size):
        raise ValueError(
            f"the module holds {len(found)} of torch.nn.Embedding for an input of size "
            f"{input_size}; at most one, of that embedding_dim, is understood."
        )
    if found and found[0].max_norm is not None:
        raise ValueError(
            f"the torch.nn.Embedding has max_norm {found[0].max_norm:g}, which changes its rows as "
            "they are read; write the shortened rows into its weight and set max_norm to None."
        )
    return found[0] if found else None


def _dtype(module: nn.Module) -> torch.dtype:
    """The one type of all weights, which NumPy has too."""
    found = {weight.dtype for weight in module.parameters()}
    if len(found) > 1 or not found <= _DTYPES:
        given = listed(sorted(str(dtype).removeprefix("torch.") for dtype in found))
        raise ValueError(
            f"the module's weights are {given}; all must be float32, or all float64: "
            "`module.float()` makes them so."
        )
    return found.pop()


def _check_classes(module: nn.Module) -> None:
    """Refuse parts of torch.nn that compute something else, weights or not, by their names."""
    for name, part in module.named_modules():
        where = type(part).__module__
        known = where.removeprefix(_TORCH) in _FILES or isinstance(part, _PASSING)
        if where.startswith(_TORCH) and not known:
            raise ValueError(
                f"the module holds a torch.nn.{type(part).__name__} ({name}), which changes "
                "numbers and is not understood; give one with an embedding at most, one recurrence "
                "and one linear decoder."
            )


def _check_nothing_else(module: nn.Module, *known: nn.Module | None) -> None:
    """Refuse weights and buffers beside those parts, weights made of others, and none at all."""
    parts = [part for part in known if part is not None]
    for part in parts:
        if made := [name for name in part.state_dict() if not _PLAIN.fullmatch(name)]:
            raise ValueError(
                f"the weights of the {type(part).__name__} are computed from others "
                f"({made[0]}); write them in, by torch.nn.utils.parametrize."
                "remove_parametrizations or what undoes the way they were made."
            )
    understood = {id(weight) for part in parts for weight in part.parameters()}
    weights = module.state_dict(keep_vars=True)
    other = [name for name, weight in weights.items() if id(weight) not in understood]
    if other:
        raise ValueError(
            f"the module has weights beside embedding, recurrence and decoder ({other[0]}); its "
            "states would not be those of the whole network. Give one without them."
        )
    if any(weight.is_meta for weight in weights.values()):
        raise ValueError("the module is on the device meta, where weights are no numbers.")


def _config(layers: Sequence[nn.RNNBase | nn.RNNCellBase]) -> ModelConfig:
    first = layers[0]
    if getattr(first, "bidirectional", False) or getattr(first, "proj_size", 0):
        raise ValueError(
            "the recurrent module is bidirectional or projects its state; give one that reads "
            "forward only, without proj_size."
        )
    functions: set[Any] = {getattr(layer, "nonlinearity", "tanh") for layer in layers}
    if len(functions) > 1 or len({layer.hidden_size for layer in layers}) > 1:
        raise ValueError(
            "its cells differ in nonlinearity or hidden_size; all must be alike, as the layers of "
            "one network here are."
        )
    return ModelConfig(
        cell=next(name for kind, name in _CELLS.items() if isinstance(first, kind)),
        nonlinearity=functions.pop(),
        hidden_size=int(first.hidden_size),
        num_layers=len(layers) if isinstance(first, nn.RNNCellBase) else int(first.num_layers),
    )


def _only(module: nn.Module, kind: type[Kind]) -> Kind:
    found = [part for part in module.modules() if isinstance(part, kind)]
    if len(found) != 1:
        raise ValueError(
            f"the module holds {len(found)} of torch.nn.{kind.__name__}; exactly one is needed: "
            "one RNN, GRU or LSTM, and one Linear decoder."
        )
    return found[0]


def _check_size(what: str, given: int, vocab_size: int) -> None:
    if given != vocab_size:
        raise ValueError(
            f"{what} has {counted(given, 'character')} but the vocabulary {vocab_size:,}; they "
            "must be equal."
        )
