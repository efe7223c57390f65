"""What is said of a point of a figure, from the template that its curve brings."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import numpy as np

from rnnviz.notation import significant
from rnnviz.plots.still.markup import words

_PLACE = re.compile(r"%\{(\w+)(?:\[(\d+)\])?(?::([^}]*))?\}")
_EXTRA = re.compile(r"<extra>(.*?)</extra>", re.S)
_DIGITS = re.compile(r"\.(\d+)")


def said(template: str, values: Mapping[str, Any]) -> str:
    """A point in words, on one line.

    Args:
        template: as Plotly takes it.
        values: of the point by name: x, y, text, customdata.

    Example:
        >>> said("iteration %{customdata[0]:,d}<br>%{y:.3f} bits<extra>training</extra>",
        ...      {"y": 2.0, "customdata": np.array([1200.0, 1.4])})
        'training: iteration 1,200, 2.000 bits'
        >>> said("lag %{x}: %{y:.3~g}<extra></extra>", {"x": 3, "y": 0.25})
        'lag 3: 0.25'
    """
    extra = _EXTRA.search(template)
    of = words(_filled(extra[1], values)) if extra else ""
    told = words(_filled(_EXTRA.sub("", template), values).replace("<br>", ", "))
    return f"{of}: {told}" if of else told


def formatted(value: Any, form: str | None) -> str:
    """A number as d3's form has it, of those that figures here use.

    Example:
        >>> formatted(1234.0, ",d"), formatted(0.5, ".3~g"), formatted(0.123456, ".4g")
        ('1,234', '0.5', '0.1235')
        >>> formatted("a word", None), formatted(7.0, None)
        ('a word', '7')
    """
    if not isinstance(value, int | float | np.number):
        return str(value)
    number = float(value)
    if not form:
        return _whole(number) if number.is_integer() else significant(number, 6)
    if form.endswith("d"):
        return _whole(number)
    digits = _DIGITS.search(form)
    if form.endswith("g"):
        return significant(number, int(digits[1]) if digits else 6)
    return f"{number:{form}}".replace("-", "−")


def _whole(number: float) -> str:
    return f"{number:,.0f}".replace("-", "−")


def _filled(template: str, values: Mapping[str, Any]) -> str:
    return _PLACE.sub(lambda found: _value(found, values), template)


def _value(found: re.Match[str], values: Mapping[str, Any]) -> str:
    value = values.get(found[1], "")
    if found[2] is not None:
        value = value[int(found[2])]
    return formatted(value, found[3])
