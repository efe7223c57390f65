"""How commands speak: plain characters, one sentence, an exit code."""

from __future__ import annotations

import sys
import unicodedata

DONE, FAILED, WRONG = 0, 1, 2


def say(text: str) -> None:
    """Write to stdout, control characters made visible."""
    sys.stdout.write(plain(text) + "\n")


def complain(sentence: object, code: int) -> int:
    """Write a sentence to stderr; gives the exit code back."""
    sys.stderr.write(plain(f"rnnviz: {sentence}") + "\n")
    return code


def plain(text: str) -> str:
    r"""The text with control characters, which could drive a terminal, written as escapes.

    Example:
        >>> plain("a\tb\x1b[31m")
        'a\tb\\x1b[31m'
    """
    return "".join(ascii(c)[1:-1] if _drives_terminals(c) else c for c in text)


def _drives_terminals(character: str) -> bool:
    return unicodedata.category(character) == "Cc" and character not in "\n\t"
