"""What Samples lets a network write now: how it is asked for, and what it cost."""

from __future__ import annotations

from typing import Any

import streamlit as st

from dashboard import appearance, cache, state
from dashboard.address import Flag, Number, Whole, Words
from dashboard.inspection.pointing import pointed_heatmap
from dashboard.inspection.surprises import written_by
from dashboard.view import run_of
from rnnviz.config import MAX_SEED, SamplingConfig
from rnnviz.models.subject import Subject
from rnnviz.notation import unbroken
from rnnviz.runs.documents import RunError
from rnnviz.runs.verdicts.kept_samples import NOTHING_DRAWN, cost_words

_LONGEST, _LONGEST_PROMPT = 5_000, 10_000
_LARGEST_SEED = 2**53 - 1  # what a browser can count to


def _ask(subject: Subject) -> SamplingConfig | None:
    """How to sample; None where something typed is out of range."""
    with st.form("sample now", border=False):
        prompt = ask_prompt()
        with st.grid(4, min_column_width=190):
            temperature, top_k, length, seed = (
                ask_temperature(),
                _ask_top_k(),
                _ask_length(),
                ask_seed(),
            )
        draw_rare = ask_rare(subject)
        st.form_submit_button("Write", type="primary", icon=":material/edit_note:")
    return config_of(
        subject,
        prompt,
        seed,
        temperature=temperature,
        top_k=top_k or None,
        length=min(length, _LONGEST),
        rare=draw_rare,
    )


def config_of(subject: Subject, prompt: str, seed: int, **how: Any) -> SamplingConfig | None:
    """What was asked for, as it can be used; None where it is out of range, which is then said."""
    usual = str(run_of(subject).snapshots["prompt"].iloc[0])
    read = prompt.replace("\r\n", "\n")[:_LONGEST_PROMPT] or usual
    try:
        return SamplingConfig(prompt=read, seed=min(seed, MAX_SEED), **how)
    except ValueError as error:
        appearance.complain(error)
        return None


def ask_prompt() -> str:
    """What the network reads first."""
    return st.text_area(
        "Prompt",
        key=state.linked("prompt", Words(), "", key="prompt"),
        height=68,
        max_chars=_LONGEST_PROMPT,
        persist_state="session",
        placeholder="what it reads first; empty: the prompt of the samples by iteration",
    )


def ask_temperature() -> float:
    """How boldly characters are drawn."""
    asked = st.slider(
        "Temperature",
        0.0,
        2.0,
        step=0.05,
        key=state.linked("temperature", Number(0, 2), 0.8, key="temperature"),
        persist_state="session",
        help="The network's scores (logits) are divided by it, then become probabilities: 0 always "
        "takes the likeliest character (argmax), 1 draws with the network's own probabilities, "
        "more makes rare characters commoner.",
    )
    return float(asked)


def _ask_length() -> int:
    asked = st.number_input(
        "Length (characters)",
        1,
        _LONGEST,
        step=100,
        key=state.linked("length", Whole(1, _LONGEST), 400, key="length"),
        persist_state="session",
    )
    return int(asked)


def _ask_top_k() -> int:
    """Among how many of the likeliest characters; 0 for all."""
    asked = st.number_input(
        "Only the k likeliest (top_k)",
        0,
        4000,
        key=state.linked("top-k", Whole(0, 4000), 0, key="top_k"),
        persist_state="session",
        help="At each place only so many characters may be drawn, those the network finds "
        "likeliest; 0 allows all.",
    )
    return int(asked)


def ask_seed() -> int:
    """What the draws begin with."""
    asked = st.number_input(
        "Seed",
        0,
        _LARGEST_SEED,
        key=state.linked("seed", Whole(0, _LARGEST_SEED), 0, key="seed"),
        persist_state="session",
        help="The number the draws begin with: the same seed writes the same text again.",
    )
    return int(asked)


def ask_rare(subject: Subject) -> bool:
    """Whether the symbol for rare characters may be written, where there is one."""
    rare = subject.alphabet.vocabulary.rare
    if rare is None:
        return False
    return st.checkbox(
        f"Let it write {rare.symbol}, which stands for {rare.distinct:,} rare characters",
        key=state.linked("rare", Flag(), False, key="rare"),
        persist_state="session",
    )


def now(subject: Subject) -> None:
    """Let the snapshot write."""
    st.subheader(f"Sample now, {subject.origin.at}", anchor=False)
    config = _ask(subject)
    if config is not None:
        _write(subject, config)


def _write(subject: Subject, config: SamplingConfig) -> None:
    try:
        written = cache.sample(subject, config)
        if not written.text:
            st.warning(NOTHING_DRAWN)
            return
        found = written_by(subject, written.prompt, written.text)
        pointed_heatmap(found.payload, key=f"sample of {subject.origin.run}", height=420)
    except (RunError, ValueError) as error:
        appearance.complain(error)
        return
    copied = "" if found.copied is None else f", and {found.copied.words('it')}"
    cost = unbroken(f"{cost_words(found.cost)}{copied}")
    st.caption(
        f"What came after the prompt. Its average character cost {cost}. "
        "Point at a character, or move there with the arrow keys, to see what else could have come "
        "in its place, with the network's own probabilities: those at temperature 1."
    )
    st.download_button(
        "Download as text",
        subject.alphabet.shown(written.prompt + written.text).encode("utf-8", "surrogatepass"),
        file_name=f"sample-{subject.origin.iteration}.txt",
        mime="text/plain",
        icon=":material/download:",
        on_click="ignore",
    )
