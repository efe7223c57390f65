"""Workers that kill themselves: `python killed_worker.py RUN CALL COUNT [RUN CALL COUNT ...]`.

Each run is trained by a child process, which SIGKILL ends at the COUNT-th time it comes to CALL:
"fsync" and "replace" just before these calls of `os`, "replaced" just after one, "add" with rows
in a transaction that is still open, "report" after an iteration or a snapshot was recorded.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from typing import Any

import torch

from rnnviz.runs.history import History
from rnnviz.runs.run import Run
from rnnviz.workers.worker import work


def dying(call: Callable[..., Any], count: int, *, after: bool = False) -> Callable[..., Any]:
    """The same call, but the process dies before (or after) it is made so many times."""
    left = count

    def counted(*arguments: Any) -> Any:
        nonlocal left
        left -= 1
        if left == 0 and not after:
            os.kill(os.getpid(), signal.SIGKILL)
        result = call(*arguments)
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return result

    return counted


def train(path: str, call: str, count: int) -> None:
    """Train the run until death."""
    report: Callable[..., None] = lambda progress: None  # noqa: E731
    if call == "fsync":
        os.fsync = dying(os.fsync, count)
    elif call.startswith("replace"):
        os.replace = dying(os.replace, count, after=call == "replaced")
    elif call == "add":
        History.add = dying(History.add, count, after=True)  # type: ignore[method-assign]
    else:
        report = dying(report, count)
    work(Run.open(path), report=report)


def main(arguments: list[str]) -> int:
    """Train one run after another; 0 if every child was killed."""
    torch.set_num_threads(1)
    torch.optim.AdamW([torch.zeros(1)])  # loads, once for all children, what takes a second
    killed = []
    for path, call, count in zip(*(arguments[start::3] for start in range(3)), strict=True):
        child = os.fork()
        if child == 0:
            train(path, call, int(count))
            os._exit(0)
        killed.append(os.WIFSIGNALED(os.waitpid(child, 0)[1]))
    return 0 if all(killed) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
