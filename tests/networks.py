"""Small networks in float64 with every weight away from zero, for proofs."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor, nn

from rnnviz import cells
from rnnviz.config import ModelConfig
from rnnviz.recurrent.arena import Arena
from rnnviz.recurrent.char_rnn import CharRNN, State
from rnnviz.recurrent.parameters import Parameters
from rnnviz.recurrent.softmax import decoder_backward

CELLS = [(cell, phi) for cell, facts in cells.CELLS.items() for phi in facts.learning_rates]
READING = [cell for cell in CELLS if cells.CELLS[cell[0]].reads_state]  # which have a W_hh
TORCH_CELLS = [cell for cell in READING if cell[1] != "sigmoid"]
# All different, and none the number of layers (to 3), of gates (to 4) or of characters named (5).
UNITS, BATCH, TIMESTEPS, VOCAB = 11, 8, 7, 6


def make_network(
    cell: tuple[str, str], layers: int = 1, *, units: int = UNITS, dropout: float = 0.0
) -> CharRNN:
    """A network with random weights."""
    config = ModelConfig(cell[0], cell[1], units, layers, dropout)  # type: ignore[arg-type]
    network = CharRNN(config, VOCAB, dtype=torch.float64)
    generator = torch.Generator().manual_seed(layers + units)
    network.flat.normal_(0, 0.6, generator=generator)
    return network


def exploded_weights() -> dict[str, Tensor]:
    """Of a network of relu units that tells "abc" apart; after two characters h is no number."""
    network = CharRNN(ModelConfig("rnn", "relu", hidden_size=5), 3)
    network.flat.normal_(0, 1e25, generator=torch.Generator().manual_seed(0))
    return dict(network.parameters.items())


def make_state(network: CharRNN, batch: int = BATCH) -> State:
    """A random state before the window."""
    generator = torch.Generator().manual_seed(7)
    shape = network.config.num_layers, batch, network.config.hidden_size
    h = torch.randn(shape, generator=generator, dtype=torch.float64)
    c = torch.randn(shape, generator=generator, dtype=torch.float64)
    return State(h, c if network.cell.facts.has_cell_state else None)


def make_ids(batch: int = BATCH, timesteps: int = TIMESTEPS) -> tuple[Tensor, Tensor]:
    """Inputs and targets (time, batch)."""
    generator = torch.Generator().manual_seed(11)
    ids = torch.randint(VOCAB, (2, timesteps, batch), generator=generator)
    return ids[0], ids[1]


def make_torch(network: CharRNN) -> nn.ModuleDict:
    """The same network out of torch.nn's modules."""
    config = network.config
    kind = {"rnn": nn.RNN, "gru": nn.GRU, "lstm": nn.LSTM}[config.cell]
    more = {"nonlinearity": config.nonlinearity} if config.cell == "rnn" else {}
    rnn = kind(VOCAB, config.hidden_size, config.num_layers, dtype=torch.float64, **more)
    decoder = nn.Linear(config.hidden_size, VOCAB, dtype=torch.float64)
    modules = nn.ModuleDict({"rnn": rnn, "decoder": decoder})
    modules.load_state_dict({name: w.contiguous() for name, w in network.parameters.items()})
    return modules


def gradients_of(
    network: CharRNN, inputs: Tensor, targets: Tensor, state: State, counted: Tensor | None = None
) -> tuple[Tensor, Parameters, list[Tensor], list[Tensor | None]]:
    """Mean loss, weight gradients, and dL/dh_t and dL/dc_t (time + 1, batch, unit) by layer."""
    arena, gradients = Arena(network.flat), network.parameters.zeros_like()
    unroll = network.unroll(inputs, state, arena)
    characters = targets.numel() if counted is None else int(counted.sum())
    loss, d_output = decoder_backward(
        network, unroll, targets, counted, gradients, arena, characters
    )
    found = network.backward(unroll, d_output, arena, gradients=gradients)
    return loss, gradients, [layer.h for layer in found], [layer.c for layer in found]


def autograd_states(
    network: CharRNN, weights: Mapping[str, Tensor], inputs: Tensor, state: State
) -> tuple[list[list[Tensor]], list[list[Tensor]]]:
    """h and c by layer and timestep (0 is the state before), each a node of autograd's graph.

    Written as naively as the equations of the design: one timestep, one layer, one gate at a time.
    """
    config = network.config
    h = [[state.h[layer].clone().requires_grad_()] for layer in range(config.num_layers)]
    c = [[_cell(state, layer)] for layer in range(config.num_layers)]
    for x in inputs:
        read = nn.functional.one_hot(x, VOCAB).to(torch.float64)
        for layer in range(config.num_layers):
            before, b = h[layer][-1], read.new_zeros(())
            a = read @ weights[f"rnn.weight_ih_l{layer}"].t() + weights[f"rnn.bias_ih_l{layer}"]
            if network.cell.facts.reads_state:
                own, bias = (weights[f"rnn.{n}_hh_l{layer}"] for n in ("weight", "bias"))
                b = before @ own.t() + bias
            after, cell = _timestep(config, a, b, before, c[layer][-1])
            h[layer].append(after)
            c[layer].append(cell)
            read = after
    return h, c


def _cell(state: State, layer: int) -> Tensor:
    c = state.h[layer] if state.c is None else state.c[layer]
    return c.clone().requires_grad_()


def _timestep(
    config: ModelConfig, a: Tensor, b: Tensor, h: Tensor, c: Tensor
) -> tuple[Tensor, Tensor]:
    if config.cell == "rnn":
        return getattr(torch, config.nonlinearity)(a + b), c
    if config.cell == "gru":
        (ra, za, na), (rb, zb, nb) = a.chunk(3, -1), b.chunk(3, -1)
        r, z = torch.sigmoid(ra + rb), torch.sigmoid(za + zb)
        return (1 - z) * torch.tanh(na + r * nb) + z * h, c
    if config.cell == "mingru":
        z, n = torch.sigmoid(a.chunk(2, -1)[0]), a.chunk(2, -1)[1]
        return (1 - z) * h + z * torch.where(n >= 0, n + 0.5, torch.sigmoid(n)), c
    i, f, g, o = (a + b).chunk(4, -1)
    c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
    return torch.sigmoid(o) * torch.tanh(c), c
