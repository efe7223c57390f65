"""Explicit backpropagation through time against gradcheck, torch.nn and a naive unroll."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import Tensor, nn

from rnnviz.config import ModelConfig
from rnnviz.recurrent.arena import Arena
from rnnviz.recurrent.char_rnn import CharRNN, State
from tests.networks import (
    CELLS,
    TORCH_CELLS,
    UNITS,
    VOCAB,
    autograd_states,
    gradients_of,
    make_ids,
    make_network,
    make_state,
    make_torch,
)

layers_and_cells = pytest.mark.parametrize(
    ("cell", "layers"), [(cell, layers) for cell in CELLS for layers in (1, 3)]
)


class _Unrolled(torch.autograd.Function):
    """The explicit calculus as one node of autograd: outputs and final state from weights."""

    @staticmethod
    def forward(
        ctx: Any, network: CharRNN, inputs: Tensor, flat: Tensor, h: Tensor, c: Tensor
    ) -> tuple[Tensor, Tensor, Tensor]:
        network.flat.copy_(flat)
        state = State(h, c if network.cell.facts.has_cell_state else None)
        ctx.network, ctx.arena = network, Arena(flat)
        ctx.unroll = network.unroll(inputs, state, ctx.arena)
        last = ctx.unroll.state
        return ctx.unroll.output.clone(), last.h, last.h * 0 if last.c is None else last.c

    @staticmethod
    def backward(ctx: Any, *d: Tensor) -> tuple[Tensor | None, ...]:  # type: ignore[override]
        network, gradients = ctx.network, ctx.network.parameters.zeros_like()
        d_state = State(d[1], d[2] if network.cell.facts.has_cell_state else None)
        d_output = torch.cat([torch.zeros_like(d[0][:1]), d[0]])
        found = network.backward(
            ctx.unroll, d_output, ctx.arena, gradients=gradients, d_state=d_state
        )
        d_h = torch.stack([layer.h[0] for layer in found])
        cells = [layer.c[0] for layer in found if layer.c is not None]
        return None, None, gradients.flat, d_h, torch.stack(cells) if cells else d_h * 0


@layers_and_cells
def test_gradcheck(cell: tuple[str, str], layers: int) -> None:
    """All derivatives, by weights and by the carried state, through outputs and final state."""
    network, (inputs, _) = make_network(cell, layers, units=5), make_ids(2, 7)
    state = make_state(network, 2)
    c = state.h * 0 if state.c is None else state.c
    leaves = [t.clone().requires_grad_() for t in (network.flat, state.h, c)]
    assert torch.autograd.gradcheck(
        lambda *given: _Unrolled.apply(network, inputs, *given), leaves, eps=1e-6, atol=1e-7
    )


@pytest.mark.parametrize(
    ("cell", "layers"), [(cell, layers) for cell in TORCH_CELLS for layers in (1, 3)]
)
def test_equals_torch_nn(cell: tuple[str, str], layers: int) -> None:
    """Outputs, final state, loss and every weight gradient, from a carried initial state."""
    network, (inputs, targets) = make_network(cell, layers), make_ids()
    state, modules = make_state(network), make_torch(network)
    one_hot = nn.functional.one_hot(inputs, VOCAB).double()
    output, last = modules["rnn"](one_hot, state.h if state.c is None else (state.h, state.c))
    reference = nn.functional.cross_entropy(
        modules["decoder"](output).flatten(0, 1), targets.flatten()
    )
    reference.backward()
    unroll = network.unroll(inputs, state, Arena(network.flat))
    loss, gradients, *_ = gradients_of(network, inputs, targets, state)
    torch.testing.assert_close(unroll.output, output.detach(), rtol=0, atol=1e-12)
    ours = unroll.state
    found = (ours.h,) if ours.c is None else (ours.h, ours.c)
    for mine, theirs in zip(found, last if isinstance(last, tuple) else (last,), strict=True):
        torch.testing.assert_close(mine, theirs.detach(), rtol=0, atol=1e-12)
    torch.testing.assert_close(loss, reference.detach(), rtol=0, atol=1e-12)
    for name, weight in modules.named_parameters():
        torch.testing.assert_close(gradients[name], weight.grad, rtol=0, atol=1e-12)


@layers_and_cells
def test_every_state_gradient_equals_autograd(cell: tuple[str, str], layers: int) -> None:
    """dL/dh_t and dL/dc_t of every layer and timestep, the initial state included."""
    network, (inputs, targets) = make_network(cell, layers), make_ids()
    state = make_state(network)
    h, c = autograd_states(network, network.parameters, inputs, state)
    loss = nn.functional.cross_entropy(
        network.logits(torch.cat(h[-1][1:])), targets.flatten(), reduction="mean"
    )
    ours, _, d_h, d_c = gradients_of(network, inputs, targets, state)
    torch.testing.assert_close(ours, loss.detach(), rtol=0, atol=1e-12)
    for layer in range(layers):
        expected = torch.autograd.grad(loss, h[layer], retain_graph=True)
        torch.testing.assert_close(d_h[layer], torch.stack(expected), rtol=0, atol=1e-12)
        if (cells := d_c[layer]) is not None:
            expected = torch.autograd.grad(loss, c[layer], retain_graph=True)
            torch.testing.assert_close(cells, torch.stack(expected), rtol=0, atol=1e-12)


@layers_and_cells
def test_states_and_gates_are_those_of_the_equations(cell: tuple[str, str], layers: int) -> None:
    network, (inputs, _) = make_network(cell, layers), make_ids()
    state = make_state(network)
    h, c = autograd_states(network, network.parameters, inputs, state)
    unroll = network.unroll(inputs, state, Arena(network.flat))
    for layer, recorded in enumerate(unroll.layers):
        torch.testing.assert_close(recorded.h, torch.stack(h[layer]).detach(), rtol=0, atol=1e-12)
        if recorded.c is not None:
            expected = torch.stack(c[layer]).detach()
            torch.testing.assert_close(recorded.c, expected, rtol=0, atol=1e-12)
            i, f, g, o = (recorded.gates[name] for name in "ifgo")
            torch.testing.assert_close(f * recorded.c[:-1] + i * g, recorded.c[1:])
            torch.testing.assert_close(o * recorded.c[1:].tanh(), recorded.h[1:])
        if "z" in recorded.gates:
            z, n = recorded.gates["z"], recorded.gates["n"]
            kept = z if "r" in recorded.gates else 1 - z
            torch.testing.assert_close((1 - kept) * n + kept * recorded.h[:-1], recorded.h[1:])


def test_a_window_cut_in_two_gives_the_same_states() -> None:
    """The carried state is all the future needs."""
    network, (inputs, _) = make_network(("lstm", "tanh"), 3), make_ids()
    whole = network.unroll(inputs, make_state(network), Arena(network.flat))
    first = network.unroll(inputs[:3], make_state(network), Arena(network.flat))
    second = network.unroll(inputs[3:], first.state, Arena(network.flat))
    torch.testing.assert_close(second.state.h, whole.state.h, rtol=0, atol=1e-14)
    torch.testing.assert_close(second.output, whole.output[3:], rtol=0, atol=1e-14)


def test_targets_that_do_not_count_change_nothing() -> None:
    network, (inputs, targets) = make_network(("gru", "tanh")), make_ids()
    counted = torch.ones_like(targets, dtype=torch.bool)
    counted[-1, 1:] = False
    _, expected, *_ = gradients_of(network, inputs, targets, make_state(network), counted)
    other = targets.clone()
    other[-1, 1:] = (other[-1, 1:] + 1) % VOCAB
    loss, gradients, *_ = gradients_of(network, inputs, other, make_state(network), counted)
    torch.testing.assert_close(gradients.flat, expected.flat, rtol=0, atol=1e-15)
    log_p = network.logits(
        network.unroll(inputs, make_state(network), Arena(network.flat)).output
    ).log_softmax(-1)
    losses = -log_p.gather(-1, targets.unsqueeze(-1)).squeeze(-1)
    torch.testing.assert_close(loss, losses[counted].mean())


def test_dropout_multiplies_outputs_and_never_the_recurrence() -> None:
    """With its masks known, the network is a deterministic one: autograd agrees."""
    network, (inputs, _) = make_network(("rnn", "tanh"), 2, dropout=0.5), make_ids()
    state = make_state(network)
    generator = torch.Generator().manual_seed(3)
    unroll = network.unroll(inputs, state, Arena(network.flat), dropout=generator)
    masks = [mask for mask in unroll.masks if mask is not None]
    assert len(masks) == 2
    assert set(torch.cat(masks).unique().tolist()) == {0.0, 2.0}
    weights = network.parameters
    read = unroll.layers[0].h[1:] * masks[0]
    a = read @ weights["rnn.weight_ih_l1"].t() + weights["rnn.bias_ih_l1"]
    b = unroll.layers[1].h[:-1] @ weights["rnn.weight_hh_l1"].t() + weights["rnn.bias_hh_l1"]
    torch.testing.assert_close(unroll.layers[1].h[1:], torch.tanh(a + b))
    torch.testing.assert_close(unroll.output, unroll.layers[1].h[1:] * masks[1])


def test_dropout_is_in_the_gradient() -> None:
    """Finite differences of a loss of the masked output, by one weight of each layer."""
    network, (inputs, _) = make_network(("lstm", "tanh"), 2, dropout=0.3), make_ids()

    def run() -> tuple[Tensor, Any, Arena]:
        generator, arena = torch.Generator().manual_seed(3), Arena(network.flat)
        unroll = network.unroll(inputs, make_state(network), arena, dropout=generator)
        return unroll.output.pow(2).sum() / 2, unroll, arena

    _, unroll, arena = run()
    gradients = network.parameters.zeros_like()
    d_output = torch.cat([torch.zeros_like(unroll.output[:1]), unroll.output])
    network.backward(unroll, d_output, arena, gradients=gradients)
    for name in ("rnn.weight_hh_l0", "rnn.weight_ih_l1"):
        weight, eps = network.parameters[name], 1e-6
        weight[1, 2] += eps
        above = run()[0]
        weight[1, 2] -= 2 * eps
        below = run()[0]
        weight[1, 2] += eps
        slope = (above - below) / (2 * eps)
        torch.testing.assert_close(gradients[name][1, 2], slope, rtol=1e-6, atol=1e-9)


@pytest.mark.parametrize("cell", CELLS)
def test_float32_stays_close_to_float64(cell: tuple[str, str]) -> None:
    """tanh as 2 sigma(2a) - 1 loses no more than rounding."""
    exact, (inputs, targets) = make_network(cell, 2), make_ids()
    state = make_state(exact)
    single = CharRNN(exact.config, VOCAB)
    single.parameters.load(exact.parameters)
    c = None if state.c is None else state.c.float()
    _, expected, *_ = gradients_of(exact, inputs, targets, state)
    _, found, *_ = gradients_of(single, inputs, targets, State(state.h.float(), c))
    scale = expected.flat.abs().max()
    assert (found.flat - expected.flat).abs().max() < 2e-5 * scale


def test_an_arena_used_again_gives_the_same_numbers() -> None:
    network, (inputs, targets) = make_network(("gru", "tanh"), 3), make_ids()
    arena, outputs = Arena(network.flat), []
    for ids in (inputs, targets, inputs, inputs[:4]):
        arena.reset()
        outputs.append(network.unroll(ids, make_state(network), arena).output.clone())
    torch.testing.assert_close(outputs[0], outputs[2], rtol=0, atol=0)
    torch.testing.assert_close(outputs[3], outputs[0][:4], rtol=0, atol=1e-14)


@pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device here")
@pytest.mark.parametrize("cell", CELLS)
def test_cuda_agrees(cell: tuple[str, str]) -> None:
    network, (inputs, targets) = make_network(cell, 2), make_ids()
    config = ModelConfig(cell[0], cell[1], UNITS, 2)  # type: ignore[arg-type]
    there = CharRNN(config, VOCAB, dtype=torch.float64, device="cuda")
    there.parameters.load(network.parameters)
    state = make_state(network)
    moved = State(state.h.cuda(), None if state.c is None else state.c.cuda())
    _, expected, *_ = gradients_of(network, inputs, targets, state)
    _, found, *_ = gradients_of(there, inputs.cuda(), targets.cuda(), moved)
    torch.testing.assert_close(found.flat.cpu(), expected.flat, rtol=1e-9, atol=1e-10)
