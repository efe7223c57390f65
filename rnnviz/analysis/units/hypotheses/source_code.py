"""Inside comments, strings, formulas and commands of programs and LaTeX documents.

Each holds from the character on that completes its opening (the second slash of //) up to the one
before that completes its closing: once that is read, one is outside.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal

import numpy as np

from rnnviz.analysis.units.hypotheses.characters import Characters, Marks, spans
from rnnviz.records import Array

Syntax = Literal["c", "python", "latex"]

_LOOKED_AT = 20_000
_ENOUGH = 0.1
_LINES = {
    "latex": re.compile(r"^.*\\(?:begin|end|section|item|cite|ref|label|emph|[a-z]+)\{.*$", re.M),
    "python": re.compile(r"^\s*(?:def|class|import|from|return|if|for|while|with|elif)\b.*$", re.M),
    "c": re.compile(r"^.*[;{}]\s*(?:(?://|/\*).*)?$", re.M),
}
_CODE = {
    "c": re.compile(
        r"""(?P<line>//[^\n]*)|(?P<block>/\*(?:[^*]|\*(?!/))*(?:\*/)?)"""
        r"""|(?P<string>"(?:\\.|[^"\\\n])*"?)|'(?:\\[^\n]|[^'\\\n])'""",
        re.S,
    ),
    "python": re.compile(
        r"""(?P<comment>\#[^\n]*)|(?P<long>\"{3}(?:\\.|[^"\\]|"(?!""))*(?:\"{3})?)"""
        r"""|(?P<string>"(?:\\.|[^"\\\n])*"?|'(?:\\.|[^'\\\n])*'?)""",
        re.S,
    ),
    "latex": re.compile(r"(?P<comment>(?<!\\)%[^\n]*)"),
}
# How many characters complete an opening, and how many of the end are outside already.
_EDGES = {"line": (1, 0), "block": (1, 1), "comment": (0, 0), "long": (2, 1), "string": (0, 1)}
_FORMULA = re.compile(
    r"(?<![\\$])(?:\$\$(?:[^$\\\n]|\\.|\n(?!\s*\n))+\$\$"
    r"|\$(?![\s$])(?:[^$\\\n]|\\.|\n(?!\s*\n))*(?<!\s)\$(?!\d))"
    r"|\\\[(?:[^\\]|\\[^\]])*\\\]|\\\((?:[^\\]|\\[^)])*\\\)",
    re.S,
)
_COMMAND = re.compile(r"\\[A-Za-z@]+\*?")


def comment(text: Characters) -> Array:
    """Inside a comment: // or /* */ in a C-like program, # in Python, % in LaTeX."""
    return spans(_found(text, ("line", "block", "comment")), len(text))


def string(text: Characters) -> Array:
    """Inside a string of a program."""
    return spans(_found(text, ("string", "long")), len(text))


def formula(text: Characters) -> Array:
    r"""Inside a formula: $...$, $$...$$, \(...\) or \[...\]."""
    if "$" not in text.text and syntax_of(text.text) != "latex":
        return np.zeros(len(text))
    found = (match.span() for match in _FORMULA.finditer(text.text))
    return spans(((start, end - 1) for start, end in found), len(text))


def command(text: Characters) -> Array:
    r"""Inside the name of a LaTeX command, its \ included."""
    if syntax_of(text.text) != "latex":
        return np.zeros(len(text))
    return spans((match.span() for match in _COMMAND.finditer(text.text)), len(text))


def read_as_code(text: Characters) -> Marks:
    """What is no part of a comment or string: where a bracket is a bracket."""
    return ~((comment(text) > 0) | (string(text) > 0))


def syntax_of(text: str) -> Syntax | None:
    r"""What a text is written in, by how a tenth of its lines look at least; None for prose.

    Example:
        >>> syntax_of("int a;\nint f() {\n  return a; // all\n}\n"), syntax_of("It is late.\n")
        ('c', None)
    """
    beginning = text[:_LOOKED_AT]
    lines = sum(1 for line in beginning.splitlines() if line.strip())
    kinds: tuple[Syntax, ...] = ("latex", "python", "c")
    found = {kind: len(_LINES[kind].findall(beginning)) for kind in kinds}
    likeliest = max(kinds, key=lambda kind: found[kind])
    return likeliest if found[likeliest] > max(2, _ENOUGH * lines) else None


def _found(text: Characters, groups: tuple[str, ...]) -> Iterator[tuple[int, int]]:
    """From where to where each of these is inside."""
    syntax = syntax_of(text.text)
    for match in _CODE[syntax].finditer(text.text) if syntax else ():
        if match.lastgroup in groups:
            opening, closing = _EDGES[match.lastgroup]
            yield match.start() + opening, match.end() - closing
