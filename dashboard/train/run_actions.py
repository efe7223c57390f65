"""What can be done with a run: pause, resume, stop, rename, train longer, delete."""

from __future__ import annotations

import time
from collections.abc import Callable

import streamlit as st

from dashboard import actions, appearance, state
from dashboard.looking import NEW_RUN, Deleted
from dashboard.train.longer import can_go_on_longer, fine_tune, train_longer
from rnnviz.notation import bytes_words
from rnnviz.runs.documents import RunError
from rnnviz.runs.left_overs import disk_used
from rnnviz.runs.paths import RunFolder
from rnnviz.runs.removal import left_words
from rnnviz.runs.run import Run
from rnnviz.runs.status import RunStatus
from rnnviz.runs.store import find_folder, runs_folder

_ANSWER_SECONDS = 0.6
_BUTTON_PIXELS = 148
_MENU = {
    "Rename": ":material/edit:",
    "Train longer": ":material/more_time:",
    "Fine-tune": ":material/model_training:",
    "Delete": ":material/delete:",
}
_CAN_GO_ON = ("created", "paused", "interrupted", "failed")


def controls(run: Run, status: RunStatus) -> None:
    """Stop, and go on or hold; what they ask for happens within a second.

    What stands there is possible. What goes on stands where what holds stood, and Stop before it,
    so that none moves when another is gone: one that did while a slow page is drawn again, between
    press and release, would lose the click.
    """
    if not actions.may_change(run.folder) or (status.unseen and not status.reachable):
        return
    going = status.state in ("queued", "running")
    if going or status.state == "paused":
        _button("stop", "Stop training", ":material/stop:", run, actions.stop)
    if going:
        _button("go", "Pause", ":material/pause:", run, actions.pause)
    elif status.state in _CAN_GO_ON or (status.state == "stopped" and status.fraction < 1):
        _button("go", "Resume", ":material/play_arrow:", run, actions.resume)


def manage(run: Run, status: RunStatus) -> None:
    """Rename, delete and more, behind a menu; not where a worker may be at it that is not seen."""
    if not actions.may_change(run.folder) or status.unseen:
        return
    asked = st.menu_button(
        "Manage",
        [name for name in _MENU if name != "Train longer" or can_go_on_longer(status)],
        icon=":material/more_horiz:",
        key=f"manage {run.id}",
        format_func=lambda name: f"{_MENU[name]} {name}",
    )
    if asked == "Rename":
        _rename(run)
    elif asked == "Train longer":
        train_longer(run)
    elif asked == "Fine-tune":
        fine_tune(run)
    elif asked == "Delete":
        _delete(run.folder, run.description.name)


def offer_new_run() -> None:
    """The way to another text and other settings."""
    st.button("New run", icon=":material/add:", on_click=state.open_run, args=(NEW_RUN,))


def leave_lost_run() -> None:
    """The way on from a run that is damaged or gone."""
    with st.container(horizontal=True):
        offer_new_run()
        lost = find_folder(runs_folder(), str(state.looking().run))
        if lost is None or not actions.may_change(lost):
            return
        if st.button("Delete it", icon=":material/delete:"):
            _delete(lost, lost.id)


def _button(key: str, label: str, icon: str, run: Run, act: Callable[[Run], None]) -> None:
    st.button(
        label,
        icon=icon,
        key=f"{key} {run.id}",
        on_click=_do,
        args=(act, run),
        width=_BUTTON_PIXELS,
    )


def _do(act: Callable[[Run], None], run: Run) -> None:
    try:
        before = run.status.state
        act(run)
        _wait_for_other_state(run, before)
    except RunError as error:
        st.toast(appearance.plain(str(error)), icon=":material/error:")


def _wait_for_other_state(run: Run, before: str) -> None:
    """A worker looks ten times a second: worth waiting for, so that the page shows its answer."""
    deadline = time.monotonic() + _ANSWER_SECONDS
    while run.status.state == before and time.monotonic() < deadline:
        time.sleep(0.02)


@st.dialog("Rename the run")
def _rename(run: Run) -> None:
    with st.form("rename", border=False):
        name = st.text_input("Name", value=run.description.name, max_chars=100)
        done = st.form_submit_button("Rename", type="primary")
    if done:
        try:
            actions.rename(run, name)
        except (ValueError, RunError) as error:
            appearance.complain(error)
            return
        st.rerun()


@st.dialog("Delete the run?")
def _delete(folder: RunFolder, name: str) -> None:
    st.markdown("All snapshots, samples and gradient norms of this run are deleted for good:")
    st.code(appearance.seen(name), language=None)
    size = bytes_words(disk_used([folder]))
    st.caption(f"{folder.id}, {size}. A run that trains must be stopped first.")
    with st.container(horizontal=True):
        if st.button(":red[**Delete for good**]", icon=":material/delete:"):
            try:
                left = actions.delete(folder)
            except RunError as error:
                appearance.complain(error)
                return
            if left:
                st.toast(appearance.plain(f"{folder.id} is deleted{left_words(left)}."))
            state.tell(Deleted(folder.id))
            st.rerun()
        if st.button("Keep it"):
            st.rerun()
