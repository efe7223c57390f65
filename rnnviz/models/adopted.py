"""A network trained elsewhere, as far as it is understood: what it is, and its weights."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from rnnviz.config import ModelConfig
from rnnviz.models.subject import Weights
from rnnviz.notation import an, counted, listed
from rnnviz.recurrent.shapes import check_shapes, parameter_shapes
from rnnviz.text.control import escaped
from rnnviz.text.vocabulary import MAX_DISTINCT


class NetworkError(ValueError):
    """A network cannot be taken over; the message says which, why and what to do.

    Attributes:
        sentence: that.
        lines: of Python, that do it; most errors have none.
    """

    def __init__(self, sentence: str, lines: Sequence[str] = ()) -> None:
        sentence = escaped(sentence)  # names in a file may hold anything
        super().__init__("\n".join([sentence, *lines]))
        self.sentence, self.lines = sentence, tuple(lines)


@dataclass(frozen=True, slots=True, eq=False)
class Adopted:
    """A network trained elsewhere, its weights under the names that all networks here have.

    Attributes:
        model: cell, units, layers.
        vocab_size: how many characters it tells apart.
        weights: by name, float32, of the shapes of `recurrent.shapes.parameter_shapes`.
    """

    model: ModelConfig
    vocab_size: int
    weights: Weights

    @property
    def words(self) -> str:
        """What it is."""
        return f"{an(self.model.words)}, {counted(self.vocab_size, 'character')}"

    @classmethod
    def of(cls, model: ModelConfig, weights: Mapping[str, NDArray[Any]]) -> Self:
        """A network of weights of any floating type, once they are checked.

        Args:
            model: cell, units, layers.
            weights: by name; two biases of each layer, and an input that is one-hot.

        Raises:
            NetworkError: a shape does not fit, or a number is none.

        Example:
            >>> model = ModelConfig("rnn", hidden_size=2)
            >>> zero = {name: np.zeros(shape) for name, shape in parameter_shapes(model, 3).items()}
            >>> Adopted.of(model, zero).vocab_size
            3
            >>> Adopted.of(model, zero | {"decoder.bias": np.zeros(4)})
            Traceback (most recent call last):
            rnnviz.models.adopted.NetworkError: decoder.bias has shape (4,); this network needs ...
        """
        vocab_size = len(weights["decoder.weight"])
        check_characters(vocab_size)
        try:
            check_shapes(weights, parameter_shapes(model, vocab_size))
        except ValueError as error:
            raise NetworkError(str(error)) from error
        plain = {name: _finite(name, values) for name, values in weights.items()}
        return cls(model, vocab_size, plain)


def check_characters(number: int) -> None:
    """Refuse a network that tells more characters apart than any text here has.

    Raises:
        NetworkError: it does.
    """
    if number > MAX_DISTINCT:
        raise NetworkError(
            f"the network tells {number:,} characters apart; {MAX_DISTINCT:,} are allowed."
        )


def check_alike(networks: Iterable[Adopted]) -> None:
    """Check that they can be snapshots of one run.

    Raises:
        NetworkError: they differ in more than their weights.
    """
    found = {(each.model, each.vocab_size): each.words for each in networks}
    if len(found) > 1:
        raise NetworkError(
            f"the networks differ: {listed(list(found.values()))}; a run has snapshots of one "
            "network. Give those of one."
        )


def model_of(cell: str, nonlinearity: str, hidden_size: int, num_layers: int) -> ModelConfig:
    """The configuration of a network of these sizes.

    Raises:
        NetworkError: a size is out of range.

    Example:
        >>> model_of("gru", "tanh", 5000, 1)
        Traceback (most recent call last):
        rnnviz.models.adopted.NetworkError: hidden_size is 5000; it must be a whole number from ...
    """
    try:
        return ModelConfig(cell, nonlinearity, hidden_size, num_layers)  # type: ignore[arg-type]
    except ValueError as error:
        raise NetworkError(str(error)) from error


def _finite(name: str, values: NDArray[Any]) -> NDArray[np.float32]:
    with np.errstate(over="ignore"):  # what float32 has no room for becomes infinite, and is said
        plain = np.ascontiguousarray(values, dtype=np.float32)
    if wrong := int((~np.isfinite(plain)).sum()):
        raise NetworkError(
            f"{name} holds {wrong:,} numbers that are NaN, infinite or beyond float32; such a "
            "network gives no numbers. Take a checkpoint from before."
        )
    return plain
