"""The training loop: window, loss, backpropagation through time, clip, update."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator, Mapping
from typing import Any

import torch
from numpy.typing import NDArray

from rnnviz.config import ModelConfig, TrainingConfig
from rnnviz.records import Array, Ids
from rnnviz.recurrent.char_rnn import CharRNN, State
from rnnviz.recurrent.initialization import initialize
from rnnviz.recurrent.product import Ways
from rnnviz.text.vocabulary import Vocabulary
from rnnviz.text.windows import Split, Window, Windows
from rnnviz.training.advice import advice
from rnnviz.training.arrangement import ALONE, Arrangement, parts_by_rule
from rnnviz.training.averaging import Average
from rnnviz.training.computing import computing_words, quickest_ways
from rnnviz.training.device import device_of
from rnnviz.training.exchange import Exchange
from rnnviz.training.gradient import Found, Gradient
from rnnviz.training.optimizer import AdamW
from rnnviz.training.patience import Patience
from rnnviz.training.progress import Diverged, Iteration, Progress, Snapshot
from rnnviz.training.ranks import Ranks
from rnnviz.training.schedule import (
    EARLY_ITERATIONS,
    default_learning_rate,
    learning_rate,
    snapshot_due,
)
from rnnviz.training.snapshot import array_of, held_out_losses, take_snapshot

LOOKING_SHARE = 1 / 12


class Trainer:
    """A network in training: everything the next iteration depends on.

    Attributes:
        network: the network; its weights change in place.
        average: the network that snapshots keep: this one, or the mean of its weights.
        windows: the BPTT windows, fitted to the text.
        patience: how long it goes on though snapshots bring nothing.
        iteration: updates made.
        characters: targets learned from.
        seconds: training time; what the consumer of `run` does in between is not counted.
        ways: how timesteps and products are computed; None before the first iteration. With a
            budget of time, the quickest when tried; with one of iterations, by a rule of their
            sizes, so that the run can be repeated to the last bit. Training that goes on keeps
            them.

    Example:
        >>> vocabulary = Vocabulary.of("hello")
        >>> trainer = Trainer(
        ...     vocabulary,
        ...     vocabulary.encode("hello" * 3),
        ...     ModelConfig(hidden_size=8),
        ...     TrainingConfig(iterations=40, learning_rate=0.05),
        ... )
        >>> losses = [made.loss for made in trainer.run() if isinstance(made, Iteration)]
        >>> len(losses), losses[0] > 1.3, losses[-1] < 0.2
        (40, True, True)
    """

    def __init__(
        self,
        vocabulary: Vocabulary,
        ids: Ids,
        model: ModelConfig,
        training: TrainingConfig,
        ranks: Ranks | None = None,
    ) -> None:
        """A network that begins; where several processes train it, `ranks` connects them."""
        self.config, self.vocabulary = training, vocabulary
        self.device = device_of(training.device)
        self.network = CharRNN(model, len(vocabulary), device=self.device)
        initialize(self.network, torch.Generator().manual_seed(training.seed))
        self.average = Average(self.network, training.averaging)
        self.split = Split.of(ids)
        self.windows = Windows.fitting(
            self.split.training, training.batch_size, training.sequence_length
        )
        self.iteration, self.characters, self.seconds = 0, 0, 0.0
        self.ways: Ways | None = None
        self._looking, self._due = 0.0, True
        self.patience = Patience(training.patience)
        self._ids = ids
        self._peak = training.learning_rate or default_learning_rate(model)
        self._norm: float | None = None
        self._position = 0
        self._state = self.network.zero_state(self.windows.batch_size)
        self._gradient = Gradient(self.network, self.windows.batch_size, training.seed)
        self._gradients = self._gradient.total
        self._optimizer = AdamW(self.network.parameters, self._gradients, training.weight_decay)
        self._arrangement, self._ranks, self._exchange = ALONE, ranks, None
        by_rule = parts_by_rule(model, self.windows.batch_size, self.network.steps)
        self._divide(min(self.most_parts, by_rule) if self.repeatable else 1)
        if ranks is not None:
            self._exchange = Exchange(ranks, self.network, self._gradient, self.windows)

    @property
    def fraction(self) -> float:
        """The share of the budget already spent, 0 to 1; none before the first iteration."""
        if self.config.iterations is not None:
            return min(1.0, self.iteration / self.config.iterations)
        assert self.config.seconds is not None
        # However slow the machine: the first snapshot alone must not use up a short time.
        return min(1.0, self.seconds / self.config.seconds) if self.iteration else 0.0

    @property
    def parts(self) -> int:
        """Into how many parts the batch is divided: the last bits depend on it."""
        return len(self._gradient.sizes)

    @property
    def computing(self) -> str:
        """How it computes, in sentences; "" before the first iteration."""
        if self.ways is None:
            return ""
        parts = self.parts if self.repeatable else None
        ranks = 1 if self._ranks is None else self._ranks.count
        return computing_words(self.network.steps, self.ways, parts, ranks)

    @property
    def most_parts(self) -> int:
        """Into how many it can be divided."""
        return self._gradient.most_parts

    @property
    def repeatable(self) -> bool:
        """Whether the same settings give the same bits: with a number of iterations they do."""
        return self.config.seconds is None

    @property
    def arrangement(self) -> Arrangement:
        """How iterations are spread over cores; torch's own threads are the caller's to set.

        With a budget of time the batch is divided into as many parts as threads compute them. With
        a number of iterations the parts are a rule of the sizes, whoever computes them: the bits
        are the same.
        """
        return self._arrangement

    @arrangement.setter
    def arrangement(self, arrangement: Arrangement) -> None:
        self._arrangement = arrangement
        self._gradient.threads = arrangement.parts
        if not self.repeatable:
            self._divide(arrangement.parts)

    def _divide(self, parts: int) -> None:
        """Divide the batch: as asked, or among those who share it."""
        if self._ranks is None:
            self._gradient.divide(parts)
        else:
            self._gradient.divide(self._ranks.count, only=self._ranks.rank)

    def begin_with(self, weights: Mapping[str, NDArray[Any]]) -> None:
        """Begin with these weights, by name, instead of those that were drawn."""
        self.network.parameters.load(weights)
        self.average = Average(self.network, self.config.averaging)

    @property
    def over(self) -> bool:
        """Whether nothing is left to do."""
        return self.fraction == 1 or self.patience.spent

    def run(self) -> Iterator[Progress]:
        """Train until the budget or the patience is spent: every iteration, snapshots where due.

        The first snapshot is the untrained network, the last the finished one. The generator may
        be left at any time, and `run` called again goes on from there.
        """
        try:
            while True:
                if self._due:
                    yield self.snapshot()
                if self.over:
                    return
                made = self.iterate()
                yield made
                if isinstance(made, Diverged):
                    return
        finally:
            self._gradient.close()

    @torch.inference_mode()
    def iterate(self) -> Iteration | Diverged:
        """Make one update."""
        started, before = time.perf_counter(), self.fraction
        if self.ways is None:
            self._compute_by(self._choose_ways())
        window = self.windows[self._position]
        found = self._found(window)
        rate = learning_rate(self._peak, self.iteration, self.fraction)
        norm = float(torch.linalg.vector_norm(self._gradients.flat))
        if not (math.isfinite(found.loss) and math.isfinite(norm)):
            return self._diverged(found.loss, norm)
        unbound = self.config.clip_norm is None or norm > self.config.clip_norm
        by_parameter = self._gradients.norms() if unbound else None
        factor = self._clip(norm)
        self._optimizer.update(rate)
        self._state, self._norm = found.state, norm
        self._position = (self._position + 1) % len(self.windows)
        self.iteration, self.characters = self.iteration + 1, self.characters + window.characters
        self.average.follow(self.iteration)
        self.seconds += time.perf_counter() - started
        self._due = snapshot_due(self.iteration, before, self.fraction) and self._affordable()
        return Iteration(
            iteration=self.iteration,
            loss=found.loss,
            total_gradient_norm=norm,
            clip_factor=factor,
            learning_rate=rate,
            characters=self.characters,
            seconds=self.seconds,
            fraction=self.fraction,
            gradient_norms=found.mean_norms(),
            parameter_norms=by_parameter,
        )

    def _found(self, window: Window) -> Found:
        """A window's gradient, of all processes together."""
        if window.first:
            self._state = self.network.zero_state(self.windows.batch_size)
        found = self._gradient(window, self._state)
        if self._exchange is not None:
            found, self.seconds = self._exchange(found, self.seconds)
        return found

    def snapshot(self) -> Snapshot:
        """The network as it is now; of training's state only the clock goes on."""
        started, network = time.perf_counter(), self.average.network
        taken = take_snapshot(network, self.vocabulary, self._ids, self.iteration)
        spent = time.perf_counter() - started
        self.seconds, self._looking = self.seconds + spent, self._looking + spent
        self._due = False
        self.patience.hear(taken.validation_loss)
        return taken

    def _affordable(self) -> bool:
        """Whether a snapshot fits the budget: with a time limit they take a twelfth of it.

        The early ones, the last one and all of a run with a number of iterations are always taken.
        """
        always = self.iteration in EARLY_ITERATIONS or self.fraction == 1
        if always or self.config.iterations is not None:
            return True
        return self._looking < LOOKING_SHARE * self.seconds

    def validation_losses(self, characters: int) -> tuple[Array, Array] | None:
        """Losses on so many held-out characters, see `held_out_losses`; None without any."""
        return held_out_losses(self.average.network, self._ids, characters)

    def state(self) -> tuple[dict[str, NDArray[Any]], dict[str, Any]]:
        """Arrays and plain values from which `restore` goes on bit for bit."""
        tensors = {"weights": self.network.flat, "h": self._state.h}
        if self._state.c is not None:
            tensors["c"] = self._state.c
        tensors |= self.average.state() | self._optimizer.state()
        tensors |= self._gradient.dropout_states()
        values = {
            "iteration": self.iteration,
            "characters": self.characters,
            "seconds": self.seconds,
            "looking": self._looking,
            "due": self._due,
            "position": self._position,
            "norm": self._norm,
            **self.patience.state(),
            "ways": None if self.ways is None else self.ways.to_json(),
            "steps": None if self.ways is None else self.ways.steps,
            "parts": self.parts,
            "arrangement": self.arrangement,
        }
        return {name: array_of(tensor) for name, tensor in tensors.items()}, values

    def restore(self, arrays: Mapping[str, NDArray[Any]], values: Mapping[str, Any]) -> None:
        """Go on from what `state` gave, for the same text and configuration.

        Raises:
            KeyError: something is missing.
            ValueError: it is of another configuration; all but the division of the batch is as it
                was then.
        """
        self._gradient.divide(values.get("parts", 1))  # those from before had one, and one thread
        for name, mine in self.state()[0].items():
            if arrays[name].shape != mine.shape:
                raise ValueError(
                    f"its {name} has the shape {arrays[name].shape}, where the settings ask for "
                    f"{mine.shape}"
                )
        tensors = {name: torch.from_numpy(array.copy()) for name, array in arrays.items()}
        self.network.flat.copy_(tensors["weights"])
        self.average.restore(tensors)
        h, c = tensors["h"].to(self.device), tensors.get("c")
        self._state = State(h, None if c is None else c.to(self.device))
        self._gradient.restore_dropout(tensors)
        self.iteration, self.characters = values["iteration"], values["characters"]
        self.seconds, self._looking = values["seconds"], values["looking"]
        self._position, self._due = values["position"], values["due"]
        self.arrangement = Arrangement(*values.get("arrangement", ALONE))
        self._norm = values["norm"]
        self.patience.restore(values)
        self._divide(self.parts)
        if (ways := values.get("ways")) is not None:
            # Those from before there were functions of our own do not say it.
            self._compute_by(Ways.from_json(ways, values.get("steps", "torch")))
        self._optimizer.restore(tensors)

    def _choose_ways(self) -> Ways:
        if self.repeatable:
            return Ways()
        return quickest_ways(self.network, self.windows, self.most_parts)

    def _compute_by(self, ways: Ways) -> None:
        self.ways = self.network.ways = self.average.network.ways = ways

    def _clip(self, norm: float) -> float:
        if self.config.clip_norm is None or norm <= self.config.clip_norm:
            return 1.0
        factor = self.config.clip_norm / norm
        self._gradients.flat.mul_(factor)
        return factor

    def _diverged(self, loss: float, norm: float) -> Diverged:
        largest = {name: float(w.abs().max()) for name, w in self.network.parameters.items()}
        name = max(largest, key=lambda key: largest[key])
        config = self.network.config
        most, how = largest[name], advice(config, self.config)
        at, layers = self.iteration + 1, config.num_layers
        return Diverged(at, loss, norm, self._norm, name, most, layers, how)
