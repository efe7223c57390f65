"""How things are put on the page: light or dark, drawings, and any text."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Mapping
from html import escape

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from rnnviz.analysis.gradients.reach import Reach
from rnnviz.analysis.gradients.reach_words import basis, sentences
from rnnviz.notation import capitalised, unbroken
from rnnviz.plots.drawings.drawing import Picture
from rnnviz.plots.theme import LIGHT, THEMES, Theme
from rnnviz.text.control import escaped
from rnnviz.text.marks import mark, printable

_SMALLEST = 0.68
_HINT = 20
# Short names of emojis and icons, addresses, and marks for arrows between spaces.
_FOUND_LATER = re.compile(
    r":(?=[\w+/-]+:)|:(?=//)|www(?=\.)|@(?=[\w.-])|"
    r"(?<!\S)(?:<(?=->?(?!\S))|-(?=[->](?!\S))|[<>~](?==(?!\S)))"
)
_JOINER = "\u2060"
# Beside the sidebar a narrow window has no room for Streamlit's wide margins.
_NARROW = (
    "@media(max-width:1100px){[data-testid=stMainBlockContainer]"
    "{padding-left:1rem;padding-right:1rem}}"
)
_ON_ACCENT = "[data-testid^=stBaseButton-primary]:enabled,[data-testid=stMultiSelect] [data-tag]"
# What is chosen, under the mouse, has the accent on a darker ground, 4.2 : 1 in the light.
_POINTED_AT = "button[kind=segmented_controlActive]:not(:disabled):hover"
# Options too narrow for their words stand on two lines, which at this height fit into their rows.
_OPTIONS = (
    "[data-testid=stSelectboxVirtualDropdown] [role=option] > div{white-space:normal;"
    "overflow-wrap:anywhere;line-height:1.2;display:-webkit-box;-webkit-box-orient:vertical;"
    "-webkit-line-clamp:2}"
)
# The last letter of a formula leans out of its box, which would get a scrollbar for it.
_FORMULA = ".katex-display{padding-right:4px}"
# What a page adds to its address before anyone touched it is no step of its own.
_ONE_STEP = """<script>
if (!history.opensInOneStep) {
  history.opensInOneStep = true;
  const push = history.pushState.bind(history);
  let touched = false;
  for (const kind of ["pointerdown", "keydown"])
    addEventListener(kind, () => { touched = true; }, {capture: true, passive: true});
  history.pushState = (state, unused, url) => {
    const stays = new URL(url, location.href).pathname === location.pathname;
    if (stays && !touched) history.replaceState(state, unused, url);
    else push(state, unused, url);
    touched = stays && touched;
  };
}
</script>"""
_KEEP_OPEN = """<script>
if (!window.keepsMenusOpen) {
  window.keepsMenusOpen = true;
  let byHand = -Infinity;
  for (const kind of ["wheel", "touchmove"])
    addEventListener(kind, () => { byHand = performance.now(); }, {capture: true, passive: true});
  addEventListener("scroll", event => {
    const open = document.querySelector("[role=listbox], [role=menu]");
    if (!open || open.parentNode.contains(event.target)) return;
    if (performance.now() - byHand > 500) event.stopImmediatePropagation();
  }, true);
}
</script>"""
_BEGIN = "@keyframes begin{from,to{scroll-snap-type:x mandatory}}"


def theme() -> Theme:
    """The colours of the appearance this visitor uses."""
    return THEMES.get(str(st.context.theme.type), LIGHT)


def frame() -> None:
    """What every page's frame has that a theme cannot say.

    Streamlit writes white on primary buttons and chosen tags. In the dark the accent is light,
    because it colours words too: what stands on it has the page's background.
    """
    st.html(
        f"<style>{_NARROW}{_FORMULA}{_OPTIONS}{_ON_ACCENT}{{color:{theme().background}}}"
        f"{_POINTED_AT}{{color:{theme().text}}}</style>"
    )


def open_in_one_step() -> None:
    """Let a page that was just opened be one step of the browser's history.

    The browser gives it an address without anything, and the server its own once it is drawn; left
    to Streamlit, back would lead to the first of these, which says nothing of what was looked at.
    """
    st.html(_ONE_STEP, unsafe_allow_javascript=True)


def keep_menus_open() -> None:
    """Let a menu that is open stay so while the page is drawn again.

    Where words above it come or go, the browser scrolls the page by their height, so that what is
    looked at stays where it is; a menu closes when anything scrolls, and what somebody was about to
    choose from it would be lost. It still closes when a person scrolls.
    """
    st.html(_KEEP_OPEN, unsafe_allow_javascript=True)


def readings(where: str, found: Mapping[str, Reach], of: str = "") -> None:
    """What is read off curves by lag, a sentence a path, and on how many losses; see `basis`."""
    for said in sentences(where, found):
        st.markdown(plain(said))
    if said := basis(next(iter(found.values())), of):
        st.caption(plain(said))


def pair() -> tuple[DeltaGenerator, DeltaGenerator]:
    """Two places beside each other; one above the other where the page is narrow."""
    grid = st.grid(2, min_column_width=380, gap="medium")
    return grid.cell(), grid.cell()


def drawing(picture: Picture) -> None:
    """A drawing as wide as its place, at most as it was drawn.

    Below two thirds of that it can be pushed sideways instead, and a line under it says so. It
    then begins where its focus is in view. As an image it cannot run anything, whatever the words
    in it.
    """
    data = b64encode(picture.svg.encode("utf-8", "replace")).decode()
    smallest = round(_SMALLEST * picture.width)
    size = f"width:100%;max-width:{picture.width}px;min-width:{smallest}px"
    missing = f"({smallest}px - 100%) * 999"  # above 0 where the place is too narrow, else below
    hint = (
        f"height:{_HINT}px;margin-top:max(-{_HINT}px, min(0px, {missing}));"
        f"max-width:max(0px, {missing});overflow:hidden;white-space:nowrap;"
        "font-size:0.8rem;opacity:0.7"
    )
    st.html(
        f'<div style="overflow-x:auto{";animation:begin 0.5s" * bool(picture.focus)}">'
        f'<div style="position:relative;{size}">'
        f'<img src="data:image/svg+xml;base64,{data}" alt="{escape(picture.says)}" '
        f'width="{picture.width}" height="{picture.height}" '
        f'style="width:100%;height:auto;display:block">{_focus(picture)}</div></div>'
        f'<div aria-hidden="true" style="{hint}">Scroll sideways to see all</div>'
    )


def _focus(picture: Picture) -> str:
    """What a place too narrow scrolls to at first.

    It snaps there for as long as the animation runs, and can be pushed away from then on. Without
    scripts there is no other way.
    """
    if not picture.focus:
        return ""
    left = f"{picture.focus / picture.width:.1%}"
    spot = f"position:absolute;top:0;left:{left};width:1px;height:1px;scroll-snap-align:center"
    return f'<span style="{spot}"></span><style>{_BEGIN}</style>'


def complain(problem: object) -> None:
    """An error's sentence, whatever text it quotes."""
    st.error(plain(capitalised(str(problem))), icon=":material/error:")


