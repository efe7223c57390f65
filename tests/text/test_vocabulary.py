"""Characters to ids and back: a bijection, in the smallest integer type."""

from __future__ import annotations

import subprocess
import sys
from types import FrameType
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnnviz.text import vocabulary as vocabulary_module
from rnnviz.text.reading import TextError
from rnnviz.text.vocabulary import Rare, Vocabulary

ANY_TEXT = st.text(st.characters(codec=None), min_size=1, max_size=60)


@given(ANY_TEXT)
def test_decoding_undoes_encoding(text: str) -> None:
    vocabulary = Vocabulary.of(text)
    assert vocabulary.decode(vocabulary.encode(text)) == text
    assert vocabulary.characters == tuple(sorted(set(text)))


@given(ANY_TEXT)
def test_pieces_do_not_change_the_ids(text: str) -> None:
    with pytest.MonkeyPatch.context() as patch:
        whole = Vocabulary.of(text).encode(text)
        patch.setattr(vocabulary_module, "_PIECE", 3)
        assert np.array_equal(Vocabulary.of(text).encode(text), whole)


@pytest.mark.parametrize(("distinct", "dtype"), [(256, np.uint8), (257, np.uint16)])
def test_ids_take_the_smallest_type(distinct: int, dtype: type) -> None:
    text = "".join(map(chr, range(1000, 1000 + distinct)))
    assert Vocabulary.of(text).encode(text).dtype == dtype


def many(distinct: int, times: int = 3) -> str:
    """Distinct characters, each some times, and those from the 3,999th on once."""
    characters = "".join(map(chr, range(0x4E00, 0x4E00 + distinct)))
    return characters[:3999] * times + characters[3999:]


def test_of_more_than_4000_characters_the_rarest_become_one_symbol() -> None:
    assert Vocabulary.of(many(4000)).rare is None
    found = Vocabulary.of(text := many(4321))
    assert found.rare == Rare("〓", 322, 322)
    assert len(found) == 4000
    read = found.with_rare(text)
    assert read == text[: 3 * 3999] + "〓" * 322
    assert np.array_equal(found.encode(text), found.encode(read))
    assert found.decode(found.encode(text)) == read
    assert found.unknown(read) == {}


def test_the_symbol_is_none_of_the_text() -> None:
    found = Vocabulary.of(many(4321) + "〓□")
    assert found.rare is not None
    assert found.rare.symbol == "▯"


def test_how_much_is_rare_is_said_as_a_share() -> None:
    assert Rare("〓", 3, 50).words(10_000) == "3 rare characters, 0.5 % of the text, are read as 〓"


def test_a_symbol_must_be_a_character() -> None:
    with pytest.raises(ValueError, match="it must be one"):
        Vocabulary(("a", "b"), Rare("〓", 1, 1))


@pytest.mark.parametrize(
    ("text", "named"),
    [("heö", "LATIN SMALL LETTER O"), ("h\x07", "U\\+0007"), ("pü", r"\(nor is 1 other\)")],
)
def test_an_unknown_character_is_named(text: str, named: str) -> None:
    with pytest.raises(TextError, match=named):
        Vocabulary.of("hello").encode(text)


@pytest.mark.parametrize("characters", [(), ("ab", "c"), ("a", "a"), ("a", 1)])
def test_a_vocabulary_is_of_single_distinct_characters(characters: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match="give single characters, each once"):
        Vocabulary(characters)


def test_which_character_comes_twice_is_said() -> None:
    with pytest.raises(ValueError, match="the vocabulary has 'l' twice; give single characters"):
        Vocabulary(tuple("hello"))


def test_ids_may_stand_in_any_order() -> None:
    """Networks trained elsewhere have vocabularies of their own order."""
    vocabulary = Vocabulary.from_any("lohe")
    assert vocabulary.encode("hello").tolist() == [2, 3, 0, 0, 1]
    assert Vocabulary.from_any(vocabulary) is vocabulary


def instructions(text: str) -> int:
    """How many instructions of Python it takes to encode a text."""
    taken = 0

    def trace(frame: FrameType, event: str, argument: object) -> Any:
        nonlocal taken
        frame.f_trace_opcodes = True
        taken += event == "opcode"
        return trace

    sys.settrace(trace)
    try:
        Vocabulary.of(text).encode(text)
    finally:
        sys.settrace(None)
    return taken


def test_a_longer_text_is_encoded_by_no_more_python() -> None:
    """So that 100 MB take seconds: no character is looked at one by one."""
    line = "the quick brown fox jumps over the lazy dog\n"
    few = instructions(line)  # and of loading what it needs
    assert 0 < instructions(line * 7000) <= few


def test_loading_takes_less_than_eight_times_the_file() -> None:
    """Peak memory of a process that reads 40 MB, over one that reads next to nothing."""

    def peak(size: int) -> int:
        program = (
            "import resource, sys\n"
            "from rnnviz.text.reading import decode_text\n"
            "from rnnviz.text.vocabulary import Vocabulary\n"
            f"text = decode_text(b'to be or not\\r\\n' * ({size} // 14)).text\n"
            "ids = Vocabulary.of(text).encode(text)\n"
            "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)\n"
        )
        ran = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
        return int(ran.stdout) * 1024

    assert peak(40_000_000) - peak(14_000) < 8 * 40_000_000
