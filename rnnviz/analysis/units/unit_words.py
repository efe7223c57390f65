"""What one unit did over a text, in sentences that can be repeated; and what they do not say."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from rnnviz.analysis.states.signals import bounds, signal
from rnnviz.analysis.states.summary import UnitSummary, unit_summary
from rnnviz.analysis.units.finding import Finding
from rnnviz.cells import CELLS, Cell
from rnnviz.notation import counted, fixed, share_words, significant
from rnnviz.records import Floats, Scale, Trace
from rnnviz.text.marks import mark, marked

_AROUND = 12
_SIGNALS = {"h": "hidden state h", "c": "cell state c", "change of h": "change of h"}
GROWN = (
    "Over this text the states of this network grow until they are no longer finite numbers, so "
    "there are none to colour: choose an earlier snapshot, or a shorter text."
)
CAVEAT = (
    "This is what was recorded over this one text, and by itself no evidence of what the unit "
    "means: whoever looks at many units finds patterns in noise too."
)
_ADVICE = (
    "Before you say that it follows something, say where it should be high, look there in a text "
    "you have not seen yet, and compare with a control: {}other units. Find units does that."
)
_BEFORE = "the same unit before training (iteration 0) and "


def caveat(evidence: Sequence[str], *, begun: bool) -> str:
    """What a recording does not say, and what is known of the unit all the same, or how to know.

    Args:
        evidence: sentences about this unit that stand on text it was not chosen on.
        begun: whether the network before training was kept.

    Example:
        >>> caveat(["It counts."], begun=True)[-39:]
        'finds patterns in noise too. It counts.'
        >>> caveat([], begun=False)[-62:]
        'and compare with a control: other units. Find units does that.'
    """
    advice = _ADVICE.format(_BEFORE * begun)
    return " ".join([CAVEAT, *(evidence or [advice])])


def over_text(
    cell: Cell, at: str, trace: Trace, start: int, shown: tuple[str, int], unit: int
) -> str:
    """What a unit of a network did over what it read, in whole sentences.

    Args:
        cell: of the network.
        at: when that was as it is, e.g. "at iteration 2,300".
        trace: what was read.
        start: position of the first character in the whole text.
        shown: the signal and the layer.
        unit: which of their units.
    """
    name, layer = shown
    values = signal(trace, name, layer)[:, unit]
    count = len(trace.text)
    these = f"{'this' if count == 1 else 'these'} {counted(count, 'character')}"
    return (
        f"Over {these}, read by the network {at}, "
        f"{signal_titles(cell)[name]} of unit {unit} in layer {layer} "
        f"{did(trace, name, values, start)}"
    )


def did(trace: Trace, name: str, values: Floats, start: int) -> str:
    """How far a unit went and where: the sentence goes on from its name.

    Args:
        trace: what was read.
        name: of the signal.
        values: of the unit after each character (time).
        start: position of the first character in the whole text.

    Example:
        >>> h, pair = np.zeros((1, 3, 1)), np.zeros(3)
        >>> trace = Trace("ab!", pair, h, None, {}, pair, pair, pair, {"h": (-1.0, 1.0)})
        >>> print(did(trace, "h", np.array([0.5, -0.25, 1.0]), 7))
        lies between −0.250 and 1.000, with a mean of 0.417. It is highest at position 9, after \
reading “!” in “ab▸!◂”, and lowest at position 8, after “b” in “a▸b◂!”. It is saturated (at most \
−0.95, or at least 0.95), close to the ends that it cannot pass, after 33 % of the characters.
    """
    found = unit_summary(values, None if name == "change of h" else bounds(trace, name))
    if found.least == found.most:
        return f"is {fixed(found.mean, 3)} after every character: it does not move at all."
    low, high = (
        f"“{mark(trace.text[place])}” in “{around(trace.text, place)}”"
        for place in (found.at_least, found.at_most)
    )
    return (
        f"lies between {fixed(found.least, 3)} and {fixed(found.most, 3)}, with a mean of "
        f"{fixed(found.mean, 3)}. It is highest at position {start + found.at_most:,}, after "
        f"reading {high}, and lowest at position {start + found.at_least:,}, after {low}."
        + _saturation(found)
    )


def names_of(clear: Sequence[Finding], name: str, layer: int) -> dict[int, str]:
    """What units of a signal of a layer follow, the clearest first."""
    found: dict[int, list[str]] = {}
    for one in clear:
        if (one.place.signal, one.place.layer) == (name, layer):
            found.setdefault(one.place.unit, []).append(marked(one.followed))
    return {unit: "”, “".join(words) for unit, words in found.items()}


def signal_titles(cell: Cell) -> dict[str, str]:
    """What each signal of a cell is called."""
    return _SIGNALS | CELLS[cell].names


def clipped(values: Floats, scale: Scale, unit: int) -> str:
    """How much of what is shown lies beyond the scale.

    Example:
        >>> scale = Scale("narrow", 0.0, np.array([0.5]))
        >>> clipped(np.array([0.1, 0.9]), scale, 0), clipped(np.zeros(3), scale, 0)
        ('On the scale shown, 50 % of its values are clipped.', 'On the scale shown, none of its \
values is clipped.')
    """
    beyond = np.abs(values - scale.centre) > scale.limit[unit] * (1 + 1e-6)
    if not beyond.any():
        return "On the scale shown, none of its values is clipped."
    return f"On the scale shown, {share_words(float(beyond.mean()))} of its values are clipped."


def around(text: str, place: int) -> str:
    r"""A character between two arrows among its neighbours, each as a mark that can be seen.

    Example:
        >>> around("to be\n", 5), around("a", 0)
        ('to be▸↵◂', '▸a◂')
    """
    before, after = text[max(0, place - _AROUND) : place], text[place + 1 : place + 1 + _AROUND]
    return f"{_line(before.lstrip(' '))}▸{mark(text[place])}◂{_line(after.rstrip(' '))}"


def _line(text: str) -> str:
    return "".join(each if each == " " else mark(each) for each in text)


def _saturation(found: UnitSummary) -> str:
    if found.ends is None:
        return ""
    low, high = (significant(end) for end in found.ends)
    where = f"at most {low}, or at least {high}"
    if not found.saturated:
        return f" It is never saturated ({where})."
    return (
        f" It is saturated ({where}), close to the ends that it cannot pass, after "
        f"{share_words(found.saturated)} of the characters."
    )