def warn(sentences: list[str]) -> None:
    """Sentences that somebody should know, whatever text they quote."""
    if sentences:
        st.warning("\n\n".join(map(plain, sentences)), icon=":material/warning:")


def seen(text: str) -> str:
    r"""The text with characters that would do something instead of being seen as their pictures.

    Example:
        >>> seen("a\n\x1b[31m")
        'a\n␛[31m'
    """
    return "".join(map(printable, text))


def written(text: str) -> str:
    r"""What a network wrote, its lines' ends marked: where a long line wraps there is no mark.

    Example:
        >>> written("to be\n")
        'to be↵\n'
    """
    return seen(text).replace("\n", mark("\n") + "\n")


def plain(text: str) -> str:
    r"""Text that Markdown shows as it is: on one line, characters that act as their escapes.

    A backslash before every mark keeps Markdown, LaTeX and Streamlit's own directives away. What is
    looked for afterwards, in text already read, is parted by a joiner that is not seen.

    Example:
        >>> plain("*a* [b](c)"), plain("\x1b[31m")
        ('\\*a\\* \\[b\\]\\(c\\)', '\\\\x1b\\[31m')
    """
    whole = unbroken(escaped(text.replace("\n", " ")))
    parted = _FOUND_LATER.sub(rf"\g<0>{_JOINER}", whole)
    return re.sub(r"([!-/:-@\[-`{-~])", r"\\\1", parted)
