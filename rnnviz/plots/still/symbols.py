"""The marks of points: paths around a place, filled or drawn as a line."""

from __future__ import annotations

# By the name that figures use: a path around 0, 0 at a radius of 1.
_PATHS = {
    "circle": "M{l} 0A{r} {r} 0 1 1 {r} 0A{r} {r} 0 1 1 {l} 0Z",
    "square": "M{l} {l}H{r}V{r}H{l}Z",
    "diamond": "M0 {l}L{r} 0L0 {r}L{l} 0Z",
    "triangle-up": "M0 {l}L{r} {r}L{l} {r}Z",
    "x-thin": "M{l} {l}L{r} {r}M{l} {r}L{r} {l}",
    "line-ns": "M0 {l}V{r}",
}
_STROKED = ("x-thin", "line-ns")


def path(symbol: str, size: float) -> str:
    """The path of a mark so many pixels across.

    Example:
        >>> path("square", 8.0)
        'M-4 -4H4V4H-4Z'
    """
    radius = size / 2
    return _PATHS[base(symbol)].format(r=f"{radius:g}", l=f"{-radius:g}")


def base(symbol: str) -> str:
    """The mark without what says that it is open; what is not known is a circle.

    Example:
        >>> base("circle-open"), base("star")
        ('circle', 'circle')
    """
    name = symbol.removesuffix("-open")
    return name if name in _PATHS else "circle"


def is_open(symbol: str) -> bool:
    """Whether only its outline is drawn."""
    return symbol.endswith("-open") or base(symbol) in _STROKED
