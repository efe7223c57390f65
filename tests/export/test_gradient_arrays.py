"""Arrays of gradients: each by its name, and only what was asked for is computed."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from rnnviz.analysis.gradients.flow import gradient_flow
from rnnviz.analysis.gradients.input_reach import input_reach
from rnnviz.analysis.gradients.jacobian import step_jacobians
from rnnviz.analysis.gradients.lyapunov import lyapunov
from rnnviz.analysis.gradients.network_truncation import truncation
from rnnviz.analysis.gradients.singular_values import singular_values
from rnnviz.analysis.states.resetting import reset_losses
from rnnviz.export import gradient_arrays as module
from rnnviz.export.arrays import save_gradients
from rnnviz.export.gradient_arrays import Asked, Entry, gradient_arrays
from rnnviz.text.vocabulary import Vocabulary
from tests.networks import CELLS, UNITS, make_network

VOCABULARY = Vocabulary.of("abcdef")
TEXT = "facadebead"
T = 7


def asked_of(cell: tuple[str, str]) -> Asked:
    return Asked(make_network(cell, 2), VOCABULARY, TEXT, T)


def test_the_file_holds_the_flow(tmp_path: Path) -> None:
    asked = asked_of(CELLS[4])
    save_gradients(asked.passage, gradient_arrays(asked), tmp_path / "flow.npz")
    flow = gradient_flow(asked.network, VOCABULARY, TEXT[: T + 1])
    with np.load(tmp_path / "flow.npz", allow_pickle=False) as file:
        shapes = {name: file[name].shape for name in file}
        np.testing.assert_array_equal(file["matrix"], flow.h.matrix)
        assert str(file["text"]) == TEXT[: T + 1]
    one = {"matrix": (2, T, T), "by_lag": (2, T), "last_loss": (2, T), "window": (2, T)}
    all_of_them = one | {f"c_{name}": shape for name, shape in one.items()} | {"text": ()}
    assert all_of_them.items() <= shapes.items()


def test_what_was_not_asked_for_is_not_computed(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(asked: Asked) -> module.Arrays:
        raise AssertionError("it was computed")

    ones = {"first": np.ones(2), "second": np.ones(3)}
    entries = (Entry(("first", "second"), lambda _: ones), Entry(("third",), refuse))
    monkeypatch.setattr(module, "ENTRIES", entries)
    assert list(gradient_arrays(asked_of(CELLS[0]), ("second",))) == ["second"]


def test_jacobians_are_those_of_the_top_layer_over_all_of_the_text() -> None:
    names = ("lyapunov", "jacobian_lags", "jacobian_singular_values")
    asked = asked_of(CELLS[4])
    found = gradient_arrays(asked, names)
    steps = step_jacobians(asked.network, VOCABULARY, TEXT, layer=1)
    np.testing.assert_array_equal(found["lyapunov"], lyapunov(steps).exponents)
    expected = singular_values(steps)
    np.testing.assert_array_equal(found["jacobian_singular_values"], expected.values)
    np.testing.assert_array_equal(found["jacobian_lags"], [1, 2, 3, 4, 5, 7, 10])
    assert found["lyapunov"].shape == (2 * UNITS,)


def test_what_the_cell_does_not_have_is_left_out_unless_it_was_named() -> None:
    gru = asked_of(CELLS[3])
    assert "c_matrix" not in gradient_arrays(gru)
    with pytest.raises(ValueError, match="c_matrix: a network of the cell gru has none"):
        gradient_arrays(gru, ("c_matrix", "matrix"))


def test_a_text_that_is_too_short_for_a_reset_is_no_fault_of_the_cell() -> None:
    short = Asked(make_network(CELLS[0]), VOCABULARY, "a", T)
    with pytest.raises(ValueError, match="the text has 1 character; a reset takes 2 at least"):
        gradient_arrays(short, ("reset_loss",))


def test_what_is_no_number_of_a_network_that_exploded_is_written_as_none() -> None:
    asked = asked_of(CELLS[0])
    asked.network.parameters["decoder.bias"][0] = np.nan
    found = gradient_arrays(asked)
    for name in ("reset_loss", "reset_accuracy"):
        assert np.isnan(found[name]).all()
    assert found["reset_distance"].tolist() == [1, 2, 4]
    assert np.isfinite(found["lyapunov"]).all(), "the decoder has no part in it"


def test_what_mattered_and_what_was_cut_are_those_of_the_functions() -> None:
    asked, ids = asked_of(CELLS[3]), VOCABULARY.encode(TEXT)
    found = gradient_arrays(asked)
    reach = input_reach(asked.network, VOCABULARY, asked.passage).norm
    np.testing.assert_array_equal(found["input_reach"], reach)
    reset = reset_losses(asked.network, ids, np.arange(4, 10), [1, 2, 4])
    assert found["reset_distance"].tolist() == [1, 2, 4]  # half of the text is left to predict
    assert found["reset_loss"] == pytest.approx(reset.mean)
    assert found["reset_accuracy"] == pytest.approx(reset.accuracy)
    cut = truncation(asked.network, ids, [1, 2, 5, 7])
    assert found["truncation_windows"].tolist() == [1, 2, 5, 7]
    assert tuple(found["parameters"]) == cut.parameters
    for name in ("cosine", "norm_ratio"):
        assert found[f"truncation_{name}"] == pytest.approx(getattr(cut, name), rel=1e-12)
