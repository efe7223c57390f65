"""Vocabularies as people keep them: the same characters, in the order of their ids."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from rnnviz.models.adopted import NetworkError
from rnnviz.models.vocabularies import read_vocabulary, vocabulary_for
from rnnviz.text.vocabulary import Vocabulary, distinct_of

CHARACTERS = ("b", "a", "\n", "é")


@pytest.mark.parametrize(
    "given",
    [
        list(CHARACTERS),
        "".join(CHARACTERS),
        {character: number for number, character in enumerate(CHARACTERS)},
        dict(enumerate(CHARACTERS)),
        {str(number): character for number, character in enumerate(CHARACTERS)},
    ],
)
def test_every_form_gives_the_same(given: Any, tmp_path: Path) -> None:
    assert vocabulary_for(given, 4).characters == CHARACTERS
    path = tmp_path / "vocabulary.json"
    path.write_text(json.dumps(given))
    assert read_vocabulary(path, 4)[0].characters == CHARACTERS


def test_a_text_is_one_of_its_sorted_characters(tmp_path: Path) -> None:
    path = tmp_path / "text.txt"
    path.write_text("hello")
    vocabulary, text = read_vocabulary(path, 4)
    assert (vocabulary.characters, text) == (("e", "h", "l", "o"), "hello")


def test_one_character_a_line_is_a_list_as_keras_writes_it(tmp_path: Path) -> None:
    for tokens in (["[UNK]", "\n", "b", "a"], ["", "[UNK]", "a", "\n"], ["c", "b", " ", "a"]):
        for end in ("", "\n"):
            (path := tmp_path / "vocabulary.txt").write_text("\n".join(tokens) + end)
            vocabulary, text = read_vocabulary(path, 4)
            assert text is None and vocabulary == vocabulary_for(tokens, 4)
    with pytest.raises(NetworkError, match="has 4 characters, but the network tells 6 apart"):
        read_vocabulary(path, 6)


@pytest.mark.parametrize("text", ["a\nb", "a\nb\na", "ab", "to be\nor not\n", "\n\n\n\na\n\n"])
def test_a_text_is_never_taken_for_a_list(tmp_path: Path, text: str) -> None:
    (path := tmp_path / "text.txt").write_text(text)
    own = distinct_of(text)
    assert read_vocabulary(path, len(own)) == (Vocabulary(tuple(own)), text)


def test_what_stands_for_unknown_characters_is_read_in_their_place() -> None:
    vocabulary = vocabulary_for(["", "[UNK]", "a", "b"], 4)
    assert vocabulary.encode("ab?").tolist() == [2, 3, 1]
    assert len(set(vocabulary.characters)) == 4


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("abc", "has 3 characters, but the network tells 4 apart.*with .UNK. or padding"),
        ("abcdef", "has 6 characters, but the network tells 4 apart"),
        (["a", "b", "th", "c"], "'th', which is no single character"),
        (["a", "b", "a", "c"], "each once"),
        (["a", "b", 3, "c"], "'3', which is no single character"),
        ([["a"], "b", "c", "d"], "no single character"),
        ({"a": 0, "b": 1, "c": 1, "d": 2}, "ids are not 0 to 3"),
        ({"a": "b"}, "'a' where an id, a whole number, belongs"),
        ({float("inf"): "a"}, "'inf' where an id, a whole number, belongs"),
        ("abc\ud800", "which is no single character"),
        ({}, "the vocabulary is"),
        (7, "the vocabulary is '7'"),
        (None, "the vocabulary is 'None'"),
    ],
)
def test_what_is_none_is_said(given: Any, said: str) -> None:
    with pytest.raises(NetworkError, match=said):
        vocabulary_for(given, 4)
