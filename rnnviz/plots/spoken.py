"""What a figure shows in words, for those who do not see it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from typing import Any

import numpy as np
import plotly.graph_objects as go

from rnnviz.notation import significant
from rnnviz.plots.iterations import ZERO_PLACE

_MOST, _COUNTED = 8, 1e9
_NUMBER = re.compile(r"[\d.,]+")
_MARKUP = (
    (re.compile(r"<sub>(.*?)</sub>"), r"_\1"),
    (re.compile(r"<sup>(.*?)</sup>"), r"^\1"),
    (re.compile(r"<br>"), " "),
    (re.compile(r"<[^>]*>"), ""),
)


def spoken(figure: go.Figure) -> str:
    """Its axes, then where each curve begins and ends, and the extremes of bars.

    Where anything has a name, only that is told, the first eight: the rest marks what these show.
    Of several panels each is told by itself. Numbers are those that the axes say, or none.

    Example:
        >>> from rnnviz.plots.frame import frame
        >>> figure = frame("Loss", x="iteration", y="loss (bits/char)")
        >>> spoken(figure.add_scatter(x=[0, 5, 9], y=[6.0, 3.0, 2.5], name="training"))
        'Across: iteration. Upwards: loss (bits/char). training: 6 at 0 to 2.5 at 9.'
    """
    if not figure.data:
        return " ".join(letters(note.text) for note in figure.layout.annotations)
    told: dict[str, list[str]] = {}
    named = [trace for trace in figure.data if trace.name or trace.type in ("bar", "heatmap")]
    for trace in named or figure.data:
        x, y = (_axis(figure, trace, way) for way in "xy")
        axes = [
            f"{way}: {name}." for way, name in (("Across", x.name), ("Upwards", y.name)) if name
        ]
        told.setdefault(" ".join(axes), []).append(_trace(trace, x, y))
    return " ".join(word for axes, traces in told.items() for word in _panel(axes, traces))


def letters(markup: str | None) -> str:
    """What Plotly shows of its markup, in letters.

    Example:
        >>> letters("|dl<sub>T</sub>/dh| &lt; 10<sup>−3</sup>,<br>by lag"), letters(None)
        ('|dl_T/dh| < 10^−3, by lag', '')
    """
    said = markup or ""
    for mark, written in _MARKUP:
        said = mark.sub(written, said)
    return " ".join(unescape(said).split())


def _panel(axes: str, traces: list[str]) -> Iterator[str]:
    known = [words for words in traces if words]
    yield from filter(None, [axes, *known[:_MOST]])
    if len(known) > _MOST:
        yield f"And {len(known) - _MOST} more."


@dataclass(frozen=True, slots=True)
class _Axis:
    """What an axis is called, and what it calls its places."""

    name: str
    ticks: dict[float, str]

    def says(self, value: Any) -> str:
        """A place in the axis' own words; nothing where these leave open what it is."""
        if not _is_number(value):
            return letters(str(value))
        if value in self.ticks:
            return self.ticks[value]
        if self.name == "iteration" and value == ZERO_PLACE:
            return "0"
        honest = any(place and _number(words) == place for place, words in self.ticks.items())
        return _written(float(value)) if honest or not self.ticks else ""


def _axis(figure: go.Figure, trace: Any, way: str) -> _Axis:
    number = (getattr(trace, f"{way}axis", None) or way)[1:]
    axis = figure.layout[f"{way}axis{number}"]
    ticks = {} if axis.tickvals is None else zip(axis.tickvals, axis.ticktext or (), strict=False)
    return _Axis(letters(axis.title.text), {place: letters(words) for place, words in ticks})


def _trace(trace: Any, x: _Axis, y: _Axis) -> str:
    """One trace; nothing where it has no name, or no numbers."""
    if trace.type == "heatmap":
        rows, columns = np.shape(trace.z)
        return f"{rows} rows of {columns} colours: {letters(trace.colorbar.title.text)}."
    # Numbers lie where their axis stands alone, or bars do.
    is_bar = trace.type == "bar"
    lies = trace.orientation == "h" if is_bar else bool(x.name and not y.name)
    places, values = (trace.y, trace.x) if lies else (trace.x, trace.y)
    points = [point for point in _pairs(places, values) if _is_number(point[1])]
    if not points:
        return ""
    along, up = (y, x) if lies else (x, y)
    if is_bar:
        words = ", ".join(_told(_extremes(points), along, up))
    elif trace.mode == "markers" and len(points) > 2:
        low, high = (up.says(find(value for _, value in points)) for find in (min, max))
        words = f"{len(points)} points" + f", {low} to {high}" * bool(low and high)
    else:
        words = " to ".join(_told(_ends(points), along, up))
    return ": ".join(filter(None, (letters(trace.name), words))) + "."


def _pairs(places: Any, values: Any) -> list[tuple[Any, Any]]:
    """Where a trace has numbers, and which; where no place is given, they are counted."""
    numbers = [] if values is None else list(values)
    return list(zip(range(len(numbers)) if places is None else places, numbers, strict=False))


def _extremes(points: list[tuple[Any, Any]]) -> list[tuple[Any, Any]]:
    """All of few bars, of many the highest and the lowest."""
    if len(points) <= _MOST:
        return points
    return [find(points, key=lambda point: point[1]) for find in (max, min)]


def _ends(points: list[tuple[Any, Any]]) -> list[tuple[Any, Any]]:
    """Where a curve begins and ends; nothing of one that is closed."""
    (x, y), (to_x, to_y) = points[0], points[-1]
    if len(points) == 1:
        return points
    closed = x == to_x and abs(to_y - y) < 1e-9
    return [] if closed else [points[0], points[-1]]


def _told(points: list[tuple[Any, Any]], along: _Axis, up: _Axis) -> list[str]:
    return [words for point in points if (words := _at(*point, along, up))]


def _at(place: Any, value: Any, along: _Axis, up: _Axis) -> str:
    where, what = along.says(place), up.says(value)
    if _is_number(place) and not (what and along.name):
        where = ""
    return " at ".join(filter(None, (what, where)))


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float | np.number) and bool(np.isfinite(value))


def _written(value: float) -> str:
    """A number; one that counts something in full.

    Example:
        >>> _written(2220.0), _written(2220.5), _written(0.25)
        ('2,220', '2.22e3', '0.25')
    """
    counts = value.is_integer() and abs(value) < _COUNTED
    return f"{int(value):,}".replace("-", "−") if counts else significant(value)


def _number(words: str) -> float | None:
    """The number that words begin with."""
    found = _NUMBER.match(words)
    return float(found[0].replace(",", "")) if found else None
