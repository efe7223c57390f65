"""What can be done with keys: a list of them, which ? opens, and those that hold on every page."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st


@dataclass(frozen=True, slots=True)
class Keys:
    """The keys of one part of a page.

    Attributes:
        where: they hold.
        does: what each does, in the order of the list.
    """

    where: str
    does: dict[str, str]


EVERYWHERE = Keys(
    "on every page",
    {
        "?": "opens this list, unless something is typed just now",
        "Tab": "goes to the next thing that can be changed, Shift + Tab to the one before",
        "Esc": "closes what has opened: a menu, this list",
    },
)
TOUR = Keys(
    "on the tour",
    {
        "→": "leads to the next stop",
        "←": "leads to the stop before",
        "Esc": "ends it",
    },
)
TEXT = Keys(
    "in a coloured text, once Tab or a click has led into it",
    {
        "arrows": "move the cursor by a character or a row",
        "Page Up, Page Down": "move it by what is in view",
        "Home, End": "move it to the beginning or end of the row",
        "Ctrl + Home, Ctrl + End": "move it to the beginning or end of the text",
        "Shift + arrows": "select from where the cursor was",
        "[ and ]": "show the unit before or after in the order chosen",
        "Esc": "clears the selection, then the cursor",
    },
)
RASTER = Keys(
    "in the raster of all units above it",
    {
        "↑, ↓": "show the unit a row further up or down",
        "←, →": "move the cursor along the text",
    },
)
ALL = (EVERYWHERE, TOUR, TEXT, RASTER)

# The browser remembers that the tour was seen; where it may not, the tour is offered again.
_LISTEN = """<style>[data-tour=seen] .st-key-tour-first{display:none}</style><script>
if (!window.hasKeys) {
  window.hasKeys = true;
  const find = name => document.querySelector(`.st-key-${name} button`);
  const seen = () => { document.documentElement.dataset.tour = "seen"; };
  const remember = () => { seen(); try { localStorage.rnnvizTour = "seen"; } catch {} };
  try { if (localStorage.rnnvizTour) seen(); } catch {}
  addEventListener("click", event => {
    if (event.target.closest(".st-key-tour-end, .st-key-tour-train")) remember();
  }, true);
  const typed = "input:not([type=checkbox],[type=radio],[type=range]), textarea, select";
  const tour = {ArrowRight: "tour-next", ArrowLeft: "tour-back", Escape: "tour-end"};
  addEventListener("keydown", event => {
    const at = event.composedPath()[0];
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    if (document.querySelector("[role=dialog], [role=listbox], [role=menu]")) return;
    if (event.key === "?" && !at.isContentEditable && !at.matches?.(typed)) find("keys")?.click();
    const free = at === document.body || at.matches?.("[data-testid=stMain]") ||
      at.closest?.(".st-key-tour");
    if (event.key in tour && !event.shiftKey && free) find(tour[event.key])?.click();
  });
}
</script>"""


def listen() -> None:
    """Let the keys that hold everywhere do what the list says."""
    st.html(_LISTEN, unsafe_allow_javascript=True)


@st.dialog("Keys")
def show() -> None:
    """All of them."""
    for part in ALL:
        rows = "\n".join(f"| `{keys}` | {does} |" for keys, does in part.does.items())
        st.markdown(f"| keys | {part.where} |\n|:--|:--|\n{rows}")
