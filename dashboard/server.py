"""What the server does for all visitors: it leaves the cores to workers, and is ready for them."""

from __future__ import annotations

import gc
import sys
from threading import Thread

import streamlit as st

from rnnviz.workers import threads
from rnnviz.workers.ready import Ready

# Modules that hold more objects than a page.
_MANY_MODULES = 50


@st.cache_resource(show_spinner=False)
def warm() -> None:
    """Load torch in the background, so that the first look inside a network does not wait."""
    Thread(target=load_torch, daemon=True).start()


def settle() -> None:
    """Leave modules loaded since out of later searches for garbage, one after each redraw."""
    _settle(len(sys.modules) // _MANY_MODULES)


@st.cache_resource(show_spinner=False)
def ready() -> Ready:
    """The worker that is kept ready for whoever presses Start first."""
    return Ready()


@st.cache_resource(scope="session", show_spinner=False)
def expect_start() -> None:
    """Have a worker ready soon after a visitor came: the first Start shall wait no longer."""
    ready().keep()


@st.cache_resource
def leave_cores() -> None:
    """Compute with one thread in the server: the workers need the cores."""
    threads.leave_cores()
    sys.setswitchinterval(0.001)  # a product's thread would wait 5 ms for every other visitor's


def load_torch() -> None:
    """Load torch, for one thread: the workers need the cores."""
    import torch

    torch.set_num_threads(1)


@st.cache_resource(show_spinner=False)
def _settle(loaded: int) -> None:
    gc.collect()
    gc.freeze()
