"""What a run's validation loss is, and whether it beats the n-gram model."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rnnviz.notation import bits, bits_words, loss_words
from rnnviz.runs.run import Run
from rnnviz.runs.seen import baseline_as_seen, seen_of
from rnnviz.runs.status import RunStatus
from rnnviz.text.ngram import Baseline
from rnnviz.text.windows import (
    FINAL_VALIDATION_CHARACTERS,
    VALIDATION_CHARACTERS,
    Split,
    judged_of,
)

if TYPE_CHECKING:
    import pandas as pd

_SAME = 0.0005  # bits: what is closer cannot be told apart as it is written


@dataclass(frozen=True, slots=True)
class Validation:
    """The validation loss of a run's best snapshot.

    Attributes:
        loss: in nats per character as a person sees it.
        iteration: of the snapshot.
        measured: on how many characters.
        held_out: how many the held-out part has.
        final: whether training has ended, and the loss was measured once more.
        before: what it was when the snapshot was taken, in nats, and on how many characters; None
            where that is this loss.
    """

    loss: float
    iteration: int
    measured: int
    held_out: int
    final: bool
    before: tuple[float, int] | None = None

    @property
    def words(self) -> str:
        """What it is, how large, and what it was measured on."""
        part = "all" if self.measured == self.held_out else f"{self.measured:,} of"
        best = "Of the best snapshot" if self.final else "Of the best snapshot so far"
        return (
            "Validation loss: the loss on the held-out part, the last tenth of the text, which is "
            f"never trained on. {best}, iteration {self.iteration:,}: {loss_words(self.loss)}, "
            f"measured on {part} its {self.held_out:,} characters{self._before}."
        )

    @property
    def _before(self) -> str:
        """What the snapshot has for it, where that is another number on fewer characters."""
        if self.before is None or self.before[1] == self.measured:
            return ""
        loss, measured = self.before
        return (
            f"; the {loss_words(loss)} that stand at this snapshot, as at every other, are of "
            f"{measured:,} of them"
        )

    def below(self, number: float) -> float:
        """By how many bits the loss is lower than another; 0 where both are written alike.

        Example:
            >>> found = Validation(loss=1.0, iteration=5, measured=9, held_out=9, final=True)
            >>> [round(found.below(number), 3) for number in (1 + math.log(2), 1.0001, 0.9)]
            [1.0, 0.0, -0.144]
        """
        lower = bits(number - self.loss)
        return 0.0 if abs(lower) < _SAME else lower

    def against(self, baseline: Baseline, characters: int) -> str:
        """Whether the n-gram's loss, measured on so many characters, has been beaten.

        That is said of losses on the same characters alone.
        """
        number = f"The number to beat ({baseline.name}), {loss_words(baseline.loss)}"
        at = f"the validation loss at iteration {self.iteration:,} is {self._beside(baseline.loss)}"
        if self.measured != characters:
            return (
                f"{number}, is measured on {characters:,} characters, and {at}, measured on "
                f"{self.measured:,} of them. Whether it has been beaten is known when training has "
                "ended: then the loss is measured on the same characters."
            )
        return f"{number}, {self._verdict(baseline.loss)}: {at}; both are of the same characters."

    def _beside(self, number: float) -> str:
        lower = self.below(number)
        if not lower:
            return "the same"
        apart = bits_words(abs(number - self.loss))
        return f"{apart} per character {'lower' if lower > 0 else 'higher'}"

    def _verdict(self, number: float) -> str:
        lower = self.below(number)
        if not lower:
            return "is reached"
        if lower > 0:
            return "has been beaten" if self.final else "is beaten so far"
        return "has not been beaten" if self.final else "is not beaten yet"


def validation_of(run: Run, status: RunStatus, snapshots: pd.DataFrame) -> Validation | None:
    """The validation loss there is by now; None before the first, and where nothing is held out.

    Args:
        run: the run.
        status: as read a moment ago.
        snapshots: likewise.
    """
    seen = seen_of(run)
    characters = run.description.text_characters
    held_out = Split.held_out_of(characters)
    best = snapshots[snapshots["best"]]
    if best.empty or math.isnan(lowest := float(best["validation_loss_nats"].iloc[0])):
        return None
    iteration = int(best["iteration"].iloc[0])
    before = seen.loss(lowest), judged_of(characters, VALIDATION_CHARACTERS)
    if status.validation_loss is None:
        return Validation(before[0], iteration, before[1], held_out, final=False)
    measured = judged_of(characters, FINAL_VALIDATION_CHARACTERS)
    loss = seen.loss(status.validation_loss)
    return Validation(loss, iteration, measured, held_out, final=True, before=before)


def against_baseline(run: Run, found: Validation) -> str:
    """The loss against the number to beat; "" before that is known."""
    if (baseline := baseline_as_seen(run)) is None:
        return ""
    characters = judged_of(run.description.text_characters, FINAL_VALIDATION_CHARACTERS)
    return found.against(baseline, characters)
