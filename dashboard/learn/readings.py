"""What the Learn pages show of a person's own network: read once, then kept for all visitors."""

from __future__ import annotations

import numpy as np
import streamlit as st

from dashboard import cache
from rnnviz.analysis.gradients.spectrum import Spectrum, recurrent_blocks, spectrum
from rnnviz.analysis.gradients.truncation import TruncationCost
from rnnviz.lessons.by_hand.gradient_check import Check
from rnnviz.lessons.by_hand.network import UnrolledNetwork, read
from rnnviz.lessons.by_hand.network_backward import network_backward
from rnnviz.lessons.by_hand.network_check import check_network
from rnnviz.lessons.by_hand.small_rnn import counted_losses
from rnnviz.records import Array
from rnnviz.runs.documents import read_tensors
from rnnviz.runs.run import Run


def reading(run: Run, iteration: int, text: str, *, memory: bool = True) -> UnrolledNetwork:
    """A network over a few characters at a snapshot, without torch.

    Without memory, each is read as if it were the first.

    Raises:
        TextError: a character is not in its vocabulary.
        RunError: the snapshot cannot be read.
    """
    return _reading(*cache.snapshot_key(run, iteration), text, memory, _run=run)


def recurrent_matrices(run: Run, iteration: int) -> dict[str, Array]:
    """The matrices on h_{t-1} at a snapshot, by layer and gate."""
    return _recurrent_matrices(*cache.snapshot_key(run, iteration), _run=run)


def recurrent_spectrum(run: Run, iteration: int, name: str, powers: int) -> Spectrum:
    """What one of these matrices does to vectors, and its powers up to a number."""
    return _recurrent_spectrum(*cache.snapshot_key(run, iteration), name, powers, _run=run)


def network_costs(
    run: Run, iteration: int, passage: str, lengths: tuple[int, ...]
) -> list[TruncationCost]:
    """What truncation costs the network at a snapshot over a passage."""
    return _network_costs(*cache.snapshot_key(run, iteration), passage, lengths, _run=run)


def gradient_check(run: Run, iteration: int, text: str, which: int, power: int) -> dict[str, Check]:
    """The gradient of a network over a few characters beside central differences.

    Args:
        run: the run.
        iteration: of the snapshot.
        text: at least two characters.
        which: the loss l_which alone is L; 0 for the sum of all.
        power: of ten, how far each number is moved.
    """
    return _gradient_check(*cache.snapshot_key(run, iteration), text, which, power, _run=run)


@st.cache_resource(max_entries=4, show_spinner=False)
def _reading(
    folder: str, iteration: int, written: int, text: str, memory: bool, _run: Run
) -> UnrolledNetwork:
    weights, _ = read_tensors(_run.folder.snapshot(iteration))
    return read(_run.model_config, weights, _run.vocabulary.encode(text), memory=memory)


@st.cache_resource(max_entries=24, show_spinner="Measuring gradients")
def _gradient_check(
    folder: str, iteration: int, written: int, text: str, which: int, power: int, _run: Run
) -> dict[str, Check]:
    network = reading(_run, iteration, text[:-1])
    ids = np.asarray(_run.vocabulary.encode(text), np.int64)
    counted = counted_losses(len(text) - 1, which)
    found = network_backward(network, ids[1:], counted)
    return check_network(network, ids, found, counted, 10.0**power)


@st.cache_resource(max_entries=6, show_spinner=False)
def _recurrent_matrices(folder: str, iteration: int, written: int, _run: Run) -> dict[str, Array]:
    weights, _ = read_tensors(_run.folder.snapshot(iteration))
    found: dict[str, Array] = {}
    for layer in range(_run.model_config.num_layers):
        own = recurrent_blocks(weights[f"rnn.weight_hh_l{layer}"], _run.model_config.cell)
        found |= {f"{name}, layer {layer}": block for name, block in own.items()}
    return found


@st.cache_resource(max_entries=24, show_spinner="Multiplying the matrix with itself")
def _recurrent_spectrum(
    folder: str, iteration: int, written: int, name: str, powers: int, _run: Run
) -> Spectrum:
    return spectrum(recurrent_matrices(_run, iteration)[name], powers)


@st.cache_resource(max_entries=24, show_spinner="Comparing truncated and full gradients")
def _network_costs(
    folder: str, iteration: int, written: int, passage: str, lengths: tuple[int, ...], _run: Run
) -> list[TruncationCost]:
    cache.load_torch()
    from rnnviz.analysis.gradients.network_truncation import network_costs

    ids = _run.vocabulary.encode(passage).astype(np.int64)
    return network_costs(_run.model(iteration), ids, lengths)
