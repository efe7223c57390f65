"""Ways from one page to another that take along what was chosen."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NoReturn

from dashboard import navigation, state

MOST_COMPARED = 24


def compare(runs: Iterable[str]) -> NoReturn:
    """Show runs side by side, by their ids."""
    state.hand("compare", runs=",".join(runs))
    navigation.go("compare")


def find_in_table(words: str) -> NoReturn:
    """Show the table of those runs that have these words."""
    state.hand("runs", filter=words)
    navigation.go("runs")
