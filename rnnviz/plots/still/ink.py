"""Colours of a drawing that is light or dark as the page is: drawn in both, told by one name."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from rnnviz.plots.theme import DARK, LIGHT

BOTH = LIGHT, DARK

_PLACE = re.compile(r"\0(\d+)\0")  # no text has one: it would be shown as its picture


@dataclass(slots=True)
class Ink:
    """The colours of one drawing in the order in which they are asked for.

    Example:
        >>> ink = Ink()
        >>> len(ink("#000000")), ink.used
        (3, ['#000000'])
    """

    used: list[str] = field(default_factory=list)

    def __call__(self, colour: object) -> str:
        """What stands for the colour in the drawing."""
        self.used.append(str(colour))
        return f"\0{len(self.used) - 1}\0"


@dataclass(slots=True)
class Palette:
    """Every pair of colours that the drawings of a page use, light and dark.

    Example:
        >>> light, dark = Ink(), Ink()
        >>> palette = Palette()
        >>> drawn = [f"<a b='{light('#000000')}'>", f"<a b='{dark('#ffffff')}'>"]
        >>> palette.one((drawn[0], light), (drawn[1], dark))
        "<a b='var(--ink-0)'>"
        >>> palette.css("light"), palette.css("dark")
        ('--ink-0:#000000', '--ink-0:#ffffff')
    """

    _names: dict[tuple[str, str], str] = field(default_factory=dict)

    def one(self, light: tuple[str, Ink], dark: tuple[str, Ink]) -> str:
        """One drawing of two that differ in their colours alone.

        Raises:
            ValueError: they differ in more.
        """
        (drawn, first), (other, second) = light, dark
        if drawn != other:
            raise ValueError("the drawings differ in more than their colours; draw both alike.")
        pairs = list(zip(first.used, second.used, strict=True))
        return _PLACE.sub(lambda found: self.name(*pairs[int(found[1])]), drawn)

    def name(self, light: str, dark: str) -> str:
        """What stands for a pair of colours in a style or in an attribute of SVG."""
        called = self._names.setdefault((light, dark), f"--ink-{len(self._names)}")
        return f"var({called})"

    def css(self, name: str) -> str:
        """The declarations of one appearance, "light" or "dark"."""
        return ";".join(
            f"{called}:{pair[name == DARK.name]}" for pair, called in self._names.items()
        )
