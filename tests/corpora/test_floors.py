"""The lowest reachable loss of every language, derived by hand from what its page says.

Entropy of all that is left to chance in a unit, divided by the unit's expected length.
"""

from __future__ import annotations

import math
from math import log

import pytest

from rnnviz.corpora.catalogue import CATALOGUE
from rnnviz.corpora.languages.brackets import brackets
from rnnviz.corpora.languages.by_name import LANGUAGES
from rnnviz.corpora.languages.code import code
from rnnviz.corpora.languages.counting import counting
from rnnviz.corpora.languages.hello import hello
from rnnviz.corpora.languages.numerals import korean_numerals
from rnnviz.corpora.languages.particles import korean_particles
from rnnviz.corpora.languages.quotes import quotes


def choice(*shares: float) -> float:
    """Entropy of a choice in nats; of yes or no where one share is given."""
    shares = shares if len(shares) > 1 else (shares[0], 1 - shares[0])
    return -sum(share * log(share) for share in shares)


def mean(*lengths: float) -> float:
    return sum(lengths) / len(lengths)


def test_hello_leaves_nothing_to_chance() -> None:
    assert hello().floor == 0


@pytest.mark.parametrize("longest", [1, 2, 5, 9, 30])
def test_counting(longest: int) -> None:
    """One even choice among n a line of (n + 1) / 2 a, as many b, and the line break."""
    assert counting(longest).floor == pytest.approx(log(longest) / (longest + 2))


@pytest.mark.parametrize(
    ("kinds", "deepest", "opening", "more"),
    [(("()", "[]", "{}"), 4, 0.45, 0.7), (("()",), 1, 0.3, 0.5), (("()", "[]"), 6, 0.6, 0.2)],
)
def test_brackets(kinds: tuple[str, ...], deepest: int, opening: float, more: float) -> None:
    """From inside out: a bracket has opening / (1 - opening) children, each costs its own."""
    kind, children = log(len(kinds)), opening / (1 - opening)
    entropy, length = 0.0, 1.0  # from an opened bracket to its closing one, deepest first
    for _ in range(deepest - 1):
        decisions = (choice(opening) + opening * kind) / (1 - opening)
        entropy, length = decisions + children * entropy, 1 + children * (1 + length)
    groups = 1 / (1 - more)
    line = kind + groups * (choice(more) + more * kind + entropy)
    expected = line / (groups * (1 + length) + 1)
    assert brackets(kinds, deepest, opening, more).floor == pytest.approx(expected)


def test_korean_particles() -> None:
    """Ten people with two particles; ten foods or things with a verb of three, or a verb alone."""
    rest = choice(0.4, 0.4, 0.2) + 0.8 * log(10) + 0.2 * log(3)
    entropy = log(20) + rest + 0.8 * log(3)
    noun_and_verb = 0.8 * (1.7 + 2) + 0.4 * (8 / 3 + 2) + 0.4 * (3 + 2)
    length = (2.3 + 2) + noun_and_verb + 0.2 * (3 + 2)
    assert korean_particles().floor == pytest.approx(entropy / length)


def test_korean_numerals() -> None:
    """Digits: 2.5 on average.

    A first digit d of more says 17/9 syllables, the last of them 0.9, one between 0.9 + 0.8.
    """
    entropy = log(4) + log(9) + 1.5 * log(10)
    said = mean(1, 17 / 9 + 0.9, 17 / 9 + 1.7 + 0.9, 17 / 9 + 3.4 + 0.9)
    assert korean_numerals().floor == pytest.approx(entropy / (2.5 + 1 + said + 1))


