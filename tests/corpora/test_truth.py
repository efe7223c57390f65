"""What generators say of each character is what a slow reader of the text finds."""

from __future__ import annotations

import re
import unicodedata

import pytest

from rnnviz.corpora.languages.brackets import KINDS
from rnnviz.corpora.languages.by_name import LANGUAGES
from rnnviz.corpora.languages.quotes import WIDTH

LENGTH = 6_007


def made(name: str) -> tuple[str, dict[str, list[int]]]:
    """A text, cut after its last whole line, and its truth."""
    generated = LANGUAGES[name]().generate(LENGTH, seed=5)
    end = generated.text.rfind("\n") + 1 or LENGTH
    truth = {key: values[:end].tolist() for key, values in generated.truth.items()}
    return generated.text[:end], truth


def prefixes(text: str) -> list[str]:
    """Of every line, with the line break: what has been read of it at each character."""
    lines = text.splitlines(keepends=True)
    return [line[: end + 1] for line in lines for end in range(len(line))]


def test_hello() -> None:
    text, truth = made("hello")
    assert re.fullmatch("(hello )+", text[: LENGTH // 6 * 6])
    assert truth == {"letter": [position % 6 + 1 for position in range(LENGTH)]}


def test_counting() -> None:
    text, truth = made("counting")
    assert all(re.fullmatch("a{1,9}b{1,9}", line) for line in text.splitlines())
    assert truth["unanswered"] == [p.count("a") - p.count("b") for p in prefixes(text)]
    assert truth["answering"] == [int("b" in p and "\n" not in p) for p in prefixes(text)]
    ends = [n for n, c in zip(truth["unanswered"], text, strict=True) if c == "\n"]
    assert set(ends) == {0}


def test_brackets() -> None:
    """Pairs are crossed out until none is left; what stays is open."""
    text, truth = made("brackets")
    left = []
    for prefix in prefixes(text):
        rest, before = prefix.rstrip("\n"), None
        while rest != before:
            before = rest
            for kind in KINDS:
                rest = rest.replace(kind, "")
        left.append(rest)
    assert truth["depth"] == list(map(len, left))
    kinds = [kind[0] for kind in KINDS]
    assert truth["innermost"] == [kinds.index(rest[-1]) + 1 if rest else 0 for rest in left]
    assert max(truth["depth"]) == 4
    assert {n for n, c in zip(truth["depth"], text, strict=True) if c == "\n"} == {0}


def test_quotes() -> None:
    text, truth = made("quotes")
    assert truth["column"] == [0 if p[-1] == "\n" else len(p) for p in prefixes(text)]
    opened = [text[: end + 1].count('"') % 2 for end in range(len(text))]
    assert truth["inside_quote"] == opened
    spoken = re.findall(r'"([^"]*)"', text)
    assert all(re.fullmatch(r"[A-Z][a-zA-Z \n]+[.!?](.*[.!?])?", s, re.DOTALL) for s in spoken)
    for line in text.splitlines():
        assert len(line) >= WIDTH
        assert len(line.rpartition(" ")[0]) < WIDTH  # the last word would not have been begun


def test_code() -> None:
    """Tokens of a regular expression, instead of a state carried along."""
    text, truth = made("code")
    depth, strings, comments = ([0] * len(text) for _ in range(3))
    for token in re.finditer(r'"[^"\n]*"|//[^\n]*|[{}]', text):
        begin, end = token.span()
        if token[0] in "{}":
            depth[begin:] = [n + (1 if token[0] == "{" else -1) for n in depth[begin:]]
        elif token[0].startswith('"'):
            strings[begin : end - 1] = [1] * (end - 1 - begin)
        else:
            comments[begin + 1 : end] = [1] * (end - begin - 1)
    assert truth == {"depth": depth, "inside_comment": comments, "inside_string": strings}
    assert max(depth) == 4
    assert min(depth) == 0
    begins = [0, *(end + 1 for end, c in enumerate(text) if c == "\n")][:-1]
    for begin, line in zip(begins, text.splitlines(), strict=True):
        open_before = depth[begin - 1] if begin else 0
        indented = len(line) - len(line.lstrip())
        assert indented == 2 * (open_before - line.lstrip().startswith("}"))


def test_korean_particles() -> None:
    text, truth = made("korean-particles")
    finals = [int(len(unicodedata.normalize("NFD", c)) == 3) for c in text]
    assert truth["final_consonant"] == finals
    expected = [0] * len(text)
    for word in re.finditer(r"(\w)([은는이가을를]) ", text):
        role = next(n for n, pair in enumerate(("은는", "이가", "을를"), 1) if word[2] in pair)
        fits = {1: "은을이", 0: "는를가"}[finals[word.start(1)]]
        assert word[2] in fits
        expected[word.start(2)] = role
    assert truth["particle"] == expected
    assert len(text.splitlines()) * 2 > sum(map(bool, expected)) > len(text.splitlines())


def words_of(number: int) -> tuple[str, list[int]]:
    """A number in words by repeated division, and the place of each syllable."""
    said, place = "", 0
    places: list[int] = []
    while number:
        number, digit = divmod(number, 10)
        place += 1
        word = "" if digit == 0 else " 일이삼사오육칠팔구"[digit] + " 십백천"[place - 1]
        word = word.replace(" ", "")
        word = word[1:] if digit == 1 and place > 1 else word
        said, places = word + said, [place] * len(word) + places
    return said, places


def test_korean_numerals() -> None:
    text, truth = made("korean-numerals")
    places: list[int] = []
    saying: list[int] = []
    for line in text.splitlines():
        digits, words = line.split(" ")
        said, of = words_of(int(digits))
        assert words == said
        places += [0] * (len(digits) + 1) + of + [0]
        saying += [0] * len(digits) + [1] * (len(words) + 1) + [0]
    assert truth == {"place": places, "saying": saying}


@pytest.mark.parametrize("name", list(LANGUAGES))
def test_truth_names_are_plain(name: str) -> None:
    assert all(re.fullmatch("[a-z_]+", key) for key in LANGUAGES[name]().channels)
