"""The usual training loops of torch.nn: one iteration a call, windows carried on in turn."""

from __future__ import annotations

from itertools import cycle

import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

from rnnviz.text.windows import Windows
from tests.benchmarks.peers import advance, zero_states

CLIP_NORM = 1.0


class Loop:
    """What the loops share: windows in turn, ready as tensors, and the update."""

    def __init__(self, modules: nn.ModuleDict, windows: Windows) -> None:
        self._read, self._rnn = modules["read"], modules["rnn"]
        self._decoder = modules["decoder"]
        device = self._decoder.weight.device
        whole = [window for window in windows if len(window.inputs) == windows.sequence_length]
        self._windows = cycle(
            [
                tuple(torch.from_numpy(ids).to(device) for ids in (w.inputs, w.targets))
                for w in whole
            ]
        )
        self._weights = list(modules.parameters())
        self._optimizer = torch.optim.AdamW(self._weights)

    def set_rate(self, rate: float) -> None:
        """The learning rate from now on."""
        for group in self._optimizer.param_groups:
            group["lr"] = rate

    def next(self) -> tuple[Tensor, Tensor]:
        """Inputs and targets (time, batch)."""
        return next(self._windows)

    def update(self, logits: Tensor, targets: Tensor) -> float:
        """Backward, clip, update; the loss in nats."""
        loss = cross_entropy(logits.flatten(0, 1), targets.flatten())
        self._optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(self._weights, CLIP_NORM)
        self._optimizer.step()
        return loss.item()


class Plain(Loop):
    """nn.RNN, nn.GRU or nn.LSTM: nothing is recorded."""

    def __init__(self, modules: nn.ModuleDict, windows: Windows) -> None:
        super().__init__(modules, windows)
        self._state: Tensor | tuple[Tensor, Tensor] | None = None

    def iterate(self) -> float:
        """Make one update."""
        inputs, targets = self.next()
        output, state = self._rnn(self._read(inputs), self._state)
        lstm = isinstance(state, tuple)
        self._state = (state[0].detach(), state[1].detach()) if lstm else state.detach()
        return self.update(self._decoder(output), targets)


class Unrolled(Loop):
    """A cell in a Python loop; the gradient of every hidden state is kept."""

    def __init__(self, modules: nn.ModuleDict, windows: Windows) -> None:
        super().__init__(modules, windows)
        self._states = zero_states(self._rnn, windows.batch_size)

    def iterate(self) -> tuple[float, Tensor]:
        """Make one update; the loss, and |dL/dh_t| (time)."""
        inputs, targets = self.next()
        states, h = self._states, []
        for x in self._read(inputs):
            states = advance(self._rnn, x, states)
            states[0].retain_grad()
            h.append(states[0])
        self._states = tuple(state.detach() for state in states)
        loss = self.update(self._decoder(torch.stack(h)), targets)
        gradients = torch.stack([h_t.grad for h_t in h if h_t.grad is not None])
        return loss, torch.linalg.vector_norm(gradients, dim=2).mean(1)
