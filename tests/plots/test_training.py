"""What is recorded stands in the figure, with its own numbers, at its own place."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from rnnviz import plots
from rnnviz.notation import loss_words
from rnnviz.plots import iterations
from tests.plots.records import LOG2, make_history, make_snapshots


def said(figure: object) -> str:
    return figure.layout.annotations[0].text if figure.layout.annotations else ""


def test_losses_are_shown_in_bits_at_their_iterations() -> None:
    figure = plots.loss(make_history(4), make_snapshots([3.0, 1.0, 2.0]))
    training, validation, best = figure.data
    np.testing.assert_array_equal(training.x, [1, 2, 3, 4])
    np.testing.assert_allclose(training.y, np.array([1, 2, 3, 4]) / LOG2)
    np.testing.assert_allclose(training.customdata[:, 1], [1, 2, 3, 4])
    np.testing.assert_array_equal(validation.x, [0.5, 10, 20])
    np.testing.assert_array_equal(validation.customdata[:, 0], [0, 10, 20])
    np.testing.assert_allclose(validation.y, np.array([3, 1, 2]) / LOG2)
    assert best.x.tolist() == [10]
    assert best.name == "best snapshot, iteration 10: 1.443 bits/char"
    assert figure.layout.yaxis.title.text == "loss (bits per character)"


def test_iteration_zero_has_a_place_and_a_tick_on_a_log_axis() -> None:
    axis = plots.loss(make_history(4), make_snapshots([3.0, 1.0])).layout.xaxis
    assert axis.type == "log"
    assert dict(zip(axis.tickvals, axis.ticktext, strict=True))[0.5].startswith("0<br>(start)")
    assert axis.range[0] < np.log10(0.5) and axis.range[1] > 1
    straight = plots.loss(make_history(4), make_snapshots([3.0, 1.0]), log_iterations=False)
    assert straight.data[1].x.tolist() == [0, 10]
    assert straight.layout.xaxis.type is None


def test_baselines_and_validation_loss_are_drawn_in_bits() -> None:
    named = {"n-gram <b>": 2 * LOG2, "uniform": 5 * LOG2}
    figure = plots.loss(
        make_history(2), make_snapshots([3.0, 2.0]), baselines=named, validation_loss=4 * LOG2
    )
    assert [(line.y0, line.y1) for line in figure.layout.shapes] == [(2, 2), (5, 5)]
    assert figure.layout.shapes[0].name == "n-gram &lt;b&gt;: 2.000 bits/char"
    assert figure.data[-1].y.tolist() == [pytest.approx(4)]
    assert figure.data[-1].x.tolist() == [10]


def test_the_best_snapshot_has_one_loss_by_name() -> None:
    tables = make_history(2), make_snapshots([3.0, 2.0])
    figure = plots.loss(*tables, validation_loss=4 * LOG2, judged_on=9000)
    said = "that snapshot judged on 9,000 held-out characters after training: 4.000 bits/char"
    assert figure.data[-1].name == said


def test_with_dropout_the_figure_says_how_each_loss_is_measured() -> None:
    history, snapshots = make_history(2), make_snapshots([3.0, 2.0])
    said = plots.loss(history, snapshots, dropout=0.5).layout.title.text.replace("<br>", " ")
    assert (
        "The training loss is that of an iteration's own windows, with dropout on (0.5); the "
        "validation loss is measured without dropout, so it can be the lower one."
    ) in said
    assert "dropout" not in plots.loss(history, snapshots).layout.title.text
    unjudged = plots.loss(history, make_snapshots([np.nan]), dropout=0.5).layout.title.text
    assert "with dropout on (0.5)." in unjudged.replace("<br>", " ") and "lower" not in unjudged


def falling(rows: int) -> pd.DataFrame:
    """A loss of 9 nats that falls to 2 within five iterations, and slowly from there."""
    history = make_history(rows)
    numbers = history["iteration"].to_numpy()
    return history.assign(loss_nats=np.where(numbers < 5, 9.0, 2.0 - 0.5 * numbers / rows))


@pytest.mark.parametrize("log", [True, False])
def test_what_is_learned_after_the_first_iterations_rules_the_axes(log: bool) -> None:
    figure = plots.loss(
        falling(1000), make_snapshots([9.0, 3.0, 2.0]), log_iterations=log, untrained=9.0
    )
    low, high = figure.layout.yaxis.range
    assert 1.5 / LOG2 > low > 1.3 / LOG2 and 2.0 / LOG2 < high < 2.2 / LOG2
    assert (figure.layout.xaxis.range or [0])[0] == (pytest.approx(1.25, abs=0.06) if log else 0)
    assert said(figure) == f"↑ at the start: {9 / LOG2:.3f} bits/char"
    assert figure.layout.annotations[0].y == high and not figure.layout.shapes
    assert "begin with iteration 20" in figure.layout.title.text.replace("<br>", " ")
    assert figure.data[0].y[0] == 9 / LOG2  # it is all there for who asks for it


@pytest.mark.parametrize("log", [True, False])
def test_a_loss_that_leapt_and_came_back_does_not_rule_the_axis_and_is_named(log: bool) -> None:
    history, snapshots = falling(200), make_snapshots([9.0, 3.0, 2.0, 1.9, 1.9, 1.9])
    history.loc[[59, 60], "loss_nats"] = 1e15, 12.0
    snapshots.loc[2, "validation_loss_nats"] = 400.0
    figure = plots.loss(history, snapshots, log_iterations=log, highest=5.0)
    top = figure.layout.yaxis.range[1]
    assert top < 3.0 / LOG2 + 0.3
    triangles = [trace for trace in figure.data if trace.marker.symbol == "triangle-up"]
    assert [trace.x.tolist()[-2:] for trace in triangles] == [[60, 61], [20] if log else [0, 20]]
    assert triangles[0].text[-2:] == (
        "1.4e15 bits/char (1.0e15 nats)",
        "17.312 bits/char (12.000 nats)",
    )
    assert set(triangles[1].y) == {top}
    said = figure.layout.title.text.replace("<br>", " ")
    of = "1 snapshot" if log else "2 snapshots"
    assert f"the validation loss of {of}, up to 577.078 bits/char at iteration 20," in said
    assert figure.data[0].y[59] == 1e15 / LOG2  # it is all there for who asks for it


def test_of_a_network_trained_elsewhere_a_high_loss_is_named_as_what_it_is() -> None:
    """It has no iterations: weights of an exploded checkpoint, or characters in another order."""
    figure = plots.loss(
        make_history(0),
        make_snapshots([3.0, 400.0, 2.0]),
        judged_as="loss on the given text",
        highest=5.0,
    )
    said = figure.layout.title.text.replace("<br>", " ")
    assert "Triangles at the top: the loss on the given text of 1 snapshot, up to 577.078" in said


def test_where_half_of_a_loss_is_high_it_rules_the_axis() -> None:
    history = falling(200).assign(
        loss_nats=lambda table: table["loss_nats"].where(table.index < 90, 50.0)
    )
    figure = plots.loss(history, make_snapshots([3.0, 2.0]), highest=5.0)
    assert figure.layout.yaxis.range[1] > 50 / LOG2
    assert "Triangles" not in figure.layout.title.text


@pytest.mark.parametrize("worst", [6e33, np.inf])
def test_where_a_run_explodes_what_it_is_compared_with_can_be_read(worst: float) -> None:
    history = make_history(20).assign(loss_nats=[4.2, 9.0, *np.geomspace(20, 6e5, 18)])
    figure = plots.loss(
        history,
        make_snapshots([4.2, worst]),
        baselines={"number to beat": 1.5},
        untrained=4.2,
        highest=4.5,
    )
    low, high = figure.layout.yaxis.range
    assert low < 1.5 / LOG2 and 4.2 / LOG2 < high < 50 / LOG2
    triangles = {trace.name.split()[0]: trace for trace in figure.data if "above" in trace.name}
    assert triangles["validation"].text == (f"{loss_words(worst)}",)
    assert len(triangles["training"].x) == sum(history["loss_nats"] > 45)
    said = figure.layout.title.text.replace("<br>", " ")
    assert "the validation loss of 1 snapshot, up to" in said and "begin with" not in said
    assert [note.y for note in figure.layout.annotations] == [1.5 / LOG2, 4.2 / LOG2]


def test_a_short_history_is_shown_whole_and_levels_are_named_where_they_lie() -> None:
    figure = plots.loss(
        falling(8), make_snapshots([9.0]), baselines={"number to beat": LOG2}, untrained=9.0
    )
    low, high = figure.layout.yaxis.range
    assert low < 1 and high > 9 / LOG2
    assert [note.text for note in figure.layout.annotations] == [
        "number to beat: 1.000 bits/char",
        f"at the start: {9 / LOG2:.3f} bits/char",
    ]
    assert [line.y0 for line in figure.layout.shapes] == [1, pytest.approx(9 / LOG2)]
    assert "begin with" not in figure.layout.title.text


def test_names_of_levels_close_to_each_other_stand_apart() -> None:
    close = {"number to beat": 0.46, "lowest possible": 0.44}
    figure = plots.loss(make_history(4), make_snapshots([3.0, 1.0]), baselines=close)
    assert [note.yanchor for note in figure.layout.annotations] == ["bottom", "top"]
    alone = plots.loss(make_history(4), make_snapshots([3.0]), baselines={"number to beat": 1.0})
    assert alone.layout.annotations[0].yanchor == "bottom"


def test_a_loss_of_nothing_stands_on_an_axis_that_goes_up() -> None:
    low, high = plots.loss(
        make_history(4).assign(loss_nats=0.0), make_snapshots([])
    ).layout.yaxis.range
    assert -0.1 < low < 0 and high > 1


def test_where_nothing_is_learned_no_beginning_is_left_out() -> None:
    history = make_history(40).assign(loss_nats=0.0, total_gradient_norm=0.0)
    figure = plots.loss(history, make_snapshots([]), held_out=False)
    assert "begin with" not in figure.layout.title.text
    norms = plots.total_gradient_norm(history, 1.0).layout.title.text.replace("<br>", " ")
    assert "All norms are exactly zero" in norms


@pytest.mark.parametrize("log", [True, False])
def test_long_histories_are_thinned_never_averaged(log: bool) -> None:
    history = make_history(54_321)
    curve = plots.loss(history, make_snapshots([]), log_iterations=log).data[0]
    assert 500 <= len(curve.x) <= 1000
    assert curve.x[0] == 1 and curve.x[-1] == 54_321
    np.testing.assert_allclose(curve.y, curve.x / LOG2)  # each is the loss of its own iteration
    assert curve.name == f"training ({len(curve.x):,} of 54,321 iterations)"
    assert np.mean(curve.x < 1000) > 0.4 if log else np.mean(curve.x < 1000) < 0.03


@pytest.mark.parametrize("log", [True, False])
def test_no_peak_of_a_long_history_is_lost(log: bool) -> None:
    history = make_history(54_321).assign(loss_nats=1.0)
    history.loc[[77, 40_000, 54_000], "loss_nats"] = 9.0, 0.25, np.nan
    curve = plots.loss(history, make_snapshots([]), log_iterations=log).data[0]
    values = dict(zip(curve.customdata[:, 0], curve.customdata[:, 1], strict=True))
    assert values[78] == 9.0 and values[40_001] == 0.25


def test_clipped_iterations_are_told_apart() -> None:
    history = make_history(7)
    figure = plots.total_gradient_norm(history, 2.5)
    free, clipped = figure.data
    assert clipped.x.tolist() == [1, 4, 7] and free.x.tolist() == [2, 3, 5, 6]
    assert clipped.y.tolist() == [0.5, 3.5, 6.5]
    assert clipped.marker.color != free.marker.color
    assert clipped.name == "clipped: 3 of 7 iterations"
    assert (figure.layout.shapes[0].y0, figure.layout.shapes[0].name) == (2.5, "clip_norm 2.5")
    assert figure.layout.yaxis.type == "log"
    assert not plots.total_gradient_norm(history, None).layout.shapes


def test_thinned_norms_count_all_iterations() -> None:
    figure = plots.total_gradient_norm(make_history(3000), 1.0)
    assert figure.data[1].name == "clipped: 1,000 of 3,000 iterations"
    assert "of 3,000 iterations are shown" in figure.layout.title.text.replace("<br>", " ")
    assert sum(len(points.x) for points in figure.data) < 1001


def test_nothing_to_show_is_a_titled_figure_with_a_sentence() -> None:
    nothing = make_history(0)
    for figure in (plots.loss(nothing, make_snapshots([])), plots.total_gradient_norm(nothing, 1)):
        assert not figure.data and figure.layout.title.text
        assert said(figure) == "No iteration has been recorded yet."


def test_no_validation_is_said_and_one_snapshot_is_enough() -> None:
    unjudged = make_snapshots([np.nan, np.nan])
    figure = plots.loss(make_history(3), unjudged)
    assert len(figure.data) == 1 and "No validation loss yet." in figure.layout.title.text
    figure = plots.loss(make_history(3), unjudged, held_out=False)
    assert "No validation loss: nothing is held out." in figure.layout.title.text
    alone = plots.loss(make_history(0), make_snapshots([2.0]))
    assert alone.data[0].x.tolist() == [0.5] and alone.layout.xaxis.range[1] >= 0


def test_characters_per_second_looks_at_the_last_twenty() -> None:
    assert np.isnan(plots.characters_per_second(make_history(0)))
    assert plots.characters_per_second(make_history(1)) == 50.0
    slow = make_history(21)
    late = slow.assign(iteration=slow["iteration"] + 21)
    late["characters"] = slow["characters"] * 3 + slow["characters"].iloc[-1]
    late["seconds"] = slow["seconds"] + slow["seconds"].iloc[-1]
    assert plots.characters_per_second(pd.concat([slow, late])) == pytest.approx(150.0)


def test_ticks_are_finer_where_iterations_are_few() -> None:
    assert iterations.axis(1, 8, log=True)["ticktext"] == ["1", "2", "5"]
    assert iterations.axis(0, 0, log=True)["tickvals"] == [0.5]
