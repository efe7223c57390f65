"""What is to be said of a run, in one true sentence: how it stands, and what follows from that."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from rnnviz.notation import bits_words, capitalised, loss_words
from rnnviz.runs.copying import copied_by, copying_control
from rnnviz.runs.documents import RunError
from rnnviz.runs.run import Run
from rnnviz.runs.seen import baseline_as_seen, seen_of, table_as_seen
from rnnviz.runs.states import LIVING
from rnnviz.runs.status import RunStatus
from rnnviz.runs.validation import Validation, against_baseline, validation_of
from rnnviz.text.copied import LEAST, Control, Copied
from rnnviz.text.ngram import Baseline
from rnnviz.text.windows import Split
from rnnviz.training.advice import advice
from rnnviz.training.course import Course, course_of, leap_of

if TYPE_CHECKING:
    import pandas as pd

Kind = Literal[
    "not begun", "training", "stopped", "finished", "worse than counting", "exploded", "memorising"
]

# While it trains, the loss may lie above that of guessing for so many iterations, and so many nats:
# an untrained network does.
_WARM_UP, _MARGIN = 20, 0.1

# Where nothing is held out, a network writes in part from memory once so much more of its sample is
# copied than of passages that nobody copied, and from memory once it is half of the sample more.
_IN_PART, _FROM_MEMORY = 0.2, 0.5


@dataclass(frozen=True, slots=True)
class Verdict:
    """How a run stands.

    Attributes:
        kind: in a word or three.
        headline: in one sentence.
        warnings: what went wrong and what to do, in whole sentences, the most important first.
        measured: what the losses were measured on, and how they compare, likewise.
    """

    kind: Kind
    headline: str
    warnings: tuple[str, ...] = ()
    measured: tuple[str, ...] = ()


def verdict_of(
    run: Run, status: RunStatus | None = None, snapshots: pd.DataFrame | None = None
) -> Verdict:
    """How a run stands, by what is recorded.

    Training is checked for what goes wrong first: a loss above that of guessing, which is
    ln(number of distinct characters), or half a bit above what it was before; then a validation
    loss that has risen while the training loss fell (see `Course`); then the number to beat.

    Args:
        run: the run.
        status: as read a moment ago.
        snapshots: as read before it.

    Raises:
        RunError: the history is damaged or gone.

    Example:
        >>> import tempfile
        >>> run = Run.create("to be or not to be", runs=tempfile.mkdtemp())
        >>> verdict_of(run).headline
        'Not begun: nothing is learned yet.'
    """
    snapshots = run.snapshots if snapshots is None else snapshots
    status = run.status if status is None else status  # last: nothing is newer than it
    if snapshots.empty or not (status.iteration or status.state == "diverged"):
        return Verdict("not begun", "Not begun: nothing is learned yet.")
    seen, shown = seen_of(run), table_as_seen(run, snapshots)
    found = _Facts(
        status,
        baseline_as_seen(run),
        validation_of(run, status, snapshots),
        course_of(shown),
        seen.loss(run.training_loss(status.iteration)),
        seen.loss(math.log(len(run.vocabulary))),
        leap_of(shown),
        _copying(run, status, snapshots),
    )
    cause = advice(run.model_config, run.training_config)
    verdict = _exploded(found, cause) or _memorising(found) or _plain(found)
    warnings = *verdict.warnings, run.vocabulary.nothing_to_learn
    measured = *_measured(run, found), seen.words
    return replace(
        verdict, warnings=tuple(filter(None, warnings)), measured=tuple(filter(None, measured))
    )


@dataclass(frozen=True, slots=True)
class _Facts:
    """What a verdict rests on; losses in nats per character as a person sees it.

    Attributes:
        status: what the run is doing.
        baseline: the number to beat.
        validation: the validation loss of the best snapshot.
        course: of the validation losses.
        training: mean training loss over the last iterations.
        guessing: the loss of guessing among all characters alike.
        leap: see `leap_of`.
        copying: what the newest sample copied, and what to compare that with, where nothing is
            held out and training has ended; else None.
    """

    status: RunStatus
    baseline: Baseline | None
    validation: Validation | None
    course: Course | None
    training: float
    guessing: float
    leap: tuple[int, float, float] | None
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
    def reached(self) -> str:
        """The loss that stands for the run, and when it was measured."""
        if self.validation is None:
            return f"training loss {loss_words(self.training)}"
        return (
            f"validation loss {loss_words(self.validation.loss)} at iteration "
            f"{self.validation.iteration:,}"
        )


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
    return found, copying_control(run, found.characters) if found.share >= _IN_PART else None


def _measured(run: Run, found: _Facts) -> tuple[str, ...]:
    """What the losses were measured on, and how they compare; what was recorded of an end."""
    ended = found.status.message if found.status.state == "diverged" else ""
    if found.validation is None or found.course is None:
        return (ended,)
    limit = found.course.limit_words if found.course.words and found.leap is None else ""
    return ended, against_baseline(run, found.validation), found.validation.words, limit


def _exploded(found: _Facts, cause: str) -> Verdict | None:
    if found.status.state == "diverged":
        return Verdict(
            "exploded",
            f"Exploded: after {found.at} the loss, or a gradient of it, was no longer a finite "
            "number, and training ended.",
            (cause,),
        )
    going = found.status.state in LIVING
    if found.training > found.guessing + going * _MARGIN and found.status.iteration >= _WARM_UP:
        return Verdict(
            "exploded",
            f"Worse than guessing at {found.at}: the training loss is "
            f"{loss_words(found.training)}, where guessing among all characters alike costs "
            f"{bits_words(found.guessing)}/char.",
            (cause,),
        )
    if found.leap is None:
        return None
    iteration, before, now = found.leap
    return Verdict(
        "exploded",
        f"The loss has leapt: the training loss is {loss_words(now)} at {found.at}, and was "
        f"{bits_words(before)}/char at iteration {iteration:,}.",
        (cause,),
    )


def _memorising(found: _Facts) -> Verdict | None:
    course = found.course
    if course is None or not course.memorises:
        return None
    since = f"Learning by heart since iteration {course.best:,}"
    if (counting := found.better_at_counting) is not None:
        since += f", and worse at its best than counting ({counting})"
    elif found.beats:
        since += f", after it did better than counting does ({found.baseline})"
    keeps = (
        f"Iteration {course.best:,} is kept, and is what the other pages and the commands sample, "
        "trace and gradients look at unless another is chosen"
    )
    going = found.status.state in LIVING
    gets = "gets" if going else "got"
    return Verdict(
        "memorising",
        f"{since}: the network {gets} better at the text it reads and worse at what it has not "
        "seen.",
        (
            course.words,
            f"{keeps}, once training has ended; “Stop training” ends it now."
            if going
            else f"{keeps}.",
        ),
    )


def _plain(found: _Facts) -> Verdict:
    """Nothing goes wrong: how far it has come, and what it is worth against counting."""
    state, course = found.status.state, found.course
    since: tuple[str, ...] = ()
    if course is not None and course.since:
        since = (f"No other snapshot has a lower one. {course.since}",)
    if state in LIVING:
        return Verdict("training", f"Training, at {found.at}: {found.reached}.", since)
    ended = "Finished" if state == "finished" else "Ended early"
    if found.validation is None:
        return _not_held_out(found, ended)
    if (counting := found.better_at_counting) is not None:
        return Verdict(
            "worse than counting",
            f"{ended} at {found.at}, worse than counting: {found.reached}, where a "
            f"{counting.name}, which only counts characters, reaches "
            f"{bits_words(counting.loss)}/char.",
            since,
        )
    kind: Kind = "finished" if state == "finished" else "stopped"
    beaten = f", better than counting does ({found.baseline})" * found.beats
    return Verdict(kind, f"{ended} at {found.at}: {found.reached}{beaten}.", since)


def _not_held_out(found: _Facts, ended: str) -> Verdict:
    """An end without a validation loss: what the sample copied tells what was remembered."""
    kind: Kind = "finished" if found.status.state == "finished" else "stopped"
    reached = f"{ended} at {found.at}: {found.reached}"
    if found.copying is None:
        return Verdict(
            kind,
            f"{reached}; nothing is held out, so whether the text was learned by heart cannot be "
            "told.",
        )
    copied, control = found.copying
    said = copied.words("its newest sample")
    compare = () if control is None else (f"To compare: {control.words}.",)
    if copied.share < _IN_PART:
        return Verdict(kind, f"{reached}. Nothing is held out; {said}.")
    more = copied.share - (0.0 if control is None else control.share)
    if more < _IN_PART:
        return Verdict(
            kind,
            f"{reached}. {capitalised(said)}, but the text repeats itself: whether it "
            "was learned by heart cannot be told.",
            compare,
        )
    part = "" if more >= _FROM_MEMORY else "in part "
    return Verdict("memorising", f"It writes {part}from memory: {said}. {reached}.", compare)
