"""Memory that is no longer needed goes back to the machine.

glibc keeps what programs let go of, in places of their own for threads. A server whose threads read
texts with networks, each now and then, would hold as much as all of them ever needed at once.
"""

from __future__ import annotations

import ctypes
from contextlib import suppress

# As <malloc.h> numbers them: what is at least so large is mapped alone, and unmapped at once; and
# in how many places threads find what is smaller.
_MAPPED_ALONE, _MOST_PLACES = -3, -8
_LARGE_BYTES, _PLACES = 1 << 20, 2


def keep_little() -> None:
    """From now on, give large arrays back at once; where there is no glibc, nothing changes."""
    with suppress(OSError, AttributeError):
        library = ctypes.CDLL(None)
        library.mallopt(_MAPPED_ALONE, _LARGE_BYTES)
        library.mallopt(_MOST_PLACES, _PLACES)


def give_back() -> None:
    """Give back all whole pages that nothing stands in; where there is no glibc, nothing is."""
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)
