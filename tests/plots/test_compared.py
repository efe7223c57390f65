"""Compared runs keep their colour, line and name on every chart."""

from __future__ import annotations

import math

import numpy as np
import plotly.graph_objects as go
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnnviz import plots
from rnnviz.plots.compared import spread
from rnnviz.plots.theme import DARK, LIGHT, LINES, Theme, look, veil
from rnnviz.records import Array, Curve


def curve(place: int, y: Array, label: str = "", runs: int = 1, first: int = 0) -> Curve:
    at = np.arange(len(y)) + first
    ends = (None, None) if runs == 1 else (y * 0.9, y * 1.1)
    return Curve(place, label or f"{'ABCDEFGH'[place]} run", at, at.astype(float), y, *ends, runs)


def told(figure: plots.Figure) -> str:
    """Its subtitle on one line."""
    return str(figure.layout.title.text).replace("<br>", " ")


def names(figure: plots.Figure) -> list[go.layout.Annotation]:
    """What is written beside the ends of curves."""
    return [one for one in figure.layout.annotations if one.bgcolor]


def leaders(figure: plots.Figure) -> list[go.layout.Shape]:
    """The lines from the ends of curves to their names."""
    return [one for one in figure.layout.shapes if one.line.dash == "1px,4px"]


def eight() -> list[Curve]:
    return [curve(place, np.array([6.0, 4.0, 2.0 + place / 50])) for place in range(8)]


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_eight_runs_look_the_same_everywhere_and_each_otherwise(theme: Theme) -> None:
    looks = [tuple(look(theme, place).values()) for place in range(8)]
    assert len({colour for colour, _ in looks}) == len({dash for _, dash in looks}) == len(LINES)
    for figure in (
        plots.compared_losses(eight(), eight(), theme=theme),
        plots.compared_lags(eight(), {}, theme=theme),
        plots.compared_reach(eight(), eight(), theme=theme),
    ):
        drawn = [one for one in figure.data if one.mode in ("lines", "lines+markers")]
        for one in drawn:
            place = int(one.legendgroup)
            assert (one.line.color, one.line.dash) == looks[place]
            assert one.name == eight()[place].label
        names = [one for one in figure.layout.annotations if one.bgcolor == veil(theme)]
        assert {one.text for one in names} == {one.label for one in eight()}
        for one in names:
            assert one.font.color == looks["ABCDEFGH".index(one.text[0])][0]
        assert not any(one.showlegend for one in figure.data)


def test_names_stand_in_a_column_each_tied_to_the_end_of_its_curve() -> None:
    short = curve(0, np.array([6.0, 4.0]))
    for figure, last in (
        (plots.compared_losses([short, *eight()[1:]], []), np.log10([1, *[2] * 7])),
        (plots.compared_lags([short, *eight()[1:]], {}), [1, *[2] * 7]),
        (
            plots.compared_memory(
                [curve(each, one.y, first=1) for each, one in enumerate(eight())]
            ),
            None,
        ),
    ):
        found, level = names(figure), figure.layout.xaxis
        lines, log = leaders(figure), level.type == "log"
        right = 10 ** level.range[1] if log else level.range[1]
        assert [one.x1 for one in lines] == pytest.approx([right] * 8)
        assert max(one.x0 for one in lines) < right and {one.x for one in found} == {1}
        assert all(one.xref == "x domain" and one.xanchor == "left" for one in found)
        heights = np.sort([one.y for one in found])
        assert (np.diff(heights) * figure.layout.height > 12).all()  # the height of a letter
        if last is not None:
            assert [one.x0 for one in lines] == pytest.approx(10**last if log else last)


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_nobody_takes_the_way_to_a_name_for_a_part_of_a_curve(theme: Theme) -> None:
    once = curve(0, np.array([2.0, *[np.nan] * 9]), first=1)
    whole = curve(1, np.linspace(4.0, 3.0, 10), first=1)
    figure = plots.compared_reach([whole], [whole], [once, whole], theme=theme)
    lines = leaders(figure)
    assert [(one.xref, one.yref) for one in lines] == [
        (f"x{row}", f"y{row}") for row in ("", "2", "2", "3")
    ]
    colours = {one.line.color for one in figure.data}
    assert all(one.line.width == 1 and one.layer == "below" for one in lines)
    assert all(one.line.color not in colours for one in lines)
    assert len({one.line.color for one in lines}) == 1
    assert (lines[1].x0, lines[1].y0) == (1.0, 2.0)


def test_a_loss_is_in_both_units_and_levels_rule_the_axis() -> None:
    figure = plots.compared_losses([curve(0, np.array([9.0, 3.0, 2.0]))], [], baselines={"n": 0.5})
    shown = figure.data[0]
    assert shown.customdata[:, 2] == pytest.approx(shown.y * math.log(2))
    assert figure.layout.yaxis.range[0] < 0.5 / math.log(2) < figure.layout.yaxis.range[1]
    (name,) = names(figure)
    (line,) = leaders(figure)
    assert (line.x0, line.y0) == pytest.approx((2, 2))
    assert name.x == 1
    assert shown.x.tolist() == [0.5, 1, 2]
    later = plots.compared_losses([curve(0, np.array([9.0, 3.0, 2.0]))], [], along="seconds")
    assert later.data[0].x.tolist() == [1, 2] and later.layout.xaxis.title.text == "seconds"


