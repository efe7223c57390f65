"""Characters to ids and back."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Self

from rnnviz.arrays import np
from rnnviz.notation import are, counted, share_words, shortened
from rnnviz.records import Ids
from rnnviz.showing import Record
from rnnviz.text.reading import TextError

if TYPE_CHECKING:
    from numpy.typing import NDArray

MAX_DISTINCT = 4000

# What stands for rare characters, the first that the text lacks: the geta mark is what printers
# set where they have no type for a character.
_SYMBOLS = "〓□▯⬚" + "".join(map(chr, range(0xE000, 0xF900)))

# Characters turned to code points at once: bounds the memory beside the text itself.
_PIECE = 1 << 20
_CODE_POINTS = 0x110000


def _code_points(text: str) -> Iterator[tuple[int, NDArray[np.uint32]]]:
    for start in range(0, len(text), _PIECE):
        piece = text[start : start + _PIECE].encode("utf-32-le", "surrogatepass")
        yield start, np.frombuffer(piece, dtype="<u4")


def _counts(text: str) -> NDArray[np.int64]:
    """How often each code point occurs."""
    counts = np.zeros(_CODE_POINTS, dtype=np.int64)
    for _, codes in _code_points(text):
        counts += np.bincount(codes, minlength=_CODE_POINTS)
    return counts


def distinct_of(text: str) -> str:
    """The distinct characters of a text in code point order.

    Example:
        >>> distinct_of("hello")
        'ehlo'
    """
    return "".join(map(chr, np.flatnonzero(_counts(text))))


@dataclass(frozen=True, slots=True)
class Rare:
    """The rarest characters of a text, which a network reads as one symbol.

    Attributes:
        symbol: what stands for them; it is in no text they are from.
        distinct: how many characters they are.
        characters: how many places of the text they take.
    """

    symbol: str
    distinct: int
    characters: int

    def words(self, total: int) -> str:
        """How much of a text of `total` characters they are.

        Example:
            >>> Rare("〓", 1200, 5000).words(1_000_000)
            '1,200 rare characters, 0.5 % of the text, are read as 〓'
            >>> Rare("〓", 1, 3).words(10_000_000)
            '1 rare character, less than 0.0001 % of the text, is read as 〓'
        """
        share = share_words(self.characters / max(total, 1))
        return (
            f"{counted(self.distinct, 'rare character')}, {share} of the text, "
            f"{are(self.distinct)} read as {self.symbol}"
        )


@dataclass(frozen=True, repr=False)
class Vocabulary(Record):
    r"""Distinct characters; a character's place is its id.

    Attributes:
        characters: the characters, each once; those of a text stand in code point order.
        rare: the symbol that all others are read as; None where others are refused.

    Example:
        >>> vocabulary = Vocabulary.of("hello")
        >>> vocabulary.characters
        ('e', 'h', 'l', 'o')
        >>> vocabulary.encode("hole")
        array([1, 3, 2, 0], dtype=uint8)
        >>> vocabulary.decode([1, 0, 2, 2, 3])
        'hello'
        >>> vocabulary.encode("help")
        Traceback (most recent call last):
        rnnviz.text.reading.TextError: 'p' (LATIN SMALL LETTER P) at position 3 is not one of ...
    """

    characters: tuple[str, ...]
    rare: Rare | None = None

    def __post_init__(self) -> None:
        wrong = [c for c in self.characters if not isinstance(c, str) or len(c) != 1]
        twice = [c for c, count in Counter(self.characters).items() if count > 1]
        if twice and not wrong:
            raise ValueError(
                f"the vocabulary has {twice[0]!r} twice; give single characters, each once, in the "
                "order of their ids."
            )
        if wrong or not self.characters:
            raise ValueError(
                f"the vocabulary is {shortened(str(self.characters))}; give single characters, "
                "each once, in the order of their ids."
            )
        if self.rare is not None and self.rare.symbol not in self.characters:
            raise ValueError(f"{self.rare.symbol!r} stands for rare characters; it must be one.")

    @cached_property
    def _ids(self) -> NDArray[np.int32]:
        """The id of each code point, -1 of those that are not in it."""
        codes = [ord(character) for character in self.characters]
        ids = np.full(max(codes) + 1, -1, dtype=np.int32)
        ids[codes] = np.arange(len(codes))
        return ids

    def __len__(self) -> int:
        return len(self.characters)

    @classmethod
    def of(cls, text: str) -> Self:
        """The vocabulary of a text: its characters, of more than 4,000 the most frequent.

        All others are then `rare`, and one symbol stands for them, the 4,000th.
        """
        counts = _counts(text)
        found = np.flatnonzero(counts)
        if len(found) <= MAX_DISTINCT:
            return cls(tuple(map(chr, found)))
        ranked = found[np.argsort(-counts[found], kind="stable")]
        kept, others = ranked[: MAX_DISTINCT - 1], ranked[MAX_DISTINCT - 1 :]
        symbol = next(each for each in _SYMBOLS if not counts[ord(each)])
        rare = Rare(symbol, len(others), int(counts[others].sum()))
        return cls(tuple(sorted([*map(chr, kept), symbol])), rare)

    @classmethod
    def from_any(cls, given: Vocabulary | Sequence[str]) -> Vocabulary:
        """A vocabulary as it is, or one of characters in the order of their ids."""
        return given if isinstance(given, Vocabulary) else cls(tuple(given))

    @property
    def nothing_to_learn(self) -> str:
        """What follows where there is one character alone, in a sentence; "" where there are more.

        Example:
            >>> Vocabulary.of("aaa").nothing_to_learn[:44], Vocabulary.of("ab").nothing_to_learn
            ('The text has one distinct character, so that', '')
        """
        if len(self.characters) > 1:
            return ""
        return (
            "The text has one distinct character, so that what follows is certain before anything "
            "is learned: the loss is 0 bits (0 nats) and every gradient is zero, from the "
            "first iteration on."
        )

    @property
    def dtype(self) -> np.dtype[Any]:
        """The smallest integer type that holds every id."""
        return np.min_scalar_type(len(self) - 1)

    def encode(self, text: str) -> Ids:
        """The id of each character (time), in the smallest fitting integer type.

        Raises:
            TextError: a character is not in the vocabulary, and no symbol stands for it.
        """
        text = self.with_rare(text)
        ids = np.empty(len(text), dtype=self.dtype)
        for start, codes in _code_points(text):
            found = self._ids[np.minimum(codes, len(self._ids) - 1)]
            found[codes >= len(self._ids)] = -1
            if found.min(initial=0) < 0:
                raise TextError(self._refusal(text, start + int(np.argmax(found < 0))))
            ids[start : start + len(codes)] = found
        return ids

    def decode(self, ids: Sequence[int] | NDArray[Any]) -> str:
        """The text of ids (time)."""
        return "".join(self.characters[i] for i in ids)

    def with_rare(self, text: str) -> str:
        """The text with the symbol for rare characters in the place of each; others have none."""
        if self.rare is None:
            return text
        return text.translate(dict.fromkeys(map(ord, self.unknown(text)), self.rare.symbol))

    def unknown(self, text: str) -> dict[str, int]:
        """The characters of a text that are not in the vocabulary, each with its first position.

        Example:
            >>> Vocabulary.of("hello").unknown("help, please")
            {'p': 3, ',': 4, ' ': 5, 'a': 9, 's': 10}
        """
        first: dict[str, int] = {}
        for start, codes in _code_points(text):
            missing = codes >= len(self._ids)
            missing[~missing] = self._ids[codes[~missing]] < 0
            found, places = np.unique(codes[missing], return_index=True)
            for code, place in zip(found, np.flatnonzero(missing)[places], strict=True):
                first.setdefault(chr(code), start + int(place))
        return dict(sorted(first.items(), key=lambda item: item[1]))

    def _refusal(self, text: str, place: int) -> str:
        character = text[place]
        name = unicodedata.name(character, f"U+{ord(character):04X}")
        others = len(self.unknown(text)) - 1
        more = f" (nor {are(others)} {counted(others, 'other')})" if others else ""
        return (
            f"{character!r} ({name}) at position {place:,} is not one of the {len(self):,} "
            f"characters this network learned{more}; leave it out or train on a text that has it."
        )
