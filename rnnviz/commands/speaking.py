"""How commands speak: plain characters, one sentence, an exit code."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from rnnviz.commands.streams import Stderr, give
from rnnviz.runs.seen import baseline_as_seen
from rnnviz.text.control import escaped
from rnnviz.text.windows import Split

if TYPE_CHECKING:
    from rnnviz.runs.run import Run

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
    for line in lines:
        cells = (cell.ljust(width) for cell, width in zip(line, widths, strict=True))
        say("  ".join(cells).rstrip())


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


def hangul_words(run: Run) -> str:
    """How a run reads Hangul, where that is not as it is written; begins with a comma."""
    return ", Hangul as jamo" if run.alphabet.hangul == "jamo" else ""


def baseline_words(run: Run) -> str:
    """The n-gram model to beat, and what it counted where that is not all; "" for none."""
    baseline, total = baseline_as_seen(run), run.description.text_characters
    if baseline is None:
        return ""
    all_counted = baseline.characters == total - Split.held_out_of(total)
    part = "" if all_counted else f"; it counts {baseline.characters:,} training characters"
    return f"{baseline}, the number to beat{part}"


def _write(text: str) -> None:
    stderr = Stderr()
    stderr.write(text)
    stderr.flush()
