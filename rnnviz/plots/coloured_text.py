"""A text with a colour behind every character: a whole HTML page, without scripts."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from rnnviz.analysis.states.signals import scales
from rnnviz.notation import bits, fixed, significant
from rnnviz.plots import html_page
from rnnviz.plots.html_page import Colouring
from rnnviz.plots.theme import LIGHT, Theme, highlight
from rnnviz.records import Floats, Sample, Scale

# One chance in 256: what a surprise is shown in full colour from, the same in all pictures.
SURPRISE_BITS = 8.0


def coloured_text(
    text: str,
    values: Floats,
    scale: Scale | None = None,
    *,
    unit: int | None = None,
    title: str = "",
    theme: Theme = LIGHT,
) -> str:
    """A text, each character on the colour of its value: blue below the centre, red above.

    The page needs nothing from elsewhere. Clipped values are underlined; a legend has the numbers.
    Up to 20,000 characters have their value as a tooltip. Control characters are shown as their
    pictures (␛).

    Args:
        text: the characters read.
        values: of one unit (time).
        scale: by default the 99th percentile of |value|.
        unit: which of the scale's limits holds, and what the title says; needed where units have
            limits of their own.
        title: by default the unit.
        theme: the colours.

    Raises:
        ValueError: there are not as many values as characters, or the unit is needed.

    Example:
        >>> page = coloured_text("<b>", np.array([0.0, 1.0, -1.0]))
        >>> "&lt;" in page, "<b>" in page
        (True, False)
    """
    _check_length(text, values)
    scale = scale or scales(np.nan_to_num(values)[:, None], None)[0] if len(values) else scale
    centre, limit = (0.0, 1.0) if scale is None else (scale.centre, _limit(scale, unit))
    numbers = [significant(number) for number in (centre - limit, centre, centre + limit)]
    colouring = Colouring(
        share=(np.asarray(values, np.float64) - centre) / limit,
        title=title or ("Text" if unit is None else f"Unit {unit}"),
        legend="" if scale is None else scale.name,
        ends=(-1.0, 1.0),
        numbers=numbers,
        tooltips=[significant(value, 4) for value in values] if _has_tooltips(text) else None,
    )
    return html_page.page(text, colouring, theme)


def surprise(
    text: str,
    loss: Floats,
    *,
    limit: float = SURPRISE_BITS,
    title: str = "Surprise",
    theme: Theme = LIGHT,
) -> str:
    """A text, each character the more amber the less the network expected it.

    The surprise of text[t + 1] is loss[t] / ln 2 bits, -log2 of the probability it was given: the
    first character was not predicted and has no colour. Above `limit` it is underlined.

    Args:
        text: the characters read.
        loss: as `Trace.loss` holds it (time), in nats: of predicting the next character.
        limit: bits shown in full colour; the same for all texts, so that they can be compared.
        title: of the page.
        theme: the colours.

    Raises:
        ValueError: there are not as many losses as characters, or the limit is not positive.

    Example:
        >>> "2.00 bits" in surprise("ab", np.log([4.0, np.nan]))
        True
    """
    _check_length(text, loss)
    if not limit > 0:
        raise ValueError(f"the limit is {limit!r} bits; it must be above 0.")
    nats = np.concatenate([[np.nan], np.asarray(loss, np.float64)[:-1]])[: len(text)]
    found = bits(nats)
    tips = [f"{fixed(value)} bits" for value in found]
    says = "surprise in bits: −log₂ of the probability given to the character"
    return html_page.page(text, _surprises(text, found, limit, (title, says), tips), theme)


def sampled_text(sample: Sample, *, title: str = "Sample", theme: Theme = LIGHT) -> str:
    """What a network wrote, each character the more amber the less probable it was.

    The probability is the one the character was drawn with, after temperature and top_k; the colour
    is that of `surprise`, -log2 of it. The prompt stands before it without colour.

    Args:
        sample: prompt, text, and probability (time).
        title: of the page.
        theme: the colours.

    Raises:
        ValueError: there are not as many probabilities as characters.

    Example:
        >>> blank = np.zeros((1, 0))
        >>> page = sampled_text(Sample("a", "b", np.array([0.25]), blank.astype(int), blank))
        >>> "2.00 bits: drawn with 25 %" in page
        True
    """
    _check_length(sample.text, sample.probability)
    read = np.full(len(sample.prompt), np.nan)
    probability = np.concatenate([read, np.asarray(sample.probability, np.float64)])
    with np.errstate(divide="ignore"):
        found = -np.log2(probability)
    tips = [
        f"{fixed(value)} bits: drawn with {significant(100 * p)} %"
        for value, p in zip(found, probability, strict=True)
    ]
    says = "surprise in bits: −log₂ of the probability it was drawn with; the prompt has none"
    text = sample.prompt + sample.text
    return html_page.page(text, _surprises(text, found, SURPRISE_BITS, (title, says), tips), theme)


def _surprises(
    text: str, found: Floats, limit: float, words: tuple[str, str], tips: list[str]
) -> Colouring:
    """Bits as the colours of a page; the words are its title and what the legend says."""
    title, says = words
    return Colouring(
        share=np.asarray(found / limit, np.float64),
        title=title,
        legend=says,
        ends=(0.0, 1.0),
        numbers=["0", significant(limit / 2), significant(limit)],
        tooltips=tips if _has_tooltips(text) else None,
        colour=highlight,
    )


def _check_length(text: str, values: NDArray[np.floating]) -> None:
    if np.shape(values) != (len(text),):
        raise ValueError(
            f"the values have the shape {np.shape(values)}; "
            f"a text of {len(text):,} characters needs ({len(text)},)."
        )


def _limit(scale: Scale, unit: int | None) -> float:
    if unit is not None:
        return float(scale.limit[unit if len(scale.limit) > 1 else 0])
    if not np.all(scale.limit == scale.limit[0]):
        raise ValueError(f"the scale {scale.name!r} has a limit for each unit; say which unit.")
    return float(scale.limit[0])


def _has_tooltips(text: str) -> bool:
    return len(text) <= html_page.MAX_TOOLTIPS
