"""From a run to a matched comparison of networks like it, trained with other windows."""

from __future__ import annotations

from dataclasses import asdict

import streamlit as st

from dashboard import actions, navigation, state
from dashboard.looking import NEW_RUN
from dashboard.train.catalogue import is_offered
from dashboard.train.fields import fill
from dashboard.train.matched import OPEN
from dashboard.train.text_choice import take_catalogued, take_file
from dashboard.train.upload import Upload
from rnnviz.corpora.corpus import PREFIX
from rnnviz.notation import listed
from rnnviz.runs.run import Run

_WINDOWS = (1, 5, 20)
_LIKE = ("cell", "nonlinearity", "hidden_size", "num_layers", "dropout")
_TRAINED = ("sequence_length", "batch_size", "seed")


def offer_windows(run: Run) -> None:
    """A button that sets up training with shorter windows, all else as this run was made."""
    if actions.only_shown() or run.description.imported is not None:
        return
    windows = windows_beside(run.training_config.sequence_length)
    label = f"Compare training with windows of {listed(f'{window:,}' for window in windows)}"
    if st.button(label, icon=":material/compare_arrows:", key="compare windows"):
        _set_up(run, windows)


def windows_beside(sequence_length: int) -> list[int]:
    """Windows to train with, beside one's own: the longest is the last.

    Example:
        >>> windows_beside(64), windows_beside(5)
        ([1, 5, 20, 64], [1, 5, 20])
    """
    return sorted({*_WINDOWS, sequence_length})


def _set_up(run: Run, windows: list[int]) -> None:
    """Let the form of a new run say this network and text, and windows that vary."""
    state.put("preset", "quick")
    made = asdict(run.model_config) | asdict(run.training_config)
    for name in (*_LIKE, *_TRAINED):
        fill(name, made[name], "quick")
    fill("matched sequence_length", ", ".join(map(str, windows)))
    state.keep(OPEN, True)
    about = run.description
    if is_offered(about.text_name.removeprefix(PREFIX)):
        take_catalogued(about.text_name.removeprefix(PREFIX))
    else:
        data = run.text.encode("utf-8", "surrogatepass")
        take_file(Upload.holding(about.text_sha256, f"{about.name}.txt", data))
    state.open_run(NEW_RUN)
    navigation.go("train")
