"""A worker kept ready: it has loaded all that training takes, and waits to be told for which run.

Loading torch takes longer than all else between Start and the first sample. Who expects to start a
run keeps one ready; there is one at most, and it trains one run at most. It belongs to no run, and
is listed nowhere, until it is handed one together with the lock and the log of that run. It ends
when whoever keeps it ends, and after some minutes in which nobody asked for it.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from subprocess import DEVNULL
from threading import Lock

from rnnviz.runs.locks import STARTING
from rnnviz.workers.spawning import give_way, spawn

# What stands for a run that is yet to be handed over: `train --resume -`.
HANDED = "-"

_PATIENCE_SECONDS = 600.0
_STAY = b"\0"
_MOST_BYTES = 65_536  # of a path


class Ready:
    """At most one worker that waits, for all who may start a run here."""

    def __init__(self) -> None:
        self._lock = Lock()
        # Our end of its stdin, which nobody else has: it closes when we are gone.
        self._channel: socket.socket | None = None

    def keep(self) -> None:
        """Have one wait, for some minutes from now on."""
        with self._lock:
            if self._channel is not None and not _sent(self._channel, _STAY):
                self._channel.close()
                self._channel = None
            if self._channel is None:
                self._channel = _start()

    def train(self, run: Path, lock: int, log: int) -> bool:
        """Let it train a run; False where none waits.

        Of two who ask at once, one has it. One that is still loading takes the run after that.

        Args:
            run: the folder.
            lock: the number of the lock that is handed on with it.
            log: the number of the file that takes what it says.
        """
        with self._lock:
            channel, self._channel = self._channel, None
        if channel is None:
            return False
        with channel:
            return _sent(channel, os.fsencode(run.absolute()), [lock, log])


def handed_run() -> Path | None:
    """The run that this process, which is kept ready, shall train; None if none comes.

    Its streams are those of a worker from then on.

    Raises:
        ValueError: nobody keeps it ready.
    """
    try:
        channel = socket.socket(fileno=os.dup(0))
    except OSError as error:
        raise ValueError("--resume goes on with a run; give its id.") from error
    with channel:
        load(partial(_is_handed_one, channel))
        said, numbers = _heard(channel)
        if not numbers:
            return None
        _become_worker(*numbers)
        return Path(os.fsdecode(said.lstrip(_STAY)))


def load(has_run: Callable[[], bool]) -> None:
    """Load what training takes, and train each cell a moment: much is made when first used.

    No further cell once there is a run, which takes one of them, and makes that by itself.
    """
    from rnnviz.cells import CELLS
    from rnnviz.config import ModelConfig, TrainingConfig
    from rnnviz.text.vocabulary import Vocabulary
    from rnnviz.training.trainer import Trainer

    vocabulary = Vocabulary.of("ab")
    ids, training = vocabulary.encode("ab" * 9), TrainingConfig(iterations=1)
    for cell in CELLS:
        if has_run():
            return
        model = ModelConfig(cell, hidden_size=16)  # as many units as fill a vector
        for _ in Trainer(vocabulary, ids, model, training).run():
            pass


def _start() -> socket.socket:
    ours, theirs = socket.socketpair()
    ours.setblocking(False)
    with theirs:
        spawn(
            "train",
            "--resume",
            HANDED,
            gives_way=False,  # while it loads; it does once it trains
            stdin=theirs,
            stdout=DEVNULL,
            stderr=DEVNULL,
        )
    return ours


def _sent(channel: socket.socket, message: bytes, numbers: Sequence[int] = ()) -> bool:
    """Whether the other end is there to hear it."""
    with suppress(OSError):
        socket.send_fds(channel, [message], numbers)
        return True
    return False


def _is_handed_one(channel: socket.socket) -> bool:
    """Whether a run has been named that was not yet heard of."""
    with suppress(OSError):  # nothing was said
        said = channel.recv(_MOST_BYTES, socket.MSG_PEEK | socket.MSG_DONTWAIT)
        return bool(said.strip(_STAY))
    return False


def _heard(channel: socket.socket) -> tuple[bytes, list[int]]:
    """What was said with the numbers of files; nothing once the other end has gone, or is late.

    Who is late finds the channel closed: there is no moment at which a run is handed over in vain.
    """
    channel.settimeout(_PATIENCE_SECONDS)
    while True:
        try:
            said, numbers, *_ = socket.recv_fds(channel, _MOST_BYTES, 2)
        except TimeoutError:
            channel.shutdown(socket.SHUT_RD)
            continue
        if numbers or not said:
            return said, numbers


def _become_worker(lock: int, log: int) -> None:
    """Have the streams of one, and name the lock that was handed on."""
    null = os.open(os.devnull, os.O_RDONLY)
    for number, stream in ((null, 0), (log, 1), (log, 2)):
        os.dup2(number, stream)
    os.close(null)
    os.close(log)
    os.environ[STARTING] = str(lock)
    give_way(os.getpid())
