"""The gradient at one state, taken apart: a column of the matrix, that adds up to the window's."""

from __future__ import annotations

import numpy as np
import pytest

from rnnviz.analysis.gradients.flow import gradient_flow
from rnnviz.analysis.gradients.itemised import itemised, take_apart
from tests.networks import CELLS, make_network

TEXT = "facadebeadfeedface"
T = len(TEXT) - 1


@pytest.mark.parametrize("layers", [1, 2])
@pytest.mark.parametrize("cell", CELLS, ids=str)
def test_it_is_a_column_of_the_matrix_and_adds_up_to_the_window_gradient(
    cell: tuple[str, str], layers: int
) -> None:
    network = make_network(cell, layers)
    flow = gradient_flow(network, "abcdef", TEXT)
    for path, whole in (("h", flow.h), ("c", flow.c)):
        for layer in range(layers if whole is not None else 0):
            for k in (0, 6, T - 1):
                found = itemised(network, "abcdef", TEXT, k, path=path, layer=layer)  # type: ignore[arg-type]
                np.testing.assert_allclose(found.norm, whole.matrix[layer, k:, k], rtol=1e-10)
                assert found.total == pytest.approx(whole.window[layer, k], rel=1e-10)
                assert found.share.sum() == pytest.approx(1)
                # The law of cosines: |sum|^2 is the sum of |a| |b| cos over all pairs.
                square = found.norm @ found.cosine @ found.norm
                assert square == pytest.approx(found.total**2, rel=1e-9)


def test_the_last_timestep_has_its_own_loss_alone() -> None:
    found = itemised(make_network(CELLS[0]), "abcdef", TEXT, T - 1)
    assert found.share.tolist() == pytest.approx([1]) and found.agreement == pytest.approx(1)


def test_what_agrees_and_what_cancels_is_told_apart() -> None:
    one = np.array([3.0, 4.0, 0.0])
    alike = take_apart(0, np.stack([one, 2 * one]))
    against = take_apart(0, np.stack([one, -one]))
    across = take_apart(0, 5 * np.eye(3))
    assert (alike.agreement, against.agreement) == (pytest.approx(1), 0)
    assert alike.share.tolist() == pytest.approx([1 / 3, 2 / 3]) and not against.share.any()
    assert across.agreement == pytest.approx(across.at_right_angles) == pytest.approx(3**-0.5)
    none = take_apart(0, np.zeros((2, 3)))
    assert (
        np.isnan(none.cosine).all() and np.isnan(none.agreement) and np.isnan(none.at_right_angles)
    )


def test_what_is_not_there_is_refused() -> None:
    network = make_network(CELLS[0])
    for timestep in (-1, T):
        with pytest.raises(ValueError, match=f"this text has 0 to {T - 1}"):
            itemised(network, "abcdef", TEXT, timestep)
    with pytest.raises(ValueError, match="has h alone"):
        itemised(network, "abcdef", TEXT, 0, path="c")
