"""How single characters are shown: as marks that can be seen, and never as markup."""

from __future__ import annotations

import unicodedata
from html import escape

from rnnviz.text.control import turns

_UNSEEN = {"\n": "↵", " ": "␣", "\u00a0": "␣"}
_REPLACEMENT = "\N{REPLACEMENT CHARACTER}"


def printable(character: str) -> str:
    r"""The character, or what stands for it where it would do something instead of being seen.

    Control characters become their control pictures (Unicode block 2400), an escape ␛; those that
    have none, halves of surrogate pairs, and characters that turn the direction of the text around
    become �. Newline and tab stay.

    Example:
        >>> printable("a"), printable("\x1b"), printable("\x7f"), printable("\x85")
        ('a', '␛', '␡', '�')
    """
    if character in "\n\t":
        return character
    if character < " ":
        return chr(0x2400 + ord(character))
    if character == "\x7f":
        return "␡"
    unseen = unicodedata.category(character) in {"Cc", "Cs"}
    return _REPLACEMENT if unseen or turns(character) else character


def mark(character: str) -> str:
    r"""One visible mark for a character: ↵ for newline, ␣ for space, ␉ for tab.

    Example:
        >>> "".join(map(mark, "a b\n"))
        'a␣b↵'
    """
    picture = "␉" if character == "\t" else printable(character)
    return _UNSEEN.get(character, picture)


def marked(text: str) -> str:
    r"""A short text in a sentence: newlines and tabs as marks, spaces as they are.

    Example:
        >>> marked("to be\n")
        'to be↵'
    """
    return "".join(each if each == " " else mark(each) for each in text)


def marks(text: str) -> list[str]:
    r"""The marks of a text's characters, escaped for where Plotly reads markup.

    Example:
        >>> marks("<a\n")
        ['&lt;', 'a', '↵']
    """
    return [escape(mark(character), quote=False) for character in text]
