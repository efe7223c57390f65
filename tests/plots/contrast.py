"""How well a colour stands out from another, as WCAG 2.2 measures it."""

from __future__ import annotations

from rnnviz.plots.theme import channels


def contrast(first: str, second: str) -> float:
    """The contrast of two colours as WCAG 2.2 defines it: 1 (none) to 21 (black on white).

    Example:
        >>> contrast("#000000", "#ffffff")
        21.0
    """
    darker, lighter = sorted((_luminance(first), _luminance(second)))
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    """Relative luminance (WCAG 2.2): linear red, green and blue as the eye weighs them."""
    shares = (value / 255 for value in channels(colour))
    red, green, blue = (
        share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4 for share in shares
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
