"""What Python and one heatmap in the browser say to each other."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any


@dataclass(frozen=True, slots=True)
class Picked:
    """What a person picked in a text heatmap.

    Attributes:
        unit: the unit shown.
        cursor: index of the character the cursor is on; None where there is no cursor.
        selection: the characters selected, from the first to behind the last; None for none.
    """

    unit: int
    cursor: int | None = None
    selection: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Extent:
    """What a heatmap shows, as far as picks must fit it.

    Attributes:
        text: digest of the text.
        characters: how many it has.
        units: how many there are.
    """

    text: str
    characters: int
    units: int


class Dialogue:
    """What was asked of a heatmap and what was picked in it.

    Python asks on every rerun, mostly with what it was given back the last time, while the browser
    may have moved on. Only what is news becomes a wish, numbered so that the browser does it once;
    picks made before the browser knew of the last wish do not count.

    Example:
        >>> dialogue = Dialogue(Extent("a text", 10, 4))
        >>> dialogue.ask(2)
        >>> dialogue.wish, dialogue.picked
        ({'wish': 1, 'unit': 2}, Picked(unit=2, cursor=None, selection=None))
        >>> seen = {"unit": 3, "cursor": 5, "selection": [4, 6], "text": "a text", "wish": 1}
        >>> dialogue.hear(seen)
        >>> dialogue.ask(3)
        >>> dialogue.wish["wish"], dialogue.picked
        (1, Picked(unit=3, cursor=5, selection=(4, 6)))
    """

    def __init__(self, extent: Extent) -> None:
        self.extent = extent
        self.wish = {"wish": 0, "unit": 0}
        self.picked = Picked(0)
        self._asked, self._given = 0, self.picked

    def show(self, extent: Extent) -> None:
        """Another payload: what was picked stays as far as it fits."""
        unit = min(self.picked.unit, extent.units - 1)
        same = extent.text == self.extent.text
        self.picked = replace(self.picked, unit=unit) if same else Picked(unit)
        self.extent = extent

    def hear(self, said: Any) -> None:
        """Take over what the browser says was picked, if it fits what is shown and wished now."""
        match said:
            case {"unit": int(unit), "text": self.extent.text, "wish": number}:
                if number == self.wish["wish"] and 0 <= unit < self.extent.units:
                    self.picked = Picked(unit, self._cursor(said), self._selection(said))

    def ask(self, unit: int, *, follows: bool = False) -> None:
        """Make a wish of what is news: not asked or given back the last time, nor picked now.

        Who follows asks for what was picked from then on, so that the unit asked before is news.
        """
        unit = min(max(unit, 0), self.extent.units - 1)
        number = self.wish["wish"]
        if not number or unit not in (self._asked, self._given.unit, self.picked.unit):
            self.wish = {"wish": number + 1, "unit": unit}
            self.picked = replace(self.picked, unit=unit)
        self._asked, self._given = self.picked.unit if follows else unit, self.picked

    def _cursor(self, said: dict[str, Any]) -> int | None:
        match said.get("cursor"):
            case int(cursor) if 0 <= cursor < self.extent.characters:
                return cursor
        return None

    def _selection(self, said: dict[str, Any]) -> tuple[int, int] | None:
        match said.get("selection"):
            case [int(first), int(end)] if 0 <= first < end <= self.extent.characters:
                return first, end
        return None
