"""A generator writes what its states say, with exactly the probabilities they say."""

from __future__ import annotations

import math
from collections import Counter

import numpy as np
import pytest

from rnnviz.corpora.languages.automaton import Automaton
from rnnviz.corpora.languages.by_name import LANGUAGES
from rnnviz.corpora.languages.counting import counting
from rnnviz.corpora.languages.phrases import Place, phrases, spell

COIN = [("h", 0.25, 0), ("t", 0.75, 0)]


@pytest.fixture(scope="module", params=list(LANGUAGES))
def language(request: pytest.FixtureRequest) -> Automaton:
    return LANGUAGES[request.param]()


def test_probabilities_of_every_state_sum_to_one(language: Automaton) -> None:
    total = np.bincount(language.source, language.probability)
    np.testing.assert_allclose(total, 1, rtol=0, atol=1e-12)
    assert len(total) == language.states
    assert (language.probability > 0).all()


def test_a_character_leaves_no_doubt_about_the_state(language: Automaton) -> None:
    arcs = list(zip(language.source.tolist(), language.character.tolist(), strict=True))
    assert len(set(arcs)) == len(arcs)


def test_nll_is_that_of_a_walk_character_by_character(language: Automaton) -> None:
    made = language.generate(5_003, seed=7)
    columns = language.source, language.character, language.target, language.probability
    arcs = {
        (source, chr(code)): (target, probability)
        for source, code, target, probability in zip(*(c.tolist() for c in columns), strict=True)
    }
    state, nll = 0, []
    for character in made.text:
        state, probability = arcs[state, character]
        nll.append(-math.log(probability))
    np.testing.assert_allclose(made.nll, nll, rtol=1e-12)
    assert len(made.text) == 5_003


def test_a_million_characters_lose_what_the_floor_says(language: Automaton) -> None:
    """Within five standard errors, neighbours grouped because they depend on each other."""
    made = language.generate(1_000_000)
    means = made.nll.reshape(500, -1).mean(axis=1)
    error = means.std() / math.sqrt(len(means))
    assert made.nll.mean() == pytest.approx(language.floor, abs=5 * error + 1e-12)
    assert all(values.shape == made.nll.shape for values in made.truth.values())
    assert all(values.dtype == np.int16 for values in made.truth.values())


def test_a_seed_gives_one_text_and_another_gives_another() -> None:
    first, again, other = (counting().generate(900, seed) for seed in (3, 3, 4))
    assert first.text == again.text
    assert first.text != other.text
    np.testing.assert_array_equal(first.nll, again.nll)


def test_texts_joined_from_many_walks_are_not_biased() -> None:
    """Where walks are cut must not favour long units: every n of a^n b^n comes equally often."""
    lines = "".join(counting().generate(1_500, seed).text for seed in range(150)).split("\n")
    counts = Counter(line.count("a") for line in lines if line.count("a") == line.count("b"))
    observed = np.array([counts[n] for n in range(1, 10)])
    expected = observed.mean()
    assert ((observed - expected) ** 2 / expected).sum() < 26.1  # chi-squared, 8 degrees, 0.001


def test_the_shortest_text_is_one_character() -> None:
    assert counting().generate(1).text == "a"
    with pytest.raises(ValueError, match="characters is 0; at least 1"):
        counting().generate(0)


@pytest.mark.parametrize(
    ("arcs", "message"),
    [
        ([("h", 0.25, 0), ("t", 0.5, 0)], "must sum to 1"),
        ([("h", 0.0, 0), ("t", 1.0, 0)], "must sum to 1"),
        ([("h", 0.25, 0), ("h", 0.75, 1)], "two arcs with one character"),
        ([], "must sum to 1"),
    ],
)
def test_a_state_that_leaves_doubt_is_refused(
    arcs: list[tuple[str, float, int]], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        Automaton.explore(0, lambda state: arcs, {})


def test_floor_of_a_coin_is_its_entropy() -> None:
    coin = Automaton.explore(0, lambda state: COIN, {})
    assert coin.floor == pytest.approx(-0.25 * math.log(0.25) - 0.75 * math.log(0.75))


def test_phrases_are_as_likely_as_their_weights() -> None:
    grammar = {"word": phrases(["tea ", "ten "], "word", 0.5) + phrases(["at "], "word", 1.5)}
    text = Automaton.explore(Place("word"), lambda place: spell(grammar, place), {})
    counts = Counter(text.generate(100_000).text.split(" "))
    shares = [counts[word] / counts.total() for word in ("tea", "ten", "at")]
    assert shares == pytest.approx([1 / 8, 1 / 8, 3 / 4], abs=0.01)


def test_a_phrase_that_begins_another_is_refused() -> None:
    grammar = {"word": phrases(["the", "then"], "word")}
    with pytest.raises(ValueError, match="'the' is a phrase and begins another"):
        spell(grammar, Place("word", "th"))
