"""All colours, light and dark, and the fonts: the only file with a colour."""

from __future__ import annotations

from dataclasses import dataclass

# Unquoted, the name with a number would be no CSS, and browsers would drop the whole list.
SANS = "'Source Sans', 'Source Sans 3', system-ui, -apple-system, 'Segoe UI', sans-serif"
MONOSPACE = "ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace"


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
        surprise: what improbable characters are blended towards; a colour of its own, so that it
            is not taken for positive values.
        surprise_alpha: likewise.
        relief: what characters are blended towards that surprise less than before.
        relief_alpha: likewise.
        truth: of what is known to be true of a text, in a track beside its characters.
        series: of curves, in order; told apart by the colour-blind too.
        copied: of passages that stand in the training text; no value and no surprise has its hue.
        copied_alpha: how much of it stands behind their letters.
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
    surprise: str
    surprise_alpha: float
    relief: str
    relief_alpha: float
    truth: str
    series: tuple[str, ...]
    copied: str
    copied_alpha: float


LIGHT = Theme(
    name="light",
    background="#ffffff",
    surface="#f4f6f9",
    text="#111722",
    muted="#5d6778",
    grid="#e3e7ee",
    accent="#2a6886",
    negative="#2166ac",
    positive="#b2182b",
    negative_alpha=0.60,
    positive_alpha=0.50,
    surprise="#f0b400",
    surprise_alpha=0.80,
    relief="#0f9e97",
    relief_alpha=0.60,
    truth="#378257",
    series=(
        "#2a6886",
        "#c05619",
        "#378257",
        "#8a4f9e",
        "#8c6d1f",
        "#4a5568",
        "#b83272",
        "#0f8a83",
    ),
    copied="#8a4f9e",
    copied_alpha=0.30,
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
    negative_alpha=0.70,
    positive_alpha=0.75,
    surprise="#f0a000",
    surprise_alpha=0.50,
    relief="#2bb89c",
    relief_alpha=0.50,
    truth="#74c68e",
    series=(
        "#6fb3d2",
        "#f0955c",
        "#74c69d",
        "#c792d9",
        "#d9b95b",
        "#a9b4c4",
        "#f08cb4",
        "#4fc7bd",
    ),
    copied="#c792d9",
    copied_alpha=0.30,
)

# How each of several runs is drawn, beside its colour: in print, and for the colour-blind.
LINES = (
    "solid",
    "dash",
    "dot",
    "dashdot",
    "longdash",
    "longdashdot",
    "9px,3px,2px,3px,2px,3px",
    "3px,6px",
)

# How much of its colour the first of a sequence of curves keeps; it stands out from the page still.
_EARLY = 0.7

_VEIL = 0.75

TRANSPARENT = "rgba(0,0,0,0)"

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


def highlight(theme: Theme, share: float) -> str:
    """The opaque colour of a surprise: the background at 0, amber at 1.

    Args:
        theme: where it is shown.
        share: the surprise over the scale's limit; clipped to 0..1, NaN counts as 0.

    Example:
        >>> highlight(LIGHT, 0.0), highlight(LIGHT, 1.0)
        ('#ffffff', '#f3c333')
    """
    share = min(1.0, max(0.0, share)) if share == share else 0.0
    return mix(theme.background, theme.surprise, share * theme.surprise_alpha)


def tint(share: float) -> str:
    """The see-through colour of a surprise, for a page that may be light or dark.

    Letters of either page stay readable on it.

    Args:
        share: the surprise over the scale's limit; clipped to 0..1.

    Example:
        >>> tint(0.5)
        'rgba(240,180,0,0.25)'
    """
    alpha = DARK.surprise_alpha * min(1.0, max(0.0, share))
    return f"rgba({','.join(map(str, channels(LIGHT.surprise)))},{alpha:.3g})"


def shift(theme: Theme, share: float) -> str:
    """The opaque colour of a change of surprise: the background at 0, amber at +1, teal at -1.

    Args:
        theme: where it is shown.
        share: the change over the scale's limit; clipped to -1..+1, NaN counts as 0.

    Example:
        >>> shift(LIGHT, 0.0), shift(LIGHT, 1.0), shift(LIGHT, -1.0)
        ('#ffffff', '#f3c333', '#6fc5c1')
    """
    if not share < 0:
        return highlight(theme, share)
    return mix(theme.background, theme.relief, min(1.0, -share) * theme.relief_alpha)


def mix(first: str, second: str, share: float) -> str:
    """A colour between two: `share` of the second.

    Example:
        >>> mix("#000000", "#ffffff", 0.5)
        '#808080'
    """
    both = zip(channels(first), channels(second), strict=True)
    return "#" + "".join(f"{round((1 - share) * a + share * b):02x}" for a, b in both)


def veil(theme: Theme) -> str:
    """The background, a little of what is under it showing through: for words over curves.

    Example:
        >>> veil(LIGHT)
        'rgba(255,255,255,0.75)'
    """
    return f"rgba({','.join(map(str, channels(theme.background)))},{_VEIL})"


def diverging(theme: Theme) -> list[tuple[float, str]]:
    """A colourscale of `blend`: its colours at 41 places from -1 (place 0) to +1 (place 1).

    Example:
        >>> scale = diverging(LIGHT)
        >>> scale[0], scale[20], scale[40]
        ((0.0, '#7aa3cd'), (0.5, '#ffffff'), (1.0, '#d88c95'))
    """
    return [(place / 40, blend(theme, place / 20 - 1)) for place in range(41)]


def upper_half(theme: Theme) -> list[tuple[float, str]]:
    """The colours of `diverging` from 0 (place 0) to +1 (place 1).

    Example:
        >>> upper_half(LIGHT)[::20]
        [(0.0, '#ffffff'), (1.0, '#d88c95')]
    """
    return [(place / 20, blend(theme, place / 20)) for place in range(21)]


def sequential(theme: Theme, colour: str) -> list[tuple[float, str]]:
    """A colourscale from just off the background to a colour.

    Example:
        >>> sequential(LIGHT, LIGHT.accent)
        [(0.0, '#eaf0f3'), (1.0, '#2a6886')]
    """
    return [(0.0, mix(theme.background, colour, 0.1)), (1.0, colour)]


def part_colour(theme: Theme, part: str) -> str:
    """The colour of "h", "c", the output "y" or the input "x", the same in drawings and charts.

    Example:
        >>> part_colour(LIGHT, "h"), part_colour(LIGHT, "x")
        ('#2a6886', '#8a4f9e')
    """
    return theme.series["hcyx".index(part)]


def path_colours(theme: Theme, path: str, count: int = 1) -> list[str]:
    """Colours of gradients through "h" or "c", the same in every figure.

    Several are shades from early iterations to late ones; the last, or a single one, is full.

    Example:
        >>> path_colours(LIGHT, "c") == path_colours(LIGHT, "c", 3)[2:] == [LIGHT.series[1]]
        True
    """
    full = part_colour(theme, path)
    return [
        mix(theme.background, full, _EARLY + (1 - _EARLY) * k / count) for k in range(1, count)
    ] + [full]


def look(theme: Theme, place: int) -> dict[str, str]:
    """The colour and the dashes of one of up to eight runs, the same in every figure.

    Example:
        >>> look(LIGHT, 1)
        {'color': '#c05619', 'dash': 'dash'}
    """
    return {"color": theme.series[place % len(LINES)], "dash": LINES[place % len(LINES)]}
