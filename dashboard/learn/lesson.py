"""What Learn pages have in common: the person's own network as a second source, and their end."""

from __future__ import annotations

import re
from collections import Counter

import streamlit as st

from dashboard import cache, navigation
from dashboard.components.contents import list_contents, section
from dashboard.example import lead_to_train
from dashboard.learn import choices
from dashboard.view import own_run, own_subject, run_of
from rnnviz.cells import CELLS
from rnnviz.lessons.by_hand.cell import TAUGHT
from rnnviz.models.subject import Subject
from rnnviz.notation import an, unbroken

OWN = "your network"
GATES_ALONE = "Gates that do not look at the state: the minGRU"  # a section
_LOOKED_THROUGH = 50_000


def own_numbers(usual: str, about: str = "") -> Subject | None:
    """Ask whose numbers a page shows: the person's own, where there are any, or the usual ones."""
    own = own_subject()
    if own is None:
        return None
    if own.model.cell not in TAUGHT:
        _lead_to_its_lesson(own)
        return None
    source = choices.one_of("numbers", "Numbers of", [usual, OWN], usual, help=about or None)
    return own if source == OWN else None


def _lead_to_its_lesson(own: Subject) -> None:
    """Where a cell is taught whose numbers this page cannot show."""
    cells = ", ".join(CELLS[cell].title for cell in TAUGHT)
    st.caption(
        f"The network on the left is {an(own.model.kind)}, which this page does not take apart "
        f"(it does these: {cells}). It has a lesson of its own, a section of “Vanishing and "
        "exploding gradients”:"
    )
    navigation.link("learn_vanishing", GATES_ALONE, forward=True)


def known_to(subject: Subject, typed: str) -> str:
    """What was typed as the network reads it, jamo for jamo, less what it never read."""
    return subject.alphabet.known(typed)[0]


def ask_text(subject: Subject, most: int, label: str = "What it reads", allowed: str = "") -> str:
    """What a network is given to read, as it was typed; at first its usual word.

    Args:
        subject: the network; each run has a field of its own.
        most: how many characters at most.
        label: of the field.
        allowed: what may be typed, as a help says it; by default how many characters.
    """
    allowed = allowed or f"At most {most} characters; those it never saw in training are left out."
    usual, of = usual_word(subject, most), subject.origin.run
    return choices.text("word", label, usual, most, of=of, width=200, help=allowed)


def first_unit(units: int) -> int:
    """Ask from which unit on a network's units are shown."""
    return choices.number(
        "unit", "First unit shown", 0, units - 1, 0, widget=st.number_input, of=units, width=150
    )


def usual_word(subject: Subject, most: int) -> str:
    """What a network is given to read first: a common word, or how the text it learned begins.

    Of the words without a capital at the beginning of the text it is the commonest, a long one
    where there is one, because the end of a long word follows more from its beginning.

    Args:
        subject: the network.
        most: how many of the network's characters the word may have.
    """
    alphabet = subject.alphabet
    text = alphabet.shown(cache.text_of(run_of(subject))[:_LOOKED_THROUGH])
    words = [word for word, _ in Counter[str](re.findall(r"[^\W\d_]+", text)).most_common()]
    for least in (6, 4, 2):
        for word in words:
            if word == word.lower() and least <= len(alphabet.characters(word)) <= most:
                return word
    begin = " ".join(text[:60].split())[: 2 if alphabet.hangul == "jamo" else 5]
    return begin if len(known_to(subject, begin)) > 1 else text[:5]


def closing(question: str, page: str, label: str, sentence: str) -> None:
    """One question to try, the way into the person's own run, and the page in one sentence.

    Args:
        question: what to try.
        page: the name of the page that shows the same of a run.
        label: what it shows.
        sentence: what a person can repeat, with the numbers of this moment.
    """
    section("Try it")
    st.markdown(unbroken(question))
    if own_run() is None:
        lead_to_train("Train a network of your own")
    else:
        navigation.link(page, label, forward=True)
    section("In one sentence")
    st.markdown(unbroken(sentence))
    list_contents()
