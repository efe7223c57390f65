"""The page about “hello” with the person's own network."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import streamlit as st

from dashboard import appearance, navigation
from dashboard.components.contents import section
from dashboard.learn import choices, readings
from dashboard.learn.formulas import formula
from dashboard.learn.hello import training
from dashboard.learn.hello.words import FRAMED, MEMORY, below_own, how_far, table_of_memory
from dashboard.learn.lesson import ask_text, first_unit, known_to
from rnnviz.config import ModelConfig
from rnnviz.lessons.by_hand.readout import next_character_losses
from rnnviz.lessons.by_hand.unrolled_network import UnrolledNetwork
from rnnviz.lessons.pages.hello.word import LONGEST, rows_that_fit
from rnnviz.models.subject import Subject
from rnnviz.notation import capitalised, loss_words
from rnnviz.plots.drawings.word_network import Columns, word_network
from rnnviz.records import Ids
from rnnviz.text.hangul import letter
from rnnviz.text.marks import mark

_UNITS, _MOST_ROWS = 4, 10


@dataclass(frozen=True, slots=True, eq=False)
class Read:
    """A word, and what the network made of it with memory and without.

    Attributes:
        inputs: ids read (time).
        targets: ids that come next (time).
        names: how each character of the vocabulary is written (vocab).
        memory: the network.
        without: the same with nothing carried from one timestep to the next.
    """

    inputs: Ids
    targets: Ids
    names: list[str]
    memory: UnrolledNetwork
    without: UnrolledNetwork


def show_own(subject: Subject) -> str:
    """The same lesson with the network of the run, at the snapshot chosen; in one sentence."""
    model = subject.model
    st.latex(formula(model.cell, model.nonlinearity))
    st.latex(r"y_t = W_{hy}\,h_t + b_y, \qquad p_t = \operatorname{softmax}(y_t)")
    text, unit = _ask(subject)
    if len(text) < 2:
        st.caption(
            "Type at least two characters that the network knows: one to read, one to predict."
        )
        return MEMORY
    read = _read(subject, text)
    _draw(read, model, unit)
    _sentences(subject, read)
    section("What memory is for")
    _memory(read, model)
    section("Let it write")
    st.markdown(
        "To write, the network needs only a first character; each character it writes becomes its "
        "next input. Samples lets it write at any temperature."
    )
    navigation.link("samples", "Samples")
    right, without = _right(read.memory, read), _right(read.without, read)
    quoted = appearance.plain("".join(map(mark, text)))
    return (
        f"{capitalised(subject.origin.at)}, your network has {right} of the "
        f"{len(read.targets)} characters of “{quoted}” that come next right, and {without} where "
        "its memory is taken away."
    )


def _ask(subject: Subject) -> tuple[str, int]:
    """The word in the network's characters, and the first unit drawn."""
    units = subject.model.hidden_size
    with st.container(horizontal=True):
        allowed = f"2 to {LONGEST} characters; those the network never saw are left out."
        typed = ask_text(subject, LONGEST, "Word", allowed)
        first = first_unit(units)
    text = known_to(subject, typed)
    if unknown := dict.fromkeys(
        each for each in subject.alphabet.characters(typed) if each not in text
    ):
        listed = " ".join(appearance.plain(_name(each)) for each in unknown)
        st.caption(f"Left out, because the network never saw them: {listed}")
    if len(text) > LONGEST:
        st.caption(f"The first {LONGEST} of {len(text)} characters (jamo) are read.")
    return text[:LONGEST], first


def _read(subject: Subject, text: str) -> Read:
    ids = subject.alphabet.encode(text).astype(np.int64)
    memory, without = (
        readings.reading(subject, text[:-1], memory=carried) for carried in (True, False)
    )
    names = [_name(each) for each in subject.alphabet.vocabulary.characters]
    return Read(ids[:-1], ids[1:], names, memory, without)


def _name(character: str) -> str:
    """A character as it is written where it stands alone; a jamo would seek its neighbours."""
    return letter(character) or mark(character)


