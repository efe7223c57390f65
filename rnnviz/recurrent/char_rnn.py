"""The character-level network: recurrent layers over one-hot characters, and a linear decoder."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module

import torch
from torch import Tensor
from torch.nn.functional import one_hot

from rnnviz.cells import Nonlinearity
from rnnviz.config import ModelConfig
from rnnviz.recurrent.arena import Arena
from rnnviz.recurrent.fused.layer import Fused, add_rows
from rnnviz.recurrent.layer import LayerGradients, LayerUnroll, LayerWeights, Reads, Units
from rnnviz.recurrent.parameters import Parameters
from rnnviz.recurrent.product import Steps, Ways
from rnnviz.recurrent.shapes import parameter_shapes


def unroll_of(config: ModelConfig) -> type[LayerUnroll]:
    """How a layer of the cell runs: each is a file of its own, called as the cell.

    Example:
        >>> unroll_of(ModelConfig(cell="rnn", nonlinearity="relu")).__name__
        'ReluRNN'
    """
    unrolls: Mapping[Nonlinearity, type[LayerUnroll]]
    unrolls = import_module(f"rnnviz.recurrent.{config.cell}").UNROLLS
    return unrolls[config.nonlinearity]


@dataclass(frozen=True, slots=True)
class State:
    """What is carried from one window to the next.

    Attributes:
        h: hidden states (layer, batch, unit).
        c: cell states likewise; None where the cell has none.
    """

    h: Tensor
    c: Tensor | None


@dataclass(frozen=True, slots=True)
class Put:
    """What is put in the place of what units of a layer did, at one timestep.

    Attributes:
        layer: from 0.
        signal: "h", "c" or a gate; see `LayerUnroll.put`.
        units: which, in which sequences.
        values: of each.
    """

    layer: int
    signal: str
    units: Units
    values: Tensor


@dataclass(frozen=True, slots=True)
class Unroll:
    """A network over one window, every state recorded.

    Attributes:
        inputs: the ids read (time, batch).
        layers: each layer's recorded states, the lowest first.
        masks: what dropout multiplied each layer's output by (time, batch, unit), or None.
        output: what the decoder reads (time, batch, unit).
    """

    inputs: Tensor
    layers: tuple[LayerUnroll, ...]
    masks: tuple[Tensor | None, ...]
    output: Tensor

    @property
    def state(self) -> State:
        """The state after the last timestep: a copy, detached from the window's memory."""
        last = [layer.h[-1] for layer in self.layers]
        cells = [layer.c[-1] for layer in self.layers if layer.c is not None]
        return State(torch.stack(last), torch.stack(cells) if cells else None)


