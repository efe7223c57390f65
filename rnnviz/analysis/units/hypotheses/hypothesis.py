"""A property that a unit may follow, and its values over a text."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np

from rnnviz.analysis.units.hypotheses.characters import Characters
from rnnviz.records import Array
from rnnviz.showing import Record

Kind = Literal["yes/no", "counter", "class"]

NOWHERE = "does not occur"


@dataclass(frozen=True, slots=True, repr=False)
class Hypothesis(Record):
    """A property of any text.

    Attributes:
        name: what tables call it.
        marks: what it marks, in one line.
        kind: "yes/no" is 1 where it holds and else 0; a "counter" a number; a "class" the place of
            a name in `classes`.
        values: gives it of a text (time): what holds once text[t] has been read, as for h_t; NaN
            where it says nothing.
        classes: the names of a class.
    """

    name: str
    marks: str
    kind: Kind
    values: Callable[[Characters], Array]
    classes: tuple[str, ...] = ()

    def over(self, text: Characters) -> Labels:
        """Its values over one text."""
        return Labels(self.name, self.marks, self.kind, self.values(text), self.classes)


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Labels(Record):
    """A property over one text.

    Attributes:
        name: what tables call it.
        marks: what it marks, in one line.
        kind: "yes/no", "counter" or "class".
        values: (time), NaN where it says nothing.
        classes: the names of a class, by its number; numbers beyond are their own names.

    Example:
        >>> Labels("a", "marks a", "yes/no", np.array([1.0, 1.0, np.nan])).varies
        False
    """

    name: str
    marks: str
    kind: Kind
    values: Array
    classes: tuple[str, ...] = ()

    @property
    def varies(self) -> bool:
        """Whether it has two values or more."""
        known = self.values[~np.isnan(self.values)]
        return bool(len(known)) and bool((known != known[0]).any())

    @property
    def unvaried(self) -> str:
        """What is the case where it does not vary.

        Example:
            >>> [Labels("a", "marks a", "yes/no", np.full(3, value)).unvaried for value in (0, 1)]
            ['does not occur', 'holds everywhere']
        """
        if self.kind != "class" and not np.nan_to_num(self.values).any():
            return NOWHERE
        return "holds everywhere" if self.kind == "yes/no" else "is the same everywhere"

    def part(self, places: slice) -> Labels:
        """The same over a part of the text."""
        return Labels(self.name, self.marks, self.kind, self.values[places], self.classes)

    def class_name(self, number: float) -> str:
        """What one class is called.

        Example:
            >>> labels = Labels("a", "b", "class", np.zeros(3), ("none", "round"))
            >>> labels.class_name(1), labels.class_name(7)
            ('round', '7')
        """
        place = int(number)
        return self.classes[place] if 0 <= place < len(self.classes) else f"{number:g}"
