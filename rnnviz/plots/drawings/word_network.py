"""A network over a short word in columns: one-hot input, hidden state, logits, probabilities."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rnnviz.notation import short
from rnnviz.plots.drawings.drawing import Drawing, Picture, tint
from rnnviz.plots.theme import LIGHT, Theme, blend, part_colour
from rnnviz.records import Array, Ids

_LEFT, _CELL = 104.0, (50.0, 21.0)
_PITCH, _BAR = (166.0, 150.0), (58.0, 42.0)  # for a short word, and for a longer one
_SHORT = 5
_GAP = 46.0  # between the layers, for the arrows


@dataclass(frozen=True, slots=True, eq=False)
class Columns:
    """What stands in the columns, one for each timestep.

    Attributes:
        vocabulary: the characters, in the order of their rows.
        inputs: ids read (time).
        targets: ids that should come next (time).
        h: hidden states (time, unit).
        logits: (time, vocab).
        probability: softmax of the logits (time, vocab).
        memory: False where h_t does not see h_{t-1}.
        limit: the value of h with full colour.
        first: the timestep of the first column, from 0.
        units: which hidden states are drawn, a line each; nothing where all are.
        below: what stands between x_t and h_t: weights, or layers.
    """

    vocabulary: Sequence[str]
    inputs: Ids
    targets: Ids
    h: Array
    logits: Array
    probability: Array
    memory: bool = True
    limit: float = 1.0
    first: int = 0
    units: Sequence[str] = ()
    below: str = "W_{xh}"

    @property
    def pitch(self) -> float:
        """From one column to the next."""
        return _PITCH[len(self.inputs) > _SHORT]

    @property
    def bar(self) -> float:
        """How wide a probability of 1 is."""
        return _BAR[len(self.inputs) > _SHORT]


def word_network(columns: Columns, *, theme: Theme = LIGHT) -> Picture:
    """The figure: from below, the character read, its one-hot vector, h_t, logits and softmax.

    The target's row is framed; the likeliest row is bold, with a tick where it is the target and
    a cross where it is not.

    Example:
        >>> import numpy as np
        >>> ones, ids = np.ones((1, 2)), np.array([0])
        >>> columns = Columns("<l", ids, ids + 1, ones, ones, ones / 2)
        >>> "&lt;" in word_network(columns).svg
        True
    """
    rows, units = len(columns.vocabulary), columns.h.shape[1]
    height = _CELL[1]
    tops = _Tops(40.0, rows, units)
    drawing = Drawing(_LEFT + len(columns.inputs) * columns.pitch, tops.bottom + 40, theme)
    _side(drawing, tops, columns)
    for t in range(len(columns.inputs)):
        x = _LEFT + t * columns.pitch
        _outputs(drawing, x, tops.output, columns, t)
        _hidden(drawing, x, tops.hidden, columns, t)
        for row, name in enumerate(columns.vocabulary):
            value, y = int(row == columns.inputs[t]), tops.input + row * height
            drawing.text(x + 9, y + height / 2, name, size=12, colour=theme.muted)
            fill = tint(theme, part_colour(theme, "x"), 0.4 if value else 0.04)
            drawing.box(x + 20, y, _CELL[0], height, fill=fill, stroke=theme.grid)
            drawing.text(x + 20 + _CELL[0] / 2, y + height / 2, str(value), bold=bool(value))
        middle = x + 20 + _CELL[0] / 2
        drawing.arrow([(middle, tops.input - 4), (middle, tops.hidden + units * height + 5)])
        drawing.arrow([(middle, tops.hidden - 5), (middle, tops.output + rows * height + 5)])
        read = columns.vocabulary[columns.inputs[t]]
        drawing.text(middle, tops.bottom + 18, read, size=20, bold=True)
    right = int((columns.logits.argmax(1) == columns.targets).sum())
    return drawing.picture(
        f"The network over the word in {len(columns.inputs)} columns; at {right} of them the "
        "likeliest character is the target."
    )


@dataclass(frozen=True, slots=True)
class _Tops:
    """Where the layers begin."""

    output: float
    rows: int
    units: int

    @property
    def hidden(self) -> float:
        return self.output + self.rows * _CELL[1] + _GAP

    @property
    def input(self) -> float:
        return self.hidden + self.units * _CELL[1] + _GAP

    @property
    def bottom(self) -> float:
        return self.input + self.rows * _CELL[1] + 4


def _side(drawing: Drawing, tops: _Tops, columns: Columns) -> None:
    """Names of the layers at the left, of the weights between them."""
    theme, height = drawing.theme, _CELL[1]
    layers = (
        (tops.output, tops.rows, "logits, softmax", "y_t,  p_t"),
        (tops.hidden, tops.units, "hidden state", "h_t"),
        (tops.input, tops.rows, "one-hot input", "x_t"),
    )
    for top, count, words, symbol in layers:
        middle = top + count * height / 2
        drawing.text(2, middle - 9, words, size=12, anchor="start", colour=theme.muted)
        drawing.symbol(2, middle + 10, symbol, size=15, anchor="start")
    middle = tops.hidden + tops.units * height / 2
    for line, words in enumerate(columns.units):
        drawing.text(2, middle + 30 + 15 * line, words, anchor="start", size=12, colour=theme.muted)
    x = _LEFT + 28 + _CELL[0] / 2
    drawing.symbol(x, tops.hidden - _GAP / 2, "W_{hy}", anchor="start", size=14)
    drawing.symbol(x, tops.input - _GAP / 2, columns.below, anchor="start", size=14)
    drawing.text(2, tops.output - 22, "target", size=12, anchor="start", colour=theme.muted)
    drawing.text(2, tops.bottom + 18, "input", size=12, anchor="start", colour=theme.muted)


def _hidden(drawing: Drawing, x: float, top: float, columns: Columns, t: int) -> None:
    theme, (width, height) = drawing.theme, _CELL
    for row, value in enumerate(columns.h[t]):
        place = x + 20, top + row * height, width, height
        fill = blend(theme, float(value) / columns.limit)
        drawing.cell(*place, float(value), fill=fill, stroke=theme.grid, size=12)
    y = top + columns.h.shape[1] * height / 2
    if t == 0 and columns.memory:
        before = f"h_{{{columns.first}}}" if columns.first else "h_0 = 0"
        drawing.arrow([(x - 18, y), (x + 16, y)], colour=part_colour(theme, "h"))
        drawing.symbol(x - 3, y + 14, before, size=14, colour=part_colour(theme, "h"))
    if t + 1 == len(columns.inputs):
        return
    begin, end = x + 20 + width + 4, x + columns.pitch + 17
    if columns.memory:
        drawing.arrow([(begin, y), (end, y)], colour=part_colour(theme, "h"))
    else:
        drawing.line([(begin, y), (end, y)], colour=theme.grid, dashed=True)
    symbol = "W_{hh}" if columns.memory else "W_{hh} = 0"
    colour = part_colour(theme, "h") if columns.memory else theme.muted
    drawing.symbol((begin + end) / 2, y - 13, symbol, size=14, colour=colour)


def _outputs(drawing: Drawing, x: float, top: float, columns: Columns, t: int) -> None:
    theme, (width, height) = drawing.theme, _CELL
    target, best = int(columns.targets[t]), int(columns.logits[t].argmax())
    green = part_colour(theme, "y")
    wanted = columns.vocabulary[target]
    drawing.text(x + 20 + width / 2, top - 22, wanted, size=18, bold=True, colour=green)
    for row, name in enumerate(columns.vocabulary):
        y, logit = top + row * height, float(columns.logits[t, row])
        chosen, share = row == best, float(columns.probability[t, row])
        drawing.text(x + 9, y + height / 2, name, size=12, colour=theme.muted)
        fill = tint(theme, green, 0.16) if row == target else theme.surface
        drawing.cell(x + 20, y, width, height, logit, fill=fill, stroke=theme.grid, bold=chosen)
        colour = green if row == target else theme.muted
        wide, middle = max(0.5, columns.bar * share), y + height / 2
        drawing.box(x + 24 + width, y + 4, wide, height - 8, fill=colour, radius=1)
        end = x + 27 + width + wide
        written = "<.01" if share < 0.005 else f"{share:.2f}".removeprefix("0")
        drawing.text(end, middle, written, size=10.5, anchor="start", bold=chosen)
        if chosen:
            sign, hue = ("✓", green) if best == target else ("✗", theme.positive)
            drawing.text(end + 21, middle, sign, anchor="start", colour=hue, bold=True)
    top += target * height
    drawing.box(x + 19, top - 0.5, width + 2, height + 1, stroke=green, line=2)


@dataclass(frozen=True, slots=True, eq=False)
class Chain:
    """A text being written: what was given, then each character written.

    Attributes:
        characters: all of them, the given one first (time + 1).
        probability: of each written one (time).
    """

    characters: Sequence[str]
    probability: Array


def writing(chain: Chain, *, theme: Theme = LIGHT) -> Picture:
    """Each output becomes the next input.

    Example:
        >>> import numpy as np
        >>> picture = writing(Chain("he", np.array([0.25])))
        >>> "0.25" in picture.svg
        True
    """
    step, size = 76.0, 40.0
    count = len(chain.probability)
    drawing = Drawing(52 + count * step, 180, theme)
    colour = part_colour(theme, "h")
    drawing.text(2, 28, "output", size=12, anchor="start", colour=theme.muted)
    drawing.text(2, 164, "input", size=12, anchor="start", colour=theme.muted)
    for t, share in enumerate(chain.probability):
        x = 62 + t * step
        middle = x + size / 2
        fill = tint(theme, theme.accent, 0.1)
        drawing.box(x, 78, size, size, fill=fill, stroke=theme.muted, radius=8, line=1.2)
        drawing.symbol(middle, 98, f"h_{{{t + 1}}}", size=16)
        drawing.text(middle, 164, chain.characters[t], size=18, bold=True)
        drawing.arrow([(middle, 150), (middle, 121)], colour=part_colour(theme, "x"))
        drawing.arrow([(middle, 76), (middle, 46)], colour=part_colour(theme, "y"))
        drawing.text(middle, 28, chain.characters[t + 1], size=18, bold=True)
        drawing.text(middle, 9, short(float(share)), size=11, colour=theme.muted)
        if t + 1 < count:
            drawing.arrow([(x + size, 98), (x + step - 2, 98)], colour=colour)
            loop = [(middle + 12, 28), (middle + 34, 28), (middle + 34, 164)]
            drawing.arrow([*loop, (x + step + size / 2 - 12, 164)], dashed=True)
    written = "".join(chain.characters)
    return drawing.picture(f"Each output becomes the next input; written so far: {written}.")
