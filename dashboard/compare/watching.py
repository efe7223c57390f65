"""Following runs that train while they are compared."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import streamlit as st

from dashboard import cache
from dashboard.compare.choice import Chosen
from dashboard.components.polling import polled

_SECONDS = 3.0


def watched(chosen: Chosen, draw: Callable[[Chosen], None]) -> None:
    """Draw a part again and again while runs train; the page, once one has a snapshot more.

    Args:
        chosen: what is compared, as it stood when the page was drawn.
        draw: the part.
    """
    drawn = _stage(chosen)
    polled(_SECONDS if chosen.alive else None)(_follow)(chosen, draw, drawn)


def _follow(chosen: Chosen, draw: Callable[[Chosen], None], drawn: tuple[object, ...]) -> None:
    now = _again(chosen) if chosen.alive else chosen
    if _stage(now) != drawn:
        st.rerun()
    draw(now)


def _again(chosen: Chosen) -> Chosen:
    """The same runs as they stand now."""
    now = {run.id: cache.moment(run) for run in chosen.moments}
    sides = [replace(side, runs=tuple(now[run.id] for run in side.runs)) for side in chosen.sides]
    return Chosen(tuple(now[run.id] for run in chosen.moments), chosen.lost, tuple(sides))


def _stage(chosen: Chosen) -> tuple[object, ...]:
    """What changes more than the curves of training."""
    return tuple((run.status.standing, len(run.snapshots)) for run in chosen.moments)
