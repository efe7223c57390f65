"""Letters can be read on every colour behind them (WCAG 2.2 AA: a contrast of at least 4.5)."""

from __future__ import annotations

from colorsys import rgb_to_hls
from itertools import combinations

import numpy as np
import pytest

from rnnviz.plots.theme import (
    THEMES,
    Theme,
    blend,
    channels,
    diverging,
    highlight,
    mix,
    path_colours,
    sequential,
    shift,
)
from tests.plots.contrast import contrast

BOTH = pytest.mark.parametrize("theme", THEMES.values(), ids=list(THEMES))


@BOTH
def test_text_is_readable_on_every_colour(theme: Theme) -> None:
    for share in np.linspace(-1, 1, 201):
        assert contrast(theme.text, blend(theme, share)) >= 4.5
        assert contrast(theme.text, highlight(theme, share)) >= 4.5
        assert contrast(theme.text, shift(theme, share)) >= 4.5
    copied = mix(theme.background, theme.copied, theme.copied_alpha)
    assert contrast(theme.text, copied) >= 4.5
    for ground in (theme.background, theme.surface):
        assert contrast(theme.text, ground) >= 4.5
        assert contrast(theme.muted, ground) >= 4.5


@BOTH
def test_what_is_no_value_is_taken_for_none(theme: Theme) -> None:
    values = [blend(theme, 1), blend(theme, -1), highlight(theme, 1), shift(theme, -1)]
    shown = [*values, theme.truth, theme.copied]
    hues = [rgb_to_hls(*channels(colour))[0] for colour in shown]
    for one, other in combinations(hues, 2):
        assert min((one - other) % 1, (other - one) % 1) > 1 / 12
    assert shift(theme, 1) == highlight(theme, 1)
    for share in (1, -1):
        assert contrast(shift(theme, share), theme.background) > 1.5


def test_contrast_is_that_of_the_standard() -> None:
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.005)
    assert contrast("#ff0000", "#ffffff") == pytest.approx(3.998, abs=0.005)


@BOTH
def test_curves_stand_out_from_the_background(theme: Theme) -> None:
    gradients = [colour for path in "hc" for colour in path_colours(theme, path, 6)]
    for colour in (*theme.series, theme.truth, theme.copied, theme.accent, *gradients):
        assert contrast(colour, theme.background) >= 3


@BOTH
def test_a_colourscale_is_blend_wherever_plotly_interpolates(theme: Theme) -> None:
    stops = diverging(theme)
    places = [place for place, _ in stops]
    colours = np.array([channels(colour) for _, colour in stops])
    for share in np.linspace(-1, 1, 173):
        shown = [np.interp((share + 1) / 2, places, colours[:, channel]) for channel in range(3)]
        assert np.abs(np.array(shown) - channels(blend(theme, share))).max() <= 1.01


@BOTH
def test_sequences_begin_and_end_as_promised(theme: Theme) -> None:
    for path in "hc":
        assert len(set(path_colours(theme, path, 6))) == 6
        assert path_colours(theme, path, 6)[-1] == path_colours(theme, path)[0]
    assert sequential(theme, theme.accent)[-1] == (1.0, theme.accent)
    assert sequential(theme, theme.accent)[0][1] != theme.background
