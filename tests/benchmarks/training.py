"""One whole training iteration, all gradient norms recorded, beside the usual torch.nn loops.

ours       Trainer.iterate: window, loss, backpropagation through time, clip, update, and for
           every timestep |dL/dh_t| (for the LSTM |dL/dc_t| too), mean over the batch.
nn         one-hot characters into nn.RNN, nn.GRU or nn.LSTM and nn.Linear; cross_entropy,
           zero_grad, backward, clip_grad_norm_, AdamW as it comes, state carried and detached,
           loss.item(). It records nothing.
embedding  the same, reading nn.Embedding(vocab, hidden) instead of one-hot characters.
unrolled   nn.RNNCell, nn.GRUCell or nn.LSTMCell in a Python loop with h_t.retain_grad(), and the
           norms of every h_t.grad: the usual way to the numbers of `ours`. It runs in every
           fourth round.

The peers find their windows ready as tensors; ours cuts its own. Before anything is timed, the
first iteration of `ours`, `nn` and `unrolled` from the same weights must give the same loss, and
`ours` and `unrolled` the same norms.

    python -m tests.benchmarks.training [--quick] [--json] [--threads N]
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import torch

from rnnviz.cells import Cell
from rnnviz.config import ModelConfig, TrainingConfig
from rnnviz.training.progress import Iteration
from rnnviz.training.trainer import Trainer
from tests.benchmarks.loops import CLIP_NORM, Plain, Unrolled
from tests.benchmarks.measure import (
    CELLS,
    Row,
    Table,
    in_turn,
    parser,
    random_ids,
    report,
    vocabulary,
)
from tests.benchmarks.peers import cell_of, embedded, layer_of

CHARACTERS = 200_000
PEERS = ("nn", "embedding", "unrolled")

COLUMNS = {
    "cell": "",
    "hidden": "",
    "batch": "",
    "window": "",
    "rounds": "",
    "ours_ms": ".2f",
    **{f"{name}_ms": ".2f" for name in PEERS},
    **{f"{name}/ours": ".2f" for name in PEERS},
}


class Sizes(NamedTuple):
    """What sets the cost of an iteration."""

    hidden: int
    batch: int
    window: int


SIZES = (Sizes(64, 16, 50), Sizes(128, 32, 64), Sizes(256, 32, 64), Sizes(512, 64, 100))


def compare(cell: Cell, sizes: Sizes, seconds: float) -> Row:
    """One line of the table."""
    trainer = _trainer(cell, sizes)
    network, windows = trainer.network, trainer.windows
    vocab = network.vocab_size
    plain = Plain(layer_of(network), windows)
    embedding = Plain(embedded(cell, vocab, sizes.hidden), windows)
    unrolled = Unrolled(cell_of(network), windows)
    _check(trainer, plain, unrolled, sizes)
    actions = {
        "ours": trainer.iterate,
        "nn": plain.iterate,
        "embedding": embedding.iterate,
        "unrolled": unrolled.iterate,
    }
    rounds = in_turn(actions, seconds, every={"unrolled": 4})
    return {
        "cell": cell,
        **sizes._asdict(),
        "rounds": len(rounds),
        **{f"{name}_ms": 1000 * rounds.median(name) for name in actions},
        **{f"{name}/ours": rounds.ratio(name, "ours") for name in PEERS},
    }


def _trainer(cell: Cell, sizes: Sizes) -> Trainer:
    config = TrainingConfig(
        sequence_length=sizes.window,
        batch_size=sizes.batch,
        clip_norm=CLIP_NORM,
        iterations=1_000_000,
        device="cpu",
    )
    model = ModelConfig(cell=cell, hidden_size=sizes.hidden)
    return Trainer(vocabulary(), random_ids(CHARACTERS), model, config)


def _check(trainer: Trainer, plain: Plain, unrolled: Unrolled, sizes: Sizes) -> None:
    """All do the same work: the first iteration says so."""
    first = trainer.iterate()
    if not isinstance(first, Iteration):
        raise SystemExit(str(first))
    loss, norms = unrolled.iterate()
    np.testing.assert_allclose([plain.iterate(), loss], first.loss, rtol=1e-4)
    summed = norms.numpy() * sizes.batch * sizes.window
    ours = first.gradient_norms["h"][0]
    np.testing.assert_allclose(ours, summed, rtol=1e-3, atol=1e-3 * float(summed.max()))


def main() -> None:
    """Compare at every size."""
    options = parser(__doc__).parse_args()
    torch.set_num_threads(options.threads)
    sizes, seconds = (SIZES[:2], 0.3) if options.quick else (SIZES, 5.0)
    rows = [compare(cell, size, seconds) for size in sizes for cell in CELLS]
    report(options, rows=Table(rows, COLUMNS))


if __name__ == "__main__":
    main()
