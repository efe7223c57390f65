"""Parts of Compare that take a while: asked for by a press, and drawn as far as they are known."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import streamlit as st

from dashboard import appearance, state
from dashboard.compare.choice import Chosen
from dashboard.compare.measured import Measured, Snapshot, known, measuring
from dashboard.components.polling import polled
from rnnviz.notation import are

Draw = Callable[[Chosen, Mapping[str, Any]], None]

_SECONDS, _FIRST_SECONDS = 0.7, 0.5


def section(what: str, label: str, chosen: Chosen, at: Sequence[int | None], draw: Draw) -> None:
    """Draw what is measured of every run at its snapshot, once somebody has asked for it.

    Args:
        what: is measured, see `measured.MEASURES`.
        label: of the button.
        chosen: what is compared.
        at: the snapshot of each run.
        draw: gets what is compared and, by the ids of runs, what is known of them by now; why it
            could not be measured of one is said below.
    """
    snapshots = _snapshots(chosen, at)
    there = list(snapshots.values())
    if len(known(what, there)) < len(there) and not is_asked(what, label):
        return
    ongoing = measuring(what, there)
    now = ongoing.look(_FIRST_SECONDS)

    def follow(drawn: bool) -> None:
        now = ongoing.look()
        if now.done != drawn:
            st.rerun()
        if not now.done:
            st.caption(f":material/hourglass_top: {_still(now.latest or {}, len(there))} …")
        if now.error is not None:
            appearance.complain(now.error)
        found = now.latest or {}
        _show(chosen, {own: found.get(each.key(what)) for own, each in snapshots.items()}, draw)

    polled(None if now.done else _SECONDS)(follow)(now.done)


def known_of(what: str, chosen: Chosen, at: Sequence[int | None]) -> dict[str, Any]:
    """What has been measured of runs at their snapshots, by their ids; an error is left out."""
    snapshots = _snapshots(chosen, at)
    found = known(what, list(snapshots.values()))
    told = {own: found.get(each.key(what)) for own, each in snapshots.items()}
    return _measured(told)


def _snapshots(chosen: Chosen, at: Sequence[int | None]) -> dict[str, Snapshot]:
    return {
        run.id: Snapshot(run, iteration)
        for run, iteration in zip(chosen.moments, at, strict=True)
        if iteration is not None
    }


def _measured(found: Mapping[str, Any]) -> dict[str, Any]:
    return {own: one for own, one in found.items() if not isinstance(one, str | None)}


def _show(chosen: Chosen, found: Mapping[str, Any], draw: Draw) -> None:
    """What was measured, and in words why something was not."""
    draw(chosen, _measured(found))
    for run, label in zip(chosen.moments, chosen.labels, strict=True):
        if isinstance(why := found.get(run.id), str):
            st.caption(appearance.plain(f"{label}: {why}"))


def is_asked(what: str, label: str) -> bool:
    """Whether somebody has pressed the button, which stands there until then."""
    name = f"{what} of compared runs"
    if not state.kept(name, False) and st.button(label, key=f"measure {what}"):
        state.keep(name, True)
        st.rerun()
    return bool(state.kept(name, False))


def _still(found: Measured, count: int) -> str:
    return f"{len(found)} of {count} runs {are(len(found))} measured"
