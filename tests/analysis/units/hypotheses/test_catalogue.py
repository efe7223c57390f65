"""Every hypothesis marks what it says: against what is known, and against plain loops."""

from __future__ import annotations

import re
import time
from functools import cache

import numpy as np
import pytest

from rnnviz.analysis.units.hypotheses.catalogue import CATALOGUE, all_labels, chosen
from rnnviz.analysis.units.hypotheses.hypothesis import Labels
from rnnviz.corpora.languages.automaton import GeneratedText
from rnnviz.corpora.languages.by_name import LANGUAGES
from rnnviz.records import Array
from rnnviz.text.hangul import decompose


@cache
def text_in(language: str) -> GeneratedText:
    return LANGUAGES[language]().generate(6_000, seed=5)


def values(name: str, text: str) -> Array:
    return chosen([name], all_labels(text))[0].values


def marked(name: str, text: str) -> str:
    """The characters that a hypothesis marks, the others as dots."""
    held = values(name, text)
    return "".join(c if mark == 1 else "." for c, mark in zip(text, held, strict=True))


@pytest.mark.parametrize(
    ("language", "channel", "name"),
    [
        ("quotes", "inside_quote", "inside quotes"),
        ("quotes", "inside_quote", 'inside "straight" quotes'),
        ("quotes", "column", "characters since the newline"),
        ("brackets", "depth", "nesting depth"),
        ("code", "depth", "inside braces"),
        ("code", "inside_comment", "inside a comment"),
        ("code", "inside_string", "inside a string"),
        ("korean-particles", "final_consonant", "Hangul final consonant"),
    ],
)
def test_what_is_known_of_generated_texts(language: str, channel: str, name: str) -> None:
    generated = text_in(language)
    found, known = values(name, generated.text), generated.truth[channel].astype(float)
    if name == "inside braces":
        known = (known > 0).astype(float)
    said = ~np.isnan(found)
    assert said.mean() > 0.95
    np.testing.assert_array_equal(found[said], known[said])


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ('inside "straight" quotes', 'a "b" c', '.."b...'),
        ('inside "straight" quotes', 'a" b "c', 'a...."c'),
        ('inside "straight" quotes', 'f("(", "x")', '.."(..."x..'),
        ('inside "straight" quotes', '"a\n\n"b" c', '"a\n."b...'),
        ("inside “curly” quotes", "“a b” c “d", "“a b....“d"),
        ("inside “curly” quotes", "„a“ b „c“", "„a....„c."),
        ("inside “curly” quotes", "a ‘b’ “c”", "......“c."),
        ("inside «angled» quotes", "« a » b", "« a ..."),
        ("inside 「corner」 quotes", "『a』b「c」", "『a..「c."),
        ("inside 'single' quotes", "'tis don't 'a b' c", "...........'a b..."),
        ("inside 'single' quotes", "‘don’t’ the dogs’", "‘don’t..........."),
        ("inside quotes", "\"a\" «b» 'c'", "\"a..«b..'c."),
        ("inside parentheses", "a) (b(c)) d", "...(b(c)..."),
        ("inside parentheses", ":(\n\nno", ".(\n..."),
        ("inside square brackets", "[a] [b", "[a..[b"),
        ("inside braces", "{a{b}}\n\nc}", "{a{b}....."),
        ("inside braces", "{;\na;\nb; // }\n};\n", "{;\na;\nb; // }\n..."),
        ("inside a comment", "a; // b\nc; /* d */\ne;\n", "..../ b.....* d *....."),
        ("inside a comment", "x = 1 # a\nreturn x\nif x:\nif y:\n", "......# a" + "." * 22),
        (
            "inside a string",
            'f("//", 1);\nh("\\"");\ng();\n',
            '.."//' + "." * 9 + '"\\"' + "." * 9,
        ),
        ("inside a formula", "pay $5 or $x + y$ now", "..........$x + y....."),
        ("inside a LaTeX command", "\\a{a}\n\\b{b}\n\\ref{c}\n", "\\a....\\b....\\ref...."),
        ("last character of a word", "don't go 12", "....t..o..."),
        ("speaker's name", "A B:\nNo: not\nso\n", "A B:............"),
        ("first character of a line", "a\nb\n", "..b."),
        ("upper case", "aÉ B", ".É.B"),
        ("digit", "a1½", ".1."),
        ("vowel", "eéyŰb", "eé.Ű."),
        ("punctuation", "a, b+。", ".,...。"),
        ("Hangul final consonant", decompose("각가"), "..\u11a8.."),
        ("Hangul final consonant", "각가", "각."),
    ],
)
def test_what_is_marked(name: str, text: str, expected: str) -> None:
    assert marked(name, text) == expected


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("nesting depth", ")([)}", [0, 1, 2, 1, 0]),
        ("characters since the newline", "a\nbc\n", [np.nan, 0, 1, 2, 0]),
        ("characters since the blank line", "a\n \nb", [np.nan, np.nan, np.nan, 0, 1]),
        ("indentation", "\n  a b\n\tc", [0, 1, 2, 2, 2, 2, 0, 1, 1]),
        ("position in the word", ".ab'c d", [0, 1, 2, 3, 4, 0, 1]),
        ("class of the character", "\n A1b,+", [0, 1, 2, 4, 3, 5, 6]),
        ("class of the character before", "\n A1", [np.nan, 0, 1, 2]),
    ],
)
def test_what_is_counted(name: str, text: str, expected: list[float]) -> None:
    np.testing.assert_array_equal(values(name, text), expected)


