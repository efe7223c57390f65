"""Where a run's first weights come from, where they were not drawn."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Origin:
    """A snapshot that a run began with.

    Attributes:
        run: the id of the run it is of, which may be gone by now.
        iteration: of the snapshot.
        name: what that run was called then.
    """

    run: str
    iteration: int
    name: str

    @property
    def words(self) -> str:
        """Whose weights they were.

        Example:
            >>> Origin("hamlet-lstm-20260102-030405-000abcd", 1200, "Hamlet").words
            'the weights of Hamlet at iteration 1,200 (run hamlet-lstm-20260102-030405-000abcd)'
        """
        return f"the weights of {self.name} at iteration {self.iteration:,} (run {self.run})"
