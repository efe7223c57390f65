"""A glance holds the numbers of the whole analyses."""

from __future__ import annotations

import numpy as np
import pytest

from rnnviz.analysis.gradients.changed_copy import Glance, said_of_change, these
from rnnviz.analysis.gradients.glance import glance
from rnnviz.analysis.gradients.jacobian import step_jacobians
from rnnviz.analysis.gradients.passages import cut_passages, norms_by_passage
from rnnviz.analysis.gradients.reach import read_mean
from rnnviz.analysis.states.trace import trace
from rnnviz.models.changed import Change, changed
from rnnviz.notation import share_words
from tests.models.test_changed import subject_of
from tests.networks import CELLS

TEXT = "facadebedeaffabecafe" * 6


@pytest.mark.parametrize("cell", CELLS, ids=str)
def test_it_is_what_the_whole_analyses_find(cell: tuple[str, str]) -> None:
    subject = subject_of(cell)
    network, vocabulary = subject.network(), subject.alphabet.vocabulary
    for layer in (0, 1):
        found = glance(subject, TEXT, layer)
        norms = norms_by_passage(network, cut_passages(vocabulary.encode(TEXT)))
        assert list(found.reaches) == list(norms)
        for path, reach in found.reaches.items():
            expected = norms[path][layer].mean((0, 1))
            np.testing.assert_allclose(reach.curve, expected[: len(reach.curve)], rtol=1e-6)
        mean = step_jacobians(network, vocabulary, TEXT, layer).mean().numpy()
        assert found.radius == pytest.approx(np.abs(np.linalg.eigvals(mean)).max())
        assert found.sigma == pytest.approx(np.linalg.svd(mean)[1][0])
        assert found.radius <= found.sigma * (1 + 1e-12)


def test_what_a_change_does_is_said_with_both_losses() -> None:
    subject = subject_of(("rnn", "tanh"))
    copy = changed(subject, Change(scale=0.2))
    looks = [glance(each, TEXT) for each in (subject, copy)]
    losses = looks[0].trace.mean_loss, looks[1].trace.mean_loss
    said = said_of_change("W_hh × 0.2", losses, *looks)
    assert said.startswith("With W_hh × 0.2 and nothing else changed, this network predicts these")
    assert ("better" in said) == (losses[1] < losses[0])
    alike = said_of_change("W_hh × 0.2", (1.0, 1.0 + 1e-6), *looks)
    assert "characters neither better nor worse, to three decimals, than as it is: " in alike
    assert "0.000 bits" not in alike
    assert these(trace(subject.network(), "abcdef", "ab")) == "this character"
    assert said.endswith(f"instead of {said.rpartition('instead of ')[2]}")


@pytest.mark.parametrize(("last", "radius"), [(656.0, 0.776), (656.0, 1.2), (0.1, 0.776)])
def test_a_gradient_that_grows_is_said_to_explode_and_not_to_be_remembered(
    last: float, radius: float
) -> None:
    """It was told as so many that are there, beside a hint on what remembers longer."""
    seen = trace(subject_of(("rnn", "tanh")).network(), "abcdef", "abba")
    before, after = (
        Glance(seen, {"h": read_mean(np.array(curve), np.ones(3, int))}, np.array([root]), root)
        for curve, root in (([1.0, 1e-3, 1e-7], 0.5 + 0j), ([2.0, 2.0, 2 * last], radius + 0j))
    )
    said = said_of_change("W_hh × 1.5", (1.0, 2.0), before, after)
    share = share_words(last)
    assert f"by h is {share} as large 2 characters back as at lag 0, instead of less than" in said
    assert ("such gradients explode" in said) == (last > 1)
    assert ("0.776, is below 1 and does not show it" in said) == (last > 1 > radius)


def test_states_without_end_are_said() -> None:
    subject = subject_of(("rnn", "relu"))
    copy = changed(subject, Change(scale=10.0))
    looks = glance(subject, TEXT), glance(copy, TEXT * 3)
    assert not len(looks[1].eigenvalues) and np.isnan(looks[1].sigma)
    losses = looks[0].trace.mean_loss, looks[1].trace.mean_loss
    said = said_of_change("W_hh × 10", losses, *looks)
    assert said.endswith("has states that grow until they are no longer finite numbers.")