def test_quotes() -> None:
    """A line break takes the place of a space, so lines change nothing."""
    noun = choice(0.5) + 0.5 * log(5) + log(7)
    noun_length = 0.5 * (mean(3, 6, 6, 6, 3) + 1) + mean(3, 4, 4, 4, 6, 5, 6)
    teller = choice(0.6) + 0.6 * log(4) + 0.4 * log(5)
    teller_length = 0.6 * (mean(4, 4, 3, 5) + 1) + 0.4 * (4 + mean(6, 7, 5, 6, 11) + 1)
    telling = choice(0.6) + 0.6 * log(5) + 0.4 * log(6)
    telling_length = 0.6 * (mean(4, 5, 9, 8, 5) + 3) + 0.4 * (mean(6, 5, 3, 7, 4, 6) + 1)
    told = log(4) + noun
    told_length = mean(3, 1, 3, 3) + 1 + noun_length + 2
    speech = (log(5) + log(5) + log(6) + log(4) + noun + log(3) + choice(0.45)) / 0.45
    words = mean(1, 3, 2, 6, 4) + mean(4, 4, 3, 6, 6) + mean(4, 4, 4, 5, 4, 4) + mean(3, 2, 4, 4)
    speech_length = (words + 4 + noun_length + 2) / 0.45 + 1
    entropy = teller + telling + 0.4 * told + 0.6 * speech
    length = teller_length + telling_length + 0.4 * told_length + 0.6 * speech_length
    floor = quotes(width=7).floor
    assert floor == pytest.approx(entropy / length)
    assert floor == pytest.approx(find_floor("quotes"), abs=5e-6)


def test_code() -> None:
    """From inside out, as for brackets: a block has 1 / 0.35 lines."""
    variable, digit = mean(5, 5, 4, 5, 5), 1
    noted = (log(10) + choice(0.3)) / 0.3
    noted_length = (mean(5, 4, 5, 4, 7, 3, 5, 7, 5, 5) + 1) / 0.3
    end, end_length = choice(0.2) + 0.2 * noted, 0.8 * 1 + 0.2 * (4 + noted_length)
    said = (log(9) + choice(0.4)) / 0.4
    said_length = mean(5, 4, 4, 5, 2, 1, 1, 4, 6) / 0.4 + 0.6 / 0.4 + 3
    value = choice(0.5) + 0.5 * log(10) + 0.5 * log(5)
    value_length = 0.5 * digit + 0.5 * variable + 1
    assigned, assigned_length = log(5) + value + end, variable + 3 + value_length + end_length
    called, called_length = log(3) + said + end, mean(7, 6, 6) + said_length + end_length
    statement = choice(0.5, 0.3, 0.2) + 0.5 * assigned + 0.3 * called + 0.2 * noted
    statement_length = 0.5 * assigned_length + 0.3 * called_length + 0.2 * (3 + noted_length)
    opened = log(2) + log(5) + log(10)
    opened_length = mean(3, 6) + variable + 3 + digit + 3
    line, line_length = statement, statement_length
    for depth in (4, 3, 2, 1):
        body = (line + choice(0.35)) / 0.35
        body_length = (2 * depth + line_length) / 0.35 + 2 * (depth - 1) + 2
        line = choice(0.3) + 0.7 * statement + 0.3 * (opened + body)
        line_length = 0.7 * statement_length + 0.3 * (opened_length + body_length)
    name_length = 3 + mean(5, 7, 9, 4, 6) + 1
    length = name_length + variable + 4 + body_length
    assert code().floor == pytest.approx((2 * log(5) + body) / length)


def find_floor(name: str) -> float:
    (floor,) = (corpus.floor for corpus in CATALOGUE if corpus.name == name)
    assert floor is not None
    return floor


@pytest.mark.parametrize("name", [name for name in LANGUAGES if name != "quotes"])
def test_the_catalogue_says_the_floor(name: str) -> None:
    assert math.isclose(LANGUAGES[name]().floor, find_floor(name), abs_tol=5e-6)


def test_only_generated_texts_have_a_known_floor() -> None:
    assert {corpus.name for corpus in CATALOGUE if corpus.floor is not None} == set(LANGUAGES)
