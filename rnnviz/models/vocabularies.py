"""The characters of a network trained elsewhere, in the order of their ids, as people keep them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from rnnviz.models.adopted import NetworkError
from rnnviz.models.files.bounded import read_object
from rnnviz.notation import counted
from rnnviz.text.reading import read_text
from rnnviz.text.vocabulary import Rare, Vocabulary, distinct_of

# What stands in a list for characters it lacks, for padding, and for beginnings and ends.
_UNKNOWN = ("[UNK]", "<unk>", "<UNK>", "[unk]")
_SPECIAL = ("", "<pad>", "<PAD>", "[PAD]", "<bos>", "<eos>", "<BOS>", "<EOS>", "<s>", "</s>")
_STAND_INS = "〓□▯⬚" + "".join(map(chr, range(0xE000, 0xE100)))
_SAID = 60


def vocabulary_for(given: Any, size: int) -> Vocabulary:
    r"""The vocabulary of a network that tells so many characters apart.

    Args:
        given: a `Vocabulary`; a list of characters, as of Keras' StringLookup, or a string, in the
            order of their ids; a mapping of characters to ids, or of ids to characters. [UNK] and
            its like become one symbol, which is read where a text has a character that is not in
            the list; the empty string and others such as <pad> become symbols that are never read.
        size: how many the decoder has.

    Raises:
        NetworkError: it is none of these, or has another size.

    Example:
        >>> vocabulary_for({"1": "b", "0": "a"}, 2).characters
        ('a', 'b')
        >>> vocabulary_for(["[UNK]", "a", "b"], 3).characters
        ('〓', 'a', 'b')
        >>> vocabulary_for("abc", 5)
        Traceback (most recent call last):
        rnnviz.models.adopted.NetworkError: the vocabulary has 3 characters, but the network ...
    """
    if isinstance(given, Vocabulary):
        found = given
    else:
        found = _vocabulary(_by_id(given) if isinstance(given, Mapping) else given)
    if len(found) != size:
        raise NetworkError(
            f"the vocabulary has {counted(len(found), 'character')}, but the network tells "
            f"{size:,} apart; give the one it was trained with, in the order of its "
            f"ids{_hint(len(found), size)}."
        )
    return found


def read_vocabulary(path: Path, size: int) -> tuple[Vocabulary, str | None]:
    """The vocabulary in a file, and its text where it is one.

    A file is JSON (.json; a list, an object or a string); or one character a line, as Keras writes
    a StringLookup's vocabulary.txt; or else a text, whose distinct characters in the order of their
    code points are the vocabulary, as char-rnn and its like make it.

    Args:
        path: of the file.
        size: how many characters the decoder has.

    Raises:
        NetworkError: it has another size, or none can be read.
        TextError: the file is no text.
    """
    if path.suffix.lower() == ".json":
        return vocabulary_for(read_object(path), size), None
    text = read_text(path).text
    own, listed = distinct_of(text), listed_in(text)
    if listed is not None and (len(listed) == size or len(own) != size):
        return vocabulary_for(listed, size), None
    return vocabulary_for(own, size), text


def listed_in(text: str) -> list[str] | None:
    r"""What stands one a line, where that is a list of characters and no text; None elsewhere.

    Every line is a character or what stands for some, and none comes twice. A newline, written as
    a line, leaves two that are empty.

    Example:
        >>> listed_in("[UNK]\n\n\na\nb\n"), listed_in("a\nb\na")
        (['[UNK]', '\n', 'a', 'b'], None)
    """
    tokens = list[str]()
    for line in text.split("\n"):
        if not line and tokens[-1:] == [""]:
            tokens[-1] = "\n"
        else:
            tokens.append(line)
    if tokens[-1] == "":  # the end of the last line
        tokens.pop()
    fine = all(len(token) == 1 or token in (*_UNKNOWN, *_SPECIAL) for token in tokens)
    return tokens if fine and len(tokens) == len(set(tokens)) > 1 else None


def _vocabulary(tokens: Any) -> Vocabulary:
    if not isinstance(tokens, str | Sequence) or not tokens:
        raise NetworkError(
            f"the vocabulary is {str(tokens)[:_SAID]!r}; give characters in the order of their "
            "ids: a list, a string, or an object of characters and ids."
        )
    free = iter(each for each in _STAND_INS if each not in tokens)
    characters, unknown = [], None
    for token in tokens:
        if token in _UNKNOWN and unknown is None:
            unknown = next(free)
            characters.append(unknown)
        else:
            characters.append(next(free) if token in _SPECIAL else token)
    if long := [each for each in characters if not _is_character(each)]:
        raise NetworkError(
            f"the vocabulary has {str(long[0])[:_SAID]!r}, which is no single character; networks "
            "here read text character by character."
        )
    rare = None if unknown is None else Rare(unknown, 0, 0)
    try:
        return Vocabulary(tuple(characters), rare)
    except ValueError as error:
        raise NetworkError(str(error)) from error


def _is_character(found: Any) -> bool:
    """Whether it is one, and not half of one, which no text has."""
    return isinstance(found, str) and len(found) == 1 and not "\ud800" <= found <= "\udfff"


def _by_id(given: Mapping[Any, Any]) -> list[Any]:
    """The characters of an object, in the order of their ids, which count from 0."""
    forward = all(isinstance(value, int) for value in given.values())
    pairs = [(value, key) if forward else (_whole(key), value) for key, value in given.items()]
    by_id = dict(pairs)
    if sorted(by_id) != list(range(len(given))):
        raise NetworkError(
            f"the vocabulary has {len(given):,} characters whose ids are not 0 to "
            f"{len(given) - 1:,}, each once; give an object of characters and their ids."
        )
    return [by_id[number] for number in range(len(given))]


def _whole(key: Any) -> int:
    try:
        return int(key)
    except (TypeError, ValueError, OverflowError) as error:
        raise NetworkError(
            f"the vocabulary has {str(key)[:_SAID]!r} where an id, a whole number, belongs."
        ) from error


def _hint(given: int, size: int) -> str:
    if size == given + 1:
        return ", with [UNK] or padding where it has that"
    return ""