def test_a_line_is_measured_by_the_ten_before() -> None:
    lengths = [3, 5, 2, 7, 4, 4, 6, 1, 9, 8, 5, 6]
    text = "\n" + "".join("x" * (length - 1) + "\n" for length in lengths)
    found = values("line against the usual length", text)
    begin = 1 + sum(lengths[:10])
    assert np.isnan(found[: begin - 1]).all()
    usual = [sum(lengths[:10]) / 10, sum(lengths[1:11]) / 10]
    line = [*(np.arange(5) / usual[0]), *(np.arange(6) / usual[1]), 0.0]
    np.testing.assert_allclose(found[begin - 1 : begin + 10], line[:11])


def test_what_a_part_of_a_text_says_is_what_the_whole_says_of_it() -> None:
    text = text_in("code").text
    for whole, part in zip(all_labels(text), all_labels(text[:3_000]), strict=True):
        same = (whole.values[:2_900] == part.values[:2_900]) | np.isnan(part.values[:2_900])
        assert same.all(), whole.name


@pytest.mark.parametrize("text", ["", "a", "\n", '"', "\ud800", "ab" * 30, "\n\n\n"])
def test_nothing_breaks_and_every_length_is_the_text_s(text: str) -> None:
    for labels in all_labels(text):
        assert labels.values.shape == (len(text),)
        assert labels.values.dtype == np.float64


def test_what_does_not_vary_says_so() -> None:
    varying = {labels.name for labels in all_labels("abab\nabab\n") if labels.varies}
    assert "vowel" in varying
    assert not varying & {"digit", "inside quotes", "inside a formula", "nesting depth"}


def test_each_has_a_name_of_its_own_and_a_line_that_says_what_it_marks() -> None:
    names = [hypothesis.name for hypothesis in CATALOGUE]
    assert len(set(names)) == len(names)
    assert all(re.match(r"[\w.:,;' ]{4,}", hypothesis.marks) for hypothesis in CATALOGUE)
    with pytest.raises(ValueError, match="there is no hypothesis 'vowels'; there are: 'inside"):
        chosen(["vowels"], all_labels("a"))


def test_a_class_beyond_its_names_is_called_by_its_number() -> None:
    labels = Labels("kind", "a kind", "class", np.array([0.0, 3.0]), ("none",))
    assert [labels.class_name(value) for value in labels.values] == ["none", "3"]


def test_all_of_them_read_100_000_characters_in_no_time() -> None:
    text = (text_in("code").text * 17)[:100_000]
    began = time.process_time()
    all_labels(text)
    assert time.process_time() - began < 1.5  # 0.15 on a quiet machine
