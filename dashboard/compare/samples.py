"""What the runs write, side by side: the same prompt, seed and temperature for all."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from dashboard import appearance, cache
from dashboard.compare.choice import Chosen
from dashboard.inspection.sampling import ask_prompt, ask_seed, ask_temperature
from rnnviz.config import MAX_SEED, SamplingConfig
from rnnviz.plots.characters import marked
from rnnviz.runs.documents import RunError
from rnnviz.runs.run import Run
from rnnviz.text.reading import TextError

_LENGTH, _WIDTH = 200, 300


def samples(chosen: Chosen, at: Sequence[int | None]) -> None:
    """What each writes at its snapshot."""
    st.subheader("What they write", anchor=False)
    with st.expander("Prompt, temperature and seed"):
        asked, (left, right) = ask_prompt(), st.columns(2)
        with left:
            temperature = ask_temperature()
        with right:
            seed = ask_seed()
    prompt = asked.replace("\r\n", "\n") or _usual(chosen)
    how = SamplingConfig(prompt, _LENGTH, temperature, seed=min(seed, MAX_SEED))
    st.caption(
        f"Each begins after the prompt “{appearance.plain(marked(prompt))}”, with temperature "
        f"{temperature:g} and the same random numbers (seed {seed}): only the networks differ."
    )
    places = st.grid(min(4, max(1, len(chosen.moments))), min_column_width=_WIDTH, gap="small")
    for run, label, iteration in zip(chosen.moments, chosen.labels, at, strict=True):
        with places.cell():
            _sample(run, label, iteration, how)


def _usual(chosen: Chosen) -> str:
    """The prompt of the first run's snapshots."""
    tables = [run.snapshots for run in chosen.moments if len(run.snapshots)]
    return str(tables[0]["prompt"].iloc[0]) if tables else "\n"


def _sample(run: Run, label: str, iteration: int | None, how: SamplingConfig) -> None:
    if iteration is None:
        st.markdown(f"**{appearance.plain(label)}**")
        st.caption("No snapshot yet.")
        return
    st.markdown(f"**{appearance.plain(label)}**, iteration {iteration:,}")
    try:
        written = cache.sample(run.subject(iteration), how)
    except (TextError, RunError) as error:
        appearance.complain(error)
        return
    shown = appearance.seen(run.alphabet.shown(written.text))
    st.code(shown, language=None, wrap_lines=True)
