"""A larger budget for a run that has one: what was changed, when, and where training stood."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Self

from rnnviz.config import TrainingConfig
from rnnviz.runs.json_values import moment, whole


@dataclass(frozen=True, slots=True)
class Amendment:
    """One change of a run's budget.

    Attributes:
        made: when, in ISO format.
        iteration: updates made by then.
        iterations: the budget before, where it was a number of iterations.
        seconds: the budget before, where it was a time.
    """

    made: str
    iteration: int
    iterations: int | None = None
    seconds: float | None = None

    @property
    def words(self) -> str:
        """What it was before, and until when.

        Example:
            >>> Amendment("2026-01-02T03:04:05+00:00", 600, iterations=600).words
            'raised from 600 iterations at iteration 600 on 2026-01-02'
        """
        before = TrainingConfig(iterations=self.iterations, seconds=self.seconds).budget_words
        return f"raised from {before} at iteration {self.iteration:,} on {self.made[:10]}"

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> Self:
        """What its fields were written as.

        Raises:
            KeyError, TypeError, ValueError: something is missing, or is not what belongs there.
        """
        before = TrainingConfig(iterations=values["iterations"], seconds=values["seconds"])
        made, iteration = moment(values["made"]), whole(values["iteration"])
        return cls(made, iteration, before.iterations, before.seconds)


def amended(before: TrainingConfig, iteration: int) -> Amendment:
    """What is to be kept of a budget that is about to change.

    Args:
        before: how the run was trained until now.
        iteration: updates made.
    """
    now = datetime.now(UTC).astimezone().isoformat(timespec="seconds")
    return Amendment(now, iteration, before.iterations, before.seconds)
