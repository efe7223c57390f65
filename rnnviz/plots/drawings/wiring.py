"""The wiring of the gated cells: what flows where, with the numbers of one unit."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise

from rnnviz.notation import short
from rnnviz.plots.drawings.drawing import Drawing, Picture, tint
from rnnviz.plots.theme import LIGHT, Theme, blend, part_colour

_TOP, _MEETING, _LET_OUT, _GATE, _BUS = 58.0, 118.0, 136.0, 188.0, 240.0
_WIDTH, _HEIGHT = 760.0, 304.0
_LEFT, _RIGHT = 104.0, 656.0


def lstm_wiring(values: Mapping[str, float], *, theme: Theme = LIGHT) -> Picture:
    """The LSTM: the cell state runs along the top, gates let in, keep and let out.

    Args:
        values: of one unit: i, f, g, o, c_before, c, h_before, h.
        theme: the colours.

    Example:
        >>> values = dict.fromkeys("ifgoch", 0.5) | {"c_before": 1.0, "h_before": 0.0}
        >>> "1.00" in lstm_wiring(values).svg
        True
    """
    drawing, limit = _begin(theme), _limit(values)
    f, i, g, o, out = 190.0, 300.0, 410.0, 520.0, 606.0
    _along(drawing, [(40, _TOP), (f, _TOP), (g, _TOP), (720, _TOP)], part_colour(theme, "c"))
    _name(drawing, 40, _TOP, "c_{t−1}", values["c_before"], limit)
    _name(drawing, 720, _TOP, "c_t", values["c"], limit)
    _bus(drawing, o, values["h_before"], limit)
    for x, gate, function in ((f, "f", "σ"), (i, "i", "σ"), (g, "g", "tanh"), (o, "o", "σ")):
        _gate(drawing, x, gate, function, values[gate])
    drawing.arrow([(f, _GATE - 24), (f, _TOP + 13)])
    drawing.arrow([(i, _GATE - 24), (i, _MEETING), (g - 13, _MEETING)])
    drawing.arrow([(g, _GATE - 24), (g, _MEETING + 13)])
    drawing.arrow([(g, _MEETING - 13), (g, _TOP + 13)])
    drawing.arrow([(out, _TOP), (out, _LET_OUT - 13)])
    drawing.arrow([(o, _GATE - 24), (o, _LET_OUT), (out - 13, _LET_OUT)])
    drawing.arrow([(out, _LET_OUT + 13), (out, _BUS), (694, _BUS)], colour=part_colour(theme, "h"))
    _sign(drawing, f, _TOP, "×", values["f"] * values["c_before"])
    _sign(drawing, g, _MEETING, "×", values["i"] * values["g"])
    _sign(drawing, g, _TOP, "+", None)
    _sign(drawing, out, _LET_OUT, "×", None)
    _pill(drawing, out, _MEETING - 24, "tanh")
    _name(drawing, 720, _BUS, "h_t", values["h"], limit)
    return drawing.picture(_says("LSTM", "ifgo", values))


def gru_wiring(values: Mapping[str, float], *, theme: Theme = LIGHT) -> Picture:
    """The GRU: the hidden state runs along the top; z chooses between it and the candidate n.

    Args:
        values: of one unit: r, z, n, h_before, h.
        theme: the colours.

    Example:
        >>> values = {"r": 1.0, "z": 0.25, "n": 0.5, "h_before": 1.0, "h": 0.625}
        >>> "0.75" in gru_wiring(values).svg  # 1 - z
        True
    """
    drawing, limit = _begin(theme), _limit(values)
    z, r, n = 200.0, 336.0, 540.0
    _along(drawing, [(40, _TOP), (z, _TOP), (n, _TOP), (720, _TOP)], part_colour(theme, "h"))
    _name(drawing, 40, _TOP, "h_{t−1}", values["h_before"], limit)
    _name(drawing, 720, _TOP, "h_t", values["h"], limit)
    _bus(drawing, n, values["h_before"], limit)
    for x, gate, function in ((z, "z", "σ"), (r, "r", "σ"), (n, "n", "tanh")):
        _gate(drawing, x, gate, function, values[gate])
    drawing.arrow([(z, _GATE - 24), (z, _TOP + 13)])
    drawing.arrow([(z, _MEETING), (r - 32, _MEETING)])
    drawing.arrow([(r + 30, _MEETING), (n - 13, _MEETING)])
    drawing.arrow([(r + 36, _GATE), (n - 38, _GATE)])
    drawing.symbol((r + n) / 2, _GATE - 12, "× (W_{hn} h_{t−1} + b_{hn})", size=12.5)
    drawing.arrow([(n, _GATE - 24), (n, _MEETING + 13)])
    drawing.arrow([(n, _MEETING - 13), (n, _TOP + 13)])
    _sign(drawing, z, _TOP, "×", values["z"] * values["h_before"])
    _sign(drawing, n, _MEETING, "×", (1 - values["z"]) * values["n"])
    _sign(drawing, n, _TOP, "+", None)
    _pill(drawing, r, _MEETING, "1−")
    drawing.text(r + 34, _MEETING - 11, short(1 - values["z"]), size=11.5, anchor="start")
    return drawing.picture(_says("GRU", "rzn", values))


def _begin(theme: Theme) -> Drawing:
    drawing = Drawing(_WIDTH, _HEIGHT, theme)
    fill, stroke = tint(theme, theme.accent, 0.05), tint(theme, theme.accent, 0.4)
    width = _RIGHT - _LEFT
    drawing.box(_LEFT, 16, width, _BUS + 8, fill=fill, stroke=stroke, radius=14, line=1.4)
    return drawing


def _along(drawing: Drawing, points: list[tuple[float, float]], colour: str) -> None:
    """The state's line from sign to sign, from its name on the left to that on the right."""
    begin = points[0][0] + 26
    for (x, y), (end, _) in pairwise(points):
        left = begin if x == points[0][0] else x + 13
        right = end - 26 if end == points[-1][0] else end - 13
        drawing.arrow([(left, y), (right, y)], colour=colour)


