"""A network drawn timestep by timestep: what goes in below, what comes out above. SVG."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from rnnviz.plots.frame import SANS
from rnnviz.plots.theme import Theme, mix

_STEP, _CELL, _HEIGHT = 58, 34, 168
_TOP, _MIDDLE, _BOTTOM = 30, 84, 138
_WIDE, _HALF = 46, 15


def unrolled(
    inputs: Sequence[str],
    outputs: Sequence[str],
    theme: Theme,
    *,
    connected: bool = True,
    fed_back: bool = False,
    second_from: int | None = None,
) -> str:
    """An SVG of a cell at every timestep, arrows between them, inputs and outputs marked.

    Args:
        inputs: a label for each timestep; "" where nothing goes in.
        outputs: likewise for what comes out.
        theme: the colours.
        connected: whether the hidden state goes on to the next timestep.
        fed_back: whether each output is the next input where none is given.
        second_from: the timestep from which another network (a decoder) goes on.

    Example:
        >>> from rnnviz.plots.theme import LIGHT
        >>> drawing = unrolled(["x"], ["y"], LIGHT)
        >>> drawing.count("<rect"), ">x<" in drawing, ">y<" in drawing
        (3, True, True)
    """
    count = max(len(inputs), len(outputs))
    width = _STEP * count + 12
    parts = [_arrow_head(theme)]
    for t, (given, said) in enumerate(zip(inputs, outputs, strict=True)):
        x = 6 + _STEP * t + _STEP // 2
        second = second_from is not None and t >= second_from
        parts.append(_cell(x, theme.series[1] if second else theme.accent, theme))
        if given:
            parts += [_bubble(x, _BOTTOM, given, theme, filled=True)]
            parts += [_line(x, _BOTTOM - _HALF, x, _MIDDLE + _CELL // 2 + 4, theme)]
        if said:
            parts += [_line(x, _MIDDLE - _CELL // 2, x, _TOP + _HALF + 4, theme)]
            parts += [_bubble(x, _TOP, said, theme, filled=False)]
        if connected and t + 1 < count:
            parts.append(_line(x + _CELL // 2, _MIDDLE, x + _STEP - _CELL // 2 - 4, _MIDDLE, theme))
        if fed_back and said and t + 1 < count and not inputs[t + 1]:
            parts.append(_feed_back(x, theme))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" '
        f'viewBox="0 0 {width} {_HEIGHT}" width="{width}" height="{_HEIGHT}" '
        f'style="max-width:100%;font-family:{escape(SANS)}">{"".join(parts)}</svg>'
    )


def _arrow_head(theme: Theme) -> str:
    return (
        '<defs><marker id="head" viewBox="0 0 8 8" refX="5" refY="4" markerWidth="6" '
        f'markerHeight="6" orient="auto"><path d="M0 0L8 4L0 8z" fill="{theme.muted}"/></marker>'
        "</defs>"
    )


def _cell(x: int, colour: str, theme: Theme) -> str:
    fill = mix(theme.background, colour, 0.22)
    half = _CELL // 2
    return (
        f'<rect x="{x - half}" y="{_MIDDLE - half}" width="{_CELL}" height="{_CELL}" rx="6" '
        f'fill="{fill}" stroke="{colour}" stroke-width="1.5"/>' + _label(x, _MIDDLE, "h", theme)
    )


def _bubble(x: int, y: int, label: str, theme: Theme, *, filled: bool) -> str:
    fill = theme.surface if filled else theme.background
    edge = theme.muted if filled else theme.series[2]
    return (
        f'<rect x="{x - _WIDE // 2}" y="{y - _HALF}" width="{_WIDE}" height="{2 * _HALF}" '
        f'rx="{_HALF}" fill="{fill}" stroke="{edge}" stroke-width="{1 if filled else 2}"/>'
        + _label(x, y, label, theme)
    )


def _label(x: int, y: int, text: str, theme: Theme) -> str:
    size = 13 if len(text) < 4 else 11 if len(text) < 6 else 9
    return (
        f'<text x="{x}" y="{y}" text-anchor="middle" dominant-baseline="central" '
        f'font-size="{size}" fill="{theme.text}">{escape(text)}</text>'
    )


def _line(x0: int, y0: int, x1: int, y1: int, theme: Theme) -> str:
    return (
        f'<line x1="{x0}" y1="{y0}" x2="{x1}" y2="{y1}" stroke="{theme.muted}" '
        'stroke-width="1.5" marker-end="url(#head)"/>'
    )


def _feed_back(x: int, theme: Theme) -> str:
    """From an output, down between two cells, into the next cell from below."""
    half, below = _STEP // 2, _MIDDLE + _CELL // 2 + 18
    path = f"M{x + _WIDE // 2} {_TOP}H{x + half}V{below}H{x + _STEP}V{_MIDDLE + _CELL // 2 + 4}"
    return (
        f'<path d="{path}" fill="none" stroke="{theme.series[2]}" stroke-width="1.5" '
        'stroke-dasharray="4 3" marker-end="url(#head)"/>'
    )
