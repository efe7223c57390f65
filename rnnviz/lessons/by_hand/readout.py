"""From a hidden state to an output: one number (sigmoid), or one for each class (softmax)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rnnviz.lessons.by_hand.nonlinearities import sigmoid
from rnnviz.records import Array, Ids


def softmax(logits: Array) -> Array:
    """exp(y_i) / sum of exp(y_j) over the last axis, for every y without overflow.

    Example:
        >>> softmax(np.array([0.0, 0.0, 1000.0]))
        array([0., 0., 1.])
    """
    risen = np.exp(logits - logits.max(-1, keepdims=True))
    return np.asarray(risen / risen.sum(-1, keepdims=True))


def next_character_losses(logits: Array, targets: Ids) -> Array:
    """l_t = -ln softmax(y_t)[target_t] in nats (time, ...), from logits (time, ..., vocab).

    Example:
        >>> next_character_losses(np.array([[0.0, 1000.0], [0.0, 0.0]]), np.array([0, 1])).tolist()
        [1000.0, 0.6931471805599453]
    """
    of_target = logits[np.arange(len(targets)), ..., np.asarray(targets, np.intp)]
    return np.asarray(np.logaddexp.reduce(logits, axis=-1) - of_target)


@dataclass(frozen=True, slots=True, eq=False)
class Output:
    """What is read out of one hidden state.

    Attributes:
        logits: y_t = W_hy h_t + b_y (class).
        probability: sigmoid of the only logit, or softmax over several (class).
    """

    logits: Array
    probability: Array


def read_out(weight: Array, bias: Array, h: Array) -> Output:
    """y_t = W_hy h_t + b_y and its probabilities.

    Args:
        weight: W_hy (class, unit); one row means two classes told apart by one sigmoid.
        bias: b_y (class).
        h: h_t (unit).

    Example:
        >>> read_out(np.array([[2.0, 0.0]]), np.zeros(1), np.array([0.0, 1.0])).probability
        array([0.5])
    """
    logits = weight @ h + bias
    return Output(logits, sigmoid(logits) if len(logits) == 1 else softmax(logits))
