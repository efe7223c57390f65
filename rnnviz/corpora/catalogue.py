"""All texts there are to learn from, and how to come by each."""

from __future__ import annotations

import re

from rnnviz.corpora.corpus import PREFIX, Corpus
from rnnviz.corpora.providers import Generator, Sample
from rnnviz.corpora.real_texts import REAL_TEXTS
from rnnviz.corpora.sample_files import SAMPLE_FILES


def find_corpus(name: str) -> Corpus:
    """The corpus of a name.

    Raises:
        ValueError: there is none.

    Example:
        >>> find_corpus("quotes").title
        'Quoted speech'
        >>> find_corpus("Bible")
        Traceback (most recent call last):
        ValueError: there is no corpus 'Bible'; there are: hello, counting, brackets, ...
    """
    for corpus in CATALOGUE:
        if corpus.name == name:
            return corpus
    names = ", ".join(corpus.name for corpus in CATALOGUE)
    raise ValueError(f"there is no corpus {name!r}; there are: {names}.")


def titled(name: str) -> str:
    """A text's name as a person reads it: where it holds `corpus:NAME`, the title of that corpus.

    Example:
        >>> titled("corpus:play"), titled("Why tanh? relu · corpus:play"), titled("play.txt")
        ('A verse drama', 'Why tanh? relu · A verse drama', 'play.txt')
    """
    titles = {corpus.name: corpus.title for corpus in CATALOGUE}
    return re.sub(
        rf"(?<!\S){PREFIX}([a-z0-9-]+)(?!\S)", lambda found: titles.get(found[1], found[0]), name
    )


def _generated(
    name: str, title: str, characters: int, floor: float, description: str, look_for: str
) -> Corpus:
    providers = (Generator(name, characters),)
    return Corpus(name, title, description, look_for, "CC0", providers, floor)


_GENERATED = (
    _generated(
        "hello",
        "hello",
        2_400,
        0.0,
        "One word again and again: the smallest text worth training on.",
        "a unit that tells the first l from the second",
    ),
    _generated(
        "counting",
        "Counting",
        200_000,
        0.19975,
        "Lines of a and then as many b, up to nine of each.",
        "a unit that rises with every a and falls with every b",
    ),
    _generated(
        "brackets",
        "Nested brackets",
        200_000,
        1.10788,
        "Lines of nested (), [] and {}, up to four deep.",
        "units that follow the depth, and units that remember the kind of the last open bracket",
    ),
    _generated(
        "quotes",
        "Quoted speech",
        200_000,
        0.36672,
        "Narration and quoted speech in lines of about forty characters.",
        "a unit that is on inside quotes, and one that follows the column up to the line break",
    ),
    _generated(
        "code",
        "Indented code",
        200_000,
        0.35069,
        "Functions of a small made-up language: nested blocks, comments, strings.",
        "units for the depth of blocks, and units on inside comments or inside strings",
    ),
    _generated(
        "korean-particles",
        "Korean particles",
        200_000,
        0.57653,
        "Korean sentences whose particles 은/는, 이/가, 을/를 follow the noun's last sound.",
        "a unit that tells, at the end of a noun, whether it ends in a consonant",
    ),
    _generated(
        "korean-numerals",
        "Korean numerals",
        200_000,
        0.86703,
        "Numbers in digits and then in Korean words, such as 3245 삼천이백사십오.",
        "units that hold a digit until its word is due",
    ),
)

_OWN = tuple(
    Corpus(file.path.stem, file.title, file.description, file.look_for, "CC0", (Sample(file),))
    for file in SAMPLE_FILES
    if file.path.stem not in {corpus.name for corpus in _GENERATED}
)

CATALOGUE: tuple[Corpus, ...] = (*_GENERATED, *_OWN, *REAL_TEXTS)
