"""All colours, light and dark: the only file with a colour."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Theme:
    """The colours of one appearance.

    Attributes:
        name: "light" or "dark".
        background: of the page; what a value of zero shows.
        surface: of panels on the page.
        text: of letters.
        muted: of what should stand back: axis labels, hints.
        grid: of lines behind data.
        accent: of what is selected.
        negative: what negative values are blended towards.
        positive: what positive values are blended towards.
        negative_alpha: how far at most, so that text on top stays readable.
        positive_alpha: likewise.
        series: of curves, in order; told apart by the colour-blind too.
        early: the first of a sequence of iterations.
        late: the last of it.
    """

    name: str
    background: str
    surface: str
    text: str
    muted: str
    grid: str
    accent: str
    negative: str
    positive: str
    negative_alpha: float
    positive_alpha: float
    series: tuple[str, ...]
    early: str
    late: str


LIGHT = Theme(
    name="light",
    background="#ffffff",
    surface="#f4f6f9",
    text="#1d2430",
    muted="#5d6778",
    grid="#e3e7ee",
    accent="#2f6f8f",
    negative="#2166ac",
    positive="#b2182b",
    negative_alpha=0.60,
    positive_alpha=0.50,
    series=("#2f6f8f", "#c2571a", "#3d8b5f", "#8a4f9e", "#8c6d1f", "#4a5568"),
    early="#b9c4d4",
    late="#1f4e79",
)

DARK = Theme(
    name="dark",
    background="#11151c",
    surface="#1a202b",
    text="#e6eaf1",
    muted="#9aa5b5",
    grid="#2a3240",
    accent="#6fb3d2",
    negative="#4393c3",
    positive="#d6604d",
    negative_alpha=0.75,
    positive_alpha=0.75,
    series=("#6fb3d2", "#f0955c", "#74c69d", "#c792d9", "#d9b95b", "#a9b4c4"),
    early="#43506a",
    late="#9fd3ee",
)

THEMES = {theme.name: theme for theme in (LIGHT, DARK)}


def channels(colour: str) -> tuple[int, int, int]:
    """Red, green and blue of a "#rrggbb".

    Example:
        >>> channels("#ff8000")
        (255, 128, 0)
    """
    red, green, blue = bytes.fromhex(colour.removeprefix("#"))
    return red, green, blue


def blend(theme: Theme, share: float) -> str:
    """The opaque colour of a value: the background at 0, blue at -1, red at +1.

    Args:
        theme: where it is shown.
        share: the value over the scale's limit; clipped to -1..+1, NaN counts as 0.

    Example:
        >>> blend(LIGHT, 0.0), blend(LIGHT, -1.0)
        ('#ffffff', '#7aa3cd')
    """
    share = min(1.0, max(-1.0, share)) if share == share else 0.0
    hue = theme.positive if share > 0 else theme.negative
    alpha = abs(share) * (theme.positive_alpha if share > 0 else theme.negative_alpha)
    return mix(theme.background, hue, alpha)


def mix(first: str, second: str, share: float) -> str:
    """A colour between two: `share` of the second.

    Example:
        >>> mix("#000000", "#ffffff", 0.5)
        '#808080'
    """
    both = zip(channels(first), channels(second), strict=True)
    return "#" + "".join(f"{round((1 - share) * a + share * b):02x}" for a, b in both)
