"""What a network reads as one character, and what a person sees of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import blake2b
from typing import TYPE_CHECKING, Literal, Self, get_args

from rnnviz.arrays import np
from rnnviz.notation import listed
from rnnviz.records import Ids
from rnnviz.text.composition import respelt
from rnnviz.text.hangul import decompose, letter, recompose
from rnnviz.text.vocabulary import Vocabulary

if TYPE_CHECKING:
    from numpy.typing import NDArray

Hangul = Literal["syllables", "jamo"]

_NAMED = 12


@dataclass(frozen=True, slots=True)
class Alphabet:
    """A person's text to the characters a network reads, to ids, and back to what is shown.

    One timestep is one character; ids, positions and lengths count those. With hangul "jamo" each
    Hangul syllable is two or three of them: a network then sees letters that recur instead of a
    thousand rare syllables.

    Attributes:
        vocabulary: the characters.
        hangul: whether a Hangul syllable is one character, or one for each of its jamo.

    Example:
        >>> alphabet = Alphabet.of("한 번 더", "jamo")
        >>> len(alphabet.vocabulary), len(alphabet.encode("한 번"))
        (7, 7)
        >>> alphabet.shown(alphabet.characters("한 번"))
        '한 번'
    """

    vocabulary: Vocabulary
    hangul: Hangul = "syllables"

    def __post_init__(self) -> None:
        _check(self.hangul)

    @classmethod
    def of(cls, text: str, hangul: Hangul = "syllables") -> Self:
        """The alphabet of a text.

        Raises:
            ValueError: `hangul` is neither "syllables" nor "jamo".
        """
        _check(hangul)
        return cls(Vocabulary.of(decompose(text) if hangul == "jamo" else text), hangul)

    @classmethod
    def knowing(cls, vocabulary: Vocabulary) -> Self:
        """What reads with these characters: jamo, where some of them are and none is a syllable.

        Example:
            >>> jamo = Alphabet.of("한 번", "jamo").vocabulary
            >>> Alphabet.knowing(jamo).hangul, Alphabet.knowing(Vocabulary.of("한 번")).hangul
            ('jamo', 'syllables')
        """
        known = "".join(vocabulary.characters)
        reads_jamo = decompose(known) == known and any(map(letter, known))
        return cls(vocabulary, "jamo" if reads_jamo else "syllables")

    @property
    def unit(self) -> str:
        """What the network reads at each timestep, in the plural.

        Example:
            >>> Alphabet.of("하", "jamo").unit, Alphabet.of("하").unit
            ('jamo and other characters', 'characters')
        """
        return "jamo and other characters" if self.hangul == "jamo" else "characters"

    @property
    def key(self) -> str:
        """The same for two alphabets that read every text alike, and for no others.

        Example:
            >>> Alphabet.of("하", "jamo").key == Alphabet.of("하").key
            False
        """
        rare = self.vocabulary.rare
        symbols = "" if rare is None else rare.symbol * 2
        known = "".join([*self.vocabulary.characters, symbols]).encode("utf-32-le", "surrogatepass")
        return f"{self.hangul} {blake2b(known, digest_size=16).hexdigest()}"

    def characters(self, text: str) -> str:
        """The text as the network reads it: one character per timestep.

        It may be given again: what is in the network's characters already stays as it is. Letters
        with marks are spelt as the network knows them, composed or with the marks apart; what it
        has one symbol for becomes that.

        Example:
            >>> apart = Alphabet.of("Ze" + chr(0x301) + "ro")
            >>> apart.characters("ré") == "re" + chr(0x301)
            True
        """
        read = decompose(text) if self.hangul == "jamo" else text
        if not self.vocabulary.unknown(read):
            return read
        return self.vocabulary.with_rare(respelt(read, set(self.vocabulary.characters).issuperset))

    def known(self, text: str) -> tuple[str, dict[str, int]]:
        """The network's characters of a text, and the others, left out: each with its position.

        Example:
            >>> Alphabet.of("hello").known("help, hero")
            ('helheo', {'p': 3, ',': 4, ' ': 5, 'r': 8})
        """
        read = self.characters(text)
        unknown = self.vocabulary.unknown(read)
        return read.translate(dict.fromkeys(map(ord, unknown))), unknown

    def timesteps(self, text: str) -> NDArray[np.int64]:
        """How many timesteps each character of a person's text takes.

        Example:
            >>> Alphabet.of("한 하", "jamo").timesteps("한 하").tolist()
            [3, 1, 2]
        """
        if self.hangul == "syllables":
            return np.ones(len(text), dtype=np.int64)
        return np.fromiter((len(decompose(character)) for character in text), np.int64, len(text))

    def encode(self, text: str) -> Ids:
        """The ids of a person's text (time).

        Raises:
            TextError: a character is not in the vocabulary.
        """
        return self.vocabulary.encode(self.characters(text))

    def shown(self, characters: str) -> str:
        """What a person sees of the network's characters."""
        return recompose(characters) if self.hangul == "jamo" else characters


def left_out_words(unknown: Mapping[str, int]) -> str:
    """Which characters were left out of a text.

    Example:
        >>> left_out_words({"p": 3})
        "The network has never seen these characters, so they are left out: 'p' (at 3)."
    """
    named = unknown_words(unknown)
    return f"The network has never seen these characters, so they are left out: {named}."


def unknown_words(unknown: Mapping[str, int]) -> str:
    """Which characters a network does not know, and where each stands first.

    Example:
        >>> unknown_words({"p": 3, ",": 4})
        "'p' (at 3) and ',' (at 4)"
    """
    return listed((f"{character!r} (at {place:,})" for character, place in unknown.items()), _NAMED)


def _check(hangul: str) -> None:
    choices = get_args(Hangul)
    if hangul not in choices:
        raise ValueError(f"hangul is {hangul!r}; it must be one of {', '.join(choices)}.")
