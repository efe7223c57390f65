"""What the Learn pages show of a person's own network: read once, then kept for all visitors."""

from __future__ import annotations

import numpy as np
import streamlit as st

from dashboard import server
from rnnviz.analysis.gradients.matrix_spectrum import Spectrum, recurrent_blocks, spectrum
from rnnviz.analysis.gradients.truncation import TruncationCost
from rnnviz.lessons.by_hand.gradient_check import Check
from rnnviz.lessons.by_hand.small_rnn import counted_losses
from rnnviz.lessons.by_hand.unrolled_backward import network_backward
from rnnviz.lessons.by_hand.unrolled_check import check_network
from rnnviz.lessons.by_hand.unrolled_network import UnrolledNetwork, read
from rnnviz.models.subject import Subject
from rnnviz.records import Array


def reading(subject: Subject, text: str, *, memory: bool = True) -> UnrolledNetwork:
    """A network over a few characters, without torch.

    Without memory, each is read as if it were the first.

    Raises:
        TextError: a character is not in its vocabulary.
        RunError: the snapshot cannot be read.
    """
    return _reading(subject.key, text, memory, _subject=subject)


def recurrent_matrices(subject: Subject) -> dict[str, Array]:
    """The matrices on h_{t-1}, by layer and gate."""
    return _recurrent_matrices(subject.key, _subject=subject)


def recurrent_spectrum(subject: Subject, name: str, powers: int) -> Spectrum:
    """What one of these matrices does to vectors, and its powers up to a number."""
    return _recurrent_spectrum(subject.key, name, powers, _subject=subject)


def network_costs(subject: Subject, passage: str, lengths: tuple[int, ...]) -> list[TruncationCost]:
    """What truncation costs a network over a passage."""
    return _network_costs(subject.key, passage, lengths, _subject=subject)


def gradient_check(subject: Subject, text: str, which: int, power: int) -> dict[str, Check]:
    """The gradient of a network over a few characters beside central differences.

    Args:
        subject: the network.
        text: at least two characters.
        which: the loss l_which alone is L; 0 for the sum of all.
        power: of ten, how far each number is moved.
    """
    return _gradient_check(subject.key, text, which, power, _subject=subject)


@st.cache_resource(max_entries=4, show_spinner=False)
def _reading(key: str, text: str, memory: bool, _subject: Subject) -> UnrolledNetwork:
    ids = _subject.alphabet.encode(text)
    return read(_subject.model, _subject.read_weights(), ids, memory=memory)


@st.cache_resource(max_entries=24, show_spinner="Measuring gradients")
def _gradient_check(
    key: str, text: str, which: int, power: int, _subject: Subject
) -> dict[str, Check]:
    network = reading(_subject, text[:-1])
    ids = np.asarray(_subject.alphabet.encode(text), np.int64)
    counted = counted_losses(len(text) - 1, which)
    found = network_backward(network, ids[1:], counted)
    return check_network(network, ids, found, counted, 10.0**power)


@st.cache_resource(max_entries=6, show_spinner=False)
def _recurrent_matrices(key: str, _subject: Subject) -> dict[str, Array]:
    weights, model = _subject.read_weights(), _subject.model
    found: dict[str, Array] = {}
    for layer in range(model.num_layers):
        own = recurrent_blocks(weights[f"rnn.weight_hh_l{layer}"], model.cell)
        found |= {f"{name}, layer {layer}": block for name, block in own.items()}
    return found


@st.cache_resource(max_entries=24, show_spinner="Multiplying the matrix with itself")
def _recurrent_spectrum(key: str, name: str, powers: int, _subject: Subject) -> Spectrum:
    return spectrum(recurrent_matrices(_subject)[name], powers)


@st.cache_resource(max_entries=24, show_spinner="Comparing truncated and full gradients")
def _network_costs(
    key: str, passage: str, lengths: tuple[int, ...], _subject: Subject
) -> list[TruncationCost]:
    server.load_torch()
    from rnnviz.analysis.gradients.network_truncation import network_costs

    ids = _subject.alphabet.encode(passage).astype(np.int64)
    return network_costs(_subject.network(), ids, lengths)
