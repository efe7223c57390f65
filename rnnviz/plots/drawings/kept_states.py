"""A word and a gate: how much of each state is left in the last one, as a band that narrows."""

from __future__ import annotations

from rnnviz.notation import short, significant
from rnnviz.plots.drawings.drawing import Drawing, Picture, tint
from rnnviz.plots.theme import LIGHT, Theme
from rnnviz.records import Floats
from rnnviz.text.marks import mark

_COLUMN, _SIDE, _BAND, _TOP = 58, 128, 44, 34
_HEIGHT = 172


def kept_states(word: str, kept: Floats, left: Floats, *, theme: Theme = LIGHT) -> Picture:
    """A drawing: under each character the share 1 - z that its gate keeps, above what that leaves.

    The band is as high as the share of the state before each character that is left in the last.

    Args:
        word: the characters (time).
        kept: 1 - z of one unit (time).
        left: the product of it from each character to the last (time).
        theme: the colours.

    Example:
        >>> picture = kept_states("ab", [0.5, 0.8], [0.4, 0.8])
        >>> picture.says
        'Of the state before “ab”, 0.40 is left in the last: 0.50 × 0.80.'
    """
    drawing = Drawing(_SIDE + _COLUMN * len(word) + 64, _HEIGHT, theme)
    middle = _TOP + _BAND / 2
    for y, words in ((middle, "left in the last h"), (112, "kept: 1 − z"), (148, "character")):
        drawing.text(8, y, words, anchor="start", size=12.5, colour=theme.muted)
    for place, (character, share, rest) in enumerate(zip(word, kept, left, strict=True)):
        x = _SIDE + place * _COLUMN
        height = max(1.2, _BAND * float(rest))
        drawing.box(x, middle - height / 2, _COLUMN, height, fill=theme.series[0], radius=0)
        drawing.text(x + _COLUMN / 2, _TOP - 14, significant(float(rest)), size=11.5)
        fill = tint(theme, theme.accent, 0.05 + 0.5 * float(share))
        drawing.cell(x + 6, 100, _COLUMN - 12, 24, float(share), fill=fill, stroke=theme.grid)
        drawing.text(x + _COLUMN / 2, 148, mark(character), mono=True, size=15)
    end = _SIDE + _COLUMN * len(word)
    drawing.box(end, middle - _BAND / 2, 6, _BAND, fill=theme.text, radius=0)
    drawing.symbol(end + 28, middle, "h_T")
    factors = " × ".join(short(float(share)) for share in kept)
    says = f"Of the state before “{word}”, {short(float(left[0]))} is left in the last: {factors}."
    return drawing.picture(says)
