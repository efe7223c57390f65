"""What is found of a run: its losses, how they went, what counting reaches, what was copied."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rnnviz.notation import loss_words
from rnnviz.runs.documents import RunError
from rnnviz.runs.network.copying import copied_by, copying_control
from rnnviz.runs.run import Run
from rnnviz.runs.seen import baseline_as_seen, seen_of, table_as_seen
from rnnviz.runs.states import LIVING
from rnnviz.runs.status import RunStatus
from rnnviz.runs.verdicts.validation import Validation, validation_of
from rnnviz.text.copied import LEAST, Control, Copied
from rnnviz.text.ngram import Baseline
from rnnviz.text.windows import Split
from rnnviz.training.course import Course, averaged_over, course_of, leap_of
from rnnviz.training.spikes import spikes_of

if TYPE_CHECKING:
    import pandas as pd

# Where nothing is held out, a network writes in part from memory once so much more of its sample is
# copied than of passages that nobody copied.
IN_PART = 0.2


@dataclass(frozen=True, slots=True)
class Findings:
    """What a verdict rests on; losses in nats per character as a person sees it.

    Attributes:
        status: what the run is doing.
        held_out: whether a part of the text is held out.
        baseline: the number to beat.
        validation: the validation loss of the best snapshot.
        course: of the validation losses.
        training: mean training loss over the last iterations.
        guessing: the loss of guessing among all characters alike.
        leap: see `leap_of`.
        spiked: when, how high and how often losses leapt (`spikes_of`), in a sentence: those of
            training, else those of validation; "" where none did.
        copying: what the newest sample copied, and what to compare that with, where nothing is
            held out and training has ended; else None.
    """

    status: RunStatus
    held_out: bool
    baseline: Baseline | None
    validation: Validation | None
    course: Course | None
    training: float
    guessing: float
    leap: tuple[int, float, float] | None
    spiked: str
    copying: tuple[Copied, Control | None] | None

    @property
    def _below_counting(self) -> float:
        """By how many bits the loss is lower than the n-gram's, on the same characters."""
        found, number = self.validation, self.baseline
        return (
            0.0 if found is None or number is None or not found.final else found.below(number.loss)
        )

    @property
    def better_at_counting(self) -> Baseline | None:
        """The n-gram model, where its loss is the lower one."""
        return self.baseline if self._below_counting < 0 else None

    @property
    def beats(self) -> bool:
        """Whether the network's loss is the lower one."""
        return self._below_counting > 0

    @property
    def at(self) -> str:
        """The iteration reached."""
        return f"iteration {self.status.iteration:,}"

    @property
    def trained(self) -> str:
        """The training loss, and over how many iterations it is a mean."""
        over = averaged_over(self.status.iteration)
        mean = f", a mean over {over}" if over.startswith("iterations") else ""
        return f"{loss_words(self.training)}{mean}"

    @property
    def reached(self) -> str:
        """The loss that stands for the run, and when it was measured."""
        if self.validation is None:
            return f"training loss {loss_words(self.training)}"
        return (
            f"validation loss {loss_words(self.validation.loss)} at iteration "
            f"{self.validation.iteration:,}"
        )


def findings_of(run: Run, status: RunStatus, snapshots: pd.DataFrame) -> Findings:
    """What is found of a run that has begun.

    Raises:
        RunError: the history is damaged or gone.
    """
    seen, shown = seen_of(run), table_as_seen(run, snapshots)
    guessing = seen.loss(math.log(len(run.vocabulary)))
    return Findings(
        status,
        Split.held_out_of(run.description.text_characters) > 0,
        baseline_as_seen(run),
        validation_of(run, status, snapshots),
        course_of(shown),
        seen.loss(run.training_loss(status.iteration)),
        guessing,
        leap_of(shown),
        _spiked(table_as_seen(run, run.history), shown, guessing),
        _copying(run, status, snapshots),
    )


def _spiked(history: pd.DataFrame, snapshots: pd.DataFrame, guessing: float) -> str:
    """When, how high and how often losses leapt."""
    trained = spikes_of(history["iteration"], history["loss_nats"], guessing)
    if trained is not None:
        return trained.words("the training loss", "iteration")
    judged = spikes_of(snapshots["iteration"], snapshots["validation_loss_nats"], guessing)
    return "" if judged is None else judged.words("the validation loss", "snapshot")


def _copying(
    run: Run, status: RunStatus, snapshots: pd.DataFrame
) -> tuple[Copied, Control | None] | None:
    """What of the newest sample was copied, where nothing else tells what was learned by heart."""
    learned, held_out = run.description.text_characters, snapshots["validation_loss_nats"].count()
    if held_out or status.state in LIVING or Split.held_out_of(learned) or learned < 2 * LEAST:
        return None
    try:
        (found,) = copied_by(run, [str(snapshots["sample"].iloc[-1])])
    except RunError:
        return None  # the text is damaged, which is said where it is read
    return found, copying_control(run, found.characters) if found.share >= IN_PART else None
