"""Every way of computing a product gives the same numbers; compiled loops give the same bits."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module

import pytest
import torch

from rnnviz.recurrent import compiled, product
from rnnviz.recurrent.char_rnn import CharRNN, State
from rnnviz.recurrent.product import Factor, Ways, accumulate, timed_ways
from tests.networks import CELLS, VOCAB, gradients_of, make_ids, make_network, make_state

SHAPES = [(1, 5, 3), (7, 4, 9), (9, 7, 4)]
one_of_each_cell = pytest.mark.parametrize("cell", [CELLS[0], CELLS[3], CELLS[4]])


@pytest.fixture
def without_onednn(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """As on a machine whose PyTorch lacks the private operators."""
    monkeypatch.setattr(product, "_pack", lambda weight: torch.ops.mkldnn.gone_by_now(weight))
    product._onednn_works.cache_clear()
    yield
    product._onednn_works.cache_clear()


@pytest.mark.parametrize("shape", SHAPES)
def test_onednn_equals_plain_torch(shape: tuple[int, int, int]) -> None:
    """Contiguous and transposed factors, with and without a place for the result."""
    rows, inner, columns = shape
    generator, ways = torch.Generator().manual_seed(rows), Ways({shape: "onednn"})
    a, b = (torch.randn(size, generator=generator) for size in ((rows, inner), (inner, columns)))
    bias, target = torch.randn(columns, generator=generator), torch.ones(rows, columns)
    for left in (a, a.t().contiguous().t()):
        out = torch.empty(rows, columns)
        assert ways.multiply(left, b, out) is out
        torch.testing.assert_close(out, a @ b)
        torch.testing.assert_close(ways.multiply(left, b), a @ b)
    found = ways.affine(a, b.t().contiguous(), bias)
    torch.testing.assert_close(found, a @ b + bias)
    for right in (b, b.t().contiguous().t()):
        factor, onednn = Factor(right, ways).of(rows)
        assert onednn
        accumulate(sum_ := target.clone(), a, factor, onednn)
        torch.testing.assert_close(sum_, a @ b + 1)


def test_a_factor_is_brought_into_order_once() -> None:
    """Who samples asks for it at every character."""
    factor = Factor(torch.randn(7, 4).t(), Ways({(1, 4, 7): "torch", (9, 4, 7): "onednn"}))
    assert factor.of(1)[0] is factor.of(1)[0] and factor.of(1)[0].is_contiguous()
    assert factor.of(9)[0] is factor.of(9)[0]


@one_of_each_cell
def test_a_network_computes_the_same_by_every_way(
    cell: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    network, (inputs, targets) = make_network(cell, 2), make_ids()
    single, state = CharRNN(network.config, VOCAB), make_state(network)
    single.parameters.load(network.parameters)
    given = State(state.h.float(), None if state.c is None else state.c.float())
    _, plain, *_ = gradients_of(single, inputs, targets, given)
    monkeypatch.setattr(product, "_WORTH_ONEDNN", 0)
    _, other, *_ = gradients_of(single, inputs, targets, given)
    assert not torch.equal(other.flat, plain.flat)  # so that something was compared
    torch.testing.assert_close(other.flat, plain.flat, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("cell", CELLS)
def test_compiled_loops_give_the_bits_of_python(
    cell: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    network, (inputs, targets) = make_network(cell, 2), make_ids()
    _, expected, d_h, _ = gradients_of(network, inputs, targets, make_state(network))
    own = import_module(f"rnnviz.recurrent.{cell[0]}")
    for loop in (own._forward, own._backward):
        assert isinstance(compiled._compiled(loop), torch.jit.ScriptFunction)
    compiled._compiled.cache_clear()
    monkeypatch.setattr(torch.jit, "script", _gone)
    _, found, other, _ = gradients_of(network, inputs, targets, make_state(network))
    compiled._compiled.cache_clear()
    assert torch.equal(found.flat, expected.flat)
    assert all(map(torch.equal, d_h, other))


def _gone(loop: object) -> None:
    raise RuntimeError("TorchScript is gone")


def test_what_is_missing_is_not_chosen(without_onednn: None) -> None:
    large, like = (1000, 1000, 1000), torch.ones(1)
    assert Ways().of(large, like) == "torch"
    assert Ways({large: "onednn"}).of(large, like) == "torch"
    assert timed_ways([large], [large], like) == Ways()


def test_other_numbers_go_torchs_way() -> None:
    shape = (2, 3, 4)
    assert Ways({shape: "onednn"}).of(shape, torch.ones(1, dtype=torch.float64)) == "torch"


def test_the_rule_is_of_the_size_alone_and_timing_overrules_it() -> None:
    like, small, large = torch.ones(1), (16, 64, 256), (16, 256, 1024)
    assert [Ways().of(shape, like) for shape in (small, large)] == ["torch", "onednn"]
    assert Ways({large: "torch"}).of(large, like) == "torch"


def test_the_quicker_way_is_chosen_and_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """With seconds that are given: torch's is tried first, then oneDNN's."""
    seconds = iter([1.0, 2.0, 4.0, 3.0])
    monkeypatch.setattr(product, "_seconds", lambda call: next(seconds))
    ways = timed_ways([(2, 3, 4)], [(5000, 3, 4)], torch.ones(1))
    assert dict(ways.chosen) == {(2, 3, 4): "torch", (5000, 3, 4): "onednn"}
    assert Ways.from_json(ways.to_json(), ways.steps) == ways
