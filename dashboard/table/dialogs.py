"""Before several runs are changed at once: what is done to them, and what is freed."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st

from dashboard import actions, appearance, state
from dashboard.looking import Deleted
from rnnviz.notation import bytes_words, counted, listed
from rnnviz.runs import thinning
from rnnviz.runs.compared.columns import COLUMNS, Row
from rnnviz.runs.documents import RunError
from rnnviz.runs.labels import label
from rnnviz.runs.paths import RunFolder
from rnnviz.runs.states import LIVING

_NAMED, _FEW = 12, 4
_KEEP = 10


@st.dialog("Delete runs?")
def ask_delete(rows: Sequence[Row]) -> None:
    """Say what goes and what is freed, and delete it once that is confirmed."""
    able = _able(rows)
    if not able:
        return
    st.markdown("All snapshots, samples and gradient norms of these runs are deleted for good:")
    _name(able)
    freed = bytes_words(sum(row.size for row in able))
    st.markdown(f"**{freed}** of the disk are freed.")
    if _confirmed(f"Delete {_counted(able)} for good"):
        _each(able, _delete)


@st.dialog("Thin runs?")
def ask_thin(rows: Sequence[Row]) -> None:
    """Ask how many snapshots keep their weights; say what goes and what is freed; do it."""
    able = _able(rows)
    if not able:
        return
    keep = _ask_how_many()
    if keep is None:
        return
    try:
        found = [thinning.plan(row.listed.folder, keep) for row in able]
    except (ValueError, RunError) as error:
        appearance.complain(str(error).removeprefix("--"))
        return
    gone, freed = sum(len(each.gone) for each in found), sum(each.freed for each in found)
    if not gone:
        st.markdown(f"None of {_counted(able)} has more: there is nothing to delete.")
        return
    st.markdown(
        f"The weights of **{counted(gone, 'snapshot')}** of {_counted(able)} are deleted for good, "
        f"which frees **{bytes_words(freed)}**. All losses, samples and gradient norms stay, and "
        "training can go on; the pages that look into a network show it no longer at those "
        "iterations."
    )
    if _confirmed("Delete these weights for good"):
        _each(able, lambda folder: actions.thin(folder, keep))


def _ask_how_many() -> int | None:
    """Of how many snapshots of a run the weights stay; None where it is no whole number."""
    asked = st.number_input(
        "Snapshots of each run whose weights stay",
        value=float(_KEEP),
        step=1.0,
        format="%g",
        help="The first, the best, the last, and others evenly between. 3 or more.",
    )
    if asked % 1:
        st.error(f"{asked:g} is no whole number of snapshots; give one, 3 or more.")
        return None
    return int(asked)


@st.dialog("Tag runs")
def ask_tags(rows: Sequence[Row]) -> None:
    """Ask for tags to put on, and to take off."""
    able = [row for row in rows if row.whole and not row.listed.read_only]
    if not able:
        st.markdown("These runs are damaged, or may not be written: they take no tags.")
        return
    had = sorted({tag for row in able for tag in _tags(row)})
    typed = st.text_input("Put on, with commas between", placeholder="such as dropout, second try")
    gone = st.multiselect("Take off", had) if had else []
    if st.button(f"Tag {_counted(able)}", type="primary", disabled=not (typed.strip() or gone)):
        put = [tag for tag in typed.split(",") if tag.strip()]
        taken = {row.listed.folder: [tag for tag in gone if tag in _tags(row)] for row in able}
        _each(able, lambda folder: actions.retag(folder, put=put, take=taken[folder]))


def _able(rows: Sequence[Row]) -> list[Row]:
    """Those that can be changed on the disk; which cannot is said."""
    gone = [row for row in rows if not row.listed.folder.path.exists()]
    there = [row for row in rows if row not in gone]
    training = [row for row in there if row.listed.state in LIVING]
    others = [row for row in there if row not in training]
    locked = [row for row in others if not actions.may_change(row.listed.folder)]
    for kept, why, how in (
        (gone, "No longer there", "Somebody deleted or moved it; close this to see what there is."),
        (training, "In training, or waiting for it", "Stop it first; it stays as it is."),
        (locked, "Only to be read from here", "It stays as it is."),
    ):
        if kept:
            st.warning(appearance.plain(f"{why}: {_listed(kept)}. {how}"))
    return [row for row in others if row not in locked]


def _listed(rows: Sequence[Row]) -> str:
    """Some by name, the others by how many they are."""
    return listed([COLUMNS["name"].said(row) for row in rows], _FEW)


def _name(rows: Sequence[Row]) -> None:
    names = [appearance.seen(label(row.listed, whole=True)) for row in rows[:_NAMED]]
    more = len(rows) - _NAMED
    said = [*names, *([f"and {more:,} more"] if more > 0 else [])]
    st.code("\n".join(said), language=None, wrap_lines=True)


def _confirmed(label: str) -> bool:
    with st.container(horizontal=True):
        pressed = st.button(f":red[**{label}**]", icon=":material/delete:")
        if st.button("Keep them"):
            st.rerun()
    return pressed


def _each(rows: Sequence[Row], act: Callable[[RunFolder], object]) -> None:
    """Do it to each; go back to the table unless something was refused, which is said."""
    refused = []
    with st.spinner("A moment"):
        for row in rows:
            try:
                act(row.listed.folder)
            except (ValueError, RunError) as error:
                refused.append(str(error))
    if not refused:
        st.rerun()
    for reason in dict.fromkeys(refused):
        appearance.complain(reason)


def _delete(folder: RunFolder) -> None:
    actions.delete(folder)
    state.tell(Deleted(folder.id))


def _tags(row: Row) -> tuple[str, ...]:
    about = row.listed.description
    return () if about is None else about.tags


def _counted(rows: Sequence[Row]) -> str:
    return counted(len(rows), "run")
