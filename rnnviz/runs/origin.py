"""Where a run's first weights come from, where they were not drawn."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Self

from rnnviz.runs.json_values import whole, words


@dataclass(frozen=True, slots=True)
class Origin:
    """A snapshot that a run began with.

    Attributes:
        run: the id of the run it is of, which may be gone by now.
        iteration: of the snapshot.
        name: what that run was called then.
        changed: what of the weights was changed before, in a few words; "" where nothing was.
    """

    run: str
    iteration: int
    name: str
    changed: str = ""

    @property
    def words(self) -> str:
        """Whose weights they were.

        Example:
            >>> Origin("hamlet-lstm-20260102-030405-000abcd", 1200, "Hamlet").words
            'the weights of Hamlet at iteration 1,200 (run hamlet-lstm-20260102-030405-000abcd)'
        """
        said = f"the weights of {self.name} at iteration {self.iteration:,} (run {self.run})"
        return f"{said}, changed: {self.changed}" if self.changed else said

    def to_json(self) -> dict[str, Any]:
        """All of it as JSON values, but for a change where there was none."""
        values = asdict(self)
        return values if self.changed else {n: v for n, v in values.items() if n != "changed"}

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> Self:
        """What `to_json` gave.

        Raises:
            KeyError, TypeError: something is missing, or is not what belongs there.
        """
        changed = words(values.get("changed", ""))
        return cls(words(values["run"]), whole(values["iteration"]), words(values["name"]), changed)
