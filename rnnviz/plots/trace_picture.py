"""A trace as a notebook shows it: HTML that runs nothing, on a light page or a dark one."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from itertools import groupby

import numpy as np

from rnnviz.notation import bits, counted, fixed, loss_words, significant
from rnnviz.plots.coloured_text import SURPRISE_BITS
from rnnviz.plots.html_page import escaped
from rnnviz.plots.theme import MONOSPACE, tint
from rnnviz.records import Floats, Trace

MOST = 1_000  # characters, for a notebook keeps all that it shows
_LEVELS = 16
_SMALL = "font-size:0.85em;opacity:0.75"
_TEXT = f"white-space:pre-wrap;overflow-wrap:anywhere;line-height:1.6;font-family:{MONOSPACE}"
_BAR = "display:inline-block;vertical-align:middle;width:8em;height:0.7em"


def trace_picture(trace: Trace) -> str:
    r"""What was read, each character the more amber the less the network expected it.

    All styles stand on the elements themselves, so that none reaches the page around them. Of a
    longer text, 1,000 characters are shown.

    Example:
        >>> blank = np.zeros((1, 2, 3))
        >>> loss, none = np.log([4.0, np.nan]), np.zeros((2, 0))
        >>> made = trace_picture(Trace("a<", np.arange(2), blank, None, {}, loss, none, none))
        >>> 'title="2.00 bits">&lt;</span>' in made
        True
    """
    shown = "".join(_spans(trace.text[:MOST], bits(trace.loss[: MOST - 1])))
    more = len(trace.text) - MOST
    rest = f'<div style="{_SMALL}">… and {more:,} more</div>' * (more > 0)
    ramp = f"background:linear-gradient(to right,{tint(0.0)},{tint(1.0)})"
    return (
        f"<div><div>{escape(_facts(trace))}</div>"
        f'<pre translate="no" dir="ltr" style="{escape(_TEXT)}">{shown}</pre>{rest}'
        f'<div style="{_SMALL}">surprise 0 <span style="{_BAR};{ramp}"></span> '
        f"{significant(SURPRISE_BITS)} bits or more: −log₂ of the probability given to the "
        "character</div></div>"
    )


def _facts(trace: Trace) -> str:
    layers, characters, units = trace.h.shape
    signals = ["h", *([] if trace.c is None else ["c"]), *trace.gates]
    lost = f"; mean loss {loss_words(trace.mean_loss)}" * (characters > 1)
    return (
        f"Trace of {counted(characters, 'character')}: {', '.join(signals)} of "
        f"{counted(layers, 'layer')} of {counted(units, 'unit')}{lost}"
    )


def _spans(text: str, after: Floats) -> Iterator[str]:
    """The characters of a text; bits are those of each character but the first."""
    surprise = np.concatenate([[0.0], np.asarray(after, np.float64)])[: len(text)]
    share = np.clip(np.nan_to_num(surprise / SURPRISE_BITS), 0, 1)
    levels = np.round(share * _LEVELS).astype(int).tolist()
    for level, run in groupby(zip(levels, surprise, text, strict=True), lambda each: each[0]):
        if not level:
            yield "".join(escaped(character) for *_, character in run)
            continue
        for _, value, character in run:
            style = f"background:{tint(level / _LEVELS)}"
            yield f'<span style="{style}" title="{fixed(value)} bits">{escaped(character)}</span>'
