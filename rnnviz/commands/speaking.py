"""How commands speak: plain characters, one sentence, an exit code."""

from __future__ import annotations

import sys
import unicodedata
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from rnnviz.text.windows import Split

if TYPE_CHECKING:
    from rnnviz.runs.run import Run

DONE, FAILED, WRONG = 0, 1, 2


def say(text: str) -> None:
    """Write to stdout, control characters made visible."""
    sys.stdout.write(plain(text) + "\n")


def say_table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Write columns under their heads, each as wide as its longest cell."""
    table = [heads, *rows]
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    for row in table:
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        say("  ".join(cells).rstrip())


def complain(sentence: object, code: int) -> int:
    """Write a sentence to stderr; gives the exit code back."""
    sys.stderr.write(plain(f"rnnviz: {sentence}") + "\n")
    return code


def hangul_words(run: Run) -> str:
    """How a run reads Hangul, where that is not as it is written; begins with a comma."""
    return ", Hangul as jamo" if run.alphabet.hangul == "jamo" else ""


def baseline_words(run: Run) -> str:
    """The n-gram model to beat, and what it counted where that is not all; "" for none."""
    baseline, total = run.baseline, run.description.text_characters
    if baseline is None:
        return ""
    all_counted = baseline.characters == total - Split.held_out_of(total)
    part = "" if all_counted else f"; it counts {baseline.characters:,} training characters"
    return f"{baseline}, the number to beat{part}"


def plain(text: str) -> str:
    r"""The text with control characters, which could drive a terminal, written as escapes.

    Example:
        >>> plain("a\tb\x1b[31m")
        'a\tb\\x1b[31m'
    """
    return "".join(ascii(c)[1:-1] if _drives_terminals(c) else c for c in text)


def _drives_terminals(character: str) -> bool:
    return unicodedata.category(character) == "Cc" and character not in "\n\t"