def _bus(drawing: Drawing, last: float, h_before: float, limit: float) -> None:
    """x_t and h_{t-1} side by side, read by every gate."""
    theme = drawing.theme
    _name(drawing, 40, _BUS, "h_{t−1}", h_before, limit)
    drawing.line([(66, _BUS), (last, _BUS)])
    colour = part_colour(theme, "x")
    drawing.line([(_LEFT + 36, _HEIGHT - 22), (_LEFT + 36, _BUS)], colour=colour)
    drawing.symbol(_LEFT + 36, _HEIGHT - 12, "x_t", colour=colour)


def _gate(drawing: Drawing, x: float, gate: str, function: str, value: float) -> None:
    theme = drawing.theme
    drawing.arrow([(x, _BUS), (x, _GATE + 26)])
    fill, stroke = blend(theme, value), theme.accent
    drawing.box(x - 36, _GATE - 24, 72, 48, fill=fill, stroke=stroke, radius=6, line=1.4)
    drawing.symbol(x - 22, _GATE - 9, f"{gate}_t", size=15)
    drawing.text(x + 14, _GATE - 10, function, size=12, colour=theme.text)
    drawing.text(x, _GATE + 11, short(value), bold=True)


def _sign(drawing: Drawing, x: float, y: float, sign: str, value: float | None) -> None:
    theme = drawing.theme
    drawing.box(
        x - 13, y - 13, 26, 26, fill=theme.background, stroke=theme.text, radius=13, line=1.3
    )
    drawing.text(x, y, sign, size=17)
    if value is not None:
        drawing.text(x + 17, y + 16, short(value), size=11.5, anchor="start", colour=theme.muted)


def _pill(drawing: Drawing, x: float, y: float, words: str) -> None:
    theme = drawing.theme
    drawing.box(
        x - 30, y - 12, 60, 24, fill=theme.background, stroke=theme.muted, radius=12, line=1.3
    )
    drawing.text(x, y, words, size=12.5)


def _limit(values: Mapping[str, float]) -> float:
    """Where the colours of all states end, so that like colours are like numbers."""
    states = ("c_before", "c", "h_before", "h")
    return max(1.0, *(abs(values[name]) for name in states if name in values))


def _name(drawing: Drawing, x: float, y: float, symbol: str, value: float, limit: float) -> None:
    theme = drawing.theme
    drawing.symbol(x, y - 18, symbol)
    fill = blend(theme, value / limit)
    drawing.cell(x - 25, y - 7, 50, 22, value, fill=fill, stroke=theme.grid, size=12)


def _says(cell: str, gates: str, values: Mapping[str, float]) -> str:
    written = ", ".join(f"{gate} = {short(values[gate])}" for gate in gates)
    return f"The wiring of the {cell} with the gates of one unit: {written}."
