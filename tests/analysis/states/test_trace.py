"""A trace is what the network did, whatever pieces it is read in."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from rnnviz.analysis.states import streams
from rnnviz.analysis.states.trace import trace
from rnnviz.recurrent.arena import Arena
from rnnviz.recurrent.softmax import next_character_loss
from rnnviz.text.reading import TextError
from rnnviz.text.vocabulary import Vocabulary
from tests.networks import CELLS, UNITS, make_network

VOCABULARY = Vocabulary.of("abcdef")
TEXT = "facadebeadfeed"


@pytest.mark.parametrize("cell", CELLS)
def test_trace_is_the_unroll_from_the_zero_state(cell: tuple[str, str]) -> None:
    network = make_network(cell, 2)
    record = trace(network, VOCABULARY, TEXT)
    ids = torch.tensor(VOCABULARY.encode(TEXT).astype(np.int64))[:, None]
    unroll = network.unroll(ids, network.zero_state(1), Arena(network.flat))
    assert record.h.shape == (2, len(TEXT), UNITS)
    assert tuple(record.gates) == tuple(gate.symbol for gate in network.cell.facts.gates)
    for layer, expected in enumerate(unroll.layers):
        np.testing.assert_array_equal(record.h[layer], expected.h[1:, 0])
        for name, gate in expected.gates.items():
            np.testing.assert_array_equal(record.gates[name][layer], gate[:, 0])
    losses = next_character_loss(network.logits(unroll.output[:-1, 0]), ids[1:, 0])
    np.testing.assert_allclose(record.loss[:-1], losses, rtol=1e-12)
    assert np.isnan(record.loss[-1])


def test_the_likeliest_next_characters_are_those_of_the_softmax() -> None:
    network = make_network(("gru", "tanh"), 1)
    record = trace(network, VOCABULARY, TEXT)
    ids = torch.tensor(VOCABULARY.encode(TEXT).astype(np.int64))[:, None]
    unroll = network.unroll(ids, network.zero_state(1), Arena(network.flat))
    expected = network.logits(unroll.output[:, 0]).softmax(1).numpy()
    assert record.likeliest.shape == record.likeliest_probability.shape == (len(TEXT), 5)
    np.testing.assert_array_equal(record.likeliest, np.argsort(-expected, axis=1)[:, :5])
    np.testing.assert_allclose(record.likeliest_probability, -np.sort(-expected, axis=1)[:, :5])


@pytest.mark.parametrize("block", [1, 3, 13, 14])
def test_pieces_join_to_the_same_trace(block: int, monkeypatch: pytest.MonkeyPatch) -> None:
    network = make_network(("lstm", "tanh"), 2)
    whole = trace(network, VOCABULARY, TEXT)
    monkeypatch.setattr(streams, "BLOCK", block)
    pieces = trace(network, VOCABULARY, TEXT)
    assert pieces.text == TEXT
    assert whole.c is not None
    assert pieces.c is not None
    np.testing.assert_array_equal(pieces.ids, whole.ids)
    np.testing.assert_allclose(pieces.h, whole.h, atol=1e-14)
    np.testing.assert_allclose(pieces.c, whole.c, atol=1e-14)
    np.testing.assert_allclose(pieces.gates["f"], whole.gates["f"], atol=1e-14)
    np.testing.assert_allclose(pieces.loss, whole.loss, atol=1e-13)
    np.testing.assert_array_equal(pieces.likeliest, whole.likeliest)


def test_what_is_not_asked_for_is_not_recorded() -> None:
    network = make_network(("lstm", "tanh"), 2)
    whole = trace(network, VOCABULARY, TEXT)
    some = trace(network, VOCABULARY, TEXT, signals=["f"], alternatives=False)
    assert (some.c, list(some.gates), some.likeliest.shape) == (None, ["f"], (len(TEXT), 0))
    np.testing.assert_array_equal(some.h, whole.h)
    np.testing.assert_array_equal(some.gates["f"], whole.gates["f"])
    np.testing.assert_array_equal(some.loss, whole.loss)
    with pytest.raises(ValueError, match="the signal is 'r'; this network has h, c, i, f, g, o"):
        trace(network, VOCABULARY, TEXT, signals=["c", "r"])


def test_what_cannot_be_traced_is_said() -> None:
    network = make_network(("rnn", "tanh"))
    with pytest.raises(TextError, match="at least one character"):
        trace(network, VOCABULARY, "")
    with pytest.raises(TextError, match="'x'"):
        trace(network, VOCABULARY, "fax")
    with pytest.raises(ValueError, match="6 characters but the vocabulary 3"):
        trace(network, Vocabulary.of("abc"), "abc")
