"""A text that is clicked to say which of its characters is asked about."""

from __future__ import annotations

from collections.abc import Callable

from dashboard.components.text_heatmap import Picked
from dashboard.inspection.pointing import pointed_heatmap

UNBOUNDED = (
    "Over this text the numbers of this network grow until they are no longer finite, so there is "
    "nothing to click: choose an earlier snapshot, or a shorter text."
)


def clicked_text(
    payload: Callable[[int], bytes], characters: int, *, key: str, first: int = 0, height: int = 300
) -> int:
    """Show a text whose colours hang on which of its characters was clicked; that character.

    Args:
        payload: what the heatmap shows where a character was clicked, by its index.
        characters: of the text, of which the last is asked about at first.
        key: of this heatmap.
        first: the first character that can be asked about; before it, it is that one.
        height: of the text at most, in CSS pixels.
    """
    usual = characters - 1

    def asked(picked: Picked) -> int:
        return usual if picked.cursor is None else max(first, picked.cursor)

    return asked(
        pointed_heatmap(
            payload(usual),
            key=key,
            height=height,
            cursor=usual,
            last=False,
            of_picked=lambda picked: payload(asked(picked)),
        )
    )
