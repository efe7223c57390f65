"""Streams that are read side by side find what the plain reading finds, or give way to it."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import numpy as np
import pytest
import torch
from torch import Tensor

from rnnviz.analysis.states import streams as reading_module
from rnnviz.analysis.states.division import Division
from rnnviz.analysis.states.streams import Streams
from rnnviz.analysis.states.trace import trace
from rnnviz.config import ModelConfig
from rnnviz.records import EXACT, Reading, Trace
from rnnviz.recurrent.arena import Arena
from rnnviz.recurrent.char_rnn import CharRNN, State
from rnnviz.runs.paths import EXAMPLE
from rnnviz.runs.run import Run
from rnnviz.text.vocabulary import Vocabulary
from tests.networks import CELLS, VOCAB, make_network

LETTERS = "abcdef"
VOCABULARY = Vocabulary.of(LETTERS)
# Six streams of 84 characters, the last with 80.
CHARACTERS, STREAMS, LENGTH, WARM_UP = 500, 6, 84, 50
TEXT = "".join(np.random.default_rng(3).choice(list(LETTERS), CHARACTERS))


@pytest.fixture(params=[1, 2])
def threads(request: pytest.FixtureRequest) -> Iterator[int]:
    before = torch.get_num_threads()
    torch.set_num_threads(request.param)
    yield request.param
    with ThreadPoolExecutor(1) as later:
        assert later.submit(torch.get_num_threads).result() == request.param
    assert torch.get_num_threads() == request.param
    torch.set_num_threads(before)


@pytest.fixture(autouse=True)
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is long here, and how far ahead its streams begin."""
    division = Division(CHARACTERS, STREAMS)
    plain = Division(CHARACTERS, 1)
    monkeypatch.setattr(Division, "of", lambda _, exact=False: plain if exact else division)
    monkeypatch.setattr(reading_module, "WARM_UP", WARM_UP)
    monkeypatch.setattr(reading_module, "BLOCK", 31)


def forgetting(cell: tuple[str, str], layers: int) -> CharRNN:
    """A network with small weights: what it read 50 characters ago has left no trace."""
    network = make_network(cell, layers)
    network.flat.mul_(0.4)
    return network


def check_alike(found: Trace, exact: Trace, atol: float) -> None:
    pairs = [(found.h, exact.h), *((found.gates[name], exact.gates[name]) for name in exact.gates)]
    if found.c is not None and exact.c is not None:
        pairs.append((found.c, exact.c))
    for a, b in pairs:
        np.testing.assert_allclose(a, b, atol=atol)
    np.testing.assert_allclose(found.loss, exact.loss, atol=5 * atol)


@pytest.mark.parametrize("layers", [1, 2])
@pytest.mark.parametrize("cell", CELLS)
def test_streams_find_what_the_plain_reading_finds(cell: tuple[str, str], layers: int) -> None:
    network = forgetting(cell, layers)
    found, exact = trace(network, VOCABULARY, TEXT), trace(network, VOCABULARY, TEXT, exact=True)
    assert (exact.reading, found.reading.streams) == (EXACT, STREAMS)
    assert found.reading.warm_up == WARM_UP
    assert found.reading.error < 1e-5
    check_alike(found, exact, max(2 * found.reading.error, 1e-12))
    first = slice(0, LENGTH)
    np.testing.assert_allclose(found.h[:, first], exact.h[:, first], atol=1e-13)
    np.testing.assert_array_equal(found.likeliest, exact.likeliest)


def after(network: CharRNN, ids: Tensor, state: State) -> State:
    return network.unroll(ids[:, None], state, Arena(network.flat)).state


def naive_joins(network: CharRNN, warm_up: int) -> list[float]:
    """How far off each stream but the first begins, by one reading after another."""
    ids = torch.tensor(VOCABULARY.encode(TEXT).astype(np.int64))
    zero, found, begun = network.zero_state(1), [], network.zero_state(1)
    for start, stop in pairwise(range(0, STREAMS * LENGTH, LENGTH)):
        ended = after(network, ids[start:stop], begun)
        begun = after(network, ids[stop - warm_up : stop], zero)
        pairs = [(ended.h, begun.h)] + [(ended.c, begun.c)] * (ended.c is not None)
        found.append(max(float((a - b).abs().max()) for a, b in pairs))  # type: ignore[operator]
    return found


@pytest.mark.parametrize("cell", [("lstm", "tanh"), ("rnn", "relu")])
def test_the_error_is_the_largest_difference_where_streams_meet(
    cell: tuple[str, str], threads: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    network = forgetting(cell, 2)
    monkeypatch.setattr(reading_module, "WARM_UP", 3)
    monkeypatch.setattr(reading_module, "TOLERANCE", np.inf)
    joins = naive_joins(network, 3)
    found = trace(network, VOCABULARY, TEXT)
    assert found.reading == Reading(STREAMS, 3, pytest.approx(max(joins), rel=1e-9))
    assert max(joins) > 1e-3
    exact = trace(network, VOCABULARY, TEXT, exact=True)
    assert np.abs(found.h - exact.h).max() > 1e-4  # and it is one, in what was recorded


def test_too_short_a_warm_up_is_lengthened_by_a_stream(
    threads: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading_module, "WARM_UP", 3)
    network = forgetting(("lstm", "tanh"), 1)
    found, exact = trace(network, VOCABULARY, TEXT), trace(network, VOCABULARY, TEXT, exact=True)
    assert found.reading.warm_up == 3 + LENGTH
    assert found.reading.error < 1e-10
    check_alike(found, exact, 1e-9)


def counting() -> CharRNN:
    """A relu unit that counts every a, for ever."""
    network = CharRNN(ModelConfig("rnn", "relu", 1), VOCAB, dtype=torch.float64)
    network.parameters["rnn.weight_hh_l0"][:] = 1
    network.parameters["rnn.weight_ih_l0"][0, 0] = 1
    return network


def latch() -> CharRNN:
    """A tanh unit that every a switches on, and nothing off."""
    network = CharRNN(ModelConfig("rnn", "tanh", 1), VOCAB, dtype=torch.float64)
    network.parameters["rnn.weight_hh_l0"][:] = 9
    network.parameters["rnn.weight_ih_l0"][0, 0] = 9
    return network


def test_a_network_that_counts_for_ever_is_read_exactly() -> None:
    found = trace(counting(), VOCABULARY, TEXT)
    counts = np.cumsum([character == "a" for character in TEXT])
    np.testing.assert_array_equal(found.h[0, :, 0], counts)
    assert found.reading.streams == 1
    refused = found.reading.refused
    assert refused is not None
    assert refused.error >= 1
    assert refused.warm_up == WARM_UP + 2 * LENGTH


def test_a_latch_that_closes_once_is_seen_by_every_stream() -> None:
    text = "a" + TEXT[1:].replace("a", "b")
    found = trace(latch(), VOCABULARY, text)
    assert found.h.min() > 0.99
    assert found.reading.refused is not None


def test_states_beyond_numbers_are_no_agreement() -> None:
    network = counting()
    network.parameters["rnn.weight_hh_l0"][:] = -np.inf
    assert trace(network, VOCABULARY, TEXT).reading.refused is not None


def test_a_trained_network_is_read_in_streams_as_well_as_one_that_was_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(reading_module, "WARM_UP", 256)
    run = Run(EXAMPLE)
    ids = run.vocabulary.encode(run.characters)[:6_000]
    for iteration in (0, None):
        network = run.model(iteration)
        found = Streams(network, ids, Division(len(ids), 7)).read(lambda unroll, piece: None)
        assert found.refused is None
        assert found.error < 1e-4
