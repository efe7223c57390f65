"""Each cell has the value and the colour of its unit and timestep."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from rnnviz import plots
from rnnviz.plots.theme import DARK, LIGHT, Theme, blend, channels, diverging, path_colours
from rnnviz.records import Scale
from tests.plots.records import make_trace

H = np.array([[[0.5, -1.0, 0.0], [0.25, 1.0, 0.1]]])  # one layer, two timesteps, three units


def colour_of(heat: object, row: int, column: int) -> np.ndarray:
    """What Plotly paints: its colourscale interpolated at the cell's value."""
    share = (heat.z[row, column] - heat.zmin) / (heat.zmax - heat.zmin)
    places = [place for place, _ in heat.colorscale]
    colours = np.array([channels(colour) for _, colour in heat.colorscale])
    return np.array([np.interp(share, places, colours[:, k]) for k in range(3)])


@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_cells_are_units_by_time_in_the_colours_of_blend(theme: Theme) -> None:
    heat = plots.hidden_heatmap(make_trace(H, "a\n"), theme=theme).data[0]
    np.testing.assert_array_equal(heat.z, H[0].T.astype(np.float32))
    assert heat.z.dtype == np.float32
    assert (heat.zmin, heat.zmax) == (-1, 1)
    for row, column, value in [(0, 0, 0.5), (1, 0, -1.0), (1, 1, 1.0), (2, 0, 0.0)]:
        assert np.abs(colour_of(heat, row, column) - channels(blend(theme, value))).max() <= 1
    assert heat.colorbar.title.text == "fixed: −1 to 1"


def test_text_runs_along_the_axis_as_visible_marks() -> None:
    h = np.zeros((1, 4, 2))
    axis = plots.hidden_heatmap(make_trace(h, "<a \n")).layout.xaxis
    assert axis.ticktext == ("&lt;", "a", "␣", "↵")
    assert axis.tickvals == (1, 2, 3, 4)
    assert axis.range == (0.5, 4.5)
    long = plots.hidden_heatmap(make_trace(np.zeros((1, 121, 2)), "x" * 121))
    assert long.layout.xaxis.ticktext is None


def test_units_keep_their_names_in_another_order() -> None:
    figure = plots.hidden_heatmap(make_trace(H, "ab"), order="variance")
    assert list(figure.data[0].y) == ["1", "0", "2"]
    np.testing.assert_array_equal(figure.data[0].z[0], [-1, 1])
    assert "ordered by variance" in figure.layout.title.text
    first_at_top = figure.layout.yaxis.range
    assert first_at_top == (2.5, -0.5) and figure.layout.yaxis.type == "category"


def test_the_top_layer_is_shown_unless_another_is_asked_for() -> None:
    trace = make_trace(np.concatenate([H, H / 2]), "ab")
    assert plots.hidden_heatmap(trace).data[0].z[0, 0] == 0.25
    below = plots.hidden_heatmap(trace, layer=0)
    assert below.data[0].z[0, 0] == 0.5 and "layer 0" in below.layout.title.text
    with pytest.raises(ValueError, match="layers 0 to 1"):
        plots.hidden_heatmap(trace, layer=2)


def test_clipped_cells_are_counted_and_marked() -> None:
    scale = Scale("narrow", 0.0, np.full(3, 0.4))
    heat, dots = plots.hidden_heatmap(make_trace(H, "ab"), scale=scale).data
    assert sorted(zip(dots.x.tolist(), dots.y, strict=True)) == [(1, "0"), (1, "1"), (2, "1")]
    assert heat.z[1, 0] == -1  # the value itself is kept
    figure = plots.hidden_heatmap(make_trace(H, "ab"), scale=scale)
    assert "3 of 6 cells are clipped" in figure.layout.title.text
    many = make_trace(np.ones((1, 1001, 2)), "x" * 1001)
    crowded = plots.hidden_heatmap(many, scale=Scale("narrow", 0.0, np.full(2, 0.4)))
    assert "1,002 of 1,002" in crowded.layout.title.text.replace("<br>", " ")
    more = make_trace(np.ones((1, 900, 3)), "x" * 900)
    unmarked = plots.hidden_heatmap(more, scale=scale)
    assert len(unmarked.data) == 1 and "2,700 of 2,700" in unmarked.layout.title.text


def test_a_scale_for_each_unit_colours_shares_and_hovers_values() -> None:
    scale = Scale("per unit", 0.5, np.array([1.0, 2.0, 4.0]))
    heat = plots.hidden_heatmap(make_trace(H, "ab"), scale=scale).data[0]
    np.testing.assert_allclose(heat.z, (H[0].T - 0.5) / [[1], [2], [4]], atol=1e-6)
    np.testing.assert_allclose(heat.customdata, H[0].T, atol=1e-6)
    assert (heat.zmin, heat.zmax) == (-1, 1) and "customdata" in heat.hovertemplate


