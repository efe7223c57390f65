"""Parts of Compare that take a while: asked for by a press, and drawn as far as they are known."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

import streamlit as st

from dashboard import appearance, state
from dashboard.address import Several
from dashboard.compare.choice import Chosen
from dashboard.compare.measured import MEASURES, Measured, Snapshot, known, measuring
from dashboard.components.polling import polled
from rnnviz.export.tables import table_bytes
from rnnviz.notation import are

Draw = Callable[[Chosen, Mapping[str, Any]], None]

PARTS = (*MEASURES, "units")
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
    if there and not is_asked(what, label, known=len(known(what, there)) == len(there)):
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


def is_asked(what: str, label: str, *, known: bool) -> bool:
    """Whether somebody has pressed the button, which stands there until then; an address keeps it.

    Args:
        what: would be shown.
        label: of the button.
        known: whether nothing need be computed for it; then it is shown unasked.
    """
    form = Several(PARTS)
    key = state.linked("measured", form, [], key="measured of compared runs")
    asked = state.value_of(key)
    if what in asked:
        return True
    pressed = not known and st.button(label, key=f"measure {what}")
    if known or pressed:
        now = [part for part in PARTS if part in (*asked, what)]
        state.link("measured", form, [], key=key, value=now)
    if pressed:
        st.rerun()
    return known


def take_along(rows: Sequence[Mapping[str, object]], name: str) -> None:
    """A table of words in numbers, as a file of that name."""
    st.download_button(
        "Download in numbers (CSV)",
        partial(table_bytes, rows),
        file_name=f"{name}.csv",
        mime="text/csv",
        icon=":material/download:",
        on_click="ignore",
        key=f"{name} in numbers",
    )


def _still(found: Measured, count: int) -> str:
    return f"{len(found)} of {count} runs {are(len(found))} measured"
