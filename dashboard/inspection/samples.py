"""What Samples shows: what the network wrote by iteration, and what it writes now."""

from __future__ import annotations

import math

import streamlit as st

from dashboard import appearance, cache, state
from dashboard.address import Flag, Number, Whole, Words
from dashboard.components.heatmaps import sample_payload
from dashboard.inspection.pointing import pointed_heatmap
from dashboard.view import run_of
from rnnviz.config import MAX_SEED, SNAPSHOT_SAMPLING, SamplingConfig
from rnnviz.models.subject import Subject
from rnnviz.notation import loss_words
from rnnviz.text.reading import TextError

_LONGEST, _LONGEST_PROMPT = 5_000, 10_000
_LARGEST_SEED = 2**53 - 1  # what a browser can count to


def by_iteration(subject: Subject) -> None:
    """The samples kept with the snapshots, the one looked at marked."""
    snapshots = run_of(subject).snapshots
    prompt = snapshots["prompt"].iloc[0]
    st.subheader("By iteration", anchor=False)
    st.caption(
        f"Every sample begins after the prompt {appearance.plain(repr(prompt))}, with "
        f"temperature {SNAPSHOT_SAMPLING.temperature} and the same draws: only the weights changed."
    )
    with st.container(height=720, border=False):
        for snapshot in snapshots.itertuples():
            marks = " · **this snapshot**" if snapshot.iteration == subject.origin.iteration else ""
            nats = snapshot.validation_loss_nats
            loss = "" if math.isnan(nats) else f": validation loss {loss_words(nats)}"
            st.caption(f"Iteration {snapshot.iteration:,}{loss}{marks}")
            st.code(appearance.seen(snapshot.sample), language=None, wrap_lines=True)


def _ask(subject: Subject) -> SamplingConfig | None:
    """How to sample; None where something typed is out of range."""
    usual = str(run_of(subject).snapshots["prompt"].iloc[0])
    with st.form("sample now", border=False):
        prompt = st.text_area(
            "Prompt",
            key=state.linked("prompt", Words(), "", key="prompt"),
            height=68,
            max_chars=_LONGEST_PROMPT,
            persist_state="session",
            placeholder="what it reads first; empty: the prompt of the samples by iteration",
        )
        left, right = st.columns(2)
        temperature = left.slider(
            "Temperature",
            0.0,
            2.0,
            step=0.05,
            key=state.linked("temperature", Number(0, 2), 0.8, key="temperature"),
            persist_state="session",
            help="Logits are divided by it: 0 always takes the likeliest character (argmax).",
        )
        top_k = right.number_input(
            "top_k",
            0,
            4000,
            key=state.linked("top-k", Whole(0, 4000), 0, key="top_k"),
            persist_state="session",
            help="Draw among the k likeliest characters only; 0 allows all.",
        )
        length = left.number_input(
            "Length (characters)",
            1,
            _LONGEST,
            step=100,
            key=state.linked("length", Whole(1, _LONGEST), 400, key="length"),
            persist_state="session",
        )
        seed = right.number_input(
            "Seed",
            0,
            _LARGEST_SEED,
            key=state.linked("seed", Whole(0, _LARGEST_SEED), 0, key="seed"),
            persist_state="session",
        )
        draw_rare = _ask_rare(subject)
        st.form_submit_button("Write", type="primary", icon=":material/edit_note:")
    try:
        return SamplingConfig(
            prompt=prompt.replace("\r\n", "\n")[:_LONGEST_PROMPT] or usual,
            temperature=float(temperature),
            top_k=int(top_k) or None,
            length=min(int(length), _LONGEST),
            seed=min(int(seed), MAX_SEED),
            rare=draw_rare,
        )
    except ValueError as error:
        appearance.complain(error)
        return None


def _ask_rare(subject: Subject) -> bool:
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
    st.subheader(f"Sample now, at iteration {subject.origin.iteration:,}", anchor=False)
    config = _ask(subject)
    if config is None:
        return
    try:
        written = cache.sample(subject, config)
    except TextError as error:
        appearance.complain(error)
        return
    if not written.text:
        st.warning("The states grew until they were no longer finite; nothing could be drawn.")
        return
    payload = sample_payload(written, subject.alphabet.vocabulary)
    pointed_heatmap(payload, key=f"sample of {subject.origin.run}", height=420)
    st.caption(
        "What came after the prompt. The redder a character, the likelier it was when it was "
        "drawn, after temperature and top_k. Hover over one to see what else could have come in "
        "its place, with the probabilities at temperature 1."
    )
    st.download_button(
        "Download as text",
        subject.alphabet.shown(written.prompt + written.text).encode("utf-8", "surrogatepass"),
        file_name=f"sample-{subject.origin.iteration}.txt",
        mime="text/plain",
        icon=":material/download:",
        on_click="ignore",
    )
