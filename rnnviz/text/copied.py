"""What of a text was copied: passages that stand word for word in another, or elsewhere in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rnnviz.notation import share_words

LEAST = 20

_BLOCK = 1 << 17  # characters at a time: what is computed of them fits into a processor's cache
_CONTROLS = 50
_SEAM = "\uffff"  # no character: nothing that is looked for reaches across it
_FACTOR = np.uint64(0x9E3779B97F4A7C15)  # odd, without a pattern in its bits

# Numbers are first looked up by their highest bits, in a table that holds few of them.
_NEAR_BITS = 16
_NEAR_SHIFT = np.uint64(64 - _NEAR_BITS)


@dataclass(frozen=True, slots=True)
class Copied:
    """Which passages of a text stand in another, from a least length on.

    Attributes:
        characters: of the text.
        least: the length from which on a passage counts.
        passages: first position and position after the last of what such passages cover, in
            order and apart; one of them may be put together from several that overlap.
        longest: characters of the longest single passage; 0 where there is none.

    Example:
        >>> found = Copied(100, 20, ((0, 25), (60, 80)), longest=25)
        >>> found.share
        0.45
        >>> found.words("this sample")
        '45 % of this sample stands in the training text in passages of 20 characters or more; \
the longest has 25'
    """

    characters: int
    least: int
    passages: tuple[tuple[int, int], ...]
    longest: int

    @property
    def share(self) -> float:
        """The share of the text that the passages cover, 0 to 1."""
        return sum(end - begin for begin, end in self.passages) / max(1, self.characters)

    def words(self, of: str) -> str:
        """What was found, in words; the text is called `of`."""
        if not self.passages:
            return (
                f"no passage of {self.least} or more characters of {of} stands in the training text"
            )
        return (
            f"{share_words(self.share)} of {of} stands in the training text in passages of "
            f"{self.least} characters or more; the longest has {self.longest:,}"
        )


def copied(texts: Sequence[str], source: str, least: int = LEAST) -> list[Copied]:
    """Which passages of texts stand in a source, word for word.

    Every passage of `least` characters is looked for, in one reading of the source for all texts:
    both are cut into all their passages of that length, each of which becomes a number of 64 bits,
    and where numbers are equal the characters are compared.

    Args:
        texts: those looked into.
        source: where passages may have been copied from, the training text for one.
        least: characters from which on a passage counts.

    Raises:
        ValueError: `least` is below 1.

    Example:
        >>> (found,) = copied(["so he said: to be or not"], "to be or not to be", least=8)
        >>> found.passages, found.longest, found.share
        (((12, 24),), 12, 0.5)
    """
    if least < 1:
        raise ValueError(f"least is {least}; it must be 1 or more.")
    numbers = [_numbers(text, least) for text in texts]
    known = _first_places(
        np.unique(np.concatenate([np.empty(0, np.uint64), *numbers])), source, least
    )
    return [
        _copied(text, [known.get(number, -1) for number in row.tolist()], source, least)
        for text, row in zip(texts, numbers, strict=True)
    ]


@dataclass(frozen=True, slots=True)
class Control:
    """How much of a text that nobody copied stands in the training text: what chance and habit do.

    Attributes:
        share: the mean share of the passages that was found there, 0 to 1.
        most: the largest share of a single passage.
        count: how many passages were looked into.
        characters: of each.
        longest: characters of the longest single passage found; 0 where there is none.
        held_out: whether the passages were never trained on; else they are of the training text
            itself, and looked for in the rest of it.

    Example:
        >>> Control(0.021, 0.13, 50, 200, longest=27).words
        'of 50 passages of the held-out text, each as long, it is 2.1 % on average and 13 % at most'
    """

    share: float
    most: float
    count: int
    characters: int
    longest: int
    held_out: bool = True

    @property
    def words(self) -> str:
        """What was found, in words."""
        shares = f"{_counted(self.share)} on average and {_counted(self.most)} at most"
        if not self.held_out:
            return (
                f"of {self.count} passages of the text itself, of {self.characters:,} characters "
                f"each, {shares} stand in the rest of it too"
            )
        if self.count == 1:
            return f"of a passage of the held-out text it is {_counted(self.share)}"
        return f"of {self.count} passages of the held-out text, each as long, it is {shares}"


def control(held_out: str, source: str, characters: int, least: int = LEAST) -> Control | None:
    """What `copied` finds in passages of a text that was never trained on, as long as a sample.

    They are up to 50, spread evenly, without a character in common; the text itself where it is
    shorter than the sample. None where there is none.

    Args:
        held_out: the text.
        source: the training text.
        characters: of a sample.
        least: characters from which on a passage counts.

    Example:
        >>> control("be or no! who is it", "to be or not to be", 8, least=8)
        Control(share=0.5, most=1.0, count=2, characters=8, longest=8, held_out=True)
    """
    length = min(characters, len(held_out))
    if not length:
        return None
    there = len(held_out) // length
    chosen = np.linspace(0, there - 1, min(there, _CONTROLS)).astype(int).tolist()
    found = copied([held_out[length * at : length * (at + 1)] for at in chosen], source, least)
    return _control(found, length, held_out=True)


def repeated(text: str, characters: int, least: int = LEAST) -> Control | None:
    """How much of a text's passages, as long as a sample, stands in the rest of the text too.

    It is the control where nothing is held out: a text that repeats itself is copied by whoever
    has learned its rule. The passages are up to 50, spread evenly, of half the text at most. None
    where they would be shorter than what counts.

    Args:
        text: the training text.
        characters: of a sample.
        least: characters from which on a passage counts.

    Example:
        >>> repeated("to be or not to be, that is it. " * 9, 40).share
        1.0
        >>> repeated("to be or not to be, that is the question", 20, least=8).share
        0.0
    """
    length = min(characters, len(text) // 2)
    if length < least:
        return None
    there = len(text) // length
    begins = [length * int(at) for at in np.linspace(0, there - 1, min(there, _CONTROLS))]
    found = [
        copied([text[at : at + length]], f"{text[:at]}{_SEAM}{text[at + length :]}", least)[0]
        for at in begins
    ]
    return _control(found, length, held_out=False)


def _counted(share: float) -> str:
    """A share that was counted, of which nothing is none at all."""
    return share_words(share) if share else "0 %"


def _control(found: list[Copied], length: int, *, held_out: bool) -> Control:
    shares = [one.share for one in found]
    longest = max(one.longest for one in found)
    return Control(sum(shares) / len(found), max(shares), len(found), length, longest, held_out)


def _copied(text: str, places: list[int], source: str, least: int) -> Copied:
    """Put together what was found.

    Args:
        text: looked into.
        places: where in the source each passage of the least length seems to stand; -1: nowhere.
        source: looked for in.
        least: the length.
    """
    stands = [_stands(text[at : at + least], place, source) for at, place in enumerate(places)]
    covered: list[tuple[int, int]] = []
    longest = end = 0
    for begin in np.flatnonzero(stands).tolist():
        apart = begin > end or not covered
        end = _end(text, begin, max(end, begin + least), source, stands, least)
        longest = max(longest, end - begin)
        covered.append((begin if apart else covered.pop()[0], end))
    return Copied(len(text), least, tuple(covered), longest)


def _stands(passage: str, place: int, source: str) -> bool:
    """Whether a passage whose number was met at a place is in the source.

    Equal passages have equal numbers; that two others have one is all but impossible, and the
    source is read for them.
    """
    if place < 0:
        return False
    return source.startswith(passage, place) or passage in source


def _end(text: str, begin: int, end: int, source: str, stands: list[bool], least: int) -> int:
    """Where the longest passage from `begin` ends, of which all up to `end` is in the source."""
    place = 0
    while end < len(text) and stands[end + 1 - least]:
        place = source.find(text[begin : end + 1], place)
        if place < 0:
            break
        end += 1
    return end


def _numbers(text: str, least: int) -> NDArray[np.uint64]:
    """A number for each passage of the least length: a polynomial of its characters mod 2^64."""
    points = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
    count = max(0, len(points) - least + 1)
    found = np.zeros(count, np.uint64)
    for offset in range(least):
        found *= _FACTOR
        found += points[offset : offset + count]
    return found


def _first_places(wanted: NDArray[np.uint64], source: str, least: int) -> dict[int, int]:
    """Where passages with the wanted numbers (in order) stand first, by number."""
    near = np.zeros(1 << _NEAR_BITS, np.bool_)
    near[wanted >> _NEAR_SHIFT] = True
    found: dict[int, int] = {}
    for begin in range(0, len(source) if len(wanted) else 0, _BLOCK):
        numbers = _numbers(source[begin : begin + _BLOCK + least - 1], least)
        places = np.flatnonzero(near[numbers >> _NEAR_SHIFT])
        met = places[np.isin(numbers[places], wanted)]
        different, first = np.unique(numbers[met], return_index=True)
        for number, place in zip(different.tolist(), met[first].tolist(), strict=True):
            found.setdefault(number, begin + place)
    return found
