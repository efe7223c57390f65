"""The text heatmap as a widget: what is picked in it can be read, and set, from Python."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import traitlets
from anywidget import AnyWidget

from rnnviz.analysis.states.signals import NOT_FINITE, signal, signal_names
from rnnviz.plots.text_heatmap import parts
from rnnviz.plots.text_heatmap.shown import signal_payload
from rnnviz.records import Trace
from rnnviz.text.vocabulary import Vocabulary

_ADAPTER = Path(__file__).with_suffix(".js")


def _program() -> str:
    """The one module that the browser gets."""
    constants = {"STYLE": parts.style(), "MARKUP": parts.markup()}
    named = (f"const {name} = {json.dumps(text)};" for name, text in constants.items())
    return "\n".join([parts.program(), *named, _ADAPTER.read_text("utf-8")])


class TextHeatmap(AnyWidget):
    """One unit's value behind each character of a trace; a click or a key shows another.

    What is picked in the browser is set here, and what is set here is shown there; `observe` of
    ipywidgets tells of either.

    Args:
        trace: what a network did over a text of at most 50,000 characters.
        settings: what to show at first, by the names below.

    Attributes:
        trace: that trace.
        signal: "h", "c", a gate or "change of h", as `rnnviz.analysis.states.signals` names them.
        layer: from 0, the lowest; at first the top one, from which the network predicts.
        unit: from 0.
        cursor: index of the character the cursor is on; None where there is no cursor.
        selection: first character and the one behind the last; None where none is selected.
        height: of the text at most, in CSS pixels.

    Raises:
        TypeError: what is given is no trace.
        ValueError: the text is too long, or its states are not finite.
        TraitError: there is no such signal, layer, unit or place.

    Example:
        >>> from rnnviz import ModelConfig, trace
        >>> from rnnviz.recurrent.char_rnn import CharRNN
        >>> network = CharRNN(ModelConfig(hidden_size=3), vocab_size=4)
        >>> heatmap = TextHeatmap(trace(network, "helo", "hole"), unit=2)
        >>> heatmap.selection = 1, 3
        >>> heatmap.trace.text[slice(*heatmap.selection)]
        'ol'
        >>> heatmap.unit = 7
        Traceback (most recent call last):
        traitlets.traitlets.TraitError: the unit is 7; the units are 0 to 2.
    """

    _esm = _program()

    signal = traitlets.Unicode("h")
    layer = traitlets.Int(0)
    payload = traitlets.Bytes().tag(sync=True)
    height = traitlets.Int(560).tag(sync=True)
    unit = traitlets.Int(0).tag(sync=True)
    cursor = traitlets.Int(None, allow_none=True).tag(sync=True)
    selection = traitlets.Tuple(
        traitlets.Int(), traitlets.Int(), default_value=None, allow_none=True
    ).tag(sync=True)

    def __init__(self, trace: Trace, **settings: Any) -> None:
        if not isinstance(trace, Trace):
            raise TypeError(
                f"what was given is of type {type(trace).__name__}; give a Trace, such as that of "
                "`run.trace(text)`."
            )
        self.trace = trace
        super().__init__(**{"layer": len(trace.h) - 1, **settings})
        self._pack()

    @traitlets.observe("signal", "layer")
    def _pack(self, change: Any = None) -> None:
        """Take over what is to be shown."""
        if change is None or self.payload:
            if not np.isfinite(signal(self.trace, self.signal, self.layer)).all():
                raise ValueError(NOT_FINITE)
            characters = self.trace.characters
            known = Vocabulary(characters) if characters else Vocabulary.of(self.trace.text)
            self.payload = signal_payload(self.trace, self.signal, self.layer, known)

    @traitlets.validate("signal")
    def _is_signal(self, proposal: Any) -> str:
        names = signal_names(self.trace)
        if proposal.value not in names:
            raise traitlets.TraitError(
                f"the signal is {proposal.value!r}; this network has {', '.join(names)}."
            )
        return str(proposal.value)

    @traitlets.validate("layer", "unit", "cursor")
    def _is_one_of(self, proposal: Any) -> int | None:
        name = proposal.trait.name
        value: int | None = proposal.value
        layers, characters, units = self.trace.h.shape
        count = {"layer": layers, "unit": units, "cursor": characters}[name]
        if value is not None and not 0 <= value < count:
            several = "characters" if name == "cursor" else f"{name}s"
            raise traitlets.TraitError(
                f"the {name} is {value}; the {several} are 0 to {count - 1:,}."
            )
        return value

    @traitlets.validate("selection")
    def _lies_in_the_text(self, proposal: Any) -> tuple[int, int] | None:
        if proposal.value is None:
            return None
        first, end = proposal.value
        if not 0 <= first < end <= len(self.trace.text):
            raise traitlets.TraitError(
                f"the selection is {first} to {end}; give a first character, and one behind the "
                f"last, of the {len(self.trace.text):,} of the text."
            )
        return first, end
