"""Singular values by lag: in closed form, and never above the bound."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from rnnviz.analysis.gradients.bound import step_bound
from rnnviz.analysis.gradients.jacobian import step_jacobians
from rnnviz.analysis.gradients.jacobian_records import LARGEST, SMALLEST
from rnnviz.analysis.gradients.jacobian_words import singular_words
from rnnviz.analysis.gradients.singular_values import LAGS, singular_values
from tests.analysis.gradients.trajectories import Matrices, stretched
from tests.networks import CELLS, make_network

TEXT = "facadebeadfeedface" * 4
LOST = 1e-12


def test_turns_between_stretches_change_no_singular_value() -> None:
    stretches = torch.tensor([1.5, 1.1, 0.9, 0.7, 0.2], dtype=torch.float64)
    found = singular_values(stretched(60, stretches))
    expected = np.array([[1.5, 0.9, 0.2]]) ** np.array(LAGS)[:, None]
    known = expected > LOST * expected[:, :1]
    assert (np.isfinite(found.values) == known).all()
    assert not known[:, SMALLEST].all()
    np.testing.assert_allclose(found.values[known], expected[known], rtol=1e-3)
    np.testing.assert_allclose(found.values[:4], expected[:4], rtol=1e-12)
    np.testing.assert_allclose(found.condition[:4], 7.5 ** np.array(LAGS[:4]))
    assert found.passages == 8


def test_passages_count_alike_by_their_geometric_mean() -> None:
    stretches = torch.tensor([1.0, 4.0], dtype=torch.float64)
    found = singular_values(Matrices(stretches.view(2, 1, 1).expand(2, 3, 3) * torch.eye(3)), [1])
    np.testing.assert_allclose(found.values, [[2.0, 2.0, 2.0]])


def test_one_passage_below_the_rounding_says_nothing_below_of_the_mean() -> None:
    """In seven of eight passages the median is 0.1 of the largest, in one it is 1e-14 of it."""
    each = torch.diag(torch.tensor([1.0, 0.1, 0.1], dtype=torch.float64)).repeat(8, 1, 1)
    each[3] = torch.diag(torch.tensor([1.0, 1e-14, 1e-14], dtype=torch.float64))
    found = singular_values(Matrices(each), [1])
    np.testing.assert_allclose(found.values, [[1.0, np.nan, np.nan]])
    said = singular_words(found, "the state h")
    assert said == [
        "After 1 character a small change of the state h is multiplied by 1.00 in the direction "
        "that keeps it best; in the middle one of all directions what is left cannot be told from "
        "rounding in at least one of 8 passages, where it is less than a million millionth of "
        "what is left in the best."
    ]
    (alone,) = singular_words(singular_values(Matrices(each[3:4]), [1]), "the state h")
    assert alone.endswith("in half of all directions by less than a million millionth of that.")


@pytest.mark.parametrize("cell", [cell for cell in CELLS if cell[0] == "rnn"])
@pytest.mark.parametrize("scale", [0.2, 1.0, 3.0])
def test_no_curve_lies_above_its_bound(cell: tuple[str, str], scale: float) -> None:
    network = make_network(cell)
    network.parameters["rnn.weight_hh_l0"].mul_(scale)
    bound = step_bound(network)
    assert bound is not None
    found = singular_values(step_jacobians(network, "abcdef", TEXT))
    largest = found.values[:, LARGEST]
    assert (largest <= bound[0] ** found.lags * (1 + 1e-9)).all()
    assert (found.values[:, LARGEST] > 0).all()


def test_lags_longer_than_the_text_are_left_out() -> None:
    steps = step_jacobians(make_network(CELLS[0]), "abcdef", "facade")
    found = singular_values(steps)
    assert found.lags.tolist() == [1, 2, 3, 4, 5]
    assert found.passages == 2
    with pytest.raises(ValueError, match=r"the lags are \[9, 0\], but the text has 6 characters"):
        singular_values(steps, [9, 0])


def test_nothing_comes_through_matrices_of_zeros() -> None:
    found = singular_values(Matrices(torch.zeros(4, 3, 3, dtype=torch.float64)), [1, 3])
    assert not found.values.any()


def test_products_beyond_the_range_of_numbers_are_known_until_they_are_none() -> None:
    each = torch.eye(2, dtype=torch.float64) * torch.tensor([1e10, 1e9])
    found = singular_values(Matrices(each.expand(60, 2, 2)), [1, 30, 40])
    np.testing.assert_allclose(found.values[0], [1e10, 5.5e9, 1e9])
    np.testing.assert_allclose(np.log10(found.values[1, 0]), 300)
    assert found.values[2, 0] == np.inf
    lost = singular_values(Matrices(each.expand(60, 2, 2) * np.nan), [1, 30])
    assert np.isnan(lost.values).all()
