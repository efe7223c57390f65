"""Layers in machine code of our own do what the equations say, however wide their vectors are."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import pytest
import torch
from torch import Tensor

from rnnviz.cells import Nonlinearity
from rnnviz.recurrent.arena import Arena
from rnnviz.recurrent.char_rnn import CharRNN, State
from rnnviz.recurrent.fused import layer, machine, packing
from rnnviz.recurrent.fused.code import Code, Matrix
from rnnviz.recurrent.fused.functions import NONLINEARITIES
from rnnviz.recurrent.fused.layer import add_rows
from rnnviz.recurrent.fused.machine import Function, in_parallel
from tests.networks import CELLS, VOCAB, gradients_of, make_ids, make_network, make_state

# A wide panel of 16 lanes and a narrow one; four rows at once and three by themselves.
UNITS, BATCH = 80, 7

pytestmark = pytest.mark.skipif(machine.lanes() == 0, reason="no machine code of our own here")
one_of_each_cell = pytest.mark.parametrize("cell", [CELLS[0], CELLS[3], CELLS[4]])


@pytest.fixture(params=[8, 16])
def lanes(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """Vectors of so many numbers, whichever this machine would take."""
    monkeypatch.setattr(layer, "lanes", lambda: request.param)
    layer._function.cache_clear()
    yield request.param
    layer._function.cache_clear()


def pair(cell: tuple[str, str], layers: int = 1) -> tuple[CharRNN, CharRNN]:
    """The same network in float64, by PyTorch's operations, and in float32, by our own."""
    network = make_network(cell, layers, units=UNITS)
    network.flat.mul_(0.3)
    single = CharRNN(network.config, VOCAB)
    single.parameters.load(network.parameters)
    assert [network.steps, single.steps] == ["torch", "fused"]
    return network, single


def cast(state: State, network: CharRNN) -> State:
    kind = network.flat.dtype
    return State(state.h.to(kind), None if state.c is None else state.c.to(kind))


def recorded(network: CharRNN, ids: Tensor, state: State) -> list[Tensor]:
    """Every state and gate of every layer."""
    unroll = network.unroll(ids, cast(state, network), Arena(network.flat))
    cells = [each.c for each in unroll.layers if each.c is not None]
    gates = [gate for each in unroll.layers for gate in each.gates.values()]
    return [*(each.h for each in unroll.layers), *cells, *gates]


def swept(network: CharRNN, ids: Tensor, targets: Tensor, state: State) -> list[Tensor]:
    """The loss, every weight gradient, dL/dh_t and dL/dc_t."""
    loss, gradients, d_h, d_c = gradients_of(network, ids, targets, cast(state, network))
    return [loss, *gradients.values(), *d_h, *(each for each in d_c if each is not None)]


@pytest.mark.parametrize("cell", CELLS)
def test_all_that_is_recorded_is_that_of_float64(cell: tuple[str, str], lanes: int) -> None:
    for layers in (1, 2):
        exact, single = pair(cell, layers)
        (ids, targets), state = make_ids(BATCH), make_state(exact, BATCH)
        for given in ((recorded, ids), (swept, ids, targets)):
            what, *inputs = given
            for found, true in zip(
                what(single, *inputs, state), what(exact, *inputs, state), strict=True
            ):
                largest = float(true.abs().max())
                torch.testing.assert_close(found.double(), true, rtol=1e-5, atol=3e-6 * largest)


@one_of_each_cell
def test_a_batch_gives_the_same_bits_whole_and_in_parts(cell: tuple[str, str]) -> None:
    _, single = pair(cell)
    (ids, _), state = make_ids(BATCH), make_state(single, BATCH)
    whole = recorded(single, ids, state)
    for part in (slice(0, 2), slice(2, 7)):
        own = State(state.h[:, part], None if state.c is None else state.c[:, part])
        for found, all_of_it in zip(recorded(single, ids[:, part], own), whole, strict=True):
            assert torch.equal(found, all_of_it[:, part])


