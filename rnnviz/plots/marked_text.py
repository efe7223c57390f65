"""A text with passages marked, as HTML for a page."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from rnnviz.plots.characters import printable
from rnnviz.plots.theme import LIGHT, MONOSPACE, Theme, mix


def marked_text(
    text: str,
    passages: Iterable[tuple[int, int]],
    *,
    says: str = "stands in the training text",
    height: int = 0,
    theme: Theme = LIGHT,
) -> str:
    """A text in the letters of a typewriter, passages underlined on a colour of their own.

    Control characters are shown as their pictures, and no letter of the text is markup.

    Args:
        text: shown as it is.
        passages: first position and position after the last of each, in order and apart, as
            `Copied.passages` has them.
        says: what a mark means, for who hovers over one or hears the page.
        height: in pixels, from which on the text is scrolled; 0 never.
        theme: the colours.

    Example:
        >>> marked_text("a <b> c", [(2, 5)]).count("<b>")
        0
        >>> "&lt;b&gt;</mark> c" in marked_text("a <b> c", [(2, 5)])
        True
    """
    behind = mix(theme.background, theme.copied, theme.copied_alpha)
    opening = (
        f'<mark title="{escape(says)}" style="background:{behind};color:{theme.text};'
        f"text-decoration:underline {theme.copied};text-decoration-thickness:2px;"
        'border-radius:2px">'
    )
    shown, end = [], 0
    for begin, after in passages:
        shown += [_seen(text[end:begin]), opening, _seen(text[begin:after]), "</mark>"]
        end = after
    scrolled = f"height:{height}px;overflow:auto;" if height else ""
    return (
        f'<pre tabindex="0" style="margin:0;padding:0.75rem 1rem;{scrolled}white-space:pre-wrap;'
        f"overflow-wrap:anywhere;border-radius:0.5rem;font-family:{escape(MONOSPACE)};"
        f'font-size:0.875rem;line-height:1.5;background:{theme.surface};color:{theme.text}">'
        + "".join([*shown, _seen(text[end:]), "</pre>"])
    )


def _seen(text: str) -> str:
    return escape("".join(map(printable, text)))
