"""From a word to a text: what the network of a run writes, early and late in its training."""

from __future__ import annotations

import math

import pandas as pd
import streamlit as st

from dashboard import appearance, cache
from dashboard.example import lead_to_train
from dashboard.inspection.samples import copied_words
from dashboard.learn.hello.words import what_differs
from dashboard.view import run_of
from rnnviz.corpora.corpus import PREFIX
from rnnviz.corpora.sample_files import SAMPLE_FILES
from rnnviz.models.subject import Subject
from rnnviz.notation import loss_words
from rnnviz.runs.run import Run
from rnnviz.runs.seen import table_as_seen
from rnnviz.runs.verdicts.kept_samples import Kept

_SUFFIXES = (".c", ".h", ".tex")
_CORPORA = {"c", "latex"}


def show_text(subject: Subject | None) -> None:
    """The same, on a whole text."""
    st.markdown(
        "The same on a whole text: it has more characters, and commas, quotes and newlines are "
        "characters like any other. C code and LaTeX are texts too. The network is never told "
        "what a word, a line or a bracket is; what it learns of them, it learns from predicting "
        "the next character."
    )
    if subject is None:
        lead_to_train("Train on a text, and its samples will stand here")
        _compare("")
        return
    run = run_of(subject)
    kept = table_as_seen(run, run.snapshots)
    places = sorted({0, len(kept) // 2, len(kept) - 1})
    names = {0: "First snapshot", len(kept) // 2: "Middle snapshot", len(kept) - 1: "Last snapshot"}
    name, model = appearance.plain(subject.name), subject.model
    st.markdown(f"{what_differs(name, model)} Here is what it writes:")
    if len(places) > 2:
        st.caption("Snapshots lie closer together early in training, where more changes.")
    with st.container(horizontal=True):
        for place in places:
            row = kept.iloc[place]
            nats = float(row["validation_loss_nats"])
            loss = "" if math.isnan(nats) else f": {run.description.loss_name} {loss_words(nats)}"
            with st.container(width=290):
                st.caption(f"{names[place]}, iteration {int(row['iteration']):,}{loss}")
                st.code(appearance.written(row["sample"]), language=None, wrap_lines=True)
    _copied(run, kept.iloc[places])
    _compare(run.description.text_name)


def _copied(run: Run, shown: pd.DataFrame) -> None:
    """What of the samples was not made up."""
    samples = [
        Kept(int(iteration), math.nan, text, copied=copied)
        for iteration, text, copied in zip(
            shown["iteration"],
            shown["sample"],
            cache.copied(run, tuple(shown["sample"])),
            strict=True,
        )
    ]
    if any(kept.copied is not None and kept.copied.passages for kept in samples):
        st.markdown(copied_words(run, samples))


def _compare(text_name: str) -> None:
    """Where code and LaTeX are to be had, unless the text is one of them."""
    if is_code_or_latex(text_name):
        return
    titles = {file.path.suffix: file.title for file in SAMPLE_FILES}
    st.markdown(
        f"Of the sample texts, “{titles['.c']}” is C code and “{titles['.tex']}” is LaTeX: train "
        "on one of them, and compare how its samples grow."
    )
    lead_to_train("Train on C code or LaTeX")


def is_code_or_latex(text_name: str) -> bool:
    """Whether a run's text is C code or LaTeX, by the name of the text.

    Example:
        >>> is_code_or_latex("corpus:program"), is_code_or_latex("play.txt")
        (True, False)
    """
    name = text_name.rsplit(" · ", 1)[-1].removeprefix(PREFIX)  # a lesson's runs: "Why ... · name"
    samples = {file.path.stem for file in SAMPLE_FILES if file.path.suffix in _SUFFIXES}
    return name in samples | _CORPORA or name.lower().endswith(_SUFFIXES)
