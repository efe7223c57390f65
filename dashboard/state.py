"""What a visitor has chosen, kept for the session and in the address: run, iteration, unit.

A link with `?run=...&iteration=...&unit=...` reopens the same view. The rest of what a visitor
typed lives in widgets that keep their values for the session.
"""

from __future__ import annotations

from typing import Any, Literal

import streamlit as st
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.scriptrunner import get_script_run_ctx

Name = Literal["run", "iteration", "unit"]
_NAMES: tuple[Name, ...] = ("run", "iteration", "unit")
_CHOSEN = "chosen {}".format
_ADOPTED = "address adopted"

NEW_RUN = "new"


def adopt_address() -> None:
    """Take over what the address says in a new session, and when the browser goes back or forward.

    At other times what was chosen here is newer: a busy browser sends the address before it until
    it has read the one written last.
    """
    is_new = not st.session_state.get(_ADOPTED)
    st.session_state[_ADOPTED] = True
    # A page just opened from the navigation has no run in its address yet.
    if is_new or (_walks_history() and "run" in st.query_params):
        for name in _NAMES:
            choose(name, st.query_params.get(name))


def write_address() -> None:
    """Let the address say what is looked at, so that it can be copied as a link.

    All of it at once, and nothing while the browser goes back or forward: every change is a step
    in its history.
    """
    shown = {name: chosen(name) for name in _NAMES}
    shown["iteration"] = shown["iteration"] or kept("iteration shown")
    address: dict[str, str] = {name: value for name, value in shown.items() if value is not None}
    if address != st.query_params.to_dict() and not _walks_history():
        st.query_params.from_dict(address)


def _walks_history() -> bool:
    """Whether the browser's back or forward button has led here."""
    context = get_script_run_ctx()
    return context is not None and context.is_history_navigation


def chosen(name: Name) -> str | None:
    """What was chosen, as the address writes it; None where nothing was."""
    value = st.session_state.get(_CHOSEN(name))
    return None if value is None else str(value)


def chosen_number(name: Name) -> int | None:
    """A choice that is a number; None where nothing sensible was chosen."""
    value = chosen(name)
    return int(value) if value is not None and value.isdecimal() and len(value) < 12 else None


def choose(name: Name, value: str | int | None) -> None:
    """Choose, or with None leave it to the dashboard."""
    st.session_state[_CHOSEN(name)] = None if value is None else str(value)


def open_run(run_id: str | None) -> None:
    """Look at a run, from its best snapshot."""
    keep("iteration shown", None)
    choose("run", run_id)
    choose("iteration", None)
    choose("unit", None)


def keep(name: str, value: Any) -> None:
    """Keep a value that no widget holds, for this visitor and session."""
    st.session_state[f"kept {name}"] = value


def kept(name: str, default: Any = None) -> Any:
    """What was kept under a name."""
    return st.session_state.get(f"kept {name}", default)


def forget_upload(file_id: str) -> None:
    """Let go of an uploaded file, which the server would hold long after its visitor has left."""
    context = get_script_run_ctx()
    if context is not None and isinstance(context.uploaded_file_mgr, MemoryUploadedFileManager):
        context.uploaded_file_mgr.remove_file(context.session_id, file_id)


def wish(widget: str, value: Any) -> None:
    """Let a widget that is already drawn have a value from the next rerun on."""
    st.session_state[f"wish {widget}"] = value


def grant_wishes() -> None:
    """Give widgets what was wished for them, before any is drawn."""
    for name in [name for name in st.session_state if str(name).startswith("wish ")]:
        st.session_state[str(name).removeprefix("wish ")] = st.session_state.pop(name)


def put(widget: str, value: Any) -> None:
    """Give a widget its value, before it is drawn."""
    keep(f"put {widget}", value)
    if st.session_state.get(widget) != value:
        st.session_state[widget] = value


def value_of(widget: str) -> Any:
    """The value of a widget by its key; None before it was drawn."""
    return st.session_state.get(widget)


def picked(widget: str) -> Any:
    """What a person chose in a widget; None where it only echoes what was put into it.

    A browser sends a value back that Python gave a new widget, which looks like a change.
    """
    value = st.session_state.get(widget)
    return None if value == kept(f"put {widget}") else value
