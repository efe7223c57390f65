"""Networks trained elsewhere: weights out of plain torch.nn modules."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

import torch
from torch import nn

from rnnviz.cells import Cell
from rnnviz.config import ModelConfig
from rnnviz.recurrent.char_rnn import CharRNN

_CELLS: Mapping[type[nn.RNNBase], Cell] = {nn.RNN: "rnn", nn.GRU: "gru", nn.LSTM: "lstm"}

_DTYPES = {torch.float32, torch.float64}

Kind = TypeVar("Kind", bound=nn.Module)
TorchModule = nn.Module


def as_char_rnn(module: CharRNN | TorchModule, vocab_size: int) -> CharRNN:
    """The same network with its calculus written out; a `CharRNN` is returned as it is.

    Args:
        module: holds exactly one `torch.nn.RNN`, `GRU` or `LSTM` (one direction, no projection),
            one `torch.nn.Linear` decoder, and a `torch.nn.Embedding` where the input is not
            one-hot: the embedding is multiplied into the input weights, which changes nothing.
            Only weights can be seen: a function without any between these parts is not followed.
        vocab_size: distinct characters.

    Raises:
        TypeError: it is no module.
        ValueError: the module is of another kind, its weights are neither float32 nor float64, or
            its sizes do not fit the vocabulary.

    Example:
        >>> parts = nn.ModuleDict({"rnn": nn.GRU(4, 3), "decoder": nn.Linear(3, 4)})
        >>> as_char_rnn(parts, vocab_size=4).config.cell
        'gru'
    """
    if isinstance(module, CharRNN):
        _check_size("the network", module.vocab_size, vocab_size)
        return module
    if not isinstance(module, nn.Module):
        kind = type(module).__name__
        raise TypeError(f"the module is of type {kind}; give a torch.nn.Module or a CharRNN.")
    rnn, decoder = _only(module, nn.RNNBase), _only(module, nn.Linear)
    dtype = _dtype(module)
    network = CharRNN(_config(rnn), vocab_size, dtype=dtype)
    embedding = _embedding(module, rnn)
    _check_nothing_else(module, rnn, decoder, embedding)
    weights = {f"rnn.{name}": weight.detach() for name, weight in rnn.named_parameters()}
    if not rnn.bias:
        missing = [name for name in network.parameters if "rnn.bias" in name]
        weights |= {name: torch.zeros_like(network.parameters[name]) for name in missing}
    if embedding is not None:  # W_ih of a one-hot input is then W_ih E^T
        weights["rnn.weight_ih_l0"] = weights["rnn.weight_ih_l0"] @ embedding.weight.detach().t()
    weights["decoder.weight"] = decoder.weight.detach()
    bias = decoder.bias
    weights["decoder.bias"] = network.parameters["decoder.bias"] if bias is None else bias.detach()
    _check_size("the decoder", decoder.out_features, vocab_size)
    _check_size("the input", weights["rnn.weight_ih_l0"].shape[1], vocab_size)
    network.parameters.load(weights)
    return network


def _embedding(module: nn.Module, rnn: nn.RNNBase) -> nn.Embedding | None:
    found = [part for part in module.modules() if isinstance(part, nn.Embedding)]
    if len(found) > 1 or (found and found[0].embedding_dim != rnn.input_size):
        raise ValueError(
            f"the module holds {len(found)} of torch.nn.Embedding for an input of size "
            f"{rnn.input_size}; at most one, of that embedding_dim, is understood."
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
        given = " and ".join(sorted(str(dtype).removeprefix("torch.") for dtype in found))
        raise ValueError(
            f"the module's weights are {given}; all must be float32, or all float64: "
            "`module.float()` makes them so."
        )
    return found.pop()


def _check_nothing_else(module: nn.Module, *known: nn.Module | None) -> None:
    understood = {id(weight) for part in known if part for weight in part.parameters()}
    other = [name for name, weight in module.named_parameters() if id(weight) not in understood]
    if other:
        raise ValueError(
            f"the module has weights beside embedding, recurrence and decoder ({other[0]}); its "
            "states would not be those of the whole network. Give one without them."
        )


def _config(rnn: nn.RNNBase) -> ModelConfig:
    if rnn.bidirectional or rnn.proj_size:
        raise ValueError(
            "the recurrent module is bidirectional or projects its state; give one that reads "
            "forward only, without proj_size."
        )
    return ModelConfig(
        cell=next(name for kind, name in _CELLS.items() if isinstance(rnn, kind)),
        nonlinearity=getattr(rnn, "nonlinearity", "tanh"),
        hidden_size=rnn.hidden_size,
        num_layers=rnn.num_layers,
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
            f"{what} has {given} characters but the vocabulary {vocab_size}; they must be equal."
        )
