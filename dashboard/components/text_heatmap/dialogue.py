"""What Python and one heatmap in the browser say to each other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, Self

COLOURS = ("value", "surprise")


@dataclass(frozen=True, slots=True)
class Picked:
    """What a person picked in a text heatmap.

    Attributes:
        unit: the unit shown.
        cursor: index of the character the cursor is on; None where there is no cursor.
        selection: the characters selected, from the first to behind the last; None for none.
        top: index of the first character in view; behind the point, the share of its row that is
            out of view.
        colour: what the characters are coloured by, one of `COLOURS`.
        order: of the units, by its name.
        scale: by its name.
    """

    unit: int
    cursor: int | None = None
    selection: tuple[int, int] | None = None
    top: float = 0.0
    colour: str = COLOURS[0]
    order: str = ""
    scale: str = ""


@dataclass(frozen=True, slots=True)
class Extent:
    """What a heatmap shows, as far as picks must fit it.

    Attributes:
        text: digest of the text.
        characters: how many it has.
        units: how many there are.
        orders: of the units, the usual one first.
        scales: to choose from, the usual one first.
    """

    text: str
    characters: int
    units: int
    orders: tuple[str, ...] = ("",)
    scales: tuple[str, ...] = ("",)

    @classmethod
    def of(cls, header: dict[str, Any]) -> Self:
        """What a payload with this header shows."""
        arrays = header["arrays"]
        scales = tuple(scale["name"] for scale in header["scales"])
        orders = tuple(header["orders"])
        return cls(header["text"], arrays["ids"][1], arrays["peak"][1], orders, scales)

    def fitting(self, picked: Picked) -> Picked:
        """What was picked in another payload over the same text, as the browser takes it over."""
        unit = min(max(picked.unit, 0), self.units - 1)
        order = picked.order if picked.order in self.orders else self.orders[0]
        return replace(picked, unit=unit, order=order, scale=alike(picked.scale, self.scales))


def alike(scale: str, scales: Sequence[str]) -> str:
    """The scale of that name, else one of its kind, else the usual one.

    Example:
        >>> alike("fixed: 0 to 1", ["per unit", "fixed: -1 to 1"]), alike("x", ["per unit"])
        ('fixed: -1 to 1', 'per unit')
    """
    if scale in scales:
        return scale
    kind = scale.split(":")[0]
    return next((other for other in scales if other.split(":")[0] == kind), scales[0])


class Dialogue:
    """What was asked of a heatmap and what was picked in it.

    Python asks on every rerun, mostly with what it was given back the last time, while the browser
    may have moved on. Only what is news becomes a wish, numbered so that the browser does it once;
    picks made before the browser knew of the last wish do not count.

    Example:
        >>> dialogue = Dialogue(Extent("a text", 10, 4))
        >>> dialogue.ask(2)
        >>> dialogue.wish, dialogue.picked.unit, dialogue.picked.cursor
        ({'wish': 1, 'unit': 2}, 2, None)
        >>> seen = {"unit": 3, "cursor": 5, "selection": [4, 6], "text": "a text", "wish": 1}
        >>> dialogue.hear(seen)
        >>> dialogue.ask(3)
        >>> dialogue.wish["wish"], dialogue.picked.cursor, dialogue.picked.selection
        (1, 5, (4, 6))
    """

    def __init__(self, extent: Extent) -> None:
        self.extent = extent
        self.wish: dict[str, Any] = {"wish": 0, "unit": 0}
        self.picked = extent.fitting(Picked(0))
        self._asked: dict[str, Any] = {}
        self._given = self.picked

    def show(self, extent: Extent) -> None:
        """Another payload: what was picked stays as far as it fits, places only in the same text.

        What was asked before was asked of that text: of another the same place is news.
        """
        if extent.text != self.extent.text:
            self.picked = replace(self.picked, cursor=None, selection=None, top=0.0)
            self._asked, self._given = {}, self.picked
        self.picked, self.extent = extent.fitting(self.picked), extent

    def hear(self, said: Any) -> None:
        """Take over what the browser says was picked, if it fits what is shown and wished now."""
        match said:
            case {"unit": int(unit), "text": self.extent.text, "wish": number}:
                if number == self.wish["wish"] and 0 <= unit < self.extent.units:
                    cursor, selection = self._cursor(said), self._selection(said)
                    self.picked = Picked(unit, cursor, selection, **self._appearance(said))

    def ask(self, unit: int, *, follows: bool = False, **also: Any) -> None:
        """Make a wish of what is news: not asked or given back the last time, nor picked now.

        Who follows asks for what was picked from then on, so that what was asked before is news.

        Args:
            unit: to show.
            follows: see above.
            also: more of what can be picked, by name.
        """
        wanted = {"unit": min(max(unit, 0), self.extent.units - 1), **also}

        def part(picked: Picked) -> dict[str, Any]:
            return {name: value for name, value in asdict(picked).items() if name in wanted}

        number = self.wish["wish"]
        if not number or wanted not in (self._asked, part(self._given), part(self.picked)):
            self.wish = {"wish": number + 1, **wanted}
            self.picked = replace(self.picked, **wanted)
        self._asked = part(self.picked) if follows else wanted
        self._given = self.picked

    def _appearance(self, said: dict[str, Any]) -> dict[str, Any]:
        """Top, colour, order and scale, each as before where what is said of it does not fit."""
        extent, found = self.extent, {}
        options = {"colour": COLOURS, "order": extent.orders, "scale": extent.scales}
        for name, allowed in options.items():
            value = said.get(name)
            found[name] = value if value in allowed else getattr(self.picked, name)
        match said.get("top"):
            case int(top) | float(top) if 0 <= top < extent.characters:
                return {**found, "top": round(top, 3)}
        return {**found, "top": self.picked.top}

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