def test_the_axes_begin_before_the_end_of_the_shortest_run() -> None:
    long, short = (np.linspace(4.0, 2.0, count) for count in (1000, 17))
    figure = plots.compared_losses([curve(0, long), curve(1, short)], [])
    assert 10 ** figure.layout.xaxis.range[0] == pytest.approx(8, rel=0.3)
    assert "near iteration 8;" in told(figure)


def test_the_axes_begin_where_learning_has_begun_and_say_so() -> None:
    figure = plots.compared_losses([curve(0, 2 + 7 * np.exp(-np.arange(500) / 8))], [])
    assert 10 ** figure.layout.xaxis.range[0] == pytest.approx(20, rel=0.3)
    assert figure.layout.yaxis.range[1] < 4 and "near iteration 20" in told(figure)
    short = plots.compared_losses([curve(0, np.array([9.0, 3.0, 2.0]))], [])
    assert "double click" not in told(short)


def test_a_leap_does_not_rule_the_axis_and_is_said() -> None:
    leaping = np.full(40, 2.0)
    leaping[30] = 1e15
    figure = plots.compared_losses([curve(0, leaping)], [])
    assert figure.layout.yaxis.range[1] < 4 and "leap above the axis" in told(figure)
    lost = plots.compared_losses([curve(0, np.full(3, np.nan))], [])
    assert lost.layout.yaxis.range == (0, 1)
    plain = plots.compared_losses([curve(0, np.full(40, 2.0))], [])
    assert "leap" not in told(plain)


def test_several_runs_are_a_mean_in_its_range() -> None:
    figure = plots.compared_losses([curve(1, np.array([3.0, 2.0, 1.0]), runs=3)], [])
    shade, mean = figure.data[:2]
    assert shade.fill == "toself" and max(shade.y) == pytest.approx(3.3)
    said = figure.layout.title.text.replace("<br>", " ")
    assert "A curve of 3 runs is their mean" in said and "Thin" not in said
    assert "mean of 3" in mean.hovertemplate


def test_shares_that_are_next_to_nothing_do_not_rule_the_axis() -> None:
    shares = 0.1 ** np.arange(13.0)
    figure = plots.compared_lags([curve(0, shares)], {0: [1, 2]})
    assert figure.layout.yaxis.range[0] > -5
    assert figure.data[1].x.tolist() == [1, 2] and leaders(figure)[0].x0 == 4
    several = plots.compared_lags([curve(0, shares, runs=3)], {0: [1, 2]})
    assert len([one for one in several.data if one.fill == "toself"]) == 1
    assert "where 0.01 % is left" in figure.layout.title.text
    assert (
        "where 0.01 % is left"
        not in plots.compared_lags([curve(0, shares[:3])], {}).layout.title.text
    )


def test_half_lives_have_a_panel_where_there_is_one() -> None:
    half, norms = [curve(0, np.array([4.0, 2.0, 3.0]))], [curve(0, np.ones(3))]
    lives = [curve(0, np.array([np.nan, 5.0, np.nan])), curve(1, np.full(3, np.nan))]
    figure = plots.compared_reach(half, norms, lives)
    assert [one.yaxis for one in figure.data] == ["y", "y2", "y3"]
    assert np.isfinite(figure.data[1].y).tolist() == [False, True, False]
    assert "markers" in figure.data[1].mode
    assert figure.layout.yaxis2.title.text == "half-life (characters)"
    assert "Between them: the half-life, only" in told(figure)
    assert "whole number" not in told(figure)
    several = plots.compared_reach([curve(0, np.array([7 / 3, 2.0, 3.0]), runs=3)], norms)
    assert "half-way lags need not be a whole number" in told(several)
    without = plots.compared_reach(half, norms, lives[1:])
    assert [one.yaxis for one in without.data] == ["y", "y2"]
    assert "half-life" not in told(without) and without.layout.height < figure.layout.height


def test_nothing_to_show_is_said() -> None:
    for figure in (
        plots.compared_losses([], []),
        plots.compared_lags([], {}),
        plots.compared_reach([], []),
    ):
        assert len(figure.data) == 0 and figure.layout.annotations[0].text
    unknown = plots.compared_reach([curve(0, np.full(3, np.nan))], [curve(0, np.ones(3))])
    assert [one.yref for one in names(unknown)] == ["y2 domain"]


@given(st.lists(st.floats(-1, 2), min_size=1, max_size=9), st.floats(0.01, 0.3))
def test_names_keep_apart_in_their_order_and_move_no_further_than_they_must(
    shares: list[float], gap: float
) -> None:
    places = spread(shares, gap)
    apart = min(gap, 1 / max(1, len(shares) - 1))
    order = np.argsort(shares, kind="stable")
    assert (np.diff(np.array(places)[order]) >= apart - 1e-9).all()
    assert min(places) >= -1e-9 and max(places) <= 1 + 1e-9
    inside = np.clip(np.sort(shares), 0, 1)
    if (np.diff(inside) >= apart).all():
        assert places == pytest.approx(np.clip(shares, 0, 1))
