"""Finding a run's n-gram baseline while it trains."""

from __future__ import annotations

import time
from collections.abc import Callable

from rnnviz.records import Ids
from rnnviz.runs.history import History
from rnnviz.text.ngram import MAX_ORDER, Baseline, baselines_by_order

# An order of a million characters takes a fifth of a second. Meanwhile training stands still, and
# its clock with it; the person who watches waits no longer than that, and has the line in seconds.
_REST_SECONDS = 0.5


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
        """Count one order, if training has had half a second to itself since the last."""
        if time.monotonic() - self._rested > _REST_SECONDS:
            self._count()
            self._rested = time.monotonic()

    def finish(self, should_leave: Callable[[], bool] = lambda: False) -> None:
        """Count what is left; `should_leave` is asked before every order."""
        while not should_leave() and self._count():
            pass

    def _count(self) -> bool:
        """One more order; False if there is none. With the last one, the best is kept."""
        found = next(self._orders, None)
        if found is None:
            return False
        if self._best is None or found.loss < self._best.loss:
            self._best = found
        if found.order == MAX_ORDER:
            self._history.set_baseline(self._best)
        return True
