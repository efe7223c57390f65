"""All hypotheses that any text is asked for. A further one is its function and a line here."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from rnnviz.analysis.units.hypotheses import kinds, nesting, places, quotations, source_code
from rnnviz.analysis.units.hypotheses.characters import Characters
from rnnviz.analysis.units.hypotheses.hypothesis import Hypothesis, Kind, Labels
from rnnviz.records import Array


def _from(
    name: str, values: Callable[[Characters], Array], kind: Kind = "yes/no", *classes: str
) -> Hypothesis:
    """What it marks is the first line of its function's docstring."""
    marks = (values.__doc__ or "").split("\n")[0].rstrip(".")
    return Hypothesis(name, marks, kind, values, classes)


CATALOGUE: tuple[Hypothesis, ...] = (
    _from("inside quotes", quotations.any_form),
    _from('inside "straight" quotes', quotations.straight),
    _from("inside “curly” quotes", quotations.curly),
    _from("inside «angled» quotes", quotations.angled),
    _from("inside 「corner」 quotes", quotations.corner),
    _from("inside 'single' quotes", quotations.single),
    _from("nesting depth", nesting.depth, "counter"),
    _from("inside parentheses", nesting.parentheses),
    _from("inside square brackets", nesting.square_brackets),
    _from("inside braces", nesting.braces),
    _from("inside a comment", source_code.comment),
    _from("inside a string", source_code.string),
    _from("inside a formula", source_code.formula),
    _from("inside a LaTeX command", source_code.command),
    _from("characters since the newline", places.since_newline, "counter"),
    _from("characters since the blank line", places.since_blank_line, "counter"),
    _from("line against the usual length", places.against_usual, "counter"),
    _from("indentation", places.indentation, "counter"),
    _from("position in the word", places.in_word, "counter"),
    _from("last character of a word", places.word_ends),
    _from("first character of a line", places.after_newline),
    _from("speaker's name", places.speaker),
    _from("upper case", kinds.upper_case),
    _from("digit", kinds.digit),
    _from("vowel", kinds.vowel),
    _from("punctuation", kinds.punctuation),
    _from("Hangul final consonant", kinds.final_consonant),
    _from("class of the character", kinds.current, "class", *kinds.CLASSES),
    _from("class of the character before", kinds.previous, "class", *kinds.CLASSES),
)


def all_labels(text: str) -> list[Labels]:
    r"""Every hypothesis over a text, in the order of the catalogue, those that do not vary too.

    Example:
        >>> found = all_labels("Say (a)\n")
        >>> [labels.name for labels in found if labels.varies][:2]
        ['nesting depth', 'inside parentheses']
    """
    characters = Characters(text)
    return [hypothesis.over(characters) for hypothesis in CATALOGUE]


def chosen(names: Sequence[str], known: Sequence[Labels]) -> list[Labels]:
    """Those of some names, in the order they were given.

    Raises:
        ValueError: there is none of a name.
    """
    by_name = {labels.name: labels for labels in known}
    for name in names:
        if name not in by_name:
            listed = ", ".join(f"{one!r}" for one in by_name)
            raise ValueError(f"there is no hypothesis {name!r}; there are: {listed}.")
    return [by_name[name] for name in names]
