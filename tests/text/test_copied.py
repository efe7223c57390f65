"""Copied passages: a naive search finds the same, planted ones are found whole."""

from __future__ import annotations

import random

import numpy as np
import pytest

from rnnviz.text import copied as module
from rnnviz.text.copied import LEAST, Copied, control, copied, repeated


def naive(text: str, source: str, least: int) -> Copied:
    """Every stretch of a text looked for by itself."""
    covered, longest = [False] * len(text), 0
    for begin in range(len(text)):
        for end in range(begin + least, len(text) + 1):
            if text[begin:end] in source:
                covered[begin:end] = [True] * (end - begin)
                longest = max(longest, end - begin)
    edges = np.flatnonzero(np.diff(np.array([False, *covered, False], dtype=int)))
    passages = tuple((int(a), int(b)) for a, b in zip(edges[::2], edges[1::2], strict=True))
    return Copied(len(text), least, passages, longest)


def drawn(seed: int, letters: str, length: int) -> str:
    return "".join(random.Random(seed).choices(letters, k=length))


@pytest.mark.parametrize("seed", range(12))
def test_it_is_what_a_naive_search_finds(seed: int) -> None:
    letters = ("ab", "abc", "aé한𝒳\n")[seed % 3]
    source, text = drawn(seed, letters, 211), drawn(seed + 99, letters, 57)
    text += source[30 : 30 + seed] + source[5:25] + source[20:47]
    for least in (1, 2, 5, 9):
        assert copied([text], source, least) == [naive(text, source, least)]


@pytest.mark.parametrize("factor", [0, 1, 2])
def test_numbers_that_meet_by_chance_change_nothing(
    factor: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_FACTOR", np.uint64(factor))
    monkeypatch.setattr(module, "_NEAR_SHIFT", np.uint64(0))
    monkeypatch.setattr(module, "_NEAR_BITS", 22)
    source, text = drawn(1, "abcd", 200), drawn(2, "abcd", 50)
    assert 0 < copied([text], source, 4)[0].share < 1
    assert copied([text], source, 4) == [naive(text, source, 4)]


def test_it_is_the_same_whatever_the_source_is_read_in(monkeypatch: pytest.MonkeyPatch) -> None:
    source = drawn(3, "abcdefgh ", 3_000)
    texts = [source[40:77] + "#" + source[990:1055], "", "x", source[-25:]]
    whole = copied(texts, source)
    monkeypatch.setattr(module, "_BLOCK", 31)
    assert copied(texts, source) == whole
    assert whole[0].passages == ((0, 37), (38, 103)) and whole[0].longest == 65
    assert [found.share for found in whole[1:]] == [0.0, 0.0, 1.0]


def test_passages_from_two_places_cover_together_and_count_apart() -> None:
    source = "the quick brown fox jumps | quick brown fox jumps over the lazy dog"
    (found,) = copied(["the quick brown fox jumps over the lazy"], source)
    assert found.passages == ((0, 39),) and found.longest == 36


def test_what_is_shorter_than_twenty_counts_for_nothing() -> None:
    source = drawn(4, "abcdefgh ", 500)
    assert copied([source[7 : 7 + LEAST - 1]], source)[0].share == 0
    assert copied([source[7 : 7 + LEAST]], source)[0].share == 1
    assert Copied(9, 20, (), 0).words("this sample") == (
        "no passage of 20 or more characters of this sample stands in the training text"
    )
    with pytest.raises(ValueError, match="least is 0; it must be 1 or more"):
        copied(["a"], source, 0)


def test_the_control_is_the_mean_over_held_out_passages_as_long() -> None:
    source = drawn(5, "abcdefgh ", 900)
    held_out = source[100:140] + drawn(6, "ABCDEFGH", 120)
    found = control(held_out, source, 40)
    assert found is not None
    assert (found.share, found.count, found.characters, found.longest) == (0.25, 4, 40, 40)
    assert found.most == 1 and found.words.endswith("it is 25 % on average and 100 % at most")
    many = control(drawn(7, "xyz", 9_000), source, 60)
    assert many is not None and (many.share, many.count) == (0.0, 50)
    short = control("abc", source, 40)
    assert short is not None and (short.count, short.characters) == (1, 3)
    assert control("", source, 40) is None and control("abc", source, 0) is None


def test_a_passage_is_not_found_in_itself_nor_across_where_it_was_cut_out() -> None:
    text = drawn(5, "abcdefghij ", 1_000)
    found = repeated(text, 100)
    assert found is not None and (found.share, found.count, found.held_out) == (0.0, 10, False)
    twice = repeated(text[:500] * 2, 100)
    assert twice is not None and twice.share == 1 and twice.longest == 100
    assert repeated("a" * 39, 200) is None
