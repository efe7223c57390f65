"""Whether a network from elsewhere reads its text as it should: its loss beside simpler ones."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from rnnviz.notation import loss_words
from rnnviz.records import Ids
from rnnviz.runs.imported import Imported
from rnnviz.runs.recordings import Recordings
from rnnviz.text.ngram import Baseline

# Under what name the numbers stand among the measurements of the best snapshot.
CHECK = "check"


@dataclass(frozen=True, slots=True)
class Check:
    """A network's loss on a text, beside what it costs to know less; all in nats per character.

    Attributes:
        loss: of the best snapshot.
        characters: on how many characters.
        distinct: how many characters the network tells apart.
        frequencies: what it costs to know only how often each character occurs in the text.
        baseline: the best n-gram model; None where the text is too short for one.
    """

    loss: float
    characters: int
    distinct: int
    frequencies: float
    baseline: Baseline | None

    @property
    def guessing(self) -> float:
        """What it costs to guess among all characters alike."""
        return math.log(self.distinct)

    @property
    def is_wrong(self) -> bool:
        """Whether the network does worse than who knows nothing of what came before.

        Example:
            >>> Check(3.1, 900, 20, 2.9, None).is_wrong, Check(1.5, 900, 20, 2.9, None).is_wrong
            (True, False)
        """
        return not self.loss <= min(self.guessing, self.frequencies)  # nor is NaN

    @property
    def brief(self) -> str:
        """The loss alone, and what it is of."""
        loss = loss_words(self.loss) if math.isfinite(self.loss) else "a loss that is no number"
        return f"{loss} on {self.characters:,} characters of this text"

    @property
    def words(self) -> str:
        """All of it, in sentences."""
        if not math.isfinite(self.loss):
            return f"It has {self.brief}: its states grow until they are no longer finite."
        said = (
            f"Its loss is {loss_words(self.loss)} on {self.characters:,} characters of the text; "
            f"guessing among its {self.distinct:,} characters alike costs "
            f"{loss_words(self.guessing)}, knowing only how often each occurs "
            f"{loss_words(self.frequencies)}"
        )
        counting = ""
        if self.baseline is not None:
            best = f"the best way of counting, a {self.baseline.name},"
            counting = f", {best} {loss_words(self.baseline.loss)}"
        return f"{said}{counting}."

    @property
    def warning(self) -> str:
        """What is probably wrong, and what to do; "" where nothing seems so."""
        if not self.is_wrong:
            return ""
        if not math.isfinite(self.loss):
            return (
                "Most likely it exploded in training, or was trained with another nonlinearity. "
                "Import a checkpoint from before, or name the nonlinearity of its training."
            )
        return (
            "That is worse than knowing nothing of what came before: most likely the characters "
            "of the vocabulary stand in another order than in training, or the network learned "
            "text of another kind. Import it again with the vocabulary of its training."
        )


def check_of(run: Recordings, imported: Imported, distinct: int) -> Check | None:
    """How the best snapshot of an imported run does; None where the text is its own writing.

    Args:
        run: the run.
        imported: where its network came from.
        distinct: how many characters it tells apart.

    Raises:
        RunError: the history is damaged.
    """
    found = run.measured(run.best_iteration, CHECK)
    if imported.written or not found:
        return None
    loss, characters, frequencies = map(float, found["loss"])
    return Check(loss, int(characters), distinct, frequencies, run.baseline)


def entropy(ids: Ids, distinct: int) -> float:
    """The mean loss in nats of who knows how often each id occurs, and nothing else.

    Example:
        >>> entropy(np.array([0, 1, 0, 1]), 3) == math.log(2)
        True
    """
    shares = np.bincount(ids, minlength=distinct) / len(ids)
    shares = shares[shares > 0]
    return float(-(shares * np.log(shares)).sum())
