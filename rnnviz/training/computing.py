"""How a training computes: what multiplies its matrices, and how that is said."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from rnnviz.recurrent.char_rnn import CharRNN
from rnnviz.recurrent.product import Steps, Ways, timed_ways
from rnnviz.recurrent.shapes import product_shapes
from rnnviz.text.windows import Windows

_STEPS: Mapping[Steps, str] = MappingProxyType(
    {
        "fused": "A layer's timesteps: one function, made for this machine by LLVM. Other "
        "products:",
        "torch": "A layer's timesteps: PyTorch's operations. Products:",
    }
)


def quickest_ways(network: CharRNN, windows: Windows, most_parts: int) -> Ways:
    """What multiplies matrices of a training's shapes soonest, tried out on this machine.

    Args:
        network: in training.
        windows: what it is trained on.
        most_parts: into how many their batch may be divided; from two on halves are tried too.
    """
    batch, timesteps = windows.batch_size, windows.sequence_length
    batches = [batch, batch // 2] if most_parts > 1 else [batch]
    shapes = [
        product_shapes(network.config, network.vocab_size, streams, timesteps)
        for streams in batches
    ]
    every = [shape for of_timestep, _ in shapes for shape in of_timestep]
    once = [shape for _, of_window in shapes for shape in of_window]
    return timed_ways(every if network.steps == "torch" else [], once, like=network.flat)


def computing_words(steps: Steps, ways: Ways, parts: int | None, ranks: int = 1) -> str:
    """How it computes, in sentences.

    Args:
        steps: what runs a layer's timesteps.
        ways: what multiplies matrices.
        parts: into how many the batch is divided by rule; None where time decides.
        ranks: how many processes share the batch.

    Example:
        >>> computing_words("torch", Ways(), 2).split(". ")[-1]
        'Threads: one for each operation, the batch in halves.'
    """
    computing = f"{_STEPS[steps]} {ways.words}"
    if ranks > 1:
        return (
            f"{computing} Processes: {ranks}, each with one thread and an equal share of the batch."
        )
    if parts is None:
        return f"{computing} Threads: as many as were quickest from time to time."
    halves = "the batch in halves" if parts > 1 else "the batch as a whole"
    return f"{computing} Threads: one for each operation, {halves}."
