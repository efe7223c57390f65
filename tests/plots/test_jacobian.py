"""Pictures of Jacobians hold what was measured, and say what is not drawn."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from rnnviz import plots
from rnnviz.analysis.gradients.jacobian_records import LyapunovSpectrum, SingularValues
from rnnviz.analysis.gradients.jacobian_words import lyapunov_words
from rnnviz.analysis.gradients.stillness import FixedPoint, FixedPoints, Plane
from rnnviz.analysis.gradients.stillness_words import stillness_words
from rnnviz.plots.theme import LIGHT, path_colours
from tests.plots.test_gradients import subtitle

VALUES = np.array([[2.0, 0.5, 0.1], [3.0, 1e-6, np.nan], [0.0, 0.0, 0.0]])
FOUND = SingularValues(np.array([1, 7, 20]), VALUES, 3)


def test_singular_values_are_curves_by_lag_under_their_bound() -> None:
    figure = plots.singular_values(FOUND, 2.5, "s = (h, c)")
    largest, median, smallest, bound = figure.data
    assert largest.x.tolist() == [1, 7, 20]
    for trace, column in zip((largest, median, smallest), VALUES.T, strict=True):
        drawn = np.where(column > 0, column, np.nan)  # no logarithmic axis has a place for zero
        np.testing.assert_array_equal(trace.y, drawn)
    np.testing.assert_allclose(bound.y, 2.5 ** np.array([1.0, 7, 20]))
    assert figure.layout.yaxis.type == "log"
    said = subtitle(figure)
    assert "s being s = (h, c)" in said and "over 3 passages" in said
    assert "below 10<sup>−12</sup> of the largest in one passage or more: that" in said
    assert "no curve can lie above it" in said


def test_a_bound_far_above_leaves_the_picture_to_what_was_measured() -> None:
    values = np.array([[2.0, 0.5, 0.1], [0.5, 1e-3, 1e-5]])
    figure = plots.singular_values(SingularValues(np.array([1, 50]), values, 3), 4.0, "h")
    low, high = figure.layout.yaxis.range
    assert low < -5 and 0.3 < high < 3
    assert figure.data[-1].y[-1] == 4.0**50
    assert "leaves the picture at the top: so far above the curves it says little" in subtitle(
        figure
    )


def test_gated_cells_have_no_bound() -> None:
    figure = plots.singular_values(SingularValues(FOUND.lags[:1], VALUES[:1], 1), None, "h")
    assert len(figure.data) == 3
    assert "Bound" not in subtitle(figure) and "A curve ends" not in subtitle(figure)


def test_a_curve_without_a_point_is_not_named_and_it_is_said_why() -> None:
    values = VALUES.copy()
    values[:, 2] = np.nan
    figure = plots.singular_values(SingularValues(FOUND.lags, values, 3), None, "h")
    assert [trace.name for trace in figure.data] == ["largest", "median"]
    assert "The smallest do so at every lag" in subtitle(figure)


def test_a_network_and_its_copy_that_explodes_are_in_one_picture() -> None:
    before, after = ({"h": base ** np.arange(60.0)} for base in (1.1, 3.0))
    low, high = plots.changed_by_lag(before, after).layout.yaxis.range
    assert low < 0 and high > 59 * np.log10(3)
    alone = plots.changed_by_lag(before, None)
    assert [trace.name for trace in alone.data] == ["as it is"]
    assert (
        alone.data[0].line.color == path_colours(LIGHT, "h")[0]
        and "Grey" not in alone.layout.title.text
    )


def test_no_grey_ring_lies_over_a_changed_eigenvalue() -> None:
    ring, filled, _ = plots.changed_eigenvalues(np.array([0.5 + 0j]), np.array([0.5 + 0j])).data
    assert (ring.name, filled.name) == ("as it is", "changed")  # drawn in this order
    assert ring.marker.size > filled.marker.size + 2


def test_exponents_stand_beside_those_before_training() -> None:
    by_block = np.array([[0.25, -0.5, -9.0, -np.inf], [-0.25, -0.75, -9.0, -np.inf]])
    before = LyapunovSpectrum(np.full((1, 4), -1.0), 30, 5)
    figure = plots.lyapunov_exponents(LyapunovSpectrum(by_block, 20, 7), before)
    then, band, now = figure.data
    assert (then.name, now.name) == ("before training", "now")
    np.testing.assert_array_equal(now.y, [0.0, -0.625, -9.0, np.nan])
    np.testing.assert_array_equal(then.y, [-1.0] * 4)
    np.testing.assert_allclose(band.y[:2], [0.5, -0.375])
    assert figure.layout.shapes[0].y0 == -1 / 50
    low, high = figure.layout.yaxis.range
    assert -2.5 < low < -2 and 0 < high < 0.5
    (short, *_), (long, *_) = (
        lyapunov_words(LyapunovSpectrum(by_block, timesteps, 7)) for timesteps in (20, 25)
    )
    assert "of a small change over them if it goes on as over these 40 characters, in" in short
    assert "if it goes on" not in long
    said = subtitle(figure)
    assert "2 blocks of 20 characters after a warm-up of 7" in said
    assert "Zooming out shows lower exponents. Of 1 directions" in said


def test_the_largest_exponent_of_every_snapshot_by_iteration() -> None:
    found = {at: LyapunovSpectrum(np.array([[-1 / (at + 1)]] * 2), 9, 1) for at in (0, 4, 99)}
    (curve,) = plots.largest_exponents(found).data
    assert list(curve.customdata) == [0, 4, 99]
    np.testing.assert_allclose(curve.y, [-1.0, -0.2, -0.01])
    assert not plots.largest_exponents({}).data


def test_fixed_points_stand_among_the_states_of_the_text() -> None:
    random = np.random.default_rng(1)
    states = random.normal(size=(40, 3))
    plane, after = Plane.of(states), np.arange(40) % 4 == 0
    points = tuple(
        FixedPoint(np.full(3, radius), 1e-12, np.array([radius + 0j]), radius, away, 2)
        for radius, away in ((0.5, 0.2), (1.5, 64.1))
    )
    found = FixedPoints("<", points, 5, 9, plane, plane.places(states), after)
    figure = plots.fixed_points(found)
    others, own, stable, unstable = figure.data
    assert (len(others.x), len(own.x)) == (30, 10)
    assert own.name == "right after “&lt;”"
    np.testing.assert_allclose([stable.x[0], stable.y[0]], plane.places(np.full((1, 3), 0.5))[0])
    np.testing.assert_allclose([unstable.x[0], unstable.y[0]], found.places[1])
    assert unstable.customdata[0][2] == "64.1"
    said = stillness_words(found, "“<”")
    assert said[1].startswith("1 of them is stable: states nearby come to it. Of a small change")
    assert "does not come near 1 of them: the nearest state lies 64 times as far" in said[2]
    both = tuple(replace(point, away=2468e3 * point.radius) for point in points)
    (_, _, warned) = stillness_words(replace(found, found=both), "“<”")
    assert "near any of them: the nearest state lies 1,230,000 to 3,700,000 times as far" in warned
    shares = [f"{100 * share:.1f} %" for share in plane.shares]
    assert shares[0] in figure.layout.xaxis.title.text
    assert shares[1] in figure.layout.yaxis.title.text
    none = FixedPoints("<", (), 5, 9, plane, plane.places(states), after)
    assert len(plots.fixed_points(none).data) == 2
