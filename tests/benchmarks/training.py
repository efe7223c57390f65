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

All run with one thread (_1) and with --threads (_n), for which `ours` is the better of torch's
threads and parts of the batch side by side. A ratio compares the better of both counts on either
side. Each runs three times in a row in its turn, as in training, and the first is not counted.

products   what the matrix products of `ours` take alone, each by the quicker of PyTorch and oneDNN.
floor      what the functions that run the timesteps take alone, products and all that is done to
           their sums together, and beside them the products made once for a window: an iteration
           without its loss, norms, clip and update.

Both are the least of several calls. With several threads each takes its part of the batch, all of
them at once: one part on one core is timed.

The peers find their windows ready as tensors; ours cuts its own. Before anything is timed, the
first iteration of `ours`, `nn` and `unrolled` from the same weights must give the same loss, and
`ours` and `unrolled` the same norms.

    python -m tests.benchmarks.training [--quick] [--json] [--threads N] [--device cpu|cuda]
                                        [--cell lstm] [--size 256/16/64]
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Iterable
from typing import NamedTuple

import numpy as np
import torch

from rnnviz.cells import Cell
from rnnviz.config import ModelConfig, TrainingConfig
from rnnviz.recurrent.arena import Arena
from rnnviz.recurrent.char_rnn import CharRNN, Unroll
from rnnviz.recurrent.product import Factor, Ways, accumulate, timed_ways
from rnnviz.recurrent.shapes import Product, product_shapes
from rnnviz.training.arrangement import ALONE, Arrangement
from rnnviz.training.progress import Iteration
from rnnviz.training.trainer import Trainer
from tests.benchmarks.loops import CLIP_NORM, Plain, Unrolled
from tests.benchmarks.measure import (
    CELLS,
    Action,
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
    **{f"{name}_{count}": ".2f" for name in ("ours", *PEERS) for count in "1n"},
    **{f"{name}/ours": ".2f" for name in PEERS},
    **{f"{name}_{count}": ".2f" for name in ("products", "floor") for count in "1n"},
}


class Sizes(NamedTuple):
    """What sets the cost of an iteration."""

    hidden: int
    batch: int
    window: int


SIZES = tuple(
    Sizes(*size)
    for size in (
        (64, 16, 50),
        (128, 32, 64),
        (192, 16, 64),
        (256, 16, 64),
        (256, 32, 64),
        (512, 64, 100),
    )
)


def compare(cell: Cell, sizes: Sizes, seconds: float, threads: int, device: str) -> Row:
    """One line of the table; milliseconds."""
    trainer = _trainer(cell, sizes, device)
    network, windows = trainer.network, trainer.windows
    vocab = network.vocab_size
    plain = Plain(layer_of(network).to(device), windows)
    embedding = Plain(embedded(cell, vocab, sizes.hidden).to(device), windows)
    unrolled = Unrolled(cell_of(network).to(device), windows)
    _check(trainer, plain, unrolled, sizes)
    actions = {"ours_1": arranged(trainer, ALONE)}
    if threads > 1:
        together, parts = (_trainer(cell, sizes, device) for _ in range(2))
        actions["ours_t"] = arranged(together, Arrangement(threads, 1))
        actions["ours_p"] = arranged(parts, Arrangement(1, min(threads, parts.most_parts)))
    for name, peer in {"nn": plain, "embedding": embedding, "unrolled": unrolled}.items():
        for count, suffix in ((1, "1"), (threads, "n"))[: 1 if threads == 1 else 2]:
            actions[f"{name}_{suffix}"] = _with_threads(count, peer.iterate)
    rounds = in_turn(actions, seconds, every={"unrolled_1": 4, "unrolled_n": 4}, in_a_row=3)
    taken = {name: 1000 * rounds.median(name) for name in actions}
    if threads > 1:
        taken["ours_n"] = min(taken.pop("ours_t"), taken.pop("ours_p"))
    best = {
        name: min(taken[f"{name}_1"], taken.setdefault(f"{name}_n", taken[f"{name}_1"]))
        for name in ("ours", *PEERS)
    }
    return {
        "cell": cell,
        **sizes._asdict(),
        "rounds": len(rounds),
        **taken,
        **{f"{name}/ours": best[name] / best["ours"] for name in PEERS},
        **_floors(network, sizes, threads),
    }


def _with_threads(count: int, action: Action) -> Action:
    def run() -> None:
        torch.set_num_threads(count)
        action()

    return run


def arranged(trainer: Trainer, arrangement: Arrangement) -> Action:
    """An iteration with that arrangement."""
    trainer.arrangement = arrangement
    return _with_threads(arrangement.threads, trainer.iterate)


