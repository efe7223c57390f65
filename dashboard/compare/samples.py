"""What the runs write, side by side: the same prompt, seed and temperature for all."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from dashboard import appearance, cache
from dashboard.compare.choice import Chosen
from dashboard.inspection.sampling import ask_prompt, ask_seed, ask_temperature
from rnnviz.config import MAX_SEED, SamplingConfig
from rnnviz.runs.documents import RunError
from rnnviz.runs.run import Run
from rnnviz.text.marks import marked
from rnnviz.text.reading import TextError

_LENGTH, _WIDTH = 200, 300
_EACH_ITS_OWN = "the prompt of its own snapshots (no character is known to all)"


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
    after = f"the prompt “{appearance.plain(marked(prompt))}”" if prompt else _EACH_ITS_OWN
    st.caption(
        f"Each begins after {after}, with temperature "
        f"{temperature:g} and the same random numbers (seed {seed}): only the networks differ."
    )
    places = st.grid(min(4, max(1, len(chosen.moments))), min_column_width=_WIDTH, gap="small")
    for run, label, iteration in zip(chosen.moments, chosen.labels, at, strict=True):
        with places.cell():
            _sample(run, label, iteration, how)


def _usual(chosen: Chosen) -> str:
    """A prompt of their snapshots that all know, else a character they do; "" where there is none.

    So the networks of two alphabets begin alike where they can, and else each after its own.
    """
    alphabets = [run.alphabet for run in chosen.moments]
    own = [str(run.snapshots["prompt"].iloc[0]) for run in chosen.moments if len(run.snapshots)]
    single = sorted(alphabets[0].vocabulary.characters, key=str.isspace) if alphabets else []
    for prompt in (*own, *single):
        if not any(alphabet.known(prompt)[1] for alphabet in alphabets):
            return prompt
    return ""


def _sample(run: Run, label: str, iteration: int | None, how: SamplingConfig) -> None:
    if iteration is None:
        st.markdown(f"**{appearance.plain(label)}**")
        st.caption("No snapshot yet.")
        return
    subject = run.subject(iteration)
    st.markdown(f"**{appearance.plain(label)}**, {subject.origin.words}")
    try:
        written = cache.sample(subject, how)
    except (TextError, RunError) as error:
        appearance.complain(error)
        return
    shown = appearance.written(run.alphabet.shown(written.text))
    st.code(shown, language=None, wrap_lines=True)
