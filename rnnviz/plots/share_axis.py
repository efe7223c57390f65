"""An axis of shares that may be below zero: a few of them named, zero among them."""

from __future__ import annotations

from typing import Any

import numpy as np

from rnnviz.notation import percent
from rnnviz.records import Floats

_MOST = 4


def share_axis(shares: Floats) -> dict[str, Any]:
    """The settings of an axis for such shares.

    Example:
        >>> axis = share_axis(np.array([0.5, -0.25, 0.0]))
        >>> axis["ticktext"], axis["tickvals"].tolist()
        (['−20 %', '0 %', '20 %', '40 %'], [-0.2, 0.0, 0.2, 0.4])
    """
    low, high = min(0.0, float(shares.min())), max(0.0, float(shares.max()))
    span = high - low or 1.0
    steps = 10.0 ** np.floor(np.log10(span)) * np.array([0.2, 0.5, 1.0, 2.0, 5.0])
    step = next(float(each) for each in steps if span / each <= _MOST)
    values = np.round(np.arange(np.ceil(low / step), np.floor(high / step) + 1) * step, 12) + 0.0
    decimals = max(0, -int(np.floor(np.log10(100 * step))))
    ticks = [signed_percent(each, decimals) for each in values]
    return {
        "tickvals": values,
        "ticktext": ticks,
        "range": [low - 0.06 * span, low + 1.06 * span],
    }


def signed_percent(share: float, decimals: int = 1) -> str:
    """A share in per cent, with a true minus sign.

    Example:
        >>> signed_percent(-0.25), signed_percent(0.5, 0)
        ('−25.0 %', '50 %')
    """
    return percent(share, decimals).replace("-", "\N{MINUS SIGN}")
