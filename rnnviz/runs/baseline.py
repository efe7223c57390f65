"""Finding a run's n-gram baseline while it trains."""

from __future__ import annotations

import time

from rnnviz.runs.history import History
from rnnviz.text.ngram import Baseline, baselines_by_order
from rnnviz.text.vocabulary import Ids

# An order of a million characters takes a fifth of a second: training stands still for a fifth of
# the first seven seconds, its own clock too, and what it computes stays the same bit for bit.
_REST_SECONDS = 1.0


class BaselineCount:
    """The baseline of one run, found an order at a time, between iterations, and then kept.

    Nothing is done where it is known already, or where no characters are held out.
    """

    def __init__(self, history: History, ids: Ids, vocab_size: int) -> None:
        self._history = history
        known = history.baseline is not None
        self._orders = iter(()) if known else baselines_by_order(ids, vocab_size)
        self._best: Baseline | None = None
        self._rested = time.monotonic()

    def go_on(self) -> None:
        """Count one order, if training has had a second to itself since the last."""
        if time.monotonic() - self._rested > _REST_SECONDS:
            self._count()
            self._rested = time.monotonic()

    def finish(self) -> None:
        """Count what is left."""
        while self._count():
            pass

    def _count(self) -> bool:
        """One more order; False if there is none. The best is kept once all are known."""
        found = next(self._orders, None)
        if found is not None:
            if self._best is None or found.loss < self._best.loss:
                self._best = found
        elif self._best is not None:
            self._history.set_baseline(self._best)
            self._best = None
        return found is not None
