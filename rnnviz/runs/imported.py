"""What is known of a run whose network was trained elsewhere."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Self

from rnnviz.notation import listed
from rnnviz.runs.json_values import each_words, truth, words

_NAMED = 4


@dataclass(frozen=True, slots=True)
class Imported:
    """Where a network came from that was not trained here.

    Attributes:
        kind: what it was read from: safetensors, PyTorch or Keras.
        files: their names without folders; none where it was handed over in Python.
        numbered: whether their names told the iterations; else the only snapshot is called 1.
        written: whether nobody gave a text, so that the network wrote the run's text itself.
    """

    kind: str
    files: tuple[str, ...] = ()
    numbered: bool = False
    written: bool = False

    @property
    def words(self) -> str:
        """Where it was trained, and what it was read from.

        Example:
            >>> Imported("Keras", ("poet.keras",)).words, Imported("PyTorch").words
            ('trained elsewhere, read from poet.keras (Keras)', 'trained elsewhere (PyTorch)')
        """
        if not self.files:
            return f"trained elsewhere ({self.kind})"
        return f"trained elsewhere, read from {listed(self.files, _NAMED)} ({self.kind})"

    @property
    def missing(self) -> str:
        """What such a run has not, in sentences."""
        text = (
            " Nobody gave a text: the network wrote the one that is read here, so losses on it say "
            "how sure it is of its own writing, and nothing of how good it is."
            if self.written
            else " Whether it was trained on the text that is read here is not known, so a loss on "
            "a part of it may be one on text it has seen."
        )
        iteration = "" if self.numbered else " Its iteration is not known: it is called 1."
        return (
            f"There is no training curve, and nothing else that training records.{text}{iteration}"
        )

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> Self:
        """What its fields were written as.

        Raises:
            KeyError, TypeError: something is missing, or is not what belongs there.
        """
        numbered, written = truth(values["numbered"]), truth(values["written"])
        return cls(words(values["kind"]), each_words(values["files"]), numbered, written)
