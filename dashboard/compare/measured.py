"""What is computed of runs that are compared, once for all visitors."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import streamlit as st

from dashboard import server
from dashboard.finding.ongoing import Ongoing
from dashboard.finding.searches import turn
from rnnviz.runs.compared.comparison import Comparison
from rnnviz.runs.compared.comparison import compare as compare_runs
from rnnviz.runs.network.memory import memory_of
from rnnviz.runs.network.unit_health import run_health
from rnnviz.runs.run import Run
from rnnviz.storage import StorageError

Key = tuple[str, str, bool]  # what is measured, of which snapshot, the untrained network there
Measured = Mapping[Key, Any]


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A snapshot of a run that is to be measured."""

    run: Run
    iteration: int

    def key(self, what: str) -> Key:
        """The same where the same is measured of it."""
        begun = 0 in self.run.folder.snapshots_there()
        return what, self.run.subject(self.iteration).key, begun


# What can be measured of a snapshot, by name; an error is what was found as well.
MEASURES: Mapping[str, Callable[[Run, int], object]] = MappingProxyType(
    {"memory": memory_of, "health": run_health}
)


def compared(first: Run, second: Run) -> Comparison:
    """The losses of two runs on the same characters.

    Raises:
        ValueError: they cannot be compared so.
        RunError: one is damaged, or has no snapshot yet.
    """
    return _compared(
        first.subject().key, second.subject().key, first.id, second.id, _runs=(first, second)
    )


def known(what: str, snapshots: Sequence[Snapshot]) -> Measured:
    """What has been measured of these, in whatever order they were asked for."""
    found = _known()
    return {key: found[key] for each in snapshots if (key := each.key(what)) in found}


def measuring(what: str, snapshots: Sequence[Snapshot]) -> Ongoing[Measured]:
    """Measures them one after the other, those that are not known yet."""
    keys = tuple(each.key(what) for each in snapshots)
    return _measuring(keys, _what=what, _snapshots=tuple(snapshots))


@st.cache_resource(max_entries=100, show_spinner="Comparing losses on the same characters")
def _compared(
    first: str, second: str, first_id: str, second_id: str, _runs: tuple[Run, Run]
) -> Comparison:
    server.load_torch()
    return compare_runs(*_runs)


@st.cache_resource(show_spinner=False)
def _known() -> dict[Key, object]:
    return {}


@st.cache_resource(max_entries=30, show_spinner=False)
def _measuring(
    keys: tuple[Key, ...], _what: str, _snapshots: tuple[Snapshot, ...]
) -> Ongoing[Measured]:
    found = _known()
    return Ongoing(lambda: _steps(dict(zip(keys, _snapshots, strict=True)), _what, found), turn())


def _steps(
    snapshots: Mapping[Key, Snapshot], what: str, found: dict[Key, object]
) -> Iterator[Measured]:
    server.load_torch()
    for key, each in snapshots.items():
        if key not in found:
            try:
                found[key] = MEASURES[what](each.run, each.iteration)
            except (ValueError, StorageError) as error:
                found[key] = str(error)
        yield {key: found[key] for key in snapshots if key in found}
