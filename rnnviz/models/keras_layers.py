"""Keras' layers as networks here: which are understood, and whose weights go where.

A Keras LSTM has the gates i, f, c, o and a GRU z, r, h, where networks here have i, f, g, o and
r, z, n; matrices are transposed. A GRU with `reset_after=True` has two biases, as here; SimpleRNN
and LSTM have one, which becomes the first of two. In Keras' GRU (Chollet et al.) z keeps the old
state, as here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnnviz.models.adopted import Adopted, NetworkError, model_of

# Which block of Keras' is the first here, the second, ...; its own inverse for all three.
ORDER: Mapping[str, tuple[int, ...]] = {"rnn": (0,), "gru": (1, 0, 2), "lstm": (0, 1, 2, 3)}
CLASSES = {"SimpleRNN": "rnn", "GRU": "gru", "LSTM": "lstm"}

# What leaves numbers as they are once training is over.
_PASSING = {
    "InputLayer",
    "Dropout",
    "SpatialDropout1D",
    "AlphaDropout",
    "GaussianDropout",
    "GaussianNoise",
    "ActivityRegularization",
}
_UNDERSTOOD = "Embedding, SimpleRNN, GRU, LSTM, Dense, TimeDistributed(Dense), Dropout, softmax"
_PLAIN = "linear", None

Array = NDArray[Any]


@dataclass(frozen=True, slots=True)
class Layer:
    """A layer of a model.

    Attributes:
        kind: its class.
        name: its own.
        config: its settings.
        timewise: whether it stands in a TimeDistributed, and is then called by its name.
    """

    kind: str
    name: str
    config: Mapping[str, Any]
    timewise: bool = False

    @property
    def recurrent(self) -> bool:
        """Whether it has a state."""
        return self.kind in CLASSES

    def folder_in(self, chain: Sequence[Layer]) -> str:
        """Where its weights are in an archive: by its kind, and which of these it is.

        Example:
            >>> first, second = Layer("GRU", "a", {}), Layer("GRU", "b", {})
            >>> second.folder_in([first, second])
            'gru_1/cell'
        """
        if self.timewise:
            return "time_distributed/layer"
        before = [each.kind for each in chain[: chain.index(self)]]
        inside = "/cell" if self.recurrent else ""
        return folder_of(self.kind, before.count(self.kind)) + inside


def folder_of(kind: str, before: int) -> str:
    """What the weights of a layer are called in an archive.

    Args:
        kind: its class.
        before: how many layers of this class come before it.

    Example:
        >>> folder_of("SimpleRNN", 0), folder_of("GRU", 1)
        ('simple_rnn', 'gru_1')
    """
    plain = {"SimpleRNN": "simple_rnn"}.get(kind, kind.lower())
    return f"{plain}_{before}" if before else plain


def chain_of(config: Mapping[str, Any]) -> list[Layer]:
    """The layers with weights, from input to output, of a model in which one feeds the next.

    Raises:
        NetworkError: a layer, or how they are wired, is not understood.
    """
    if config["class_name"] not in ("Sequential", "Functional", "Model"):
        raise NetworkError(
            f"the model is of the class {config['class_name']}, whose code is not in the file; "
            "save a Sequential or Functional model."
        )
    told = config["config"]["layers"]
    if config["class_name"] != "Sequential":
        _check_wiring(told)
    chain = [_layer(each) for each in told if not _passes(each)]
    kinds = [layer.kind for layer in chain]
    if not re.fullmatch(r"(E )?(R )+D (S )?", "".join(map(_letter, chain))):
        raise NetworkError(
            f"its layers are {', '.join(kinds)}; understood is an Embedding or one-hot input, one "
            "or more of SimpleRNN, GRU or LSTM, one Dense, and at most one softmax, in this order."
        )
    chain = [layer for layer in chain if layer.kind != "Softmax"]
    if len({layer.kind for layer in chain if layer.recurrent}) > 1:
        raise NetworkError(f"its layers are {', '.join(kinds)}; all must be of one kind.")
    return chain


def adopted(weights: Sequence[tuple[Layer, Sequence[Array]]]) -> Adopted:
    """The network of these layers and their weights, as Keras orders them.

    Raises:
        NetworkError: weights are missing, or sizes do not fit.
    """
    for layer, arrays in weights:
        _check_shapes(layer, arrays)
    recurrent = [pair for pair in weights if pair[0].recurrent]
    first = recurrent[0][0]
    units = {layer.config["units"] for layer, _ in recurrent}
    activations = {layer.config["activation"] for layer, _ in recurrent}
    if len(units) > 1 or len(activations) > 1:
        raise NetworkError(
            "its recurrent layers differ in units or activation; here all are alike."
        )
    cell = CLASSES[first.kind]
    model = model_of(cell, first.config["activation"], first.config["units"], len(recurrent))
    found: dict[str, Array] = {}
    for number, (_, arrays) in enumerate(recurrent):
        found |= _layer_weights(cell, number, arrays)
    if weights[0][0].kind == "Embedding":
        table = weights[0][1][0].astype(np.float64)
        found["rnn.weight_ih_l0"] = found["rnn.weight_ih_l0"] @ table.T
    kernel, *bias = weights[-1][1]
    found["decoder.weight"] = kernel.T
    found["decoder.bias"] = bias[0] if bias else np.zeros(kernel.shape[1])
    return Adopted.of(model, found)


def _layer_weights(cell: str, number: int, arrays: Sequence[Array]) -> dict[str, Array]:
    kernel, recurrent, *bias = arrays
    both = np.atleast_2d(bias[0]) if bias else np.zeros((1, kernel.shape[1]))
    if len(both) == 1:
        both = np.concatenate([both, np.zeros_like(both)])
    return {
        f"rnn.weight_ih_l{number}": reordered(cell, kernel.T),
        f"rnn.weight_hh_l{number}": reordered(cell, recurrent.T),
        f"rnn.bias_ih_l{number}": reordered(cell, both[0]),
        f"rnn.bias_hh_l{number}": reordered(cell, both[1]),
    }


def reordered(cell: str, rows: Array) -> Array:
    """Rows block by block, from Keras' order of gates to that here, or back: it is the same.

    Example:
        >>> reordered("gru", np.array(["z", "r", "h"])).tolist()
        ['r', 'z', 'h']
    """
    blocks = np.split(rows, len(ORDER[cell]))
    return np.concatenate([blocks[block] for block in ORDER[cell]])


def _letter(layer: Layer) -> str:
    if layer.kind == "Dense":
        return "D S " if layer.config["activation"] == "softmax" else "D "
    return {"Embedding": "E ", "Softmax": "S "}.get(layer.kind, "R ")


def _passes(told: Mapping[str, Any]) -> bool:
    """Whether a layer leaves numbers as they are once training is over."""
    kind = told["class_name"]
    return kind in _PASSING or (kind == "Activation" and told["config"]["activation"] in _PLAIN)


def _layer(told: Mapping[str, Any]) -> Layer:
    kind, config = told["class_name"], told["config"]
    timewise = kind == "TimeDistributed" and config["layer"]["class_name"] == "Dense"
    if timewise:
        kind, config = "Dense", {**config["layer"]["config"], "name": config["name"]}
    elif kind == "Activation" and config["activation"] == "softmax":
        kind = "Softmax"
    if kind == "Embedding":
        _check_embedding(config)
    elif kind in CLASSES:
        _check_recurrent(kind, config)
    elif kind == "Dense":
        if config["activation"] not in (*_PLAIN, "softmax"):
            raise NetworkError(
                f"its Dense layer has the activation {config['activation']!r}; linear and softmax "
                "are understood."
            )
    elif kind != "Softmax":
        raise NetworkError(
            f"its layer {config.get('name', '')} is {_said(told)}, which is not understood; "
            f"{_UNDERSTOOD} are."
        )
    if config.get("quantization_config") or "int" in str(config.get("dtype")):
        raise NetworkError(f"its layer {config['name']} is quantized; save it in float32.")
    return Layer(kind, config["name"], config, timewise)


def _said(told: Mapping[str, Any]) -> str:
    """Of which class a layer is, and what tells it from others of that."""
    kind, config = told["class_name"], told["config"]
    if kind == "TimeDistributed":
        return f"of the class TimeDistributed of {config['layer']['class_name']}"
    if kind == "Activation":
        return f"the activation {config['activation']!r}"
    return f"of the class {kind}"


def _check_embedding(config: Mapping[str, Any]) -> None:
    if config.get("mask_zero"):
        raise NetworkError(
            "its Embedding has mask_zero=True, which passes over characters of id 0; save it "
            "without."
        )


def _check_recurrent(kind: str, config: Mapping[str, Any]) -> None:
    """Refuse what changes numbers, by its name."""
    activation = config["activation"]
    allowed = ("tanh", "relu", "sigmoid") if kind == "SimpleRNN" else ("tanh",)
    if activation not in allowed:
        raise NetworkError(
            f"its {kind} has the activation {activation!r}; {' or '.join(allowed)} is understood."
        )
    gates = config.get("recurrent_activation", "sigmoid")
    if gates != "sigmoid":
        raise NetworkError(
            f"its {kind} has the recurrent_activation {gates!r}; only sigmoid is understood."
        )
    if kind == "GRU" and not config.get("reset_after", False):
        raise NetworkError(
            "its GRU has reset_after=False, which multiplies the state by r before W_hh; networks "
            "here, as PyTorch's, do it after. Only reset_after=True is understood."
        )
    if config.get("go_backwards"):
        raise NetworkError(f"its {kind} reads backwards (go_backwards=True).")


def _check_wiring(layers: Sequence[Mapping[str, Any]]) -> None:
    """Each layer must read the one before it, and nothing else."""
    for before, layer in pairwise(layers):
        sources, needed = set(_sources(layer["inbound_nodes"])), before["config"]["name"]
        if sources != {needed} or len(layer["inbound_nodes"]) != 1:
            reads = ", ".join(sorted(sources)) or "nothing"
            raise NetworkError(
                f"its layer {layer['config']['name']} reads {reads}, where only {needed}, the one "
                "before it, is understood."
            )


def _sources(node: Any) -> list[str]:
    """The names of layers that a node reads: in Keras 3 in `keras_history`, in 2 in lists."""
    if isinstance(node, Mapping):
        if "keras_history" in node:
            return [str(node["keras_history"][0])]
        return [name for value in node.values() for name in _sources(value)]
    if isinstance(node, list):
        if len(node) >= 3 and isinstance(node[0], str) and isinstance(node[1], int):
            return [node[0]]
        return [name for value in node for name in _sources(value)]
    return []


def _check_shapes(layer: Layer, arrays: Sequence[Array]) -> None:
    """Refuse weights that are not those of such a layer."""
    config, shapes = layer.config, [array.shape for array in arrays]
    if layer.kind == "Embedding":
        expected: list[tuple[int, ...]] = [(config["input_dim"], config["output_dim"])]
    else:
        units, biased = config["units"], bool(config.get("use_bias", True))
        columns = units * len(ORDER[CLASSES[layer.kind]]) if layer.recurrent else units
        inputs = shapes[0][0] if shapes and shapes[0] else 0
        expected = [(inputs, columns)]
        if layer.recurrent:
            expected.append((units, columns))
        if biased:
            expected.append((2, columns) if layer.kind == "GRU" else (columns,))
    if shapes != expected:
        raise NetworkError(
            f"the weights of its layer {layer.name} have the shapes {shapes}; by its settings they "
            f"must have {expected}."
        )
