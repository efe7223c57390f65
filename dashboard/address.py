"""What an address can keep: how a choice is written in it, and read back.

Each form writes one kind of choice as text, and reads it back. What an address says may come from
anybody: whatever does not fit is a ValueError that says what would.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from rnnviz.notation import listed

T = TypeVar("T")

MOST_CHARACTERS = 500

_NONE = "none"
_LISTED = 12


def _name(option: object) -> str:
    return re.sub(r"\W+", "-", str(option)).strip("-").lower()


class Form(Protocol[T]):
    """How a choice of one kind is written."""

    def write(self, value: T) -> str:
        """The choice as the address says it.

        Raises:
            ValueError: an address cannot keep it; why.
        """

    def read(self, text: str) -> T:
        """What the address says.

        Raises:
            ValueError: it is none of these choices; which there are.
        """


@dataclass(frozen=True, slots=True)
class Among(Generic[T]):
    """One of several, by its name: its words in small letters with hyphens, or another.

    Example:
        >>> Among(["By lag", "Last loss"]).write("Last loss")
        'last-loss'
        >>> Among(["By lag", "Last loss"]).read("last-loss"), Among(range(3)).read("2")
        ('Last loss', 2)
        >>> Among(["l", "L", "?"], str).write("?")
        '?'
        >>> Among(["h", "c"]).read("x")
        Traceback (most recent call last):
        ValueError: it can be h or c
    """

    options: Sequence[T]
    name: Callable[[T], str] = _name

    def write(self, value: T) -> str:
        """Its name."""
        return self.name(value)

    def read(self, text: str) -> T:
        """The option of that name."""
        for option in self.options:
            if self.name(option) == text:
                return option
        raise ValueError(f"it can be {_listed([self.name(each) for each in self.options])}")


@dataclass(frozen=True, slots=True)
class Several(Generic[T]):
    """Some of several, or none.

    Example:
        >>> form = Several([0, 5, 20])
        >>> form.write([0, 20]), form.read("0,20,0"), form.write([]), form.read("none")
        ('0,20', [0, 20], 'none', [])
        >>> form.read("0,7")
        Traceback (most recent call last):
        ValueError: it can be none, or some of 0, 5 or 20, with commas between
    """

    options: Sequence[T]

    def write(self, value: Sequence[T]) -> str:
        """Their names, with commas between."""
        return ",".join(map(_name, value)) or _NONE

    def read(self, text: str) -> list[T]:
        """The options of these names, each once."""
        names = [] if text == _NONE else list(dict.fromkeys(text.split(",")))
        by_name = {_name(option): option for option in self.options}
        if not by_name.keys() >= set(names):
            some = f", or some of {_listed(list(by_name))}, with commas between" * bool(by_name)
            raise ValueError(f"it can be {_NONE}{some}")
        return [by_name[name] for name in names]


@dataclass(frozen=True, slots=True)
class Runs:
    """Some runs by their ids, whether there are such runs or not; an order of theirs.

    Example:
        >>> Runs(most=3).read("hamlet-1,lear-001,hamlet-1"), Runs(most=3).write([])
        (['hamlet-1', 'lear-001'], 'none')
        >>> Runs(most=1).read("hamlet-1,lear-001")
        Traceback (most recent call last):
        ValueError: it can be none, or ids of up to 1 runs, with commas between
    """

    most: int

    def write(self, value: Sequence[str]) -> str:
        """Their ids, with commas between."""
        return ",".join(value) or _NONE

    def read(self, text: str) -> list[str]:
        """The ids, each once."""
        ids = [] if text == _NONE else list(dict.fromkeys(text.split(",")))
        if len(ids) > self.most or not all(re.fullmatch(r"[a-z0-9-]{1,64}", each) for each in ids):
            raise ValueError(
                f"it can be {_NONE}, or ids of up to {self.most} runs, with commas between"
            )
        return ids


@dataclass(frozen=True, slots=True)
class Whole:
    """A whole number in a range, both ends included, in steps; None for none where that may be.

    Example:
        >>> Whole(0, 255).read("24"), Whole(0, 255, or_none=True).write(None)
        (24, 'none')
        >>> Whole(0, 255).read("1e9")
        Traceback (most recent call last):
        ValueError: it can be a whole number from 0 to 255
    """

    least: int
    most: int
    step: int = 1
    or_none: bool = False

    def write(self, value: int | None) -> str:
        """Its digits."""
        return _NONE if value is None else str(value)

    def read(self, text: str) -> int | None:
        """The number."""
        if self.or_none and text == _NONE:
            return None
        if re.fullmatch(r"[+-]?[0-9]{1,16}", text):
            number = int(text)
            if number in range(self.least, self.most + 1, self.step):
                return number
        steps = f" in steps of {self.step:,}" * (self.step > 1)
        raise ValueError(f"it can be a whole number from {self.least:,} to {self.most:,}{steps}")


@dataclass(frozen=True, slots=True)
class Number:
    """A number in a range, both ends included; in steps where there are any.

    Example:
        >>> Number(0, 2).write(0.8), Number(0, 2).read("0.8")
        ('0.8', 0.8)
        >>> Number(0.2, 3, 0.05).read("0.35")
        0.35
        >>> Number(0, 2, 0.1).read("0.35")
        Traceback (most recent call last):
        ValueError: it can be a number from 0 to 2 in steps of 0.1
    """

    least: float
    most: float
    step: float = 0.0

    def write(self, value: float) -> str:
        """Its digits."""
        return f"{value:.12g}"

    def read(self, text: str) -> float:
        """The number."""
        if re.fullmatch(r"[0-9.e+-]{1,20}", text):
            try:
                number = float(text)
            except ValueError:
                number = float("nan")
            if self.least <= number <= self.most and self._is_step(number):
                return number
        steps = f" in steps of {self.step:g}" * bool(self.step)
        raise ValueError(f"it can be a number from {self.least:g} to {self.most:g}{steps}")

    def _is_step(self, number: float) -> bool:
        steps = (number - self.least) / self.step if self.step else 0.0
        return abs(steps - round(steps)) < 1e-6


@dataclass(frozen=True, slots=True)
class Numbers:
    """So many numbers.

    Example:
        >>> form = Numbers(3, Number(-10, 10))
        >>> form.write((0.5, -6, 0)), form.read("0.5,-6,0")
        ('0.5,-6,0', (0.5, -6.0, 0.0))
        >>> form.read("0.5,nan,0")
        Traceback (most recent call last):
        ValueError: it can be 3 numbers from -10 to 10, with commas between
    """

    count: int
    each: Number

    def write(self, value: Sequence[float]) -> str:
        """Their digits, with commas between."""
        return ",".join(map(self.each.write, value))

    def read(self, text: str) -> tuple[float, ...]:
        """The numbers."""
        try:
            numbers = tuple(map(self.each.read, text.split(",")))
        except ValueError:
            numbers = ()
        if len(numbers) == self.count:
            return numbers
        ends = f"{self.each.least:g} to {self.each.most:g}"
        raise ValueError(f"it can be {self.count} numbers from {ends}, with commas between")


@dataclass(frozen=True, slots=True)
class Flag:
    """Yes or no.

    Example:
        >>> Flag().write(True), Flag().read("no")
        ('yes', False)
    """

    def write(self, value: bool) -> str:
        """As a word."""
        return "yes" if value else "no"

    def read(self, text: str) -> bool:
        """What the word means."""
        return Among(["no", "yes"]).read(text) == "yes"


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a text, by the positions of its first and its last character; None for none.

    In Python it ends behind the last.

    Example:
        >>> Part(0, 100).write((20, 25)), Part(0, 100).read("20-24")
        ('20-24', (20, 25))
        >>> Part(0, 100).read("24-20")
        Traceback (most recent call last):
        ValueError: it can be none, or two positions from 0 to 99 such as 0-9
    """

    first: int
    end: int

    def write(self, value: tuple[int, int] | None) -> str:
        """Its first and its last position."""
        return _NONE if value is None else f"{value[0]}-{value[1] - 1}"

    def read(self, text: str) -> tuple[int, int] | None:
        """From its first position to behind its last."""
        if text == _NONE:
            return None
        found = re.fullmatch(r"([0-9]{1,12})-([0-9]{1,12})", text)
        if found and self.first <= int(found[1]) <= int(found[2]) < self.end:
            return int(found[1]), int(found[2]) + 1
        last = self.end - 1
        such = f"{self.first}-{min(self.first + 9, last)}"
        raise ValueError(
            f"it can be none, or two positions from {self.first:,} to {last:,} such as {such}"
        )


@dataclass(frozen=True, slots=True)
class Words:
    """What somebody typed, where it is short.

    Example:
        >>> Words(most=5).read("to be")
        'to be'
        >>> Words(most=5).write("to be or")
        Traceback (most recent call last):
        ValueError: it has 8 characters, and an address keeps 5 at most
        >>> Words(most=5).read("to be or")
        Traceback (most recent call last):
        ValueError: it can be 5 characters at most
    """

    most: int = MOST_CHARACTERS

    def write(self, value: str) -> str:
        """The same, with single line ends."""
        plain = value.replace("\r\n", "\n")
        if len(plain) > self.most:
            raise ValueError(
                f"it has {len(plain):,} characters, and an address keeps {self.most:,} at most"
            )
        # No encoding of an address has halves of surrogate pairs.
        return plain.encode("utf-8", "replace").decode()

    def read(self, text: str) -> str:
        """The same."""
        try:
            return self.write(text)
        except ValueError:
            raise ValueError(f"it can be {self.most:,} characters at most") from None


def _listed(names: Sequence[str]) -> str:
    ends = [*names[:_LISTED], "...", names[-1]] if len(names) > _LISTED else names
    return listed(ends, last="or")
