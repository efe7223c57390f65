"""How training went, read from its snapshots: where it was best, and what came after."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rnnviz.arrays import np
from rnnviz.notation import bits, bits_words, loss_words
from rnnviz.records import Array

if TYPE_CHECKING:
    import pandas as pd

# When a rise is one: see `Course`.
_AFTER, _SHARE, _SCATTERS = 3, 0.01, 5.0

_DECIMALS = 3  # to which losses are written

# A training loss is a mean over a tenth of the iterations made, but no more than so many.
_MOST_AVERAGED = 100

# A training loss that was so much lower before (half a bit) has leapt: no learning looks like it.
_LEAP = 0.35

# Of differences between neighbours' mean and a value, whose spread is sqrt(3/2) that of the values;
# 1.4826 makes a standard deviation of a median.
_TO_SCATTER = 1.4826 / 1.5**0.5


@dataclass(frozen=True, slots=True)
class Course:
    """Where a validation loss was lowest, what it has done since, and what the training loss did.

    A rise counts once the last three snapshots, all taken after the lowest, lie above it by more
    than a limit: 1 % of the lowest loss, or five times the scatter from one snapshot to the next
    where that is more. The scatter is the spread that is left of the losses, but those of the
    first quarter, once each is compared with the mean of its two neighbours, taken from the
    median, so that a single odd snapshot does not count.

    Attributes:
        best: iteration of the snapshot with the lowest validation loss.
        lowest: that loss, in nats.
        newest: iteration of the newest snapshot.
        now: its validation loss, in nats.
        limit: what a rise must exceed, in nats.
        after: how many snapshots were judged since.
        highest: by how much the highest of the snapshots since lies above it, in nats; 0 where
            there is none.
        risen: by how much the lowest of the last three snapshots lies above it, in nats; 0 where
            there are not three since.
        above: how many of the newest in a row lie above it by more than the limit.
        training_then: mean training loss in the tenth of the iterations before the best snapshot,
            100 of them at most; in nats.
        training_now: the same at the newest.

    Example:
        >>> course = Course(100, 1.7, 1200, 3.5, 0.017, 9, 1.8, 1.7, 9, 1.6, training_now=0.1)
        >>> course.memorises
        True
    """

    best: int
    lowest: float
    newest: int
    now: float
    limit: float
    after: int
    highest: float
    risen: float
    above: int
    training_then: float
    training_now: float

    @property
    def went_on(self) -> bool:
        """Whether snapshots were judged after the best."""
        return self.best != self.newest

    @property
    def rises(self) -> bool:
        """Whether the validation loss has risen since, beyond the limit."""
        return self.risen > self.limit

    @property
    def memorises(self) -> bool:
        """Whether it has, while the training loss fell: the text is learned by heart since."""
        return self.rises and self.training_now < self.training_then

    @property
    def too_short(self) -> bool:
        """Whether it lies higher since, but at fewer snapshots than tell a rise from scatter."""
        return self.highest > self.limit and self.after < _AFTER

    @property
    def words(self) -> str:
        """Where the loss was lowest and how it has risen since, in sentences; "" where it has not.

        A rise with a training loss that fell, as where a text is learned by heart.
        """
        if not self.memorises:
            return ""
        risen = f"by {_bits(self.now - self.lowest)} to {_bits(self.now)}"
        fell = f"from {_bits(self.training_then)} to {_bits(self.training_now)}"
        return (
            f"The validation loss was lowest at iteration {self.best:,}: {loss_words(self.lowest)}."
            f" It has risen since, {risen} at iteration {self.newest:,}, while the training loss "
            f"fell {fell}."
        )

    @property
    def not_risen(self) -> str:
        """Where it was lowest, and why what came after is no rise, as a sentence goes on."""
        lowest = f"lowest at iteration {self.best:,}"
        if not self.went_on:
            return f"is {lowest}, the newest snapshot: it has not risen"
        least = 10**-_DECIMALS
        if bits(self.highest) < least / 2:
            return f"was {lowest}, and less than {least:g} bits/char above that since"
        highest, newest = _bits(self.highest), _bits(self.now - self.lowest)
        far = (
            f"newest lies highest, {newest} above that"
            if newest == highest
            else f"highest lies {highest} above that, the newest {newest}"
        )
        risen = f"was {lowest}; of the snapshots since, the {far}"
        if self.highest <= self.limit:
            return risen
        if self.too_short:
            few = f"fewer than {_AFTER} snapshots have been taken since, too few to tell a rise"
            return f"{risen}; {few} from scatter"
        return (
            f"was {lowest}; at one of the last {_AFTER} snapshots it was no more than "
            f"{_bits(self.limit)} above that, so that this is no lasting rise"
        )

    @property
    def needed(self) -> str:
        """What of the next snapshots would make a rise, where there is none yet."""
        more = _AFTER - self.above
        ones = f"{more} {'more ' * (self.above > 0)}snapshot{'s in a row' * (more > 1)}"
        makes = "make" if more > 1 else "makes"
        return f"{ones} over {_bits(self.limit)} above the lowest {makes} it count as a rise"

    @property
    def limit_words(self) -> str:
        """How a rise is told from noise."""
        return (
            "A rise counts once the last three snapshots all lie above the lowest by more than "
            f"{_bits(self.limit)}: 1 % of it, or five times the scatter from one snapshot to the "
            "next where that is more."
        )


def averaged(iterations: int) -> int:
    """Over how many of the last iterations a training loss is averaged: a tenth, 100 at most.

    The loss of one iteration is that of its own windows, and scatters; a mean over more of a run
    would tell of what is past.

    Args:
        iterations: made by then.

    Example:
        >>> averaged(3), averaged(93), averaged(2_000)
        (1, 9, 100)
    """
    return max(1, min(_MOST_AVERAGED, iterations // 10))


def averaged_over(iterations: int) -> str:
    """Over which ones that is.

    Args:
        iterations: made by then.

    Example:
        >>> averaged_over(3), averaged_over(20)
        ('iteration 3', 'iterations 19 to 20')
    """
    first = iterations - averaged(iterations) + 1
    return f"iteration{f's {first:,} to' * (first != iterations)} {iterations:,}"


def course_of(snapshots: pd.DataFrame) -> Course | None:
    """The course of a run; None before the first validation loss.

    Args:
        snapshots: as `Run.snapshots` gives it: iteration, validation_loss_nats,
            training_loss_nats.

    Example:
        >>> import pandas as pd
        >>> rows = [(0, 3.0, 3.0), (10, 1.0, 1.0), (20, 1.5, 0.8), (30, 1.9, 0.6), (40, 2.2, 0.4)]
        >>> columns = ["iteration", "validation_loss_nats", "training_loss_nats"]
        >>> course = course_of(pd.DataFrame(rows, columns=columns))
        >>> course.best, course.now, course.risen, course.memorises
        (10, 2.2, 0.5, True)
    """
    judged = snapshots.dropna(subset=["validation_loss_nats"])
    if judged.empty:
        return None
    at = judged["iteration"].to_numpy(int)
    losses, training = (
        judged[name].to_numpy(float) for name in ("validation_loss_nats", "training_loss_nats")
    )
    best = int(losses.argmin())
    lowest, since = float(losses[best]), losses[best + 1 :]
    limit = max(_SHARE * lowest, _SCATTERS * _scatter(losses[min(best, len(losses) // 4) :]))
    above = since - lowest > limit
    return Course(
        best=int(at[best]),
        lowest=lowest,
        newest=int(at[-1]),
        now=float(losses[-1]),
        after=len(since),
        highest=float(since.max(initial=lowest)) - lowest,
        limit=limit,
        risen=float(since[-_AFTER:].min()) - lowest if len(since) >= _AFTER else 0.0,
        above=int(np.logical_and.accumulate(above[::-1]).sum()),
        training_then=float(training[best]),
        training_now=float(training[-1]),
    )


def leap_of(snapshots: pd.DataFrame) -> tuple[int, float, float] | None:
    """Where the training loss was lowest, what it was, and what it is now, if it has leapt since.

    It has where it lies half a bit above what it was at an earlier snapshot, in nats.

    Args:
        snapshots: as `Run.snapshots` gives it: iteration, training_loss_nats.

    Example:
        >>> import pandas as pd
        >>> leap_of(pd.DataFrame({"iteration": [1, 9, 20], "training_loss_nats": [3.0, 1.0, 5.0]}))
        (9, 1.0, 5.0)
    """
    known = snapshots.dropna(subset=["training_loss_nats"])
    if known.empty:
        return None
    losses = known["training_loss_nats"].to_numpy(float)
    lowest, now = int(losses.argmin()), float(losses[-1])
    if now - losses[lowest] <= _LEAP:
        return None
    return int(known["iteration"].iloc[lowest]), float(losses[lowest]), now


def _bits(nats: float) -> str:
    return f"{bits_words(nats)}/char"


def _scatter(losses: Array) -> float:
    """The spread of losses about the course they take; 0 where there are too few."""
    if len(losses) < 3:
        return 0.0
    bend = losses[1:-1] - (losses[:-2] + losses[2:]) / 2
    return _TO_SCATTER * float(np.median(np.abs(bend)))
