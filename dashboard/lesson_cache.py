"""What the Learn pages train or measure once, kept for all visitors."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from dashboard import cache
from rnnviz.config import Cell
from rnnviz.lessons.matrix_powers import recurrent_blocks
from rnnviz.lessons.small_rnn import Array, SmallRNN, random_network
from rnnviz.lessons.truncation import TruncationCost
from rnnviz.runs.files import read_tensors
from rnnviz.runs.run import Run
from rnnviz.text.vocabulary import Vocabulary

if TYPE_CHECKING:
    from rnnviz.lessons.recall import Recall


@st.cache_resource(max_entries=16, show_spinner="Training a small network on this text")
def small_network(text: str, hidden_size: int, iterations: int) -> SmallRNN:
    """A small tanh RNN for a text; without iterations, an untrained one, made without torch."""
    if not iterations:
        return random_network(hidden_size, len(Vocabulary.of(text)), seed=0)
    _one_thread()
    from rnnviz.lessons.network_truncation import train_small

    return train_small(text, hidden_size, iterations)


@st.cache_resource(max_entries=24, show_spinner="Training an RNN and an LSTM on the task")
def recalls(seed: int, iterations: int) -> tuple[Recall, Recall]:
    """The RNN and the LSTM of the recall task."""
    _one_thread()
    from rnnviz.lessons.recall import learn_to_recall

    cells: tuple[Cell, Cell] = ("rnn", "lstm")
    rnn, lstm = (learn_to_recall(cell, seed, iterations) for cell in cells)
    return rnn, lstm


def recurrent_matrices(run: Run, iteration: int) -> dict[str, Array]:
    """The matrices on h_{t-1} at a snapshot, by layer and gate."""
    return _recurrent_matrices(*cache.snapshot_key(run, iteration), _run=run)


def network_costs(
    run: Run, iteration: int, passage: str, lengths: tuple[int, ...]
) -> list[TruncationCost]:
    """What truncation costs the network at a snapshot over a passage."""
    return _network_costs(*cache.snapshot_key(run, iteration), passage, lengths, _run=run)


@st.cache_resource(max_entries=6, show_spinner=False)
def _recurrent_matrices(folder: str, iteration: int, written: int, _run: Run) -> dict[str, Array]:
    weights, _ = read_tensors(_run.folder.snapshot(iteration))
    found = {}
    for layer in range(_run.model_config.num_layers):
        own = recurrent_blocks(weights[f"rnn.weight_hh_l{layer}"], _run.model_config.cell)
        found |= {f"{name}, layer {layer}": block for name, block in own.items()}
    return found


@st.cache_resource(max_entries=24, show_spinner="Comparing truncated and full gradients")
def _network_costs(
    folder: str, iteration: int, written: int, passage: str, lengths: tuple[int, ...], _run: Run
) -> list[TruncationCost]:
    _one_thread()
    from rnnviz.lessons.network_truncation import network_costs

    ids = _run.vocabulary.encode(passage).astype(np.int64)
    return network_costs(_run.model(iteration), ids, lengths)


def _one_thread() -> None:
    import torch

    torch.set_num_threads(1)  # the workers need the cores
