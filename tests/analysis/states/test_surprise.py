"""A character costs what the network gave it after all before it, however the text is cut."""

from __future__ import annotations

import numpy as np
import pytest

from rnnviz.analysis.states import streams
from rnnviz.analysis.states.surprise import surprise
from rnnviz.analysis.states.trace import trace
from rnnviz.config import SamplingConfig
from rnnviz.recurrent.sampling import sample
from rnnviz.text.reading import TextError
from rnnviz.text.vocabulary import Vocabulary
from tests.networks import make_network

VOCABULARY = Vocabulary.of("abcdef")
NETWORK = make_network(("gru", "tanh"))


@pytest.mark.parametrize("block", [4096, 3])
def test_a_cost_is_the_loss_of_reading_all_before_it(
    block: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streams, "BLOCK", block)
    prompt, text = "fac", "adebeadfeed"
    found = surprise(NETWORK, VOCABULARY, prompt, text)
    for place, character in enumerate(text):
        before = trace(NETWORK, VOCABULARY, prompt + text[:place] + character)
        assert found.loss[place] == pytest.approx(before.loss[-2], abs=1e-5)
        np.testing.assert_array_equal(found.likeliest[place], before.likeliest[-2])
    assert found.mean_loss == pytest.approx(np.mean(found.loss), abs=1e-6)
    assert found.likeliest_probability.shape == found.likeliest.shape == (len(text), 5)


@pytest.mark.parametrize("temperature", [0.5, 1.0, 2.0])
def test_temperature_moves_draws_but_not_what_a_draw_cost(temperature: float) -> None:
    written = sample(NETWORK, VOCABULARY, SamplingConfig("a", 40, temperature, seed=3))
    found = surprise(NETWORK, VOCABULARY, written.prompt, written.text)
    drawn_with = -np.log(written.probability)
    assert (np.allclose(found.loss, drawn_with, atol=1e-4)) == (temperature == 1.0)
    np.testing.assert_allclose(
        found.likeliest_probability, written.likeliest_probability, atol=1e-5
    )


def test_nothing_read_first_is_refused_and_nothing_written_costs_nothing() -> None:
    with pytest.raises(TextError, match="at least one character"):
        surprise(NETWORK, VOCABULARY, "", "a")
    assert np.isnan(surprise(NETWORK, VOCABULARY, "a", "").mean_loss)
