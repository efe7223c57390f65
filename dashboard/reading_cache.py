"""A person’s own network over a few characters, as the Learn pages show it, read once and kept."""

from __future__ import annotations

import numpy as np
import streamlit as st

from rnnviz.lessons.network import Reading, read
from rnnviz.runs.files import read_tensors, speaking_of
from rnnviz.runs.run import Run


def reading(run: Run, iteration: int, text: str) -> Reading:
    """A run's network over a few characters at a snapshot, without torch.

    Raises:
        TextError: a character is not in its vocabulary.
        RunError: the snapshot cannot be read.
    """
    file = run.folder.snapshot(iteration)
    with speaking_of(file):
        written = file.stat().st_mtime_ns
    return _reading(str(file.resolve()), written, text, _run=run, _iteration=iteration)


@st.cache_resource(max_entries=8, show_spinner=False)
def _reading(file: str, written: int, text: str, _run: Run, _iteration: int) -> Reading:
    weights, _ = read_tensors(_run.folder.snapshot(_iteration))
    ids = np.asarray(_run.vocabulary.encode(text))
    return read(_run.model_config, weights, ids)