def _trainer(cell: Cell, sizes: Sizes, device: str) -> Trainer:
    config = TrainingConfig(
        sequence_length=sizes.window,
        batch_size=sizes.batch,
        clip_norm=CLIP_NORM,
        seconds=1_000_000,
        device=device,
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
    summed = norms.cpu().numpy() * sizes.batch * sizes.window
    ours = first.gradient_norms["h"][0]
    np.testing.assert_allclose(ours, summed, rtol=1e-3, atol=1e-3 * float(summed.max()))


def _floors(network: CharRNN, sizes: Sizes, threads: int) -> Row:
    """Of the whole batch with one thread, and of a part of it with one of several."""
    if network.flat.device.type != "cpu":
        return {f"{name}_{count}": None for name in ("products", "floor") for count in "1n"}
    torch.set_num_threads(1)
    part = sizes._replace(batch=max(1, sizes.batch // threads))
    return {
        f"{name}_{count}": 1000 * seconds
        for count, own in (("1", sizes), ("n", part))
        for name, seconds in _floor(network, own).items()
    }


@torch.inference_mode()
def _floor(network: CharRNN, sizes: Sizes) -> dict[str, float]:
    every, once = product_shapes(network.config, network.vocab_size, sizes.batch, sizes.window)
    ways = timed_ways(every, once, network.flat)
    single = sum(_least(_single(shape, ways, network)) for shape in once)
    repeated = sum(_least(_repeated(shape, ways, network)) for shape in every)
    return {
        "products": single + sizes.window * repeated,
        "floor": single + sum(map(_least, _there_and_back(network, sizes))),
    }


def _there_and_back(network: CharRNN, sizes: Sizes) -> Iterable[Callable[[], object]]:
    """A window of the layer forward, and the sweep back."""
    there, back = Arena(network.flat), Arena(network.flat)
    ids = torch.zeros(sizes.window, sizes.batch, dtype=torch.long)
    state, weights = network.zero_state(sizes.batch), network.ready()

    def forward() -> Unroll:
        there.reset()
        return network.unroll(ids, state, there, weights=weights)

    layer = forward().layers[0]
    d_output = torch.empty_like(layer.h)

    def backward() -> object:
        back.reset()
        return layer.backward(d_output.fill_(1e-3), None, back)  # it was added to

    return forward, backward


def _operands(shape: Product, network: CharRNN) -> Iterable[torch.Tensor]:
    sides = ((shape.rows, shape.inner), (shape.inner, shape.columns), (shape.rows, shape.columns))
    return (network.flat.new_ones(side) for side in sides)


def _repeated(shape: Product, ways: Ways, network: CharRNN) -> Callable[[], object]:
    rows, weight, target = _operands(shape, network)
    factor = Factor(weight.t().contiguous().t(), ways).of(len(rows))
    return lambda: accumulate(target, rows, *factor)


def _single(shape: Product, ways: Ways, network: CharRNN) -> Callable[[], object]:
    a, b, out = _operands(shape, network)
    return lambda: ways.multiply(a, b, out)


def _least(action: Callable[[], object]) -> float:
    """Seconds at best, of ten calls after a first."""
    action()
    taken = []
    for _ in range(10):
        started = time.perf_counter()
        action()
        taken.append(time.perf_counter() - started)
    return min(taken)


def main() -> None:
    """Compare at every size."""
    arguments = parser(__doc__)
    arguments.add_argument("--device", choices=["cpu", "cuda"], default="cpu")
    arguments.add_argument("--cell", choices=CELLS, nargs="+", default=CELLS)
    arguments.add_argument(
        "--size", type=size_of, nargs="+", default=SIZES, help="units/batch/window, as 256/16/64"
    )
    arguments.add_argument("--seconds", type=float, default=5.0, help="for each line")
    options = arguments.parse_args()
    if options.device == "cuda" and not torch.cuda.is_available():
        arguments.error("--device is cuda, but there is none here.")
    sizes, seconds = (SIZES[:2], 0.3) if options.quick else (options.size, options.seconds)
    rows = [
        compare(cell, size, seconds, options.threads, options.device)
        for size in sizes
        for cell in options.cell
    ]
    report(options, rows=Table(rows, COLUMNS))


def size_of(text: str) -> Sizes:
    """The sizes that an argument names."""
    try:
        return Sizes(*map(int, text.split("/")))
    except (TypeError, ValueError) as error:
        wrong = f"{text!r} is no size; write units/batch/window, as 256/16/64."
        raise argparse.ArgumentTypeError(wrong) from error


if __name__ == "__main__":
    main()
