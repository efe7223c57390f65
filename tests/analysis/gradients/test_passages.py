"""Passages taken from all of a text, and their norms against the full matrix of each."""

from __future__ import annotations

import numpy as np
import pytest

from rnnviz.analysis.gradients.flow import gradient_flow
from rnnviz.analysis.gradients.passages import cut_passages, losses_of, norms_by_passage
from rnnviz.text.vocabulary import Vocabulary
from tests.networks import CELLS, VOCAB, make_network

VOCABULARY = Vocabulary(tuple("abcdef"))


@pytest.mark.parametrize("characters", [2, 3, 5, 30, 72, 73, 74, 81, 100, 327, 400, 9_999, 10**6])
def test_no_loss_is_in_two_passages_and_all_have_as_many_lags(characters: int) -> None:
    passages = cut_passages(np.arange(characters))
    count, width = passages.shape
    assert width == min(characters, 73) and 1 <= count <= 32
    assert (np.diff(passages, axis=1) == 1).all()
    losses = losses_of(width - 1)
    judged = passages[:, -losses:]
    assert np.unique(judged).size == judged.size
    assert (count == 32) == (characters >= 73 + 31 * 8)
    if characters >= 73:
        assert losses == 8 and width - 1 - losses == 64
    assert passages[0, 0] == 0
    assert count == 1 or passages[-1, -1] == characters - 1


@pytest.mark.parametrize("cell", CELLS)
def test_norms_are_those_of_each_passage_alone(cell: tuple[str, str]) -> None:
    network = make_network(cell, 2)
    passages = np.random.default_rng(5).integers(VOCAB, size=(3, 10))
    found = norms_by_passage(network, passages)
    assert set(found) == ({"h", "c"} if cell[0] == "lstm" else {"h"})
    for each, ids in enumerate(passages):
        flow = gradient_flow(network, VOCABULARY, VOCABULARY.decode(ids))
        for name, path in (("h", flow.h), ("c", flow.c)):
            if path is None:
                continue
            assert found[name].shape == (2, 3, 5, 5)  # 9 timesteps: the last 5, and 4 lags before
            for loss, t in enumerate(range(4, 9)):
                expected = path.matrix[:, t, t - 4 : t + 1][:, ::-1]
                np.testing.assert_allclose(found[name][:, each, loss], expected, rtol=1e-9)
