"""The lessons' networks: from any of five seeds they reach what the page may promise.

Two are tried each time, all with RNNVIZ_SLOW=1.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import cache

import numpy as np
import pytest
import torch

from rnnviz.corpora.sample_files import SAMPLE_FILES
from rnnviz.lessons.tasks import captions, next_character, numerals, scenes, sentiment, tagging
from rnnviz.lessons.tasks.score import accuracy, controls
from rnnviz.lessons.tasks.task_network import Adam, Reading
from rnnviz.lessons.tasks.words import UnknownInputError
from rnnviz.text.korean_numbers import korean_words

VERSE = SAMPLE_FILES[1].read()

# Each with the least accuracy that it reaches.
SEEDS = range(5 if os.environ.get("RNNVIZ_SLOW") == "1" else 2)
LESSONS: dict[str, tuple[Callable[[int], object], float]] = {
    "one to one": (lambda seed: next_character.learn(VERSE, seed), 0.28),
    "one to many": (captions.learn, 0.94),
    "many to one": (sentiment.learn, 0.98),
    "sequence to sequence": (numerals.learn, 0.95),
    "tags": (tagging.learn, 0.97),
    "scenes": (scenes.learn, 0.97),
}


@cache
def trained(name: str, seed: int) -> object:
    """A lesson's network, trained once for all tests."""
    torch.set_num_threads(1)
    return LESSONS[name][0](seed)


@pytest.fixture(scope="module")
def learned() -> dict[str, object]:
    """Each lesson's network as the page shows it: seed 0."""
    return {name: trained(name, 0) for name in LESSONS}


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("name", LESSONS)
def test_it_reaches_its_accuracy_from_any_seed(name: str, seed: int) -> None:
    _, least = LESSONS[name]
    score = trained(name, seed).score  # type: ignore[attr-defined]
    assert score.accuracy >= least
    chance = max(score.controls.values())
    assert chance < 0.87
    assert score.accuracy > chance + 0.1


def test_without_memory_it_learns_what_counting_pairs_finds() -> None:
    best = next_character.best_without_memory(VERSE)
    assert best - 0.001 < trained("one to one", 0).score.accuracy < best + 0.001  # type: ignore[attr-defined]


def test_an_update_is_that_of_torch_bit_for_bit() -> None:
    generator = torch.Generator().manual_seed(1)
    start = torch.randn(3, 4, generator=generator)
    ours, theirs = (start.clone().requires_grad_() for _ in range(2))
    adam, peer = Adam([ours]), torch.optim.Adam([theirs])
    for rate in (0.1, 0.02, 0.3):
        peer.param_groups[0]["lr"] = rate
        ours.grad = theirs.grad = torch.randn(3, 4, generator=generator)
        adam.update(rate)
        peer.step()
    assert torch.equal(ours, theirs)
    assert not torch.equal(ours, start)


def test_a_seed_means_the_same_network_whatever_else_was_drawn() -> None:
    torch.manual_seed(77)  # what modules are born with
    first = trained("many to one", 1)
    torch.manual_seed(78)
    second = sentiment.learn(1)
    sentence = "the film was not bad"
    assert np.array_equal(first.read(sentence).h, second.read(sentence).h)  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("one to one", "q" * 60),
        ("one to one", "\n"),
        ("one to many", "\n".join(["b" * 8] * 8)),
        ("one to many", "\n".join(["." * 8] * 8)),
        ("many to one", "not " * 40),
        ("many to one", "Good."),
        ("sequence to sequence", "백 " * 12),
        ("sequence to sequence", "Forty-five"),
        ("tags", "light " * 30),
    ],
)
def test_any_known_input_is_read(name: str, text: str, learned: dict[str, object]) -> None:
    read = learned[name].read(text)  # type: ignore[attr-defined]
    check(read)


def test_any_film_is_watched(learned: dict[str, object]) -> None:
    places, truth, read = learned["scenes"].watch("LEFT, up " * 4)  # type: ignore[attr-defined]
    assert len(places) == len(truth) == 32
    check(read)


def check(read: Reading) -> None:
    """All of one length; states and probabilities are what they should be."""
    assert len(read.inputs) == len(read.outputs) == len(read.h) == len(read.sure)
    assert np.isfinite(read.h).all()
    assert np.abs(read.h).max() <= 1
    said = read.sure[~np.isnan(read.sure)]
    assert ((said > 0) & (said <= 1)).all()
    assert len(said) == sum(word != "" for word in read.outputs)


@pytest.mark.parametrize(
    ("name", "text", "sentence"),
    [
        ("one to one", "Ж", "the network has never read “Ж”"),
        ("one to one", "", "there is nothing to read"),
        ("one to many", "b", "a picture has 8 lines of 8"),
        ("one to many", "\n".join(["x" * 8] * 8), "“x” is no pixel"),
        ("many to one", "the <film>", "never read “<film>”"),
        ("many to one", " . ", "there is nothing to read"),
        ("sequence to sequence", "이천", "never read “천”"),
        ("sequence to sequence", "one " * 13, "at most 12 words"),
        ("tags", "colourless ideas", "never read “colourless” and “ideas”"),
    ],
)
def test_what_it_cannot_read_is_one_clear_sentence(
    name: str, text: str, sentence: str, learned: dict[str, object]
) -> None:
    with pytest.raises(UnknownInputError, match=sentence):
        learned[name].read(text)  # type: ignore[attr-defined]


@pytest.mark.parametrize("text", ["", "sideways", "left " * 9])
def test_no_film_is_one_clear_sentence(text: str, learned: dict[str, object]) -> None:
    with pytest.raises(UnknownInputError):
        learned["scenes"].watch(text)  # type: ignore[attr-defined]


def test_the_order_of_words_matters(learned: dict[str, object]) -> None:
    model: sentiment.Sentiment = learned["many to one"]  # type: ignore[assignment]
    for sentence, answer in [
        ("the film was good but very boring", "negative"),
        ("the film was boring but very good", "positive"),
        ("the film was not good", "negative"),
    ]:
        assert model.read(sentence).outputs[-1] == answer
    assert model.score.controls["the same words in any order"] < 0.6


def test_without_memory_the_same_character_has_the_same_state(learned: dict[str, object]) -> None:
    read = learned["one to one"].read("hello")  # type: ignore[attr-defined]
    assert np.array_equal(read.h[2], read.h[3])


def test_ambiguous_words_are_tagged_better_than_by_their_commonest_tag(
    learned: dict[str, object],
) -> None:
    model: tagging.Tagger = learned["tags"]  # type: ignore[assignment]
    assert model.ambiguous.accuracy > max(model.ambiguous.controls.values()) + 0.2
    read = model.read("they can dance the dance")
    assert read.outputs == ("PRON", "AUX", "VERB", "DET", "NOUN")


def test_numbers_are_spoken_as_they_are_written() -> None:
    spoken = [korean_words(number) for number in range(1000)]
    assert len(set(spoken)) == 1000
    assert len({numerals.english(number) for number in range(1000)}) == 1000


def test_held_out_pictures_were_never_shown(learned: dict[str, object]) -> None:
    model: captions.Captions = learned["one to many"]  # type: ignore[assignment]
    assert len(set(model.held_out)) == model.score.held_out == 144


def test_controls_are_measured_on_what_is_held_out() -> None:
    found = controls(list("abab"), list("abab"), list("aaab"), seed=1)
    assert found["always the commonest answer"] == 0.5
    assert 0.2 < found["the network's own answers, shuffled among the examples"] < 0.8
    with pytest.raises(ValueError, match="2 answers to 3 questions"):
        accuracy("ab", "abc")
