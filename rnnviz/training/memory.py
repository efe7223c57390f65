"""How much memory training takes, known before it begins and without torch."""

from __future__ import annotations

import os
from pathlib import Path

from rnnviz.cells import CELLS
from rnnviz.config import ModelConfig, TrainingConfig
from rnnviz.notation import bytes_words
from rnnviz.recurrent.shapes import parameter_count
from rnnviz.text.ngram import MOST_CHARACTERS
from rnnviz.text.windows import Split

_NUMBER = 4  # bytes: float32
_PROCESS = 410_000_000  # bytes of a worker that trains something tiny
_OF_CHARACTER = 16  # bytes: the text as characters, bytes and ids
_COUNTING = 100  # bytes of a character whose n-grams are counted
_LOOKING = 64 * 64  # timesteps and streams of one window of the held-out text

# The weights, their gradients and the optimizer's two averages; in the order of products for both
# ways, in training and where a snapshot is made; and what is copied and written of them at once.
_OF_WEIGHT, _WRITTEN_OF_WEIGHT = 14, 6

# A control group of Linux may allow less than the machine has; either version of them.
_LIMITS = ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes")


def memory_needed(
    model: ModelConfig, training: TrainingConfig, characters: int, vocab_size: int
) -> int:
    """Bytes that a worker takes at its peak, about.

    An unroll keeps of every unit, layer and timestep of every stream h_t, and where there are any
    its gates, c_t and tanh c_t (or the candidate, where there is no c_t); the sweep back as much
    again of their derivatives. Beside them stand logits and probabilities of all timesteps, the
    weights, their gradients and what the optimizer remembers. Measured peaks were between 0.9 and
    1.1 times of this (`python -m tests.benchmarks.training_memory`).

    Args:
        model: the network.
        training: how it is trained.
        characters: of the text, as the network reads it.
        vocab_size: how many of them are distinct.

    Example:
        >>> memory_needed(ModelConfig(), TrainingConfig(), 1_000_000, 65) // 10**6
        590
        >>> large = ModelConfig(hidden_size=2048), TrainingConfig(batch_size=4096)
        >>> bytes_words(memory_needed(*large, 1_000_000, 65))
        '30 GB'
    """
    facts, units = CELLS[model.cell], model.hidden_size * model.num_layers
    gates, has_c = len(facts.gates), facts.has_cell_state
    apart = gates * facts.reads_state
    kept = 1 + gates + (2 if has_c else min(apart, 1)) + 2 * bool(model.dropout)
    swept = 1 + len(facts.blocks) + (1 if has_c else apart)
    places = _places(training, characters)
    weights = parameter_count(model, vocab_size)
    lasting = places * units * (kept + swept) + weights * _OF_WEIGHT
    passing = max(
        2 * places * vocab_size,
        _LOOKING * (units * kept + 2 * vocab_size),
        weights * _WRITTEN_OF_WEIGHT,
    )
    text = characters * _OF_CHARACTER + min(characters, MOST_CHARACTERS) * _COUNTING
    return _PROCESS + text + _NUMBER * (lasting + passing)


def memory_there() -> int | None:
    """Bytes of memory this machine has, or allows this process; None where that is unknown."""
    try:
        pages = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, OSError, ValueError):
        return None
    return min([pages, *filter(None, map(_limit, _LIMITS))])


def check_memory(
    model: ModelConfig, training: TrainingConfig, characters: int, vocab_size: int
) -> None:
    """Refuse what this machine has no memory for. What trains on a GPU is not judged.

    Raises:
        ValueError: it takes more than there is.
    """
    needed, there = memory_needed(model, training, characters, vocab_size), memory_there()
    if there is None or needed <= there or _on_gpu(training):
        return
    raise ValueError(
        f"training with hidden_size {model.hidden_size:,}, num_layers {model.num_layers}, "
        f"batch_size {training.batch_size:,} and sequence_length {training.sequence_length:,} "
        f"takes about {bytes_words(needed)} of memory; this machine has {bytes_words(there)}. Make "
        "one of them smaller: batch_size costs least."
    )


def _on_gpu(training: TrainingConfig) -> bool:
    """Whether the buffers lie elsewhere; torch, which knows, is loaded only to say so."""
    from rnnviz.training.device import device_of

    return device_of(training.device).type == "cuda"


def _places(training: TrainingConfig, characters: int) -> int:
    """Timesteps of all streams of a window, and the states before it, as `Windows.fitting` cuts."""
    targets = max(1, characters - Split.held_out_of(characters) - 1)
    length = min(training.sequence_length, targets)
    return max(1, min(training.batch_size, targets // length)) * (length + 1)


def _limit(path: str) -> int | None:
    """Bytes a control group allows; None where it says nothing."""
    try:
        said = Path(path).read_text().strip()
    except OSError:
        return None
    return int(said) if said.isdecimal() else None
