"""Memory that is no longer needed goes back to the machine, and is looked for now and then.

glibc keeps what programs let go of, in places of their own for threads. A server whose threads read
texts with networks, each now and then, would hold as much as all of them ever needed at once.
"""

from __future__ import annotations

import ctypes
import gc
import time
from collections.abc import MutableMapping
from contextlib import suppress
from threading import Lock

from streamlit.runtime.scriptrunner import script_runner

# As <malloc.h> numbers them: what is at least so large is mapped alone, and unmapped at once; and
# in how many places threads find what is smaller.
_MAPPED_ALONE, _MOST_PLACES = -3, -8
_LARGE_BYTES, _PLACES = 1 << 20, 2

# What oneDNN, which computes torch's products, makes for shapes it has not seen lately.
_SHAPES, _MOST_SHAPES = "ONEDNN_PRIMITIVE_CACHE_CAPACITY", "64"

# Of the time that searches for garbage may take.
_SHARE = 0.05


def keep_little() -> None:
    """From now on, give large arrays back at once; where there is no glibc, nothing changes."""
    with suppress(OSError, AttributeError):
        library = ctypes.CDLL(None)
        library.mallopt(_MAPPED_ALONE, _LARGE_BYTES)
        library.mallopt(_MOST_PLACES, _PLACES)


def keep_few_shapes(environment: MutableMapping[str, str]) -> None:
    """Let code for products be kept for 64 shapes, not for 1,024; to be set before torch is loaded.

    A text of another length has other shapes, half a megabyte of code to a megabyte. Of one that
    comes again it is made again, in less time than can be measured on a page.

    Example:
        >>> keep_few_shapes(environment := {})
        >>> environment
        {'ONEDNN_PRIMITIVE_CACHE_CAPACITY': '64'}
    """
    environment.setdefault(_SHAPES, _MOST_SHAPES)


def give_back() -> None:
    """Give back all whole pages that nothing stands in; where there is no glibc, nothing is."""
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)


def search_less() -> None:
    """Let Streamlit search for garbage in a twentieth of the time, not after every redraw.

    Beside twenty visitors its searches took a third of what the server computed.
    """
    script_runner.gc = Sparing()  # type: ignore[attr-defined,assignment]


class Sparing:
    """Stands for Python's `gc` where it is asked for too much: it rests after each search."""

    def __init__(self) -> None:
        self._one, self._rests_until = Lock(), 0.0

    def collect(self, generation: int = 2) -> int:
        """Search, unless the last search has not been made up for; how much was found."""
        if time.monotonic() < self._rests_until or not self._one.acquire(blocking=False):
            return 0
        try:
            begun = time.monotonic()
            found = gc.collect(generation)
            ended = time.monotonic()
            self._rests_until = ended + (ended - begun) / _SHARE
            return found
        finally:
            self._one.release()
