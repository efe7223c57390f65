"""Sampling: the drawn frequencies are those of the softmax, and training is not touched."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from rnnviz.config import ModelConfig, SamplingConfig
from rnnviz.recurrent.char_rnn import CharRNN
from rnnviz.recurrent.initialization import initialize
from rnnviz.recurrent.sampling import probabilities, sample
from rnnviz.text.reading import TextError
from rnnviz.text.vocabulary import Vocabulary

VOCABULARY = Vocabulary.of("abcdefg")


def make_network(cell: str = "lstm") -> CharRNN:
    network = CharRNN(ModelConfig(cell=cell, hidden_size=9), len(VOCABULARY))  # type: ignore[arg-type]
    initialize(network, torch.Generator().manual_seed(2))
    return network


def test_a_seed_fixes_the_text_and_leaves_the_global_generator_alone() -> None:
    network, before = make_network(), torch.get_rng_state()
    config = SamplingConfig(prompt="ab", length=40, seed=5)
    weights = network.flat.clone()
    first, second = sample(network, VOCABULARY, config), sample(network, VOCABULARY, config)
    assert first.text == second.text
    assert len(first.text) == 40
    assert torch.equal(torch.get_rng_state(), before)
    assert torch.equal(network.flat, weights)
    other = sample(network, VOCABULARY, SamplingConfig(prompt="ab", length=40, seed=6))
    assert other.text != first.text


def test_temperature_zero_is_argmax() -> None:
    written = sample(make_network(), VOCABULARY, SamplingConfig(length=30, temperature=0))
    assert VOCABULARY.decode(written.likeliest[:, 0]) == written.text
    assert np.all(written.probability == 1)


def test_temperature_divides_the_logits() -> None:
    logits = torch.tensor([0.3, -1.0, 2.0])
    torch.testing.assert_close(probabilities(logits, 0.5, None), (2 * logits.double()).softmax(0))


def test_top_k_keeps_the_likeliest_in_proportion() -> None:
    logits = torch.tensor([0.0, 3.0, 1.0, 2.0])
    p = probabilities(logits, 1.0, 2)
    torch.testing.assert_close(p[[1, 3]], logits[[1, 3]].double().softmax(0))
    assert p[[0, 2]].tolist() == [0, 0]
    assert torch.equal(probabilities(logits, 1.0, 9), probabilities(logits, 1.0, None))


def test_drawn_frequencies_are_the_softmax() -> None:
    """A network without recurrence draws from one distribution: chi-squared over 4,000 draws."""
    network = CharRNN(ModelConfig(cell="rnn", hidden_size=2), len(VOCABULARY))
    network.parameters["decoder.bias"].copy_(torch.linspace(-1, 1, 7))
    written = sample(network, VOCABULARY, SamplingConfig(length=4000, temperature=1.0))
    expected = 4000 * torch.linspace(-1, 1, 7).double().softmax(0).numpy()
    counts = np.bincount(VOCABULARY.encode(written.text), minlength=7)
    assert np.sum((counts - expected) ** 2 / expected) < 22.5  # the 99.9 % point of 6 degrees


def test_the_probabilities_are_those_of_reading_the_text_again() -> None:
    """Writing a text and reading it give the same softmax at every place."""
    network = make_network("gru")
    written = sample(network, VOCABULARY, SamplingConfig(prompt="gab", length=25, temperature=1.0))
    from rnnviz.analysis.states.trace import trace

    loss = trace(network, VOCABULARY, "gab" + written.text).loss[2:-1]
    np.testing.assert_allclose(np.exp(-loss), written.probability, rtol=1e-4)


def test_the_prompt_is_what_the_network_reads_first() -> None:
    with pytest.raises(TextError, match="'z'"):
        sample(make_network(), VOCABULARY, SamplingConfig(prompt="z"))
    nothing = sample(make_network(), VOCABULARY, SamplingConfig(prompt="ab", length=0))
    assert (nothing.prompt, nothing.text) == ("ab", "")
    assert nothing.likeliest.shape == (0, 5)


def test_fewer_characters_than_alternatives() -> None:
    network = CharRNN(ModelConfig(cell="rnn", hidden_size=2), 2)
    written = sample(network, Vocabulary.of("ab"), SamplingConfig(length=3))
    assert written.likeliest_probability.shape == (3, 2)
    np.testing.assert_allclose(written.likeliest_probability.sum(1), 1)


def test_a_network_that_blows_up_stops_writing() -> None:
    """A relu unit that grows tenfold a character overflows float32 after 39 of them."""
    network = CharRNN(ModelConfig("rnn", "relu", 1), len(VOCABULARY))
    network.parameters["rnn.weight_hh_l0"].fill_(10.0)
    network.parameters["rnn.bias_ih_l0"].fill_(1.0)
    network.parameters["decoder.weight"].fill_(1.0)
    written = sample(network, VOCABULARY, SamplingConfig(length=60, temperature=1.0))
    assert len(written.text) == len(written.probability) == len(written.likeliest) == 39
