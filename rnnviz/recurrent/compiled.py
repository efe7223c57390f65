"""Loops over timesteps that run without Python between their operations."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from functools import cache
from threading import Lock
from typing import Any

import torch

_compiling = Lock()


def run_compiled(loop: Callable[..., None], *arguments: Any) -> None:
    """Call the loop as TorchScript, made at its first use; as it is where that cannot be made.

    Both do the same operations in the same order, and agree to the last bit. Of the 15 microseconds
    a timestep of a small network took, Python took three, in which no other thread could run; what
    is compiled lets go of Python's lock from beginning to end, so that parts of a batch run side by
    side.

    Example:
        >>> from rnnviz.recurrent.product import accumulate
        >>> target = torch.ones(1, 2)
        >>> rows, weight = torch.tensor([[3.0, 4.0]]), torch.eye(2)
        >>> run_compiled(accumulate, target, rows, weight, False)
        >>> target
        tensor([[4., 5.]])
    """
    with _compiling:
        script = _compiled(loop)
    # Specialising a script to the shapes it meets takes 30 milliseconds, and makes it no quicker.
    with torch.jit.optimized_execution(False):  # type: ignore[attr-defined]
        script(*arguments)


@cache
def _compiled(loop: Callable[..., None]) -> Callable[..., None]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            script: Callable[..., None] = torch.jit.script(loop)
    except (AttributeError, OSError, RuntimeError, TypeError):
        return loop
    return script