@one_of_each_cell
@pytest.mark.parametrize(("least", "parts"), [(2, 3), (8, 1)])
def test_threads_share_the_rows_and_change_no_bit(
    cell: tuple[str, str], least: int, parts: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(layer, "_LEAST_ROWS", least)
    monkeypatch.setattr(layer, "_WORTH_SHARING", 0)
    _, single = pair(cell)
    (ids, targets), state = make_ids(BATCH), make_state(single, BATCH)
    shared = []
    monkeypatch.setattr(
        layer, "in_parallel", lambda calls: (shared.append(len(calls)), in_parallel(calls))
    )
    found = []
    for threads in (1, 3):
        monkeypatch.setattr(torch, "get_num_threads", lambda threads=threads: threads)
        found.append([*recorded(single, ids, state), *swept(single, ids, targets, state)])
    assert all(map(torch.equal, *found))
    assert shared == [1] * 3 + [parts] * 3


@one_of_each_cell
def test_many_cotangents_share_what_one_sequence_recorded(cell: tuple[str, str]) -> None:
    exact, single = pair(cell)
    (ids, _), found = make_ids(1), []
    for network in (exact, single):
        arena = Arena(network.flat)
        unroll = network.unroll(ids, network.zero_state(1), arena)
        d_output = network.flat.new_ones(len(ids) + 1, 3, UNITS)
        d_output[0] = 0
        found.append(network.backward(unroll, d_output, arena)[0].h.double())
    torch.testing.assert_close(*found, rtol=1e-4, atol=1e-5)


def applied(name: Nonlinearity, numbers: Tensor) -> Tensor:
    """A nonlinearity of so many numbers, whole vectors of them."""
    code = Code(lanes=8)
    row = Matrix(code, code.pointer("numbers"), code.index("width"))
    with code.loop(0, row.width, 8) as column:
        row.store(0, column, NONLINEARITIES[name](row.load(0, column)))
    Function(code)(found := numbers.clone(), len(numbers))
    return found


def test_nonlinearities_are_right_at_their_ends_and_hide_nothing() -> None:
    """What is not a number stays none, so that training that diverges is noticed."""
    given = torch.tensor([0.0, 1e-6, -0.3, 5.0, -5.0, 88.0, -88.0, 1e30])
    given = torch.cat([given, torch.tensor([torch.inf, -torch.inf, torch.nan, -1e30]), -given[:4]])
    for name in NONLINEARITIES:
        true = getattr(torch, name)(given)
        torch.testing.assert_close(applied(name, given), true, rtol=0, atol=2e-7, equal_nan=True)


def test_nonlinearities_keep_their_digits_however_small_they_are() -> None:
    sizes = torch.logspace(-30, 1.3, 50_000)
    given = torch.cat([sizes, -sizes])
    for name in NONLINEARITIES:
        true = getattr(torch, name)(given.double())
        last_place = torch.finfo().eps * torch.exp2(true.abs().log2().floor())
        assert ((applied(name, given) - true).abs() <= 3 * last_place).all(), name


def test_a_character_that_is_none_is_refused() -> None:
    _, single = pair(CELLS[0])
    for wrong in (-1, VOCAB):
        with pytest.raises(IndexError, match=f"of {VOCAB} there are"):
            single.unroll(torch.tensor([[wrong]]), single.zero_state(1), Arena(single.flat))


def test_units_that_fill_no_vector_and_machines_without_llvm_go_torchs_way(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    odd = CharRNN(make_network(CELLS[4]).config, VOCAB)
    assert odd.steps == "torch"
    exact, single = pair(CELLS[4])
    monkeypatch.setitem(sys.modules, "llvmlite", None)
    for lookup in (machine.lanes, machine._llvm):
        lookup.cache_clear()
    try:
        assert single.steps == "torch"
        ids, state = make_ids(BATCH)[0], make_state(exact, BATCH)
        for found, true in zip(
            recorded(single, ids, state), recorded(exact, ids, state), strict=True
        ):
            torch.testing.assert_close(found.double(), true, rtol=1e-4, atol=1e-5)
    finally:
        for lookup in (machine.lanes, machine._llvm):
            lookup.cache_clear()


def test_weights_lie_as_products_read_them() -> None:
    """Two gates of 40 units, five numbers each, in vectors of 8: a wide panel and a narrow one."""
    weight = torch.arange(5.0 * 80).view(80, 5)
    by_units, by_columns, by_rows = (torch.empty(400) for _ in range(3))
    Function(packing.by_units(8, 2))(weight, by_units, 40, 5)
    Function(packing.by_columns(8, False))(weight.view(10, 40), by_columns, 10, 40)
    Function(packing.by_columns(8, True))(weight[:40], by_rows, 40, 5)
    assert torch.equal(by_units.view(5, 5, 2, 8), weight.view(2, 5, 8, 5).permute(1, 3, 0, 2))
    wide, narrow = by_columns.split([320, 80])
    assert torch.equal(wide.view(10, 32), weight.view(10, 40)[:, :32])
    assert torch.equal(narrow.view(10, 8), weight.view(10, 40)[:, 32:])
    assert torch.equal(by_rows[:160].view(5, 32), weight[:32].t())
    assert torch.equal(by_rows[160:200].view(5, 8), weight[32:40].t())


def test_rows_are_added_to_those_they_name() -> None:
    rows, ids = torch.randn(9, 32), torch.tensor([0, 2, 2, 0, 1, 2, 2, 2, 0])
    add_rows(found := torch.ones(4, 32), ids, rows)
    torch.testing.assert_close(found, torch.ones(4, 32).index_add_(0, ids, rows))
    with pytest.raises(IndexError, match="0 to 2 are read of 2"):
        add_rows(found[:2], ids, rows)
