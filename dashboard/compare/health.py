"""How well the units of each run work: which do nothing, which are saturated, what gates do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
import streamlit as st

from dashboard.compare.choice import Chosen
from dashboard.compare.sections import section, take_along
from rnnviz.analysis.units.health import LayerHealth
from rnnviz.notation import NOTHING, percent
from rnnviz.runs.network.health_words import CAVEAT, middle
from rnnviz.runs.network.unit_health import RunHealth

_ABOUT = (
    "Of no use: the same value after every character. A copy: correlated with another unit by "
    "0.95 or more. Saturated: the share of characters after which a unit is where it can hardly be "
    "moved (of a relu, at 0), on average over the units. Closed and open: the share after which a "
    "gate is below 0.1 and above 0.9. Half is left: characters after which half of what a unit "
    "held is left, as far as its gate decides, of the unit in the middle. In brackets: before "
    "training."
)


def health(chosen: Chosen, at: Sequence[int | None]) -> None:
    """A row for every layer of every run."""
    st.subheader("How well their units work", anchor=False)
    section("health", "Measure gates and saturation", chosen, at, _show)


def _show(chosen: Chosen, found: Mapping[str, RunHealth]) -> None:
    layers = [
        (label, found[run.id], layer)
        for run, label in zip(chosen.moments, chosen.labels, strict=True)
        if run.id in found
        for layer in range(len(found[run.id].trained))
    ]
    rows = [_row(*each) for each in layers]
    if rows:
        st.dataframe(
            pd.DataFrame(rows).fillna(NOTHING).set_index("run"),
            width="stretch",
            alt="Health of units",
        )
        st.caption(f"{_ABOUT} {CAVEAT}")
        take_along([row for each in layers for row in _numbers(*each)], "health-of-units")


def _row(label: str, found: RunHealth, layer: int) -> dict[str, str]:
    now, before = found.trained[layer], found.before(layer)
    shares, earlier = _shares(now), {} if before is None else _shares(before)
    kept = _kept(now)
    row = {
        "run": label + f", layer {layer}" * (len(found.trained) > 1),
        "units": f"{now.units:,}",
        "of no use": _beside(f"{now.idle:,}", None if before is None else f"{before.idle:,}"),
        "copies": _beside(f"{now.copying:,}", None if before is None else f"{before.copying:,}"),
        "half is left after": NOTHING if kept is None else _beside(kept, _kept(before)),
    }
    return row | {name: _beside(share, earlier.get(name)) for name, share in shares.items()}


def _numbers(label: str, found: RunHealth, layer: int) -> list[dict[str, object]]:
    """The layer now, and before training where that is known, each a row."""
    sides = {"now": found.trained[layer], "before training": found.before(layer)}
    return [
        {
            "run": label,
            "layer": layer,
            "training": when,
            "units": one.units,
            "of no use": one.idle,
            "copies": one.copying,
            "half is left after": None
            if one.half_life is None
            else float(np.median(one.half_life)),
            **_means(one),
        }
        for when, one in sides.items()
        if one is not None
    ]


def _shares(layer: LayerHealth) -> dict[str, str]:
    return {name: percent(share, 0) for name, share in _means(layer).items()}


def _means(layer: LayerHealth) -> dict[str, float]:
    """Shares of the characters, on average over the units."""
    found = {"saturated": layer.saturated}
    for symbol, gate in layer.gates.items():
        found |= {f"{symbol} closed": gate.closed, f"{symbol} open": gate.open}
    return {name: float(share.mean()) for name, share in found.items()}


def _kept(layer: LayerHealth | None) -> str | None:
    if layer is None or layer.half_life is None:
        return None
    return middle(layer.half_life).removesuffix(" characters")


def _beside(now: str, before: str | None) -> str:
    return now if before is None else f"{now} ({before})"
