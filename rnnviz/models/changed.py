"""A copy of a network with something changed: the network it was made of stays as it is."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnnviz.cells import CELLS, Nonlinearity
from rnnviz.config import ModelConfig
from rnnviz.models.subject import Subject, Weights
from rnnviz.notation import an, signed, significant

_MOST_SCALE, _MOST_BIAS = 10.0, 20.0
_KEEPING = "bias towards keeping"  # that of the gate; only an LSTM has a forget gate


@dataclass(frozen=True, slots=True)
class Change:
    """What is changed of a network.

    Attributes:
        scale: what W_hh of every gate and layer is multiplied by.
        orthogonal: whether each is first replaced by the orthogonal matrix nearest to it, whose
            singular values are all 1: U V^T, where it is U S V^T.
        nonlinearity: phi of a plain RNN from now on; None leaves it.
        forget_bias: what is added to the bias, of every unit and layer, with which the old state is
            kept: of the LSTM's f, the GRU's z, and taken from that of the minGRU's z.

    Example:
        >>> Change(scale=1.5, orthogonal=True).words, Change(forget_bias=-2).words
        ('W_hh orthogonal, then × 1.5', 'bias towards keeping −2.00')
        >>> Change().words, Change(nonlinearity="relu").words
        ('', 'φ = relu')
    """

    scale: float = 1.0
    orthogonal: bool = False
    nonlinearity: Nonlinearity | None = None
    forget_bias: float = 0.0

    @property
    def words(self) -> str:
        """It in a few words; "" where nothing is changed."""
        scaled = f"× {significant(self.scale)}" if self.scale != 1 else ""
        recurrent = [*["orthogonal"] * self.orthogonal, *[scaled] * bool(scaled)]
        return ", ".join(
            [
                *([f"W_hh {', then '.join(recurrent)}"] if recurrent else []),
                *([f"φ = {self.nonlinearity}"] if self.nonlinearity else []),
                *([f"{_KEEPING} {signed(self.forget_bias)}"] if self.forget_bias else []),
            ]
        )


def changed(subject: Subject, change: Change) -> Subject:
    """A copy of the network with that changed, under a key of its own; nothing is written.

    Raises:
        ValueError: the network has not what is to be changed, or a number is out of range.

    Example:
        >>> from rnnviz.models.subject import RunSnapshot
        >>> from rnnviz.recurrent.shapes import parameter_shapes
        >>> from rnnviz.text.alphabet import Alphabet
        >>> model = ModelConfig("rnn", hidden_size=2)
        >>> one = {name: np.ones(shape) for name, shape in parameter_shapes(model, 4).items()}
        >>> at = Alphabet.of("hello"), RunSnapshot("none", 7)
        >>> copy = changed(Subject("a", "0", model, *at, lambda: one), Change(scale=0.5))
        >>> copy.read_weights()["rnn.weight_hh_l0"].tolist(), copy.origin.at
        ([[0.5, 0.5], [0.5, 0.5]], 'at iteration 7, W_hh × 0.5')
    """
    check_change(subject.model, change)
    if not change.words:
        return subject
    model = replace(subject.model, nonlinearity=change.nonlinearity or subject.model.nonlinearity)
    return replace(
        subject,
        key=f"{subject.key} changed: {change}",
        model=model,
        origin=replace(subject.origin, changed=change.words),
        read_weights=lambda: _weights(subject.read_weights(), model, change),
    )


def check_change(model: ModelConfig, change: Change) -> None:
    """Refuse what a network has not, or what is out of range.

    Raises:
        ValueError: it does; what it lacks.

    Example:
        >>> check_change(ModelConfig("mingru"), Change(scale=2))
        Traceback (most recent call last):
        ValueError: a minGRU has no W_hh: its gates do not read the state, so there is none to ...
    """
    facts, kind = CELLS[model.cell], an(model.kind)
    if (change.scale != 1 or change.orthogonal) and not facts.reads_state:
        raise ValueError(
            f"{kind} has no W_hh: its gates do not read the state, so there is none to "
            "scale or to set orthogonal."
        )
    if change.forget_bias and facts.keeping is None:
        raise ValueError(f"{kind} has no gate that says what is kept, so it has no bias to move.")
    if change.nonlinearity and len(facts.learning_rates) == 1:
        raise ValueError(
            f"{kind} has its functions in fixed places; φ can be swapped in a plain RNN."
        )
    if change.nonlinearity not in (None, *facts.learning_rates):
        raise ValueError(
            f"the nonlinearity {change.nonlinearity!r} cannot be that of {kind}; it can "
            f"be {' or '.join(facts.learning_rates)}."
        )
    if not 0 <= change.scale <= _MOST_SCALE:
        raise ValueError(f"the factor is {change.scale}; it can be 0 to {_MOST_SCALE:g}.")
    if not -_MOST_BIAS <= change.forget_bias <= _MOST_BIAS:
        raise ValueError(
            f"the {_KEEPING} is moved by {change.forget_bias}; it can be −{_MOST_BIAS:g} to "
            f"{_MOST_BIAS:g}."
        )


def _weights(weights: Weights, model: ModelConfig, change: Change) -> Weights:
    found: dict[str, NDArray[Any]] = {**weights}
    for name, values in weights.items():
        if "weight_hh" in name:
            found[name] = _recurrent(values, change)
        elif "bias_ih" in name and change.forget_bias:
            found[name] = _bias(values, model, change)
    return found


def _recurrent(weight: NDArray[Any], change: Change) -> NDArray[Any]:
    """W_hh of every gate (gate * unit, unit)."""
    blocks = np.split(weight.astype(np.float64), len(weight) // weight.shape[1])
    if change.orthogonal:
        blocks = [_nearest_orthogonal(block) for block in blocks]
    return (change.scale * np.concatenate(blocks)).astype(weight.dtype)


def _nearest_orthogonal(block: NDArray[np.float64]) -> NDArray[np.float64]:
    u, _, v = np.linalg.svd(block)
    found: NDArray[np.float64] = u @ v
    return found


def _bias(bias: NDArray[Any], model: ModelConfig, change: Change) -> NDArray[Any]:
    """The biases of every gate (gate * unit)."""
    facts, found = CELLS[model.cell], bias.copy()
    gate = facts.keeping
    assert gate is not None
    first = facts.blocks.index(gate.symbol) * model.hidden_size
    found[first : first + model.hidden_size] += gate.keeps * change.forget_bias
    return found
