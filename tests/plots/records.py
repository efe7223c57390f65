"""Small records and tables with known numbers, made without torch."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pandas as pd

from rnnviz.analysis.gradients.reach import Reach, read_mean
from rnnviz.analysis.units.finding import Finding, Place
from rnnviz.analysis.units.health import LayerHealth
from rnnviz.analysis.units.held_cost import Control, HeldCost, MeanRise
from rnnviz.records import GradientFlow, GradientPath, Held, Trace

LOG2 = math.log(2)


def make_history(rows: int) -> pd.DataFrame:
    """Losses of row + 1 nats; every third iteration is clipped."""
    at = np.arange(rows)
    return pd.DataFrame(
        {
            "iteration": at + 1,
            "loss_nats": at + 1.0,
            "total_gradient_norm": 0.5 + at,
            "clip_factor": np.where(at % 3 == 0, 0.5, 1.0),
            "characters": 100 * (at + 1),
            "seconds": 2.0 * (at + 1),
        }
    )


def make_snapshots(losses: list[float]) -> pd.DataFrame:
    """Snapshots at iterations 0, 10, 20, ...; the lowest loss is the best."""
    column = pd.Series(losses, dtype=float)
    at = pd.Series(range(0, 10 * len(losses), 10), dtype=int)
    best = column == column.min()
    return pd.DataFrame({"iteration": at, "validation_loss_nats": column, "best": best})


def make_norms(place: str, iterations: list[int], factor: float = 0.5) -> pd.DataFrame:
    """Norms 2 * factor^place through h and 3 * factor^place through c, in layers 0 and 1.

    Layer 0 has ten times the norms of layer 1.
    """
    rows = [
        (at, path, layer, k, (10.0 if layer == 0 else 1.0) * begin * factor**k)
        for at in iterations
        for path, begin in (("h", 2.0), ("c", 3.0))
        for layer in (0, 1)
        for k in range(6)
    ]
    return pd.DataFrame(rows, columns=["iteration", "path", "layer", place, "gradient_norm"])


def make_reaches(norms: pd.DataFrame) -> dict[tuple[int, str], Reach]:
    """What is read off the top layer's curves, each the mean over nine losses."""
    top = norms[norms["layer"] == norms["layer"].max()].sort_values("lag")
    curves = top.groupby(["iteration", "path"])["gradient_norm"]
    return {
        (int(at), str(path)): read_mean(curve.to_numpy(float), np.full(len(curve), 9))
        for (at, path), curve in curves
    }


def make_trace(h: np.ndarray, text: str) -> Trace:
    """A trace of h (layer, time, unit) alone, of tanh."""
    time = len(text)
    ids, blank = np.zeros(time, np.uint16), np.zeros((time, 1))
    return Trace(
        text, ids, h, None, {}, np.zeros(time), blank.astype(np.int64), blank, {"h": (-1.0, 1.0)}
    )


def make_flow(timesteps: int) -> GradientFlow:
    """|d l_t / d h_k| = 2^-(t - k) in one layer."""
    t, k = np.indices((timesteps, timesteps))
    norms = np.where(t >= k, 0.5 ** (t - k).astype(float), 0.0)[None]
    path = GradientPath(norms, norms[:, :, 0], norms[:, -1], norms.sum(axis=1))
    return GradientFlow("x" * (timesteps + 1), path, None, None)


def make_findings() -> list[Finding]:
    """Two findings: a class with markup in its name, and a counter without untrained network."""
    one = Finding(
        hypothesis="class <b>",
        marks="The class",
        kind="class",
        against_rest="<i>",
        place=Place("c", 1, 42),
        score=-0.8,
        discovery=-0.8,
        within_blocks=-0.8,
        p=0.001,
        chance_95=0.1,
        chance_95_table=0.2,
        untrained=0.3,
        current_character=0.4,
        two_characters=0.5,
        share=0.5,
    )
    return [one, replace(one, kind="counter", hypothesis="count", untrained=math.nan)]


def make_cost() -> HeldCost:
    """Holding two units: "<" costs most, with a control, over a text too short for bounds."""
    loss, held = np.array([1.0, 1.0, 1.0, math.nan]), np.array([3.0, 0.5, 1.5, math.nan])
    unsure, sure = (math.nan, math.nan), (0.1, 0.3)
    control = Control((Held(3, 0.0), Held(4, 0.0)), MeanRise(0.2, sure))
    units = Held(15, 0.0), Held(2, 0.5)
    return HeldCost("a<b<", units, loss, held, MeanRise(2 / 3, unsure), (control,))


def make_health() -> LayerHealth:
    """A layer of four units that all work, a quarter of the time saturated, without gates."""
    return LayerHealth(
        layer=0,
        characters=100,
        moved=np.ones(4),
        saturated=np.full(4, 0.25),
        dead=(),
        still=(),
        groups=(),
        gates={},
        half_life=None,
    )
