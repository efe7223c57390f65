"""What a worker recorded of a run, as tables, numbers and sentences."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rnnviz.records import Floats, LagNorms
from rnnviz.runs import tables
from rnnviz.runs.documents import RunError, within
from rnnviz.runs.history import History
from rnnviz.runs.paths import RunFolder
from rnnviz.text.alphabet import Alphabet
from rnnviz.text.ngram import Baseline

if TYPE_CHECKING:
    import pandas as pd


class Recordings(ABC):
    """What stands in the history of a run, read when it is asked for.

    Attributes:
        folder: of the run.
    """

    folder: RunFolder

    @property
    @abstractmethod
    def alphabet(self) -> Alphabet:
        """How a person's text becomes the characters the network reads, and what is shown."""

    @property
    def history(self) -> pd.DataFrame:
        """One row an iteration.

        Columns: iteration, loss_nats, bits_per_char, total_gradient_norm (before clipping),
        clip_factor, learning_rate, characters (learned from so far), seconds (of training).
        """
        with self._reading() as history:
            return tables.iterations(history)

    @property
    def snapshots(self) -> pd.DataFrame:
        """One row a snapshot.

        Columns: iteration, validation_loss_nats, bits_per_char, best (the lowest validation loss),
        prompt, sample (Hangul in syllables), training_loss_nats (mean over a tenth of the
        iterations before, 100 at most).
        """
        with self._reading() as history:
            return self.as_shown(tables.snapshots(history))

    @property
    def looked_into(self) -> pd.DataFrame:
        """Those of `snapshots` whose weights are there: all, unless the run was thinned.

        The best is among them in any case: where it is missing, that shall be said.
        """
        snapshots = self.snapshots
        there = snapshots["iteration"].isin([*self.folder.snapshots_there()])
        return snapshots[there | snapshots["best"]]

    def training_loss(self, iteration: int) -> float:
        """The mean in nats over the last tenth of the iterations up to one, 100 at most.

        NaN before the first.
        """
        with self._reading() as history:
            found = history.training_loss(iteration)
        return math.nan if found is None else found

    @property
    def baseline(self) -> Baseline | None:
        """The best n-gram model of the same text, which a network must beat.

        None before the worker has found it, some seconds after training began, and where nothing
        is held out.
        """
        with self._reading() as history:
            return history.baseline

    def held_out_losses(self, iteration: int) -> tuple[Floats, Floats] | None:
        """What a snapshot was judged by once training had ended, stretch by stretch.

        Mean losses in nats, and how many characters each is of; None where that was not kept.
        """
        found = self.measured(iteration, "held_out")
        return (found["nats"], found["characters"]) if found else None

    def measured(self, iteration: int, name: str) -> dict[str, Floats]:
        """What was measured at an iteration under a name; nothing where it was not."""
        with self._reading() as history:
            return history.measured_at(iteration, name)

    def gradient_norms(self, iterations: Sequence[int] | None = None) -> pd.DataFrame:
        """Window gradients |d (sum of l_t) / d state_k| at every iteration (definition A).

        Args:
            iterations: which of them; None takes all.

        Returns:
            Long form: iteration, path ("h", "c"), layer, timestep (k), gradient_norm.
        """
        with self._reading() as history:
            return tables.window_norms(history, iterations)

    def parameter_norms(self) -> dict[int, Floats]:
        """Norm of each parameter's gradient before clipping, by iteration (parameter).

        Those of iterations whose gradient was clipped, or of all where the run clips none; in the
        order of `parameter_shapes`. Runs from before it was recorded have none.
        """
        with self._reading() as history:
            return {at: norms for at, _, norms in tables.measurements(history, "parameters")}

    def gradient_norms_by_lag(self, iterations: Sequence[int] | None = None) -> pd.DataFrame:
        """Mean over t of |d l_t / d state_{t-lag}| at every snapshot, on its probe (definition C).

        Long form: iteration, path ("h", "c"), layer, lag (characters), gradient_norm, losses (how
        many the mean stands on). With `iterations`, of these alone.
        """
        with self._reading() as history:
            return tables.norms_by_lag(history, iterations)

    def lag_norms(self, iterations: Sequence[int] | None = None) -> list[LagNorms]:
        """The same passage by passage, as `rnnviz.analysis.gradients.reach.reaches` takes it."""
        with self._reading() as history:
            return tables.lag_norms(history, iterations)

    def units_moved(self, iteration: int) -> tuple[Floats, int] | None:
        """How far each unit moved at a snapshot (layer, unit), and over how many characters.

        That is the largest less the smallest h over the passages that all snapshots are measured
        on; None where that was not recorded.
        """
        with self._reading() as history:
            found = tables.measurements(history, "moved", [iteration])
        parts = {part: array for _, part, array in found}
        return (parts["h"], int(parts["characters"])) if parts else None

    @property
    def best_iteration(self) -> int:
        """The snapshot with the lowest validation loss; without validation, the last.

        Raises:
            RunError: there is no snapshot yet.
        """
        best = tables.best_iteration(self.snapshots)
        if best is None:
            raise RunError(
                f"run {self.folder.id} has no snapshot yet; the first comes once it is trained."
            )
        return best

    @property
    def computing(self) -> str:
        """How its products and threads were chosen, in sentences; "" before the first iteration."""
        with self._reading() as history:
            return history.computing

    @property
    def notices(self) -> list[str]:
        """What the worker had to say about the text, oldest first, each sentence once."""
        with self._reading() as history:
            return history.notices

    def as_shown(self, snapshots: pd.DataFrame) -> pd.DataFrame:
        """A table of snapshots as the history has it, with what was written as a person sees it."""
        for column in ("prompt", "sample"):
            snapshots[column] = snapshots[column].map(self._shown)
        return snapshots

    def _shown(self, characters: object) -> str:
        if not isinstance(characters, str):
            raise TypeError(f"{characters!r} where a sample belongs")
        return self.alphabet.shown(characters)

    @contextmanager
    def _reading(self) -> Iterator[History]:
        with within(self.folder.path), History(self.folder.history, reading=True) as history:
            yield history
