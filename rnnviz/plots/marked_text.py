"""A text with passages marked, or where it parts from another, as HTML for a page."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from rnnviz.plots.theme import LIGHT, MONOSPACE, Theme, mix
from rnnviz.text.marks import mark, printable

_PARTING_ALPHA = 0.35


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
    opening = _opening(behind, theme.copied, says, theme)
    shown, end = [], 0
    for begin, after in passages:
        shown += [_seen(text[end:begin]), opening, _seen(text[begin:after]), "</mark>"]
        end = after
    return _typewritten("".join([*shown, _seen(text[end:])]), height, theme)


def parted_text(
    text: str,
    parting: int,
    *,
    says: str = "here the two texts part",
    height: int = 0,
    theme: Theme = LIGHT,
) -> str:
    """A text that begins like another: what is the same stands back, where they part is marked.

    Args:
        text: shown as it is, but for a line end where they part, which is shown as its mark.
        parting: the first position that differs; all of the text is the same where it ends there.
        says: what the mark means, for who hovers over it or hears the page.
        height: in pixels, from which on the text is scrolled; 0 never.
        theme: the colours.

    Example:
        >>> page = parted_text("to be", 3)
        >>> ">to </span>" in page, ">b</mark>e</pre>" in page
        (True, True)
        >>> "<mark" in parted_text("to be", 5)
        False
    """
    same = f'<span style="color:{theme.muted}">{_seen(text[:parting])}</span>'
    if parting >= len(text):
        return _typewritten(same, height, theme)
    behind = mix(theme.background, theme.accent, _PARTING_ALPHA)
    there = text[parting]
    shown = escape(mark(there)) + there * (there == "\n")
    parts = [same, _opening(behind, theme.accent, says, theme), shown, "</mark>"]
    return _typewritten("".join([*parts, _seen(text[parting + 1 :])]), height, theme)


# It is seen, but neither copied nor read out.
_LINE_END = f'<span aria-hidden="true" style="opacity:0.45;user-select:none">{mark(chr(10))}</span>'


def _opening(behind: str, line: str, says: str, theme: Theme) -> str:
    return (
        f'<mark title="{escape(says)}" style="background:{behind};color:{theme.text};'
        f"text-decoration:underline {line};text-decoration-thickness:2px;"
        'border-radius:2px">'
    )


def _typewritten(shown: str, height: int, theme: Theme) -> str:
    """HTML in the letters of a typewriter, on a panel that the keyboard reaches."""
    scrolled = f"height:{height}px;overflow:auto;" if height else ""
    return (
        f'<pre tabindex="0" style="margin:0;padding:0.75rem 1rem;{scrolled}white-space:pre-wrap;'
        f"overflow-wrap:anywhere;border-radius:0.5rem;font-family:{escape(MONOSPACE)};"
        f'font-size:0.875rem;line-height:1.5;background:{theme.surface};color:{theme.text}">'
        f"{shown}</pre>"
    )


def _seen(text: str) -> str:
    """With a mark at every line end, for a narrow panel breaks long lines where none ends."""
    lines = escape("".join(map(printable, text))).split("\n")
    return f"{_LINE_END}\n".join(lines)
