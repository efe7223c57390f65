"""The words a network of a task knows, and what it says of others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rnnviz.notation import listed

_NAMED = 5


class UnknownInputError(ValueError):
    """Something was given that the network never met; the sentence says what, and what it knows."""


@dataclass(frozen=True, slots=True)
class Words:
    """The words a network knows, by id.

    Example:
        >>> Words(("not", "good")).ids(["good", "not"])
        [1, 0]
        >>> Words(("not", "good")).ids(["nice"])
        Traceback (most recent call last):
        UnknownInputError: the network has never read “nice”; it knows: good, not.
    """

    known: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.known)

    def ids(self, words: Sequence[str]) -> list[int]:
        """The ids of words.

        Raises:
            UnknownInputError: there is a word it does not know, or none at all.
        """
        place = {word: number for number, word in enumerate(self.known)}
        known = ", ".join(sorted(word for word in self.known if not word.startswith("<")))
        if not words:
            raise UnknownInputError(f"there is nothing to read; the network knows: {known}.")
        unknown = list(dict.fromkeys(word for word in words if word not in place))
        if unknown:
            named = listed((f"“{word}”" for word in unknown), _NAMED)
            raise UnknownInputError(f"the network has never read {named}; it knows: {known}.")
        return [place[word] for word in words]


def words_of(text: str) -> list[str]:
    """The words of a sentence, without commas and full stops.

    Example:
        >>> words_of("Good, very good.")
        ['good', 'very', 'good']
    """
    return text.lower().replace(",", " ").replace(".", " ").split()
