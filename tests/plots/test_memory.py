"""Pictures of memory and truncation hold the numbers of their records, and say what they are."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from rnnviz import plots
from rnnviz.analysis.gradients.itemised import take_apart
from rnnviz.analysis.gradients.mattered_words import (
    itemised_words,
    kept_words,
    mattered_words,
)
from rnnviz.analysis.gradients.reach import counted_from
from rnnviz.analysis.gradients.truncation_words import nearest, shares_words, truncation_words
from rnnviz.plots.text_heatmap.payload import read_header
from rnnviz.plots.text_heatmap.shown import dependence_payload
from rnnviz.plots.theme import LIGHT, part_colour
from rnnviz.text.vocabulary import Vocabulary
from tests.plots.gradient_records import (
    make_dependence,
    make_itemised,
    make_reset,
    make_shares,
    make_truncation,
)
from tests.plots.records import make_flow, make_trace
from tests.plots.test_gradients import subtitle


def test_what_gradients_say_stands_above_what_forgetting_costs_on_one_axis() -> None:
    reach, reset = make_dependence(), make_reset()
    figure = plots.mattered(reach, reset)
    curve, rings, loss, right = figure.data
    assert list(curve.x) == [*range(1, 9)] and curve.y == pytest.approx(reach.curve)
    assert (list(rings.x), list(rings.text)) == ([2, 8], ["a half", "1 %"])
    said = counted_from(reach, 1)
    assert list(rings.x) == [said.half.lag, said.hundredth.lag] and said.edge.lag == curve.x[-1]
    assert list(loss.x) == [1, 2, 4] and loss.y == pytest.approx([4.0, 3.0, 2.0])
    assert right.y == pytest.approx([0.0, 25.0, 75.0])
    assert figure.layout.xaxis.matches == figure.layout.xaxis2.matches == "x3"
    assert figure.layout.xaxis3.ticktext == ("1", "2", "4")
    assert len(plots.mattered(reach, replace(reset, right=None)).data) == 3


def test_truncation_is_a_curve_for_each_matrix_and_marks_the_window_of_training() -> None:
    found = make_truncation()
    figure = plots.truncation(found, 5)
    assert [trace.name for trace in figure.data[::2]] == [
        f"W<sub>{name}</sub>" for name in ("xh", "hh", "hy")
    ]
    for place in range(3):
        cosine, ratio = figure.data[2 * place : 2 * place + 2]
        assert list(cosine.x) == [1, 5] and list(cosine.y) == list(found.cosine[:, place])
        assert list(ratio.y) == list(found.norm_ratio[:, place])
        assert cosine.line.color == part_colour(LIGHT, "xhy"[place])
    assert {shape.x0 for shape in figure.layout.shapes} == {5}
    low, high = figure.layout.xaxis2.range
    assert low < 0 < np.log10(5) < high < 1  # words on the axis do not stretch it
    assert not plots.truncation(found, 64).layout.shapes
    nothing = replace(found, windows=(), costs=(), recurrent=())
    assert "too short to be cut" in plots.truncation(nothing).layout.annotations[0].text


def test_each_timestep_is_a_bar_of_each_matrix_of_the_layer() -> None:
    found = make_shares()
    figure = plots.timestep_shares(found, "abc")
    assert [list(bar.y) for bar in figure.data] == [[0.5, 1.5, -1.0]] * 3
    assert "adds, windows of 2" in figure.layout.title.text
    assert figure.layout.yaxis.ticktext == ("\N{MINUS SIGN}100 %", "0 %", "100 %")
    assert figure.layout.xaxis3.ticktext == ("a", "b", "c")
    other = replace(found, parameters=("weight_ih_l0", "weight_ih_l1", "decoder.weight"))
    titles = [axis.title.text for axis in plots.timestep_shares(other, "abc", 1).select_yaxes()]
    assert titles == ["dW<sub>xh</sub>", "dW<sub>hy</sub>"]
    assert len(plots.timestep_shares(replace(found, share=0 * found.share), "abc").data) == 3


def test_units_stand_where_their_gate_keeps() -> None:
    figure = plots.characters_kept(np.array([2.0, 2.1, 10.0, np.inf]), "forget gate f", 64)
    (bars,) = figure.data
    assert sum(bars.y) == 4 and bars.y[6] == 2 and bars.y[-1] == 1
    assert figure.layout.xaxis.ticktext[-1] == "never<br>lost"
    assert "forget gate f" in figure.layout.title.text


def test_the_text_is_coloured_by_what_one_prediction_depends_on() -> None:
    trace, norm = make_trace(np.zeros((1, 4, 1)), "abca"), np.tri(3) * [[1.0], [2.0], [8.0]]
    vocabulary = Vocabulary.of("abc")
    shown = [dependence_payload(trace, norm, vocabulary, 7, place) for place in (1, 3)]
    for payload, largest in zip(shown, (1.0, 8.0), strict=True):
        header = read_header(payload)
        name, count, begin = header["arrays"]["peak"]
        length = int.from_bytes(payload[:4], "little")
        peak = np.frombuffer(payload, "<f4", count, 4 + length + begin)
        assert (name, peak.tolist(), header["start"]) == ("float32", [largest], 7)
        assert header["scales"][0]["name"] == "fixed: 0 to 5", "one scale for all predictions"
        assert header["never_negative"]
        for scale in header["scales"]:
            assert "has no colour that can be seen; the line under" in scale["means"]


def test_what_is_said_is_what_the_numbers_say() -> None:
    assert mattered_words("ab", "c", np.array([3.0, 1.0])) == (
        "the prediction of “c” depends most on the “a” 2 characters before it (3). Of all "
        "dependence, half is on the last 2 characters and 90 % on the last 2 characters."
    )
    said = truncation_words(make_truncation(), 5)
    assert said == (
        "with windows of 5 characters, which it was trained with, the gradient of W_hh has a "
        "cosine of 1.000 with the full one and 75 % of its length; with windows of 1, the shortest "
        "tried, a cosine of 0.500 and 25 % of its length."
    )
    assert truncation_words(make_truncation(), 64).startswith("with windows of 5 characters the ")
    two = replace(make_truncation(), parameters=("weight_hh_l0", "weight_hh_l1", "decoder.weight"))
    assert "the gradient of all W_hh together has a" in truncation_words(two, 5)
    assert plots.truncation(two).data[-1].name == "all W<sub>hh</sub> together"
    assert nearest(make_truncation()) == 5 and nearest(make_truncation(), 1.1) is None
    assert shares_words("dW", np.array([1.0, 0.0])) == (
        "1 of 2 timesteps adds at least half of dW, and none points against it"
    )
    assert shares_words("dW", np.full(4, 0.25)).startswith(
        "2 of 4 timesteps add at least half of dW, and none"
    )
    assert shares_words("dW", np.zeros(2)) == "dW is exactly zero"
    assert kept_words(np.array([1.5, 4.6, 1.2]), "gate").endswith(
        "keeps what it holds over 1.5 characters; the longest keeps it over 5 characters."
    )
    assert "over the whole text; 1 of them keeps it for" in kept_words(np.array([np.inf]), "gate")


def test_three_definitions_stand_on_one_scale_further_left_being_further_back() -> None:
    flow = make_flow(5)
    figure = plots.definitions_abreast(replace(flow, c=flow.h))
    for path in range(2):
        a, b, c = figure.data[3 * path : 3 * path + 3]
        np.testing.assert_allclose(a.y, flow.h.window[0])
        np.testing.assert_allclose(b.y, flow.h.last_loss[0])
        np.testing.assert_allclose(c.y, flow.h.by_lag[0])
        assert list(a.x) == list(b.x) == [1, 2, 3, 4, 5] and list(c.x) == [0, 1, 2, 3, 4]
    assert len({axis.range for axis in figure.select_yaxes()}) == 1
    assert figure.layout.xaxis3.autorange == "reversed" and len(figure.data) == 6


def test_row_column_and_diagonal_meet_in_one_cell() -> None:
    flow = make_flow(5)
    figure = plots.matrix_readouts(flow, "h", 0, 3, 1)
    row, _, column, _, diagonal, _ = figure.data
    matrix = flow.h.matrix[0]
    assert (list(row.x), list(row.y)) == ([1, 2, 3, 4], list(matrix[3, :4].astype("f4")))
    assert (list(column.x), list(column.y)) == ([2, 3, 4, 5], list(matrix[1:, 1].astype("f4")))
    assert list(diagonal.x) == [3, 4, 5] and list(diagonal.y) == [0.25] * 3
    rings = figure.data[1::2]
    assert [ring.y[0] for ring in rings] == [matrix[3, 1]] * 3
    assert [ring.x[0] for ring in rings] == [2, 4, 4]
    for path, loss, state in (("c", 3, 1), ("h", 3, 4), ("h", 5, 1)):
        with pytest.raises(ValueError, match="no cell of loss"):
            plots.matrix_readouts(flow, path, 0, loss, state)  # type: ignore[arg-type]


def test_what_losses_send_to_a_state_is_told_by_size_share_and_angle() -> None:
    found = make_itemised()
    sizes, shares = plots.itemised(found).data
    assert list(sizes.x) == list(shares.x) == [5, 6, 7] and list(sizes.y) == [3, 2, 1]
    assert shares.y == pytest.approx([0.75, 0.5, -0.25])
    (cells,) = plots.angles(found).data
    assert cells.z.tolist() == [[1, 1, -1], [1, 1, -1], [-1, -1, 1]]
    assert cells.customdata[0].tolist() == [0, 0, 180] and cells.x0 == 5
    said = itemised_words(found, "e")
    assert said.startswith("of what 3 losses send to the state after “e” (timestep 5), the loss ")
    # By size 3 of 6, along the sum 3 of 4; 4 of 6 together, and 3.7 of 6 at right angles.
    assert "the loss right there has half of the sizes added up (upper picture) and 75 % of" in said
    assert "67 % as long as if all pointed the same way; at right angles to each other it" in said
    assert said.endswith("would be 62 %: weighed by size, they agree more than they cancel.")
    assert "Colour says nothing of size" in subtitle(plots.angles(found))
    against = take_apart(0, np.array([[1.0, 0.0], [-1.0, 0.1]]))
    assert itemised_words(against, "e").endswith("they cancel more than they agree.")
    alike = take_apart(0, np.array([[1.0, 0.0], [1.0, 0.1]]))
    assert itemised_words(alike, "e").endswith("they agree more than they cancel.")
    apart = take_apart(0, np.eye(2))
    assert itemised_words(apart, "e").endswith("they agree and cancel about as much.")
    even = take_apart(0, np.array([[1.0, 0.0], [0.02, 1.0]]))  # 71 % is 102 % of 71 %
    assert itemised_words(even, "e").endswith("they agree and cancel about as much.")
    assert "exactly zero" in itemised_words(take_apart(0, np.zeros((2, 2))), "e")
    assert "none follows" in itemised_words(take_apart(0, np.ones((1, 2))), "e")