def _right(made: UnrolledNetwork, read: Read) -> int:
    return int((made.logits.argmax(1) == read.targets).sum())


def _loss(made: UnrolledNetwork, read: Read) -> float:
    return float(next_character_losses(made.logits, read.targets).mean())


def _draw(read: Read, model: ModelConfig, unit: int) -> None:
    """The figure: as many timesteps as a few rows suffice for."""
    needs = np.stack([read.inputs, read.targets, read.memory.logits.argmax(1)], axis=1)
    count, place = len(needs), st.container()
    fitting, rows = rows_that_fit(needs, _MOST_ROWS)
    first = 0
    if fitting < count:
        label = "First timestep drawn"
        first = choices.number("timestep", label, 1, count, 1, of=count, width=300) - 1
        fitting, rows = rows_that_fit(needs[first:], _MOST_ROWS)
    shown = slice(first, first + fitting)
    units = slice(unit, min(unit + _UNITS, model.hidden_size))
    with place:
        columns = _columns(read, model, rows, shown, units)
        appearance.drawing(word_network(columns, theme=appearance.theme()))
        st.caption(
            f"{FRAMED} {below_own(model, len(read.names), rows.size, count, shown, columns.limit)}"
        )


def _memory(read: Read, model: ModelConfig) -> None:
    """What becomes of the network when nothing is carried on."""
    st.markdown(
        "Here is the same network with nothing carried on: at every timestep $h_{t-1}$ "
        f"{'and $c_{t-1}$ are' if model.cell == 'lstm' else 'is'} set to 0"
        f"{', in every layer' if model.num_layers > 1 else ''}, so that it sees only the "
        "character just read. It was trained with memory, not to do without: the table shows "
        "what this network uses its memory for, not the best that is possible without. Under "
        "“with” and “without” stands the likeliest character, and beside it $p$, the probability "
        "of the target."
    )
    shown = read.inputs, read.targets, read.memory.logits, read.without.logits
    st.markdown(table_of_memory(read.names, *shown))
    count = len(read.targets)
    without, memory = _loss(read.without, read), _loss(read.memory, read)
    st.markdown(
        f"Without memory: **{_right(read.without, read)} of {count}** right, loss "
        f"{loss_words(without)}. With memory: **{_right(read.memory, read)} of {count}**, loss "
        f"{loss_words(memory)}."
    )
    if memory > without:
        st.caption(
            "With memory the network expects more firmly what its text would go on with. This "
            "word goes on otherwise, so that here memory makes the loss larger."
        )


def _columns(read: Read, model: ModelConfig, rows: Ids, shown: slice, units: slice) -> Columns:
    h, top = read.memory.h[:, units], model.num_layers - 1
    one = units.stop - units.start == 1
    which = f"unit {units.start}" if one else f"units {units.start}–{units.stop - 1}"
    return Columns(
        [read.names[place] for place in rows],
        np.searchsorted(rows, read.inputs[shown]),
        np.searchsorted(rows, read.targets[shown]),
        h[shown],
        read.memory.logits[shown][:, rows],
        read.memory.probability[shown][:, rows],
        limit=max(1.0, float(np.abs(h).max())),
        first=shown.start,
        units=[f"layer {top}", which] if top else [which],
        below=f"{model.num_layers} layers" if top else "W_{xh}",
    )


def _sentences(subject: Subject, read: Read) -> None:
    """How the network does, and the small one beside it."""
    right, count = _right(read.memory, read), len(read.targets)
    st.markdown(how_far(subject.origin.iteration, _loss(read.memory, read), right, count))
    small = training.learned_hello()
    right_there = small.now.right
    st.markdown(
        f"The small network has learned “hello” after {small.iteration:,} iterations: "
        f"{int(right_there.sum())} of {len(right_there)}, loss {loss_words(small.losses[-1])}. "
        f"It knows {len(small.word.vocabulary)} characters and one word; yours "
        f"knows {len(read.names):,} and a whole text, so that other words that begin alike have "
        "their share of its probability."
    )