class CharRNN:
    """A recurrent network that predicts the next character; its calculus is written out.

    Attributes:
        config: cell, units, layers.
        vocab_size: distinct characters.
        parameters: the weights, under PyTorch's names.
        ways: how its timesteps and matrix products are computed.

    Example:
        >>> network = CharRNN(ModelConfig(cell="gru", hidden_size=5), vocab_size=4)
        >>> network.parameters["rnn.weight_hh_l0"].shape
        torch.Size([15, 5])
        >>> ids, arena = torch.tensor([[0], [3]]), Arena(network.flat)
        >>> unroll = network.unroll(ids, network.zero_state(1), arena)
        >>> unroll.layers[0].h.shape  # index 0 is the state before the window
        torch.Size([3, 1, 5])
    """

    def __init__(
        self,
        config: ModelConfig,
        vocab_size: int,
        *,
        dtype: torch.dtype = torch.float32,
        device: torch.device | str = "cpu",
    ) -> None:
        """A network with all weights zero; see `initialize` for weights that train well."""
        self.config = config
        self.vocab_size = vocab_size
        self.ways = Ways()
        self.cell = unroll_of(config)
        shapes = parameter_shapes(config, vocab_size)
        self.parameters = Parameters(shapes, dtype=dtype, device=device)

    def __repr__(self) -> str:
        return f"CharRNN({self.config.words}, vocab_size={self.vocab_size})"

    @property
    def flat(self) -> Tensor:
        """All weights as one vector (weight)."""
        return self.parameters.flat

    @property
    def steps(self) -> Steps:
        """What runs its timesteps."""
        serves = self.cell.window is not None and Fused.serves(self.recurrent(0)[0])
        return self.ways.steps if serves else "torch"

    def recurrent(self, layer: int) -> tuple[Tensor, Tensor]:
        """W_hh (gates * unit, unit) and b_hh of a layer, of no rows where the cell has none."""
        if self.cell.facts.reads_state:
            weight, bias = (self.parameters[f"rnn.{n}_hh_l{layer}"] for n in ("weight", "bias"))
            return weight, bias
        return self.flat.new_empty(0, self.config.hidden_size), self.flat.new_empty(0)

    def zero_state(self, batch_size: int) -> State:
        """The state before any character."""
        h = self.flat.new_zeros(self.config.num_layers, batch_size, self.config.hidden_size)
        return State(h, torch.zeros_like(h) if self.cell.facts.has_cell_state else None)

    def ready(self, arena: Arena | None = None) -> tuple[LayerWeights, ...]:
        """Each layer's weights as `unroll` uses them: for many calls with the same weights.

        They may lie in an arena of their own, until it is reset.
        """
        return tuple(
            self._ready(layer, arena or Arena(self.flat)) for layer in range(self.config.num_layers)
        )

    def unroll(
        self,
        inputs: Tensor,
        state: State,
        arena: Arena,
        *,
        dropout: torch.Generator | None = None,
        weights: tuple[LayerWeights, ...] | None = None,
        hold: Sequence[Put] | None = None,
    ) -> Unroll:
        """Run forward over a window and keep every state.

        Args:
            inputs: ids (time, batch).
            state: the state before the first timestep.
            arena: where buffers come from.
            dropout: draws the dropped units (training); None drops nothing.
            weights: what `ready` gave, to spare making it again.
            hold: what units are held at, in this order: the layers above, the decoder and the next
                window read it. The window must then be of one timestep.

        Raises:
            ValueError: units are to be held in a window of more timesteps.
        """
        if hold is not None and len(inputs) != 1:
            raise ValueError(
                f"units are held over a window of {len(inputs)} timesteps; within it they would "
                "run on as they are. Give one timestep at a time."
            )
        layers: list[LayerUnroll] = []
        masks: list[Tensor | None] = []
        output: Tensor | None = None
        for layer, own in enumerate(weights or self.ready()):
            x = arena.empty(len(inputs) + 1, inputs.shape[1], len(own.bias))
            self._put_state(x[0], state, layer)
            reads = self._reads(x[1:], inputs, output, own)
            puts = [put for put in hold or () if put.layer == layer]
            read = _filled(x[1:], reads) if puts else x
            layers.append(self.cell(x, reads, own, arena))
            output = layers[-1].h[1:]
            for put in puts:
                layers[-1].put(put.signal, put.units, put.values, read)
            masks.append(self._mask(output, dropout, arena))
            if (mask := masks[-1]) is not None:
                output = torch.mul(output, mask, out=arena.empty(*output.shape))
        assert output is not None
        return Unroll(inputs, tuple(layers), tuple(masks), output)

    def logits(self, output: Tensor) -> Tensor:
        """The decoder: unnormalised log probabilities (..., vocab) from outputs (..., unit)."""
        weight, bias = self.parameters["decoder.weight"], self.parameters["decoder.bias"]
        found = self.ways.affine(output.reshape(-1, output.shape[-1]), weight, bias)
        return found.view(*output.shape[:-1], self.vocab_size)

    def backward(
        self,
        unroll: Unroll,
        d_output: Tensor,
        arena: Arena,
        *,
        gradients: Parameters | None = None,
        d_state: State | None = None,
    ) -> tuple[LayerGradients, ...]:
        """Backpropagation through time (Werbos 1990), explicit: what reaches every timestep.

        Args:
            unroll: the forward run.
            d_output: (time + 1, batch, unit): derivative by the output of each timestep, zero at
                index 0. It is consumed. Where the unroll has one sequence, batch may be any number
                of cotangents, and fewer timesteps than recorded may be given.
            arena: where buffers come from.
            gradients: the recurrent layers' weight gradients are written here.
            d_state: derivative by the state after the window, where something follows it.

        Returns:
            For each layer, the lowest first, dL/dh_t and dL/dc_t of every timestep.
        """
        found: list[LayerGradients] = []
        for layer in reversed(range(self.config.num_layers)):
            mask = unroll.masks[layer]
            if mask is not None:
                d_output[1:].mul_(mask)
            dc = None
            if d_state is not None:
                d_output[-1].add_(d_state.h[layer])
                dc = None if d_state.c is None else d_state.c[layer]
            found.append(unroll.layers[layer].backward(d_output, dc, arena))
            if gradients is not None:
                self._weight_gradients(layer, unroll, found[-1], gradients)
            if layer:
                d_output = self._below(layer, found[-1].from_input, arena)
        return tuple(reversed(found))

    def _ready(self, layer: int, place: Arena) -> LayerWeights:
        weight_hh, bias_hh = self.recurrent(layer)
        weight_ih, bias_ih = (self.parameters[f"rnn.{n}_ih_l{layer}"] for n in ("weight", "bias"))
        return self.cell.ready(self.ways, place, weight_ih, weight_hh, bias_ih, bias_hh)

    def _put_state(self, x: Tensor, state: State, layer: int) -> None:
        units = self.config.hidden_size
        x[:, :units] = state.h[layer]
        if state.c is not None:
            x[:, units : 2 * units] = state.c[layer]

    def _mask(
        self, output: Tensor, generator: torch.Generator | None, arena: Arena
    ) -> Tensor | None:
        """Inverted dropout (Srivastava et al. 2014): zero, or 1 / (1 - dropout)."""
        if generator is None or self.config.dropout == 0:
            return None
        keep = 1 - self.config.dropout
        mask = arena.empty(*output.shape)
        return mask.bernoulli_(keep, generator=generator).div_(keep)

    def _weight_gradients(
        self, layer: int, unroll: Unroll, found: LayerGradients, gradients: Parameters
    ) -> None:
        from_input = found.from_input.flatten(0, 1)
        d_input, bias_ih = (gradients[f"rnn.{n}_ih_l{layer}"] for n in ("weight", "bias"))
        if layer == 0:
            by_character = self._by_character(d_input.t().zero_(), unroll.inputs, from_input)
            torch.sum(by_character, 0, out=bias_ih)
        else:
            self.ways.multiply(from_input.t(), self._read(layer, unroll).flatten(0, 1), d_input)
            torch.sum(from_input, 0, out=bias_ih)
        if found.from_state is None:
            return
        d_state, bias_hh = (gradients[f"rnn.{n}_hh_l{layer}"] for n in ("weight", "bias"))
        from_state = found.from_state.flatten(0, 1)
        before = unroll.layers[layer].h[:-1].flatten(0, 1)
        self.ways.multiply(from_state.t(), before, d_state)
        if found.from_input is found.from_state:
            bias_hh.copy_(bias_ih)
        else:
            torch.sum(from_state, 0, out=bias_hh)

    def _by_character(self, table: Tensor, inputs: Tensor, rows: Tensor) -> Tensor:
        """A table (vocab, ...) to whose rows those of the timesteps that read them are added."""
        if rows.is_cuda:  # where index_add_ adds in any order, and the bits would differ
            return table.addmm_(one_hot(inputs.flatten(), len(table)).to(rows.dtype).t(), rows)
        if self.steps == "torch":
            return table.index_add_(0, inputs.flatten(), rows)
        add_rows(table, inputs.flatten(), rows)
        return table

    @staticmethod
    def _read(layer: int, unroll: Unroll) -> Tensor:
        """What layer `layer` > 0 read: the states below it, after dropout."""
        states, mask = unroll.layers[layer - 1].h[1:], unroll.masks[layer - 1]
        return states if mask is None else states * mask

    def _below(self, layer: int, from_input: Tensor, arena: Arena) -> Tensor:
        """The derivative by the output of the layer below (time + 1, batch, unit)."""
        timesteps, batch = from_input.shape[:2]
        below = arena.empty(timesteps + 1, batch, self.config.hidden_size)
        below[0].zero_()
        weight = self.parameters[f"rnn.weight_ih_l{layer}"]
        self.ways.multiply(from_input.flatten(0, 1), weight, below[1:].flatten(0, 1))
        return below

    def _reads(
        self, x: Tensor, inputs: Tensor, below: Tensor | None, weights: LayerWeights
    ) -> Reads | None:
        """What is added up ahead of the recurrence: rows of a table, or a product, put into x."""
        if below is None:
            return Reads(inputs, torch.add(weights.weight_ih.t(), weights.bias))
        read, rows = below.flatten(0, 1), x.flatten(0, 1)
        self.ways.affine(read, weights.weight_ih, weights.bias, rows)
        return None


def _filled(x: Tensor, reads: Reads | None) -> Tensor:
    """What a layer reads at the first timestep (batch, gates * unit), before that is used up."""
    return x[0].clone() if reads is None else reads.table[reads.ids[0]]
