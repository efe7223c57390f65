"""The generated languages by name."""

from __future__ import annotations

from collections.abc import Callable

from rnnviz.corpora.languages.automaton import Automaton
from rnnviz.corpora.languages.brackets import brackets
from rnnviz.corpora.languages.code import code
from rnnviz.corpora.languages.counting import counting
from rnnviz.corpora.languages.hello import hello
from rnnviz.corpora.languages.numerals import korean_numerals
from rnnviz.corpora.languages.particles import korean_particles
from rnnviz.corpora.languages.quotes import quotes

LANGUAGES: dict[str, Callable[[], Automaton]] = {
    "hello": hello,
    "counting": counting,
    "brackets": brackets,
    "quotes": quotes,
    "code": code,
    "korean-particles": korean_particles,
    "korean-numerals": korean_numerals,
}
