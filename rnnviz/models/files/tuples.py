"""How large the tuples are that the instructions of a pickle build, before any is followed.

Some sixty instructions make a tuple of two that are the same tuple of two, and so on: it takes
little room, but who asks for its hash, as a dict does of a key, goes through 2 to the power of 60,
and no other thread runs meanwhile.
"""

from __future__ import annotations

import pickletools
from typing import Any

MOST = 100_000
_MARK = -1
_TUPLES = {"TUPLE", "TUPLE1", "TUPLE2", "TUPLE3"}


def largest_tuple(instructions: bytes) -> int:
    """How many things are in the largest, each counted as often as it is reached; MOST at most.

    Args:
        instructions: a pickle.

    Raises:
        ValueError: they are none.
        LookupError: likewise.

    Example:
        >>> import pickle
        >>> one = ("a", "b")
        >>> largest_tuple(pickle.dumps({"few": (one, one, one)}))
        10
    """
    stack, memo, largest = list[int](), dict[Any, int](), 0
    for code, argument, _ in pickletools.genops(instructions):
        if "GET" in code.name:
            stack.append(memo[argument])
            continue
        if "PUT" in code.name or code.name == "MEMOIZE":
            memo[len(memo) if argument is None else argument] = stack[-1]
            continue
        size = min(MOST, 1 + sum(_taken(stack, code)))
        pushed = [_MARK if each is pickletools.markobject else size for each in code.stack_after]
        stack += pushed
        if code.name in _TUPLES:
            largest = max(largest, size)
    return largest


def _taken(stack: list[int], code: pickletools.OpcodeInfo) -> list[int]:
    """The sizes of what an instruction takes from the stack, to a mark where it asks for one."""
    needed = list(code.stack_before)
    taken = list[int]()
    if pickletools.markobject in needed or (code.name == "POP" and stack[-1:] == [_MARK]):
        while (size := stack.pop()) != _MARK:
            taken.append(size)
        needed = needed[: needed.index(pickletools.markobject)] if len(needed) > 1 else []
    return taken + [stack.pop() for _ in needed]
