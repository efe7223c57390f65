"""A text with lines, words and quotations, and states as slow as those of networks."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from rnnviz.records import Array, Trace
from rnnviz.text.vocabulary import Vocabulary


def made_text(characters: int, seed: int = 0) -> str:
    """Words in lines of different lengths, some of them quoted."""
    random = np.random.default_rng(seed)
    written, column, quoted = "", 0, False
    while len(written) < characters:
        word = "".join(random.choice(list("abcde"), random.integers(1, 7)))
        if random.random() < 0.15:
            word = f'{word}"' if quoted else f'"{word}'
            quoted = not quoted
        column += len(word) + 1
        ends = column > 20 + random.integers(0, 20)
        written += word + ("\n" if ends else " ")
        column = 0 if ends else column
    return written[:characters]


def slow(units: int, seed: int, time: int) -> Array:
    """Signals that change as slowly as states do, of nothing in particular (time, unit)."""
    kept = np.random.default_rng(seed).normal(size=(time, units))
    for t in range(1, time):
        kept[t] += 0.9 * kept[t - 1]
    return np.asarray(np.tanh(kept / 3))


def made_trace(text: str, layers: list[Array], gates: Mapping[str, Array] | None = None) -> Trace:
    """A trace with these states (time, unit), as if a network had been in them."""
    ids = Vocabulary.of(text).encode(text)
    nothing = np.zeros((len(text), 0))
    loss = np.append(np.random.default_rng(1).random(len(text) - 1), np.nan)
    of_gates = {name: values[np.newaxis] for name, values in (gates or {}).items()}
    return Trace(text, ids, np.stack(layers), None, of_gates, loss, nothing.astype(int), nothing)