def test_numbers_that_are_none_are_counted() -> None:
    broken = H.copy()
    broken[0, 1, 2] = np.nan
    scale = Scale("one", 0.0, np.ones(3))
    figure = plots.hidden_heatmap(make_trace(broken, "ab"), scale=scale)
    assert "1 cell without a number" in figure.layout.title.text.replace("<br>", " ")
    assert np.isnan(figure.data[0].z[2, 1]) and figure.layout.plot_bgcolor == LIGHT.grid


def test_long_texts_are_pooled_by_the_value_furthest_from_the_centre() -> None:
    h = np.zeros((1, 2500, 2))
    h[0, 4, 1], h[0, 5, 1], h[0, 2499, 0] = 0.3, -0.7, 0.9
    figure = plots.hidden_heatmap(make_trace(h, "x" * 2500))
    heat = figure.data[0]
    assert heat.z.shape == (2, 834) and (heat.x0, heat.dx) == (2, 3)
    assert heat.z[1, 1] == np.float32(-0.7) and heat.z[0, -1] == np.float32(0.9)
    assert np.count_nonzero(heat.z) == 2
    assert "Of every 3 timesteps" in figure.layout.title.text.replace("<br>", " ")


def test_the_json_of_a_large_heatmap_stays_small() -> None:
    h = np.random.default_rng(0).uniform(-1, 1, (1, 20_000, 256)).astype(np.float32)
    figure = plots.hidden_heatmap(make_trace(h, "x" * 20_000))
    # 256 x 1,000 float32 in base64 are 1.37 MB; Plotly writes its "/" as six characters, and the
    # largest of 20 uniform numbers have many of them.
    assert len(figure.to_json()) < 2_100_000


def test_a_trace_says_what_bounds_its_signals() -> None:
    bare = replace(make_trace(H, "ab"), bounds={})
    gates, known = {"i": H * 0 + 0.75}, {"h": (-1.0, 1.0), "c": None, "i": (0.0, 1.0)}
    gated = replace(bare, c=H * 3, gates=gates, bounds=known)
    assert plots.hidden_heatmap(gated).data[0].colorbar.title.text == "fixed: −1 to 1"
    never_negative = plots.hidden_heatmap(gated, signal="i", theme=DARK).data[0]
    assert never_negative.colorbar.title.text == "fixed: 0 to 1"
    assert (never_negative.zmin, never_negative.zmax) == (0, 1)
    ends = [never_negative.colorscale[end][1] for end in (0, -1)]
    assert ends == [diverging(DARK)[place][1] for place in (20, 40)]
    assert "99th percentile" in plots.hidden_heatmap(gated, signal="c").data[0].colorbar.title.text
    assert "99th percentile" in plots.hidden_heatmap(bare).data[0].colorbar.title.text


def test_strips_share_one_scale_and_clip_nothing() -> None:
    scale = Scale("narrow", 0.0, np.full(3, 0.4))
    figure = plots.hidden_strips(make_trace(H, "a\n"), [1, 0], scale=scale)
    np.testing.assert_array_equal(figure.data[0].y, [-1, 1])
    np.testing.assert_array_equal(figure.data[1].y, [0.5, 0.25])
    assert figure.layout.yaxis.range == figure.layout.yaxis2.range == (-1.05, 1.05)
    assert {trace.line.color for trace in figure.data} == {*path_colours(LIGHT, "h")}
    assert figure.layout.yaxis.title.text == "unit 1"
    assert figure.layout.yaxis.zeroline is True
    assert figure.layout.xaxis.ticktext == figure.layout.xaxis2.ticktext == ("a", "↵")
    assert [figure.layout[x].title.text for x in ("xaxis", "xaxis2")] == [None, "character read"]
    assert figure.layout.xaxis2.title.font.size == figure.layout.yaxis2.title.font.size == 12


@pytest.mark.parametrize("units", [1, 40, 300, 512])
def test_a_row_of_the_raster_is_two_pixels_high_at_least(units: int) -> None:
    layout = plots.hidden_heatmap(make_trace(np.ones((1, 2, units)), "ab")).layout
    assert (layout.height - layout.margin.t - layout.margin.b) / units >= 2


def test_long_strips_keep_the_extremes() -> None:
    h = np.zeros((1, 2500, 2))
    h[0, 4, 1], h[0, 5, 1] = 0.3, -0.7
    figure = plots.hidden_strips(make_trace(h, "x" * 2500), [1])
    kept = dict(zip(figure.data[0].x.tolist(), figure.data[0].y.tolist(), strict=True))
    assert kept[5] == pytest.approx(0.3) and kept[6] == pytest.approx(-0.7)
    assert len(kept) < 2000 and "every<br>3 timesteps" in figure.layout.title.text


def test_wrong_units_are_refused_and_none_is_a_sentence() -> None:
    trace = make_trace(H, "ab")
    with pytest.raises(ValueError, match="the unit is 3; this layer has units 0 to 2"):
        plots.hidden_strips(trace, [3])
    with pytest.raises(ValueError, match="at most 24"):
        plots.hidden_strips(trace, [0] * 25)
    assert not plots.hidden_strips(trace, []).data
    nothing = make_trace(np.zeros((1, 0, 3)), "")
    assert plots.hidden_heatmap(nothing).layout.annotations[0].text
