"""A network as an ONNX file: ids in, logits out, from the zero state."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from rnnviz.export.networks.folder import check_cell
from rnnviz.models.subject import Subject
from rnnviz.storage import followed, lacking, speaking_of, write_whole

if TYPE_CHECKING:
    import onnx

OPSET, _IR = 17, 8

# Which block here is ONNX's first, second, ...: i, o, f, c of the LSTM, z, r, h of the GRU.
ORDER = {"rnn": (0,), "gru": (1, 0, 2), "lstm": (0, 3, 1, 2)}
GATES = {"rnn": "one block", "gru": "z, r, h, linear_before_reset=1", "lstm": "i, o, f, c"}
_OPERATOR = {"rnn": "RNN", "gru": "GRU", "lstm": "LSTM"}
_PHI = {"tanh": "Tanh", "relu": "Relu", "sigmoid": "Sigmoid"}

Array = NDArray[Any]


def save_onnx(subject: Subject, path: Path) -> None:
    """Write a graph of opset 17: `ids` (time, batch), int64, to `logits` (time, batch, character).

    Raises:
        ValueError: the package onnx is missing, or ONNX has no such cell.
        StorageError: the file cannot be written; what was there before stays as it was.
    """
    data = onnx_model(subject).SerializeToString()
    with speaking_of(path):
        write_whole(followed(path), data)


def onnx_model(subject: Subject) -> onnx.ModelProto:
    """The same, in memory; checked by onnx itself."""
    check_cell("ONNX", _OPERATOR, subject.model)
    try:
        from onnx import TensorProto, checker, helper
    except ImportError as error:
        raise lacking("onnx", "ONNX files") from error
    distinct = len(subject.alphabet.vocabulary)
    nodes, constants = _graph(subject)
    shape: list[str | int] = ["time", "batch"]
    given = helper.make_tensor_value_info("ids", TensorProto.INT64, shape)
    found = helper.make_tensor_value_info("logits", TensorProto.FLOAT, [*shape, distinct])
    graph = helper.make_graph(nodes, "network", [given], [found], constants)
    opset = [helper.make_opsetid("", OPSET)]
    model = helper.make_model(graph, opset_imports=opset, ir_version=_IR, producer_name="rnnviz")
    model.doc_string = (
        f"{subject.name}: {subject.model.kind} of {subject.model.hidden_size} units; gates in "
        f"ONNX's order: {GATES[subject.model.cell]}; opset {OPSET}."
    )
    checker.check_model(model)
    return model


def _graph(subject: Subject) -> tuple[list[Any], list[Any]]:
    """Its nodes, and the constants they read."""
    from onnx import helper, numpy_helper

    model, distinct = subject.model, len(subject.alphabet.vocabulary)
    values = {
        "depth": np.array(distinct, np.int64),
        "off_on": np.array([0, 1], np.float32),
        "direction": np.array([1], np.int64),
    }
    nodes = [helper.make_node("OneHot", ["ids", "depth", "off_on"], ["read_0"], axis=-1)]
    for layer in range(model.num_layers):
        names = [f"{kind}_{layer}" for kind in ("W", "R", "B")]
        values |= dict(zip(names, _layer(subject, layer), strict=True))
        states, above = f"states_{layer}", f"read_{layer + 1}"
        how = _attributes(model.cell, model.nonlinearity)
        inputs = [f"read_{layer}", *names]
        size = {"hidden_size": model.hidden_size}
        nodes.append(helper.make_node(_OPERATOR[model.cell], inputs, [states], **size, **how))
        nodes.append(helper.make_node("Squeeze", [states, "direction"], [above]))
    weights = subject.read_weights()
    values |= {"decoder": weights["decoder.weight"].T, "bias": weights["decoder.bias"]}
    nodes.append(helper.make_node("MatMul", [above, "decoder"], ["product"]))
    nodes.append(helper.make_node("Add", ["product", "bias"], ["logits"]))
    arrays = {name: np.ascontiguousarray(array) for name, array in values.items()}
    return nodes, [numpy_helper.from_array(array, name) for name, array in arrays.items()]


def _attributes(cell: str, nonlinearity: str) -> dict[str, Any]:
    if cell == "gru":
        return {"linear_before_reset": 1}
    return {"activations": [_PHI[nonlinearity]]} if cell == "rnn" else {}


def _layer(subject: Subject, layer: int) -> tuple[Array, Array, Array]:
    """W, R and B of one layer, of one direction."""
    weights, cell = subject.read_weights(), subject.model.cell
    w, r, of_input, of_state = (
        _reordered(cell, weights[f"rnn.{name}_l{layer}"])
        for name in ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
    )
    return w[None], r[None], np.concatenate([of_input, of_state])[None]


def _reordered(cell: str, rows: Array) -> Array:
    blocks = np.split(np.asarray(rows), len(ORDER[cell]))
    return np.concatenate([blocks[block] for block in ORDER[cell]])
