"""Characters as a person sees them, and the losses they share whatever a network reads."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Self

from rnnviz.text.hangul import MODERN_SYLLABLE
from rnnviz.text.windows import Split

_JOINER = "\N{ZERO WIDTH JOINER}"
_FLAG_LETTERS = "\U0001f1e6-\U0001f1ff"
_SKIN_TONES, _TAGS = range(0x1F3FB, 0x1F400), range(0xE0020, 0xE0080)


@dataclass(frozen=True, slots=True)
class Seen:
    """How many characters a network reads of a text, and how many a person sees there.

    A network that reads jamo predicts two or three of them for every syllable, each with a smaller
    loss than a syllable has. What can be compared is the loss of the whole text, shared among the
    characters that a person sees:

        loss per character = loss per timestep * timesteps / characters

    with the numbers of the held-out part, or of the whole text where nothing is held out. Where
    all held-out characters are judged, this is their total loss over the number of characters
    seen, exactly.

    Attributes:
        timesteps: characters of the network.
        characters: characters as a person sees them, see `seen_characters`.

    Example:
        >>> Seen(timesteps=5, characters=2).loss(1.2)
        3.0
    """

    timesteps: int = 1
    characters: int = 1

    @classmethod
    def of(cls, read: str) -> Self:
        """Of a whole text, as the network reads it.

        Example:
            >>> from rnnviz.text.hangul import decompose
            >>> Seen.of("hello"), Seen.of(decompose("한글"))
            (Seen(timesteps=5, characters=5), Seen(timesteps=6, characters=2))
        """
        judged = read[-(Split.held_out_of(len(read)) or len(read)) :]
        return cls(len(judged), seen_characters(judged))

    @property
    def ratio(self) -> float:
        """Timesteps for each character that a person sees."""
        return self.timesteps / self.characters

    def loss(self, nats: Any) -> Any:
        """A loss per character as a person sees it, from one per timestep; a number or a column."""
        return nats * self.timesteps / self.characters

    @property
    def words(self) -> str:
        """How losses come to be per character; "" where that changes none of their digits."""
        if f"{self.ratio:.3f}" == "1.000":
            return ""
        return (
            f"The network reads {self.ratio:.3f} characters of its own for each that a person sees "
            f"({self.timesteps:,} for {self.characters:,}), jamo of a syllable, or a letter and "
            "its marks. Losses are given per character as a person sees it, that is times "
            f"{self.ratio:.3f}, so that they can be compared with those of any other network. "
            "Lengths, lags and positions count the network's own."
        )


def seen_characters(text: str) -> int:
    """How many characters a person sees.

    A syllable of conjoining jamo is one, a letter with all marks after it, an emoji with what is
    joined to it, and a flag: what Unicode calls grapheme clusters, but for a few rules that only
    the scripts of South Asia need (Unicode Standard Annex 29).

    Example:
        >>> seen_characters("e" + chr(0x301) + "te"), seen_characters("👩‍👩‍👧🇰🇷🇫🇷")
        (3, 3)
    """
    if not may_join(set(text)):
        return len(text)
    marks = "".join(sorted(filter(_follows, set(text))))
    follows = f"[{re.escape(marks)}]|" if marks else ""
    one = f"(?:{MODERN_SYLLABLE}|[{_FLAG_LETTERS}]{{2}}|.)(?:{follows}{_JOINER}.)*"
    return sum(1 for _ in re.finditer(one, text, re.DOTALL))


def may_join(characters: Iterable[str]) -> bool:
    """Whether some of these characters are seen as one with their neighbours."""
    return any(
        _follows(one) or one == _JOINER or re.match(f"[\u1161-\u11c2{_FLAG_LETTERS}]", one)
        for one in characters
    )


def _follows(character: str) -> bool:
    """Whether it is seen with the character before it."""
    tone = ord(character) in _SKIN_TONES or ord(character) in _TAGS
    return tone or unicodedata.category(character).startswith("M")
