"""One signal of a trace at a time: which numbers, within which bounds, on which scale."""

from __future__ import annotations

import numpy as np

from rnnviz.cells import Bounds
from rnnviz.notation import significant
from rnnviz.records import Floats, Scale, Trace

Where = tuple[str, int]  # a signal's name, and a layer

PERCENTILE = 99.0

NOT_FINITE = (
    "over this text the states of this network grow until they are no longer finite numbers: "
    "choose an earlier snapshot, or a shorter text."
)

_CHANGE = "change of h"

_FIXED = (
    "Where there is no colour the value is 0; the ends of the scale are the lowest and highest "
    "this signal can be."
)
_HALF = (
    "This signal is never negative: where there is no colour the value is {half}, half way; blue "
    "is nearer 0, red nearer the most it can be."
)
_USUAL = (
    "Where there is no colour the value is 0. |value| is a value without its sign: 99 of 100 "
    "values of this layer in this text lie between the ends of this scale, and the others beyond "
    "(the 99th percentile). Those are clipped: shown in the last colour, and marked."
)
_OWN = (
    "Each unit has a scale of its own, up to its largest value without its sign in this text: "
    "compare places of one unit, not units."
)


def signal_names(trace: Trace) -> tuple[str, ...]:
    """The signals a trace holds: h, c, its gates, and the change of h.

    Example:
        >>> h, pair = np.zeros((1, 2, 3)), np.zeros(2)
        >>> signal_names(Trace("ab", pair, h, None, {}, pair, pair, pair))
        ('h', 'change of h')
    """
    cell = () if trace.c is None else ("c",)
    return ("h", *cell, *trace.gates, _CHANGE)


def signal(trace: Trace, name: str, layer: int) -> Floats:
    """The values (time, unit) of one signal in one layer.

    The change of h is h_t - h_{t-1}; before the first character h is zero.

    Raises:
        ValueError: the trace has no such signal or layer.
    """
    if name not in signal_names(trace):
        listed = ", ".join(signal_names(trace))
        raise ValueError(f"the signal is {name!r}; this network has {listed}.")
    if not 0 <= layer < len(trace.h):
        raise ValueError(f"the layer is {layer}; this network has layers 0 to {len(trace.h) - 1}.")
    if name == _CHANGE:
        return np.diff(trace.h[layer], axis=0, prepend=np.float32(0.0))
    if name == "c" and trace.c is not None:
        return np.asarray(trace.c[layer])
    return np.asarray(trace.h[layer] if name == "h" else trace.gates[name][layer])


def bounds(trace: Trace, name: str) -> Bounds | None:
    """Between which values a signal must stay; None where nothing bounds it.

    Example:
        >>> h, pair = np.zeros((1, 2, 3)), np.zeros(2)
        >>> trace = Trace("ab", pair, h, None, {}, pair, pair, pair, {"h": (0.0, 1.0)})
        >>> bounds(trace, "h"), bounds(trace, "change of h")
        ((0.0, 1.0), (-1.0, 1.0))
    """
    if name != _CHANGE:
        return trace.bounds.get(name)
    of_h = trace.bounds.get("h")
    return None if of_h is None else (of_h[0] - of_h[1], of_h[1] - of_h[0])


def scales(values: Floats, limits: Bounds | None) -> list[Scale]:
    """The scales to choose from, the usual one first.

    Args:
        values: (time, unit).
        limits: between which the values must stay, as `bounds` gives them.

    Example:
        >>> for scale in scales(np.array([[0.5], [-0.5]]), (-1.0, 1.0)):
        ...     scale.name
        'fixed: −1 to 1'
        '99th percentile of |value|: −0.5 to 0.5'
        'per unit: largest |value|'
        >>> scales(np.array([[0.5], [0.0]]), None)[0].name
        '99th percentile of |value|: 0 to 0.495'
    """
    units = values.shape[1]
    found = []
    if limits is not None:
        low, high = limits
        name = f"fixed: {significant(low)} to {significant(high)}"
        found.append(Scale(name, 0.0, np.full(units, high), _FIXED))
        if low == 0:
            half = high / 2
            name = f"fixed: 0 to {significant(high)}, centred at {significant(half)}"
            means = _HALF.format(half=significant(half))
            found.append(Scale(name, half, np.full(units, half), means))
    size = np.abs(values)
    usual = float(np.percentile(size, PERCENTILE)) or float(size.max()) or 1.0
    least = 0.0 if values.min() >= 0 else -usual
    name = f"99th percentile of |value|: {significant(least)} to {significant(usual)}"
    largest = size.max(axis=0)
    own = np.where(largest > 0, largest, 1.0)
    return [
        *found,
        Scale(name, 0.0, np.full(units, usual), _USUAL),
        Scale("per unit: largest |value|", 0.0, own, _OWN),
    ]
