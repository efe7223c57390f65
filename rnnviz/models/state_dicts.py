"""Networks as PyTorch names their weights, with any prefix: what they are is told by the shapes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from rnnviz.models.adopted import Adopted, NetworkError, check_characters, model_of
from rnnviz.notation import an, counted, listed

_RECURRENT = re.compile(
    r"(?P<prefix>(?:.*\.)?)(weight|bias)_(ih|hh|hr)_l(?P<layer>\d{1,3})(_reverse)?"
)
_CELL = re.compile(r"(?P<stack>(?:.*?\.)?)(?:(?P<layer>\d{1,3})\.)?(?P<kind>(weight|bias)_(ih|hh))")
_FLOATS = {torch.float16, torch.bfloat16, torch.float32, torch.float64}
_BLOCKS = {1: "rnn", 3: "gru", 4: "lstm"}
_READS = re.compile(r"emb|encoder|wte", re.I)  # what the part is called that reads characters
_NAMED = 8
# What no network has that is allowed here, in all its weights.
_MOST_NUMBERS = 200_000_000

StateDict = Mapping[str, Any]


class _Parts(NamedTuple):
    """The weights of a network by what they do.

    Attributes:
        recurrent: by their names without the prefix.
        decoder: its matrix.
        bias: of the decoder; None where it has none.
        embedding: of the input; None where that is one-hot.
    """

    recurrent: dict[str, Tensor]
    decoder: Tensor
    bias: Tensor | None
    embedding: Tensor | None


def from_state_dict(tensors: StateDict, nonlinearity: str | None = None) -> Adopted:
    """The network whose weights have PyTorch's names.

    Rows of `weight_hh_l0` are one, three or four times its columns: an RNN, a GRU, an LSTM. Without
    such weights it is a minGRU, whose `weight_ih_l0` has two rows for each unit. Beside the
    recurrence there must be a decoder, whose rows are the characters, and there may be an
    embedding: it is multiplied into the input weights, which changes nothing. Cells (`LSTMCell`
    and its like) are layers where a ModuleList numbers them, the first of which reads the input.

    Args:
        tensors: by name, tensors or arrays of floats.
        nonlinearity: of a plain RNN, of which the weights do not tell it: tanh, relu or sigmoid.

    Raises:
        NetworkError: something is missing, not understood, or would be ignored.

    Example:
        >>> parts = torch.nn.ModuleDict({"a": torch.nn.GRU(4, 3), "b": torch.nn.Linear(3, 4)})
        >>> from_state_dict(parts.state_dict()).model.cell
        'gru'
    """
    checked = {name: _checked(name, values) for name, values in tensors.items()}
    if (numbers := sum(values.numel() for values in checked.values())) > _MOST_NUMBERS:
        raise NetworkError(f"the weights are {numbers:,} numbers; {_MOST_NUMBERS:,} are allowed.")
    parts = _parts(_layered(checked))
    layers = _layers(parts.recurrent)
    cell, hidden = _cell(parts.recurrent)
    model = model_of(cell, _nonlinearity(cell, nonlinearity), hidden, layers)
    return Adopted.of(model, _weights(parts, layers))


def _checked(name: str, values: Any) -> Tensor:
    """A tensor of floats, and no view that claims more than it has."""
    if not isinstance(name, str):
        raise NetworkError(f"a weight has {name!r} for a name; give those that PyTorch gives.")
    try:
        found = torch.from_numpy(values) if isinstance(values, np.ndarray) else values
    except (TypeError, ValueError) as error:
        raise NetworkError(f"{name} is no array that PyTorch reads ({error}).") from error
    if not isinstance(found, Tensor):
        raise NetworkError(
            f"{name} is of type {type(values).__name__}, where a tensor belongs; give the state "
            "dict of the network alone."
        )
    if found.is_meta:
        raise NetworkError(f"{name} is on the device meta, where weights are no numbers.")
    if found.dtype not in _FLOATS or found.layout != torch.strided:
        kind = str(found.dtype).removeprefix("torch.")
        raise NetworkError(
            f"{name} holds {kind}; weights must be float16, bfloat16, float32 or float64, and "
            "neither quantized nor sparse."
        )
    if found.numel() * found.itemsize > found.untyped_storage().nbytes():  # a stride is zero
        raise NetworkError(f"{name} claims {found.numel():,} numbers, and has not as many.")
    return found.detach()


def _layered(tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """The weights of cells, alone or numbered as a ModuleList numbers them, named as a layer's.

    Example:
        >>> list(_layered({"core.1.weight_hh": torch.zeros(3), "core.0.weight_hh": torch.zeros(3)}))
        ['core.weight_hh_l1', 'core.weight_hh_l0']
    """
    cells = {name: found for name in tensors if (found := _CELL.fullmatch(name))}
    alone = len({(found["stack"], found["layer"]) for found in cells.values()}) == 1
    numbers = {name: 0 if alone else int(found["layer"] or 0) for name, found in cells.items()}
    renamed = {
        name: f"{found['stack']}{found['kind']}_l{numbers[name]}" for name, found in cells.items()
    }
    found_as = {renamed.get(name, name): values for name, values in tensors.items()}
    if len(found_as) < len(tensors):
        raise NetworkError(
            f"of {listed(renamed, _NAMED)}, two are of one layer; give one network alone."
        )
    return found_as


def _parts(tensors: Mapping[str, Tensor]) -> _Parts:
    matches = {name: found for name in tensors if (found := _RECURRENT.fullmatch(name))}
    _check_kinds(matches)
    recurrent = {name[len(m["prefix"]) :]: tensors[name] for name, m in matches.items()}
    others = {name: values for name, values in tensors.items() if name not in matches}
    reads_state = any(name.partition("_")[2].startswith("hh") for name in recurrent)
    if "weight_ih_l0" not in recurrent or (reads_state and "weight_hh_l0" not in recurrent):
        raise NetworkError(
            "there is no weight_hh_l0 or weight_ih_l0, with or without a prefix such as rnn., so "
            "it is no RNN, GRU or LSTM as torch.nn names them; there are "
            f"{listed(tensors, _NAMED)}."
        )
    return _decoded(recurrent, others)


def _check_kinds(matches: Mapping[str, re.Match[str]]) -> None:
    if reverse := [name for name in matches if name.endswith("_reverse")]:
        raise NetworkError(
            f"{reverse[0]} belongs to a bidirectional network, which knows what comes next; give "
            "one that reads forward only."
        )
    if projected := [name for name in matches if "weight_hr" in name]:
        raise NetworkError(
            f"{projected[0]} projects the state (proj_size), which is not understood; give an LSTM "
            "without."
        )
    prefixes = sorted({match["prefix"] for match in matches.values()})
    if len(prefixes) > 1:
        raise NetworkError(
            f"there are {len(prefixes)} recurrent modules ({listed(prefixes, _NAMED)}); one is "
            "understood, of one or more layers, or cells in one ModuleList."
        )


def _decoded(recurrent: dict[str, Tensor], others: Mapping[str, Tensor]) -> _Parts:
    """Which of the other weights decode, and which embed; no further ones are allowed."""
    read = _columns("weight_ih_l0", recurrent)
    name = _decoder(others, _cell(recurrent)[1])
    bias = name.removesuffix("weight") + "bias"
    rest = [other for other in others if other not in (name, bias)]
    if rest and (len(rest) > 1 or others[rest[0]].shape[1:] != (read,)):
        odd = next((other for other in rest if others[other].shape[1:] != (read,)), rest[-1])
        raise NetworkError(
            f"{odd} {_size(others[odd])} is neither recurrence, decoder ({name}) nor embedding; "
            "states without it would not be those of the whole network. Give one without."
        )
    embedding = others[rest[0]] if rest else None
    knows = read if embedding is None else len(embedding)
    if knows != len(others[name]):
        raise NetworkError(
            f"the network reads {counted(knows, 'character')}, but {name} tells "
            f"{len(others[name]):,} apart; both must be the same, as in a network that predicts "
            "the next character."
        )
    check_characters(knows)  # before matrices of that size are multiplied
    return _Parts(recurrent, others[name], others.get(bias), embedding)


def _decoder(others: Mapping[str, Tensor], hidden: int) -> str:
    """The name of the matrix that makes logits of a state."""
    fit = [
        name
        for name, values in others.items()
        if name.endswith("weight") and values.shape[1:] == (hidden,)
    ]
    biased = [name for name in fit if name.removesuffix("weight") + "bias" in others]
    writing = [name for name in fit if not _READS.search(name)]
    for found in (fit, biased, writing):
        if len(found) == 1:
            return found[0]
    raise NetworkError(
        f"there is no telling which matrix is the decoder, which has {hidden:,} columns, one for "
        f"each unit: {listed(fit or others, _NAMED) or 'none'}. Give a network with one linear "
        "decoder, and an embedding at most."
    )


def _layers(recurrent: Mapping[str, Tensor]) -> int:
    """How many there are, each with what the first has."""
    layers = 1 + max(int(name.rpartition("_l")[2]) for name in recurrent)
    kinds = {name.rpartition("_l")[0] for name in recurrent}
    missing = [
        name
        for layer in range(layers)
        for kind in sorted(kinds)
        if (name := f"{kind}_l{layer}") not in recurrent
    ]
    if missing:
        raise NetworkError(f"{missing[0]} is missing, where the other layers have one.")
    return layers


def _cell(recurrent: Mapping[str, Tensor]) -> tuple[str, int]:
    """Which it is, and its units."""
    if "weight_hh_l0" not in recurrent:
        return "mingru", _halved(recurrent["weight_ih_l0"])
    hidden, weight = _columns("weight_hh_l0", recurrent), recurrent["weight_hh_l0"]
    blocks, rest = divmod(len(weight), hidden)
    if rest or blocks not in _BLOCKS:
        raise NetworkError(
            f"weight_hh_l0 is {_size(weight)}; its rows must be one, three or four times its "
            "columns, as those of an RNN, a GRU or an LSTM are."
        )
    return _BLOCKS[blocks], hidden


def _halved(weight: Tensor) -> int:
    """The units of a minGRU."""
    if weight.ndim != 2 or len(weight) % 2 or not len(weight):
        raise NetworkError(
            f"there is no weight_hh_l0, and weight_ih_l0 is {_size(weight)}; a minGRU, which needs "
            "none, has two rows for each unit, and an RNN, GRU or LSTM has a weight_hh_l0."
        )
    return len(weight) // 2


def _nonlinearity(cell: str, given: str | None) -> str:
    if cell != "rnn":
        if given not in (None, "tanh"):
            raise NetworkError(
                f"the nonlinearity is {given!r}, but {an(model_of(cell, 'tanh', 1, 1).kind)} has "
                "its functions in fixed places; leave it out."
            )
        return "tanh"
    if given is None:
        raise NetworkError(
            "it is a plain RNN, and its weights do not tell its nonlinearity; say which it was "
            "trained with: tanh, relu or sigmoid."
        )
    return given


def _weights(parts: _Parts, layers: int) -> dict[str, NDArray[Any]]:
    """Under the names that networks have here, all in float64: an embedding is multiplied in."""
    found = {f"rnn.{name}": _array(values) for name, values in parts.recurrent.items()}
    for layer in range(layers):
        for side in ("ih", "hh"):
            if (weight := found.get(f"rnn.weight_{side}_l{layer}")) is not None:
                found.setdefault(f"rnn.bias_{side}_l{layer}", np.zeros(len(weight)))
    if parts.embedding is not None:  # W_ih of a one-hot input is then W_ih E^T
        found["rnn.weight_ih_l0"] = found["rnn.weight_ih_l0"] @ _array(parts.embedding).T
    found["decoder.weight"] = _array(parts.decoder)
    bias = parts.bias
    found["decoder.bias"] = np.zeros(len(parts.decoder)) if bias is None else _array(bias)
    return found


def _array(tensor: Tensor) -> NDArray[np.float64]:
    found: NDArray[np.float64] = tensor.cpu().double().numpy()
    return found


def _columns(name: str, recurrent: Mapping[str, Tensor]) -> int:
    if recurrent[name].ndim != 2 or 0 in recurrent[name].shape:
        raise NetworkError(f"{name} is {_size(recurrent[name])}; it must be a matrix.")
    return int(recurrent[name].shape[1])


def _size(tensor: Tensor) -> str:
    return " x ".join(map(str, tensor.shape)) or "a single number"
