"""Processes for workers: they outlive this one, and give way to it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Thread, current_thread, get_native_id, main_thread
from typing import Any

from rnnviz.workers.threads import set_waiting

# Whoever looks at a page waits for the server, nobody for a single iteration: where the cores do
# not suffice for both, a worker has a quarter of one that they both want. Who types a command has
# the priority of any command.
_GIVES_WAY, _LOWEST = 5, 19


def spawn(
    *arguments: str, pass_fds: Sequence[int] = (), gives_way: bool = True, **options: Any
) -> subprocess.Popen[bytes]:
    """Start `python -m rnnviz` with arguments, in a session of its own.

    Args:
        arguments: of the command line.
        pass_fds: the files that it inherits, besides its streams.
        gives_way: whether it has a lower priority; otherwise it has that of this process.
        options: of `Popen`: its streams, and what its environment has besides this process's own.
    """
    command = [sys.executable, "-m", "rnnviz", *arguments]
    environment = _environment() | options.pop("env", {})
    process = subprocess.Popen(
        command, start_new_session=True, env=environment, pass_fds=pass_fds, **options
    )
    if gives_way:
        give_way(process.pid)
    # Somebody has to wait for a child that ended, or it stays in the process table.
    Thread(target=process.wait, daemon=True).start()
    return process


@contextmanager
def uninterrupted() -> Iterator[None]:
    """Let Ctrl-C wait until this is done: no process is started and then not known of."""
    usual = signal.getsignal(signal.SIGINT) is signal.default_int_handler
    if not usual or current_thread() is not main_thread():
        yield
        return
    pressed: list[int] = []
    signal.signal(signal.SIGINT, lambda number, _: pressed.append(number))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    if pressed:
        raise KeyboardInterrupt


def give_way(process: int) -> None:
    """Lower the priority of a process: of its threads, and of what these start later.

    Where Linux shares the cores among sessions first, as on most desktops, a session of its own
    has a priority of its own.
    """
    with suppress(OSError):
        lower = min(_LOWEST, os.getpriority(os.PRIO_PROCESS, 0) + _GIVES_WAY)
        for thread in _threads(process):
            os.setpriority(os.PRIO_PROCESS, thread, lower)
        Path(f"/proc/{process}/autogroup").write_text(str(lower))


def thread_gives_way() -> None:
    """Lower the priority of this thread, where threads have one of their own."""
    if sys.platform == "linux":
        thread = get_native_id()
        lower = min(_LOWEST, os.getpriority(os.PRIO_PROCESS, thread) + _GIVES_WAY)
        os.setpriority(os.PRIO_PROCESS, thread, lower)


def _threads(process: int) -> list[int]:
    """Those of a process, each of which has a priority; where nothing tells, the first."""
    with suppress(OSError):
        return [int(thread.name) for thread in Path(f"/proc/{process}/task").iterdir()]
    return [process]


def _environment() -> dict[str, str]:
    """This process's own, and where rnnviz is: it need be neither installed nor near."""
    environment = dict(os.environ)
    set_waiting(environment)
    home = str(Path(__file__).parents[2])
    known = environment.get("PYTHONPATH")
    environment["PYTHONPATH"] = os.pathsep.join([home, known] if known else [home])
    return environment
