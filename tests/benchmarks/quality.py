"""Validation loss on a text after the same training time, beside a plain torch.nn.LSTM script.

ours  Trainer with the default settings of `rnnviz train`, and as many threads as a worker would
      choose. Its time includes the snapshots a run takes, as in every run.
nn    nn.Embedding(vocab, 256), nn.LSTM(256, 256), nn.Linear; AdamW at 6e-3 with its usual betas,
      20 iterations of warm-up and a cosine over the time budget, clip at 1.0, 16 streams,
      windows of 64, state carried; as many threads as a worker would choose for it.

Both learn from the first nine tenths, one after the other, and the finished networks are judged by
the same function on the whole last tenth. Losses are in nats per character.

    python -m tests.benchmarks.quality TEXT [--cell lstm] [--seconds 60] [--rounds 1]
                                       [--quick] [--json] [--threads N]
"""

from __future__ import annotations

import argparse
import time
from dataclasses import dataclass, replace
from pathlib import Path

import torch

from rnnviz.cells import Cell
from rnnviz.config import USUAL
from rnnviz.models.torch_modules import as_char_rnn
from rnnviz.records import Ids
from rnnviz.recurrent.char_rnn import CharRNN
from rnnviz.text.reading import TextError, read_text
from rnnviz.text.vocabulary import Vocabulary
from rnnviz.text.windows import MIN_CHARACTERS_TO_HOLD_OUT, Split, Windows
from rnnviz.training.arrangement import Arrangement
from rnnviz.training.evaluation import validation_loss
from rnnviz.training.progress import Diverged, Iteration
from rnnviz.training.schedule import learning_rate
from rnnviz.training.trainer import Trainer
from rnnviz.workers.threads import Threads, arrangement_choice
from tests.benchmarks.loops import Plain
from tests.benchmarks.measure import CELLS, Row, Table, parser, report
from tests.benchmarks.peers import embedded

HIDDEN, BATCH, WINDOW, RATE = 256, 16, 64, 6e-3
QUICK_SECONDS = 3.0

COLUMNS = {
    "round": "",
    "cell": "",
    "budget": ".0f",
    "ours_loss": ".4f",
    "nn_loss": ".4f",
    "ours-nn": "+.4f",
    "ours_iterations": ",",
    "nn_iterations": ",",
    "ours_seconds": ".1f",
    "nn_seconds": ".1f",
}


@dataclass(frozen=True)
class Trained:
    """A finished network, the iterations it had, and the seconds that passed."""

    network: CharRNN
    iterations: int
    seconds: float


@dataclass(frozen=True)
class Text:
    """What both learn from and are judged on."""

    vocabulary: Vocabulary
    ids: Ids

    @property
    def training(self) -> Ids:
        return Split.of(self.ids).training

    def judge(self, network: CharRNN) -> float:
        """Mean loss in nats on the whole held-out part, on one thread."""
        torch.set_num_threads(1)
        begin = len(self.training)
        return validation_loss(network, self.ids, begin, len(self.ids) - begin)


def train_ours(text: Text, cell: Cell, seconds: float, seed: int, threads: int) -> Trained:
    """As a worker trains, without the disk."""
    model, training = USUAL
    config = replace(training, seconds=seconds, seed=seed, device="cpu")
    chosen = Threads(lambda: threads)
    started, before = time.perf_counter(), 0.0
    trainer = Trainer(text.vocabulary, text.ids, replace(model, cell=cell), config)
    chosen.serve(trainer)
    for progress in trainer.run():
        if isinstance(progress, Diverged):
            raise SystemExit(str(progress))
        if isinstance(progress, Iteration):
            chosen.adapt(trainer.seconds - before)
        before = trainer.seconds
    return Trained(trainer.network, trainer.iteration, time.perf_counter() - started)


def train_nn(text: Text, seconds: float, seed: int, threads: int) -> Trained:
    """The plain script."""
    many = [Arrangement(threads, 1)] if threads > 1 else []
    choice = arrangement_choice(lambda: many)
    torch.set_num_threads(next(choice).threads)
    started = time.perf_counter()
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        modules = embedded("lstm", len(text.vocabulary), HIDDEN)
    loop = Plain(modules, Windows.fitting(text.training, BATCH, WINDOW))
    iteration = 0
    while (passed := time.perf_counter() - started) < seconds:
        loop.set_rate(learning_rate(RATE, iteration, passed / seconds))
        loop.iterate()
        iteration += 1
        torch.set_num_threads(choice.send(time.perf_counter() - started - passed).threads)
    return Trained(as_char_rnn(modules, len(text.vocabulary)), iteration, passed)


def compare(text: Text, options: argparse.Namespace, number: int) -> Row:
    """One round: ours, then the peer."""
    seconds = QUICK_SECONDS if options.quick else options.seconds
    ours = train_ours(text, options.cell, seconds, number, options.threads)
    peer = train_nn(text, seconds, number, options.threads)
    losses = text.judge(ours.network), text.judge(peer.network)
    return {
        "round": number,
        "cell": options.cell,
        "budget": seconds,
        "ours_loss": losses[0],
        "nn_loss": losses[1],
        "ours-nn": losses[0] - losses[1],
        "ours_iterations": ours.iterations,
        "nn_iterations": peer.iterations,
        "ours_seconds": ours.seconds,
        "nn_seconds": peer.seconds,
    }


def main() -> None:
    """Train both in turn."""
    arguments = parser(__doc__)
    arguments.add_argument("text", type=Path, help="a text file of 10,000 characters or more")
    arguments.add_argument("--cell", choices=CELLS, default="lstm", help="ours; nn is an LSTM")
    arguments.add_argument("--seconds", type=float, default=60.0, help="training time of each")
    arguments.add_argument("--rounds", type=int, default=1, help="times, each with its own seed")
    options = arguments.parse_args()
    try:
        content = read_text(options.text).text
    except TextError as error:
        arguments.error(str(error))
    if len(content) < MIN_CHARACTERS_TO_HOLD_OUT:
        arguments.error(f"{options.text} has {len(content):,} characters; 10,000 are needed.")
    vocabulary = Vocabulary.of(content)
    text = Text(vocabulary, vocabulary.encode(content))
    rows = [compare(text, options, number) for number in range(1, options.rounds + 1)]
    report(options, rows=Table(rows, COLUMNS))


if __name__ == "__main__":
    main()
