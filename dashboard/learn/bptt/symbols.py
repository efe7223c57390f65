"""The page about backpropagation: weights, numbers and verdicts as they are written."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping

import numpy as np

from rnnviz.lessons.by_hand.gradient_check import TOLERANCE, Check
from rnnviz.notation import fixed
from rnnviz.powers import shared_power, ten_to, typeset
from rnnviz.records import Array

KATEX = {"w_xh": "W_{xh}", "w_hh": "W_{hh}", "w_hy": "W_{hy}", "b_h": "b_h", "b_y": "b_y"}
_OWN = {"weight_ih": "W_{xh}", "weight_hh": "W_{hh}", "bias_ih": "b_{ih}", "bias_hh": "b_{hh}"}
_DECODER = {"decoder.weight": "W_{hy}", "decoder.bias": "b_y"}


def own_symbol(name: str, layers: int) -> str:
    """A weight of a real network in Markdown, with its layer where there are several.

    Example:
        >>> own_symbol("rnn.weight_hh_l1", layers=2)
        '$W_{hh}$, layer 1'
    """
    if name in _DECODER:
        return f"${_DECODER[name]}$"
    kind, layer = name.removeprefix("rnn.").rsplit("_l", 1)
    return f"${_OWN[kind]}$" + (f", layer {layer}" if layers > 1 else "")


def tick(passed: bool) -> str:
    """Green for a gradient that is right, red for one that is wrong."""
    return ":green[:material/check_circle:]" if passed else ":red[:material/cancel:]"


def columns(*vectors: Array, more: bool = False) -> list[str]:
    """Column vectors in LaTeX, to three decimals; all share one power of ten before them.

    Args:
        vectors: (unit).
        more: whether there are more units than shown: dots at the end.
    """
    power = shared_power(float(max(np.abs(vector).max(initial=0.0) for vector in vectors)))
    before = f"{ten_to(power, 'latex')} " * (power != 0)
    return [before + _column(vector / 10.0**power, more) for vector in vectors]


def _column(values: Array, more: bool) -> str:
    written = [fixed(value, 3) for value in values]
    inside = r" \\ ".join([*written, *[r"\vdots"] * more])
    return rf"\begin{{bmatrix}} {inside} \end{{bmatrix}}"


def table(checks: Mapping[str, Check], symbols: Mapping[str, str]) -> str:
    """Every weight with its relative error, in Markdown."""
    rows = [
        f"| {symbols[name]} | ${typeset(check.relative_error)}$ | {tick(check.passed)} |"
        for name, check in checks.items()
    ]
    return "\n".join(["| weight | relative error | |", "|---|---|---|", *rows])


def listed(names: Iterable[str], symbols: Mapping[str, str]) -> str:
    """Some weights, in Markdown."""
    return ", ".join(symbols[name] for name in names)


def relative_error(of: str) -> str:
    """What the error says, over all numbers of what."""
    return (
        f"Relative error: |a - n| / (|a| + |n|) over {of}, a from backpropagation, n from central "
        f"differences. Green below ${ten_to(round(math.log10(TOLERANCE)), 'latex')}$."
    )
