"""What a run's validation loss is, and whether it beats the n-gram model."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rnnviz.analysis.gradients.bootstrap import DRAWS, block_draws, ends
from rnnviz.analysis.gradients.reach import LEAST_BLOCKS
from rnnviz.notation import bits, bits_words, fixed, loss_words
from rnnviz.records import Floats
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

SAME = 0.0005  # bits: what is closer cannot be told apart as it is written
NEIGHBOURS = 4  # neighbouring stretches drawn together, because neighbours are alike


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
        margin: between what the n-gram's loss less this one lies, in nats, see `margin_of`; None
            where that cannot be told.
        imported: whether the network was trained elsewhere, perhaps on the held-out part too.
    """

    loss: float
    iteration: int
    measured: int
    held_out: int
    final: bool
    before: tuple[float, int] | None = None
    margin: tuple[float, float] | None = None
    imported: bool = False

    @property
    def _unseen(self) -> str:
        if self.imported:
            return "a network from elsewhere may have been trained on"
        return "is never trained on"

    @property
    def words(self) -> str:
        """What it is, how large, and what it was measured on."""
        part = "all" if self.measured == self.held_out else f"{self.measured:,} of"
        best = "Of the best snapshot" if self.final else "Of the best snapshot so far"
        kind = "Loss on the given text" if self.imported else "Validation loss"
        return (
            f"{kind}: the loss on the held-out part, the last tenth of the text, which "
            f"{self._unseen}. {best}, iteration {self.iteration:,}: {loss_words(self.loss)}, "
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
        """By how many bits the loss is lower than the n-gram's.

        It is 0 where both are written alike, and where chance may have made the difference.

        Example:
            >>> found = Validation(loss=1.0, iteration=5, measured=9, held_out=9, final=True)
            >>> [round(found.below(number), 3) for number in (1 + math.log(2), 1.0001, 0.9)]
            [1.0, 0.0, -0.144]
        """
        lower = bits(number - self.loss)
        return 0.0 if abs(lower) < SAME or self.undecided else lower

    @property
    def undecided(self) -> bool:
        """Whether which of the two is lower cannot be told from so few characters."""
        return self.margin is not None and self.margin[0] <= 0 <= self.margin[1]

    @property
    def margin_words(self) -> str:
        """How far the two are apart, whichever is lower; "" where that cannot be told.

        Example:
            >>> found = Validation(1.0, 5, 9, 9, final=True, margin=(math.log(2), 2 * math.log(2)))
            >>> found.margin_words
            '1.000 to 2.000 bits/char'
        """
        if self.margin is None:
            return ""
        low, high = sorted(map(abs, self.margin)) if not self.undecided else self.margin
        return f"{fixed(bits(low), 3)} to {bits_words(high)}/char"

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
        same = f"both are of the same {characters:,} characters. {self._chance}"
        return f"{number}, {self._verdict(baseline.loss)}: {at}; {same}"

    @property
    def _chance(self) -> str:
        """How far chance may have moved the difference."""
        if self.margin is None:
            return "How far chance may have moved the difference was not recorded for this run."
        return (
            f"Chance may have moved the difference: {DRAWS:,} times it was computed again from as "
            "many stretches of these characters, some taken several times and others not at all, "
            f"and 95 % of the results lie from {self.margin_words}."
        )

    def _beside(self, number: float) -> str:
        lower = bits(number - self.loss)
        if abs(lower) < SAME:
            return "the same"
        apart = bits_words(abs(number - self.loss))
        return f"{apart} per character {'lower' if lower > 0 else 'higher'}"

    def _verdict(self, number: float) -> str:
        lower = self.below(number)
        if self.undecided:
            return "is neither beaten nor missed as far as so few characters can tell"
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
    margin = margin_of(run, iteration)
    imported = run.description.imported is not None
    return Validation(loss, iteration, measured, held_out, True, before, margin, imported)


def margin_of(run: Run, iteration: int) -> tuple[float, float] | None:
    """Between what the n-gram's loss less the network's lies, but for 5 % of what chance does.

    In nats per character as a person sees it, see `interval_of`. None where the losses of stretches
    were not kept, or are too few.

    Args:
        run: the run, trained to its end.
        iteration: of its best snapshot.
    """
    baseline, found = baseline_as_seen(run), run.held_out_losses(iteration)
    if baseline is None or baseline.by_stretch is None or found is None:
        return None
    nats, characters = found
    if len(nats) != len(baseline.by_stretch):
        return None
    return interval_of(baseline.by_stretch - seen_of(run).loss(nats), characters)


def interval_of(apart: Floats, characters: Floats) -> tuple[float, float] | None:
    """Between what the mean of a difference lies, but for 5 % of what chance does.

    Stretches are drawn again (`block_draws`), four neighbours together. None where they are too
    few. Turned round, a difference has the same interval turned round.

    Args:
        apart: the difference in each stretch.
        characters: of how many each is the mean.
    """
    if len(apart) < LEAST_BLOCKS * NEIGHBOURS:
        return None
    draws = block_draws(len(apart), NEIGHBOURS)
    sign = 1.0 if apart @ characters >= 0 else -1.0
    low, high = ends(sign * (draws @ (apart * characters)) / (draws @ characters))
    return (low, high) if sign > 0 else (-high, -low)


def against_baseline(run: Run, found: Validation) -> str:
    """The loss against the number to beat; "" before that is known."""
    if (baseline := baseline_as_seen(run)) is None:
        return ""
    characters = judged_of(run.description.text_characters, FINAL_VALIDATION_CHARACTERS)
    return found.against(baseline, characters)
