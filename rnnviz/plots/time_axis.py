"""Timesteps along an axis: counted from 1, under the characters read where these have room."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnnviz.plots.theme import MONOSPACE
from rnnviz.text.marks import marks

MAX_TICKS = 120
FIRST = 1  # arrays count from 0, people from 1


def timesteps(count: int) -> NDArray[np.int64]:
    """Where so many timesteps stand.

    Example:
        >>> timesteps(3).tolist()
        [1, 2, 3]
    """
    return np.arange(FIRST, FIRST + count)


def pools(size: int) -> tuple[float, int]:
    """Where the first of equal pools of timesteps has its middle, and how far the next one is.

    Example:
        >>> pools(1), pools(3)  # the first three timesteps are 1, 2 and 3
        ((1.0, 1), (2.0, 3))
    """
    return FIRST + (size - 1) / 2, size


def time_axis(text: str, title: str = "") -> dict[str, Any]:
    """The settings of an axis over the timesteps of a text: up to 120 have their character.

    Args:
        text: the characters read, one a timestep.
        title: by default what the ticks are.

    Example:
        >>> axis = time_axis("a b")
        >>> axis["tickvals"], axis["ticktext"], axis["range"], axis["title"]["text"]
        ([1, 2, 3], ['a', '␣', 'b'], [0.5, 3.5], 'character read')
    """
    ends = {"range": [FIRST - 0.5, FIRST + len(text) - 0.5], "showgrid": False}
    if len(text) > MAX_TICKS:
        return {"title": {"text": title or "timestep"}, "tickformat": ",d", **ends}
    return {
        "title": {"text": title or "character read"},
        "tickvals": timesteps(len(text)).tolist(),
        "ticktext": marks(text),
        "tickangle": 0,
        "tickfont": {"family": MONOSPACE, "size": 10},
        "ticklen": 0,
        **ends,
    }


def hover(text: str = "", size: int = 1) -> str:
    """What a hover text says of a place on such an axis.

    Args:
        text: the characters, where the axis has them.
        size: how many timesteps stand in one place.

    Example:
        >>> hover("abc"), hover(), hover("abc" * 500, size=2)
        ('timestep %{x:d}: %{x}', 'timestep %{x:,d}', '2 timesteps around %{x:,.0f}')
    """
    if size > 1:
        return f"{size} timesteps around %{{x:,.0f}}"
    return "timestep %{x:d}: %{x}" if 0 < len(text) <= MAX_TICKS else "timestep %{x:,d}"
