"""The catalogue of texts: one is chosen by name, or from cards that say what each holds."""

from __future__ import annotations

import streamlit as st

from dashboard import appearance, state
from dashboard.train import texts
from dashboard.turns import turns
from rnnviz.corpora.catalogue import CATALOGUE, find_corpus
from rnnviz.corpora.corpus import Corpus
from rnnviz.corpora.downloads import DownloadError
from rnnviz.notation import loss_words, unbroken
from rnnviz.text.reading import TextError

_USUAL = "play"


def is_offered(name: str) -> bool:
    """Whether a text of that name is on this machine."""
    return any(corpus.name == name and corpus.available for corpus in CATALOGUE)


def ask_corpus() -> Corpus | None:
    """The text chosen among those on this machine."""
    names = [corpus.name for corpus in CATALOGUE if corpus.available]
    with st.container(horizontal=True, vertical_alignment="bottom"):
        name = st.selectbox(
            "Text of the catalogue",
            names,
            index=names.index(_USUAL) if _USUAL in names else 0,
            key="corpus",
            format_func=lambda name: find_corpus(name).title,
            persist_state="session",
            label_visibility="collapsed",
        )
        if st.button("See all", icon=":material/library_books:"):
            _cards()
    if name is None:
        return None
    corpus = find_corpus(name)
    about = f"{corpus.description} Look for {corpus.look_for}."
    st.caption(appearance.plain(about) + _floor(corpus))
    return corpus


@st.dialog("Texts to learn from", width="large")
def _cards() -> None:
    st.caption(
        "Generated languages have a known truth and a lowest loss that no network can beat. Real "
        "texts come from packages on this machine, or from the internet when you ask."
    )
    columns = st.columns(2)
    for number, corpus in enumerate(CATALOGUE):
        with columns[number % 2], st.container(border=True):
            _card(corpus)


def _card(corpus: Corpus) -> None:
    st.markdown(f"**{corpus.title}**")
    size = "" if corpus.characters is None else f"{corpus.characters:,} characters · "
    about = appearance.plain(f"{corpus.licence}. {corpus.description}")
    st.caption(f"{size}{about}{_floor(corpus)}{_baseline(corpus)}")
    st.caption(appearance.plain(f"Look for {corpus.look_for}."))
    if corpus.available:
        if st.button("Use this text", key=f"use {corpus.name}"):
            state.wish("corpus", corpus.name)
            st.rerun()
    elif any(provider.fetches for provider in corpus.providers):
        if st.button("Fetch it from the internet", key=f"fetch {corpus.name}"):
            _fetch(corpus)
    else:
        st.caption(appearance.plain(f"Not on this machine: {corpus.missing}."))


def _fetch(corpus: Corpus) -> None:
    bar = st.progress(0.0, text="connecting")
    turns().stand_aside()  # others draw meanwhile, however slow the network is

    def report(done: int, total: int) -> None:
        bar.progress(min(1.0, done / max(1, total)), text=f"{done:,} of {total:,} bytes")

    try:
        corpus.read(report)
    except (DownloadError, TextError) as error:
        appearance.complain(error)
        return
    state.wish("corpus", corpus.name)
    st.rerun()


def _floor(corpus: Corpus) -> str:
    if corpus.floor is None:
        return ""
    return unbroken(f" Lowest possible loss: {loss_words(corpus.floor)}.")


def _baseline(corpus: Corpus) -> str:
    """The loss of the best n-gram model, of texts that are quickly read and counted."""
    quick = corpus.characters is not None and corpus.characters <= texts.QUICKLY_COUNTED
    if corpus.floor is not None or not corpus.available or not quick:
        return ""
    text = texts.corpus_text(corpus.name)
    baseline = texts.ngram_baseline(text.sha256, "syllables", text.text)
    if baseline is None:
        return ""
    return unbroken(f" The number to beat ({baseline.name}): {loss_words(baseline.loss)}.")
