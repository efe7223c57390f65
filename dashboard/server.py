"""What the server does for all visitors: it leaves the cores to workers, and is ready for them."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Iterator
from itertools import count
from threading import Thread

import streamlit as st
from streamlit.watcher import LocalSourcesWatcher

from dashboard import memory
from rnnviz.workers import threads
from rnnviz.workers.loading import leave_out_compilers
from rnnviz.workers.ready import Ready

# Modules that hold more objects than a page; redraws that make more than one search is worth, and
# redraws whose garbage is no longer small beside the rest.
_MANY_MODULES, _SOME_REDRAWS, _MANY_REDRAWS = 50, 10, 200


@st.cache_resource(show_spinner=False)
def warm() -> None:
    """Load torch in the background, so that the first look inside a network does not wait.

    A server that ends meanwhile waits for it: cut short in torch, it would not end cleanly.
    """
    Thread(target=load_torch, daemon=False).start()


def settle() -> None:
    """Leave what is here to stay out of later searches for garbage, of which each redraw makes one.

    They go through all that was made since: modules, and what visitors look at. Now and then
    everything is searched, so that nothing that went is kept.
    """
    redraws = next(_redraws())
    _search_all(redraws // _MANY_REDRAWS)
    _settle(len(sys.modules) // _MANY_MODULES, redraws // _SOME_REDRAWS)


@st.cache_resource(show_spinner=False)
def ready() -> Ready:
    """The worker that is kept ready for whoever presses Start first."""
    return Ready()


@st.cache_resource(scope="session", show_spinner=False)
def expect_start() -> None:
    """Have a worker ready soon after a visitor came: the first Start shall wait no longer."""
    ready().keep()


@st.cache_resource
def leave_room() -> None:
    """Compute with one thread, and keep little memory: the workers need both."""
    memory.keep_little()
    memory.keep_few_shapes(os.environ)
    memory.search_less()
    watch_nothing()
    threads.leave_cores()
    sys.setswitchinterval(0.001)  # a product's thread would wait 5 ms for every other visitor's


def watch_nothing() -> None:
    """Let Streamlit look for no sources to watch, where it is told to watch none.

    It would go through all modules whenever one was loaded, 0.2 s for each visitor, while messages
    wait.
    """
    if st.get_option("server.fileWatcherType") == "none":
        LocalSourcesWatcher.update_watched_modules = _watch_none  # type: ignore[assignment,method-assign]


def load_torch() -> None:
    """Load torch, for one thread: the workers need the cores."""
    leave_out_compilers()
    import torch

    torch.set_num_threads(1)


def _watch_none(watcher: LocalSourcesWatcher) -> None:
    """In place of a search for sources."""


@st.cache_resource(show_spinner=False)
def _redraws() -> Iterator[int]:
    return count()


@st.cache_resource(max_entries=1, show_spinner=False)
def _search_all(redraws: int) -> None:
    if redraws:
        gc.unfreeze()
        gc.collect()


@st.cache_resource(max_entries=1, show_spinner=False)
def _settle(loaded: int, redraws: int) -> None:
    gc.freeze()  # the last redraw's garbage, too, until everything is searched
    memory.give_back()
