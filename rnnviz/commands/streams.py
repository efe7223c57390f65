"""Standard streams that never end a command, whatever becomes of them."""

from __future__ import annotations

import io
import os
import sys
from contextlib import suppress
from typing import TextIO


def prepare() -> None:
    """Make stdin, stdout and stderr usable.

    What their encoding lacks is written as escapes. A closed one becomes the null device, which
    takes its number: else the next file that is opened, a run's own perhaps, would, and whatever
    speaks to that number would write into it.
    """
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            number = os.open(os.devnull, os.O_RDWR)
            setattr(sys, name, os.fdopen(number, mode, encoding="utf-8"))
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def give(text: str) -> None:
    """Write to stdout, now; in vain where its reader has gone, as in `| head`.

    Raises:
        OSError: it cannot be written for another reason, such as a full disk.
    """
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except BrokenPipeError:
        pass
    except OSError as error:
        raise OSError(error.errno, f"stdout cannot be written: {error.strerror}") from error


class Stderr:
    """Stderr as one writes to it who has better things to do: what cannot be written is lost."""

    def write(self, text: str) -> int:
        """Write what can be written."""
        with suppress(OSError, ValueError):
            sys.stderr.write(text)
        return len(text)

    def flush(self) -> None:
        """Write it now."""
        with suppress(OSError, ValueError):
            sys.stderr.flush()

    def isatty(self) -> bool:
        """Whether a person looks on."""
        return sys.stderr.isatty()

    def fileno(self) -> int:
        """Its number, by which the terminal's width is found."""
        return sys.stderr.fileno()

    def columns(self) -> int:
        """Of the terminal; 0 where that is unknown."""
        try:
            return os.get_terminal_size(self.fileno()).columns
        except OSError:
            return 0

    @property
    def encoding(self) -> str:
        """Its encoding, by which marks are chosen that it has."""
        return sys.stderr.encoding


def let_go() -> None:
    """Drop what could not be written: at its end Python would fail over it once more."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (OSError, ValueError):
            _turn_away(stream)


def _turn_away(stream: TextIO) -> None:
    """Let the stream's number be the null device from now on."""
    with suppress(OSError, ValueError):
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, stream.fileno())
        os.close(null)
