"""Several runs at once on one text: all are made first, then they train in turn."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from itertools import chain, count
from typing import Any

from rnnviz.runs.documents import RunError
from rnnviz.runs.index import Listed
from rnnviz.runs.run import Run
from rnnviz.runs.states import LIVING
from rnnviz.runs.store import delete
from rnnviz.training.grid import Planned, varied_words
from rnnviz.workers import supervisor
from rnnviz.workers.spawning import uninterrupted

_LONGEST = 30  # characters, and a number, of what a group is called


def make_all(text: str, planned: Sequence[Planned], group: str, **settings: Any) -> list[Run]:
    """Their folders, each run named after what it alone has; all of them or none.

    Args:
        text: what all of them learn.
        planned: the network and training of each.
        group: what they are called together.
        settings: more of what `Run.create` takes.

    Raises:
        TextError: the text cannot be learned.
        ValueError: the group cannot be called so, or the machine has too little memory for one.
        RunError: the folder cannot be written.

    Example:
        >>> import tempfile
        >>> from rnnviz.config import ModelConfig, TrainingConfig
        >>> from rnnviz.training.grid import Budget, TextSize, expand
        >>> asked = {"cell": ["gru", "lstm"]}
        >>> nine, size = Budget("iterations", 9), TextSize(characters=120, distinct=5)
        >>> planned = expand(ModelConfig(), TrainingConfig(), asked, nine, size)
        >>> runs = make_all("hello " * 20, planned, "cells", runs=tempfile.mkdtemp())
        >>> [run.description.name for run in runs]
        ['GRU', 'LSTM']
    """
    made: list[Run] = []
    try:
        for each in planned:
            how: dict[str, Any] = {"model": each.model, "training": each.training}
            made.append(Run.create(text, group=group, **how, **settings))
            made[-1].rename(each.name)
    except BaseException:
        for run in made:
            delete(run.folder)
        raise
    return made


def group_name(planned: Sequence[Planned], listed: Iterable[Listed]) -> str:
    """What they are called together where nobody names them: what varies, and a number if need be.

    Args:
        planned: the runs that are to be made.
        listed: those that there are, whose groups are others.
    """
    taken = {run.description.group for run in listed if run.description is not None}
    words = varied_words(planned)[:_LONGEST]
    numbered = (f"{words} {number}" for number in count(2))
    return next(name for name in chain([words], numbered) if name not in taken)


class Here:
    """Runs that are trained on this machine, each by a process of its own.

    Args:
        most: how many are started at a time; None starts all, and those that find no core wait.
    """

    def __init__(self, most: int | None = None) -> None:
        if most is not None and most < 1:
            raise ValueError(f"--workers is {most}; it must be a whole number from 1.")
        self._most, self._runs, self._waiting = most, list[Run](), list[Run]()

    def begin(self, runs: Sequence[Run]) -> None:
        """Start those that may be, in order; Ctrl-C comes between two of them.

        Raises:
            RunError: one cannot be started; those before it are.
        """
        self._runs, self._waiting = list(runs), list(runs)
        self.goes_on()

    def goes_on(self) -> bool:
        """Whether some are not at their end; the next are started.

        Raises:
            RunError: one cannot be started.
        """
        living = sum(_lives(run) for run in self._runs)
        while self._waiting and living < (self._most or math.inf):
            with uninterrupted():
                supervisor.start(self._waiting.pop(0))
            living += 1
        return living > 0

    def cancel(self) -> None:
        """Start no more."""
        self._waiting.clear()

    def end(self) -> list[str]:
        """Why runs could not be trained: each says so itself."""
        return []


def _lives(run: Run) -> bool:
    """Whether it trains or waits to; one that was deleted does not."""
    try:
        return run.status.state in LIVING
    except RunError:
        return False
