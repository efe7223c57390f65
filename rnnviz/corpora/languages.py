"""The generated languages by name."""

from __future__ import annotations

from collections.abc import Callable

from rnnviz.corpora.automaton import Automaton
from rnnviz.corpora.brackets import brackets
from rnnviz.corpora.code import code
from rnnviz.corpora.counting import counting
from rnnviz.corpora.hello import hello
from rnnviz.corpora.numerals import korean_numerals
from rnnviz.corpora.particles import korean_particles
from rnnviz.corpora.quotes import quotes

LANGUAGES: dict[str, Callable[[], Automaton]] = {
    "hello": hello,
    "counting": counting,
    "brackets": brackets,
    "quotes": quotes,
    "code": code,
    "korean-particles": korean_particles,
    "korean-numerals": korean_numerals,
}
