"""A text heatmap whose whole view stands in the address: a link shows the same place of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from dashboard import state
from dashboard.address import Among, Form, Number, Part, Whole
from dashboard.components.text_heatmap import (
    COLOURS,
    Extent,
    Picked,
    alike,
    read_header,
    text_heatmap,
)

_ASKED = "to show in {}".format


@dataclass(frozen=True, slots=True)
class _Link:
    """One thing that is picked, and how the address says it.

    Attributes:
        name: in the address.
        field: of `Picked`.
        form: how it is written.
        usual: what is shown at first.
        key: under which it is kept.
        shift: how far the address counts from where the heatmap does.
    """

    name: str
    field: str
    form: Form[Any]
    usual: Any
    key: str
    shift: int = 0

    def wanted(self) -> Any:
        """What is to be shown."""
        key = state.linked(self.name, self.form, self.usual, key=self.key)
        return _moved(state.value_of(key), -self.shift)

    def follow(self, picked: Picked) -> None:
        """Take over what was picked."""
        value = _moved(getattr(picked, self.field), self.shift)
        if value != state.value_of(self.key):
            state.link(self.name, self.form, self.usual, key=self.key, value=value)


def point_at(key: str, selection: tuple[int, int], top: float) -> None:
    """Let the heatmap of a key show a selection, and what is in view, when it is drawn next.

    Args:
        key: of the heatmap.
        selection: from which character to behind which, counted as the address does.
        top: the first character in view.
    """
    state.keep(_ASKED(key), {"cursor": None, "selection": selection, "top": top})


def pointed_heatmap(
    payload: bytes,
    *,
    key: str,
    height: int,
    unit: int = 0,
    cursor: int | None = None,
    last: bool = True,
    of_picked: Callable[[Picked], bytes] | None = None,
) -> Picked:
    """Show a heatmap as the address says, and let the address follow what is picked in it.

    Args:
        payload: as `heatmap_payload` makes it.
        key: of this heatmap; what is picked in it belongs to this key.
        height: of the text at most, in CSS pixels.
        unit: which is shown at first.
        cursor: the character that it is on at first; None for none.
        last: whether nothing else of the same part of the page stands in the address; else the part
            writes it itself.
        of_picked: as `text_heatmap` has it.
    """
    header = read_header(payload)
    extent, start = Extent.of(header), header["start"]
    usual = unit, cursor
    links = _links(extent, start, key, usual, among_colours=header["hues"] != "surprise")
    _point(links, extent, start, key)
    wanted = {link.field: link.wanted() for link in links}
    picked = text_heatmap(
        payload,
        key=key,
        unit=wanted.pop("unit", unit),
        also=wanted,
        follows=True,
        height=height,
        of_picked=of_picked,
    )
    for link in links:
        link.follow(picked)
    if last:
        state.write_address_of_part()
    return picked


def _links(
    extent: Extent, start: int, key: str, usual: tuple[int, int | None], *, among_colours: bool
) -> list[_Link]:
    """What is picked in a heatmap: the places of one text, and how all texts are shown."""
    end = start + extent.characters
    text, (unit, cursor) = f"{extent.text} from {start} in {key}", usual
    at = _moved(cursor, start)
    found = [
        _Link("at", "cursor", Whole(start, end - 1, or_none=True), at, f"at of {text}", start),
        _Link("selection", "selection", Part(start, end), None, f"selection of {text}", start),
        _Link("top", "top", Number(start, end), float(start), f"top of {text}", start),
    ]
    if among_colours:
        found.append(_Link("colour", "colour", Among(COLOURS), COLOURS[0], f"colour of {key}"))
    if extent.units > 1:
        found += [
            _Link("unit", "unit", Whole(0, extent.units - 1), unit, f"unit of {key}"),
            _Link("order", "order", Among(extent.orders), extent.orders[0], f"order of {key}"),
        ]
    if len(scales := extent.scales) > 1:
        found.append(_Link("scale", "scale", Among(scales), scales[0], f"scale of {key}"))
        state.put(f"scale of {key}", alike(state.value_of(f"scale of {key}") or "", scales))
    return found


def _point(links: list[_Link], extent: Extent, start: int, key: str) -> None:
    """Choose what the heatmap shall show, if somebody has asked for it and it is there."""
    asked, end = state.kept(_ASKED(key)), start + extent.characters
    state.keep(_ASKED(key), None)
    if asked is None or not (start <= asked["top"] <= asked["selection"][0] < end):
        return
    asked["selection"] = asked["selection"][0], min(asked["selection"][1], end)
    for link in links:
        if link.field in asked:
            state.choose(link.name, link.key, asked[link.field])


def _moved(value: Any, by: int) -> Any:
    """A place counted from elsewhere; what is no place stays."""
    if isinstance(value, tuple):
        return tuple(end + by for end in value)
    if isinstance(value, float):
        return round(value + by, 3)  # as exactly as the browser says it
    return value + by if isinstance(value, int) else value
