"""What can be looked into: a network, the alphabet it reads, and where it came from."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias

from rnnviz.config import ModelConfig
from rnnviz.text.alphabet import Alphabet

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rnnviz.recurrent.char_rnn import CharRNN

Weights: TypeAlias = "Mapping[str, NDArray[Any]]"


@dataclass(frozen=True, slots=True)
class RunSnapshot:
    """The snapshot of a run.

    Attributes:
        run: the run's id.
        iteration: updates made before it was taken.
        numbered: whether that is known; else it is called 1.
        changed: what of its weights is changed, in a few words; "" where they are as they were.
    """

    run: str
    iteration: int
    numbered: bool = True
    changed: str = ""

    @property
    def words(self) -> str:
        """Which snapshot it is.

        Example:
            >>> RunSnapshot("hamlet", 1_200).words, RunSnapshot("brought", 1, False).words
            ('iteration 1,200', 'trained elsewhere')
        """
        said = f"iteration {self.iteration:,}" if self.numbered else "trained elsewhere"
        return f"{said}, {self.changed}" if self.changed else said

    @property
    def at(self) -> str:
        """When the network was as it is there: a sentence goes on from its name.

        Example:
            >>> RunSnapshot("hamlet", 1_200).at, RunSnapshot("brought", 1, False).at
            ('at iteration 1,200', 'as trained elsewhere')
        """
        return f"{'at' if self.numbered else 'as'} {self.words}"


@dataclass(frozen=True, slots=True, eq=False)
class Subject:
    """A network that can be looked into, wherever it was trained.

    Attributes:
        name: what a person calls it.
        key: the same only where network and alphabet are: caches keep what follows from both
            under it, and the characters read.
        model: cell, units, layers.
        alphabet: how a person's text becomes the characters and ids it reads.
        origin: where it came from.
        read_weights: gives its weights under PyTorch's names, of the shapes of
            `recurrent.shapes.parameter_shapes`.

    Example:
        >>> import numpy as np
        >>> from rnnviz.recurrent.shapes import parameter_shapes
        >>> model = ModelConfig(hidden_size=3)
        >>> zero = {name: np.zeros(shape) for name, shape in parameter_shapes(model, 4).items()}
        >>> alphabet = Alphabet.of("hello")
        >>> subject = Subject("zero", "0", model, alphabet, RunSnapshot("none", 0), lambda: zero)
        >>> subject.network().vocab_size
        4
    """

    name: str
    key: str = field(repr=False)
    model: ModelConfig
    alphabet: Alphabet
    origin: RunSnapshot
    read_weights: Callable[[], Weights] = field(repr=False)

    @property
    def words(self) -> str:
        """What is looked into: its name, and which snapshot.

        Example:
            >>> model, alphabet = ModelConfig(hidden_size=3), Alphabet.of("hello")
            >>> Subject("zero", "0", model, alphabet, RunSnapshot("none", 1_200), dict).words
            'zero, iteration 1,200'
        """
        return f"{self.name}, {self.origin.words}"

    def network(self) -> CharRNN:
        """The network itself, its weights read."""
        from rnnviz.recurrent.char_rnn import CharRNN

        network = CharRNN(self.model, len(self.alphabet.vocabulary))
        network.parameters.load(self.read_weights())
        return network
