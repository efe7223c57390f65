"""What gates say of a gradient on its way back is what the sweep finds, where they are all."""

from __future__ import annotations

import numpy as np
import pytest

from rnnviz.analysis.gradients.kept import kept_by_lag
from rnnviz.analysis.gradients.passages import norms_by_passage
from tests.networks import READING, VOCAB, make_network

PASSAGES = np.random.default_rng(5).integers(VOCAB, size=(4, 31))


@pytest.mark.parametrize("layers", [1, 3])
def test_the_product_of_what_is_kept_is_the_measured_curve(layers: int) -> None:
    network = make_network(("mingru", "tanh"), layers)
    measured = norms_by_passage(network, PASSAGES)["h"][-1].mean((0, 1))
    found = kept_by_lag(network, PASSAGES)
    assert found is not None and len(found) == 23
    np.testing.assert_allclose(found, measured, rtol=1e-12)
    assert measured[-1] < 0.1 * measured[0]


@pytest.mark.parametrize("cell", READING, ids=str)
def test_where_gates_read_the_state_they_are_not_all_of_it(cell: tuple[str, str]) -> None:
    assert kept_by_lag(make_network(cell), PASSAGES) is None
