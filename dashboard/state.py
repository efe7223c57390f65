"""What a visitor has chosen, kept for the session and in the address.

Which run and snapshot are looked at is decided in `looking.py`; `tell` is told what happened.

A link reopens the same view: `?run=...&iteration=...` on every page, and on every page but Train
everything that was chosen there. `PAGES` in `navigation.py` names what each page keeps in its
address; the page itself hands every such choice through `linked`, whether a widget
holds it or not:

    names = ["h", "c"]
    key = state.linked("signal", Among(names), "h", key="signal")
    signal = st.segmented_control("Signal", names, key=key, persist_state="session")

`linked` gives the widget its value before it is drawn: what the address says in a fresh session and
when the browser goes back or forward, else what it had, else the usual one (so the widget takes
neither `default` nor `value`). What is not the usual one stands in the address from then on. A
choice without a widget is read with `value_of(key)` and changed with `link`. Forms of choices are
in `address.py`; lessons ask through `learn/choices.py`. What else a visitor typed lives in widgets
that keep their values for the session.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import streamlit as st
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.scriptrunner import get_script_run_ctx

from dashboard.address import Form, Whole
from dashboard.looking import Event, Looking, Opened, Turned, after
from dashboard.walking import to_write
from rnnviz.notation import shortened

T = TypeVar("T")
_ITERATION = Whole(0, 10**12)
_LEFT_OUT = "{}-left-out".format
_ADOPTED, _PAGE, _KEEPS = "address adopted", "page", "page keeps"
_PENDING, _LINKED, _BAD, _LONG = "to adopt", "linked", "bad in the address", "too long for it"
_OF_PART = "linked by {}".format
_SAID = "said of a passage or signal"
_HANDED = "handed to a page"
_LOOKING, _SHOWN, _TOLD = "looking", "iteration shown", "address told"


def begin(page: str, keeps: Collection[str]) -> None:
    """Begin to draw a page: take over what the address says where that is news.

    So it is in a new session, and when the browser goes back or forward. At other times what was
    chosen here is newer: a busy browser sends the address before it until it has read the one
    written last.

    Args:
        page: its name.
        keeps: what it keeps in its address, besides the run and the iteration.
    """
    is_new = not st.session_state.get(_ADOPTED)
    st.session_state[_ADOPTED] = True
    if page != kept(_PAGE):
        _forget_address()
    keep(_PAGE, page)
    keep(_KEEPS, keeps)
    keep(_LINKED, {})
    keep(_LONG, {})
    # A page just opened from the navigation has no run in its address yet, where there is one.
    has_run = "run" in st.query_params or looking().run is None
    if is_new or (_walks_history() and has_run):
        tell(Opened(st.query_params.get("run") or None))
        _forget_address()
        says = st.query_params.get("iteration")
        tell(Turned(_read("iteration", says, False, _ITERATION, None)))
        names = [*keeps, *map(_LEFT_OUT, keeps)]
        keep(_PENDING, {name: ",".join(st.query_params.get_all(name)) or None for name in names})
    to, handed = kept(_HANDED, (None, {}))
    if to == page:
        keep(_HANDED, (None, {}))
        keep(_PENDING, {**kept(_PENDING, {}), **handed})


def hand(page: str, **says: str | None) -> None:
    """Let a page that is opened next take over choices as if its address said them.

    Args:
        page: its name.
        says: what the address would say, by the names of what the page keeps in it; None is the
            usual.
    """
    keep(_HANDED, (page, says))


def linked(name: str, form: Form[T], usual: T, *, key: str) -> str:
    """Keep a choice of this page in its address, see above; the key again.

    Args:
        name: in the address, one that the page keeps.
        form: how it is written there.
        usual: what is chosen at first; the address leaves it out.
        key: of the widget that is drawn next, or of the value.

    Raises:
        KeyError: the page keeps nothing of that name.
    """
    if name not in kept(_KEEPS, ()):
        raise KeyError(f"the list of pages does not say that {kept(_PAGE)} keeps {name!r}.")
    pending: dict[str, str | None] = kept(_PENDING, {})
    if name in pending:
        left_out = pending.pop(_LEFT_OUT(name), None) is not None
        st.session_state[key] = _read(name, pending.pop(name), left_out, form, usual)
    elif key not in st.session_state:
        st.session_state[key] = usual
    _link(name, form, st.session_state[key], usual)
    return key


def key_of(name: str, of: object = "") -> str:
    """The key of a choice of this page, where it has no other.

    Args:
        name: in the address.
        of: what else it hangs on: for each there is another choice.
    """
    return f"{kept(_PAGE)} {name} {of}".strip()


def link(name: str, form: Form[T], usual: T, *, key: str, value: T) -> None:
    """Change a choice that no widget holds; it stands in the address once that is written."""
    st.session_state[key] = value
    _link(name, form, value, usual)


def forget(key: str) -> None:
    """Let a choice that no widget holds be the usual one again, once the page is drawn."""
    st.session_state.pop(key, None)


def is_asked(names: Collection[str]) -> bool:
    """Whether the address that was just opened says one of these, and it was not yet taken over."""
    pending: dict[str, str | None] = kept(_PENDING, {})
    return any(pending.get(name) is not None for name in names)


def choose(name: str, widget: str, value: Any) -> None:
    """Give a choice its value, before it is drawn, whatever the address of this page leaves open.

    Args:
        name: in the address.
        widget: its key.
        value: of the choice.
    """
    kept(_PENDING, {}).pop(name, None)
    put(widget, value)


def has_said(names: Collection[str]) -> bool:
    """Whether the address says one of these, or has said so before in this session."""
    said = bool(kept(_SAID, False)) or any(name in st.query_params for name in names)
    keep(_SAID, said)
    return said


def complain_of(name: str, says: object, reason: str) -> None:
    """Say on this page what of the address is not followed, and why."""
    kept(_BAD)[name] = f"The address says {name}={shortened(str(says))}, but {reason}."


def agree_with(name: str) -> None:
    """Say no longer that something of the address is not followed."""
    kept(_BAD).pop(name, None)


def complaints() -> list[str]:
    """What the address said and is not followed, and what it cannot keep, in sentences."""
    return [*kept(_BAD, {}).values(), *kept(_LONG, {}).values()]


def _read(name: str, says: str | None, left_out: bool, form: Form[T], usual: T) -> T:
    if left_out:
        kept(_BAD)[name] = f"The address leaves {name} out, which was too long for it."
    if says is None:
        return usual
    try:
        return form.read(says)
    except ValueError as error:
        complain_of(name, says, f"{error}: the usual is taken")
        return usual


def _link(name: str, form: Form[T], value: T, usual: T) -> None:
    address, long = kept(_LINKED), kept(_LONG)
    for known in (name, _LEFT_OUT(name)):
        address.pop(known, None)
    long.pop(name, None)
    if value == usual:
        return
    try:
        address[name] = form.write(value)
    except ValueError as error:
        address[_LEFT_OUT(name)] = "yes"
        long[name] = f"The address of this page leaves {name} out: {error}."


def _forget_address() -> None:
    """What the address said before is of another page or another run."""
    keep(_PENDING, {})
    keep(_BAD, {})


def write_address() -> None:
    """Let the address say what is looked at, so that it can be copied as a link.

    All of it at once, and nothing new while the browser goes back or forward: every change is a
    step in its history. What the page has not come to yet stays as the address had it. Always in
    the same order, so that the same view has the same address.
    """
    now = looking()
    iteration = kept(_SHOWN) if now.iteration is None else now.iteration
    said = {"run": now.run, "iteration": iteration, **kept(_PENDING, {}), **kept(_LINKED, {})}
    names = ["run", "iteration", *kept(_KEEPS, ()), *map(_LEFT_OUT, kept(_KEEPS, ()))]
    address = {name: str(said[name]) for name in names if said.get(name) is not None}
    news = to_write(address, st.query_params.to_dict(), kept(_TOLD), walks=_walks_history())
    if news is not None:
        keep(_TOLD, news)
        st.query_params.from_dict(news)


def write_address_of_part() -> None:
    """Let the address follow a part of the page that is drawn again by itself.

    While the whole page is drawn, its end is when all of the address is known.
    """
    if is_part():
        write_address()


@contextmanager
def part(name: str) -> Iterator[None]:
    """Draw a part of the page that may be drawn again by itself, and let the address follow it.

    What the part does not ask any more leaves the address.

    Args:
        name: of the part.
    """
    address: dict[str, str] = kept(_LINKED)
    if is_part():
        for said in kept(_OF_PART(name), ()):
            address.pop(said, None)
    before = set(address)
    yield
    keep(_OF_PART(name), set(address) - before)
    write_address_of_part()


def is_part() -> bool:
    """Whether a part of the page is drawn again by itself."""
    context = get_script_run_ctx()
    return context is not None and bool(context.fragment_ids_this_run)


def _walks_history() -> bool:
    """Whether the browser's back or forward button has led here."""
    context = get_script_run_ctx()
    return context is not None and context.is_history_navigation


def looking() -> Looking:
    """What is looked at."""
    found: Looking = kept(_LOOKING) or Looking()
    return found


def tell(event: Event) -> None:
    """Let something happen that decides what is looked at."""
    before = looking()
    look(after(before, event))
    if before.run not in (None, looking().run):
        show_iteration(None)
        _forget_address()


def look(now: Looking) -> None:
    """Keep what is looked at, as drawing its widgets has left it."""
    keep(_LOOKING, now)


def open_run(run_id: str | None) -> None:
    """Look at a run, from its best snapshot; `NEW_RUN` sets up a new one."""
    tell(Opened(run_id))


def show_iteration(iteration: int | None) -> None:
    """Let the address name the snapshot that is shown where none was chosen; None names none."""
    keep(_SHOWN, iteration)


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
    if st.session_state.get(widget) != value:
        st.session_state[widget] = value


def value_of(widget: str) -> Any:
    """The value of a widget by its key; None before it was drawn."""
    return st.session_state.get(widget)
