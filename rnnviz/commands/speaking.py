"""How commands speak: plain characters, one sentence, an exit code."""

from __future__ import annotations

import sys

from rnnviz.commands.streams import Stderr, give
from rnnviz.text.control import escaped

DONE, FAILED, WRONG = 0, 1, 2


def say(text: str) -> None:
    """Write to stdout, characters that act made visible.

    Raises:
        OSError: it cannot be written, and somebody would read it.
    """
    give(escaped(text, keep="\n\t") + "\n")


def table(rows: list[tuple[str, ...]]) -> None:
    """Write rows to stdout, one line each, their columns under each other."""
    lines = [[escaped(cell) for cell in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    padded = (map(str.ljust, line, widths) for line in lines)
    say("\n".join("  ".join(cells).rstrip() for cells in padded))


def ask(question: str) -> str:
    """Ask on stderr; what is answered on stdin."""
    _write(f"{question} ")
    return sys.stdin.readline().strip()


def tell(sentence: str) -> None:
    """Write a sentence to stderr, on one line whatever it quotes."""
    _write(escaped(sentence) + "\n")


def complain(sentence: object, code: int) -> int:
    """Tell what went wrong; gives the exit code back."""
    tell(f"rnnviz: {sentence}")
    return code


def _write(text: str) -> None:
    stderr = Stderr()
    stderr.write(text)
    stderr.flush()
