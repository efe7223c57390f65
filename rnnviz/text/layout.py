"""What each character shows in a grid of equal cells: itself, or a mark that stands for it."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from rnnviz.text.hangul import letter

_NEWLINE, _TAB, _SPACE = "↵", "→", "␣"
_UNSEEN, _UNKNOWN = "▫", "\N{REPLACEMENT CHARACTER}"
_DOTTED_CIRCLE = "◌"
# Letters by category, but drawn as nothing.
_FILLERS = frozenset("\u115f\u1160\u3164\uffa0")
_CONTROL_NAMES = {
    "\0": "NULL",
    "\a": "BELL",
    "\b": "BACKSPACE",
    "\t": "CHARACTER TABULATION",
    "\n": "LINE FEED",
    "\v": "LINE TABULATION",
    "\f": "FORM FEED",
    "\r": "CARRIAGE RETURN",
    "\x1b": "ESCAPE",
    "\x7f": "DELETE",
    "\x85": "NEXT LINE",
}
_CATEGORY_NAMES = {
    "Cc": "CONTROL CHARACTER",
    "Cn": "UNASSIGNED CODE POINT",
    "Co": "PRIVATE USE CODE POINT",
    "Cs": "SURROGATE CODE POINT",
}


@dataclass(frozen=True, slots=True)
class Glyph:
    """What a grid of cells shows for one character.

    Attributes:
        shown: itself, or what stands for it; one visible shape in any case.
        columns: cells taken, 1 or 2; 0 for a tab, which fills up to the next multiple of 4.
        stands_in: whether `shown` is a mark, so that pictures draw it faintly.
        name: code point and Unicode name.
    """

    shown: str
    columns: int
    stands_in: bool
    name: str


def glyph(character: str) -> Glyph:
    r"""What a character shows.

    Nothing shown can break a line, join its neighbours, turn the direction of the text, or be
    invisible other than a space. East Asian wide characters and emoji take two cells and show as
    themselves. Conjoining jamo take one cell each and show as the letters they are written with:
    two or three are as wide as the syllable they form. Combining marks sit on a dotted circle;
    controls become control pictures.

    Args:
        character: one code point, surrogates too.

    Raises:
        ValueError: not exactly one character.

    Example:
        >>> glyph("a")
        Glyph(shown='a', columns=1, stands_in=False, name='U+0061 LATIN SMALL LETTER A')
        >>> glyph("가").columns, glyph("\n").shown, glyph("\t").columns
        (2, '↵', 0)
        >>> glyph("\u202e")
        Glyph(shown='▫', columns=1, stands_in=True, name='U+202E RIGHT-TO-LEFT OVERRIDE')
    """
    if len(character) != 1:
        raise ValueError(f"the character is {character!r}; give exactly one.")
    if (jamo := letter(character)) is not None:
        return Glyph(jamo, 1, False, _name(character))
    stand_in = _stand_in(character)
    shown = character if stand_in is None else stand_in
    return Glyph(shown, _columns(character, shown), stand_in is not None, _name(character))


def has_right_to_left(text: str) -> bool:
    """Whether a text has letters that are written from right to left, as in Hebrew or Arabic.

    Example:
        >>> has_right_to_left("שלום"), has_right_to_left("shalom")
        (True, False)
    """
    return any(unicodedata.bidirectional(character) in ("R", "AL") for character in set(text))


def _stand_in(character: str) -> str | None:
    """The mark for a character that cannot show as itself; None where it can."""
    category = unicodedata.category(character)
    if character == "\n" or character == "\t":
        return _NEWLINE if character == "\n" else _TAB
    if category == "Cc":
        return _control_picture(character)
    if category in ("Cs", "Co", "Cn"):
        return _UNKNOWN
    if category in ("Zl", "Zp", "Cf") or character in _FILLERS:
        return _UNSEEN
    if category == "Zs":
        return None if character == " " else _SPACE
    return _DOTTED_CIRCLE + character if category.startswith("M") else None


def _control_picture(character: str) -> str:
    if character == "\x7f":
        return "␡"
    return chr(0x2400 + ord(character)) if character < " " else _UNSEEN


def _columns(character: str, shown: str) -> int:
    if character == "\t":
        return 0
    wide = unicodedata.east_asian_width(character) in ("W", "F")
    return 2 if wide and shown == character else 1


def _name(character: str) -> str:
    fallback = _CATEGORY_NAMES.get(unicodedata.category(character), "")
    name = unicodedata.name(character, _CONTROL_NAMES.get(character, fallback))
    return f"U+{ord(character):04X} {name}".rstrip()
