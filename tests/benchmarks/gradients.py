"""The whole matrix |dl_t/dh_k| of one sequence, all t >= k, beside autograd.

ours      rnnviz.analysis.gradients.flow: one sweep back with one cotangent for each loss; the
          time is that of the whole function, means by lag and the bound included.
autograd  nn.RNNCell, nn.GRUCell, nn.LSTMCell or MinGRUCell unrolled once with the same weights,
          then for every t torch.autograd.grad(l_t, h_0 ... h_t, retain_graph=True), and the norms.
          For the LSTM c_0 ... c_t are asked for in the same call: ours gives both matrices.
batched   the same graph, and all losses in one call: torch.autograd.grad(is_grads_batched=True),
          which vmaps over the losses and so also fills the half of the matrix that is zero.

All must agree to 1e-3 of the largest entry, in float32. Below: what losses depend
on (`tests.benchmarks.dependence`), and what Jacobians do (`tests.benchmarks.jacobians`).

    python -m tests.benchmarks.gradients [--quick] [--json] [--threads N]
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import cross_entropy

from rnnviz.analysis.gradients.flow import gradient_flow
from rnnviz.cells import Cell
from rnnviz.records import Floats
from rnnviz.recurrent.char_rnn import CharRNN
from tests.benchmarks.dependence import COLUMNS as DEPENDENCE
from tests.benchmarks.dependence import dependence_rows
from tests.benchmarks.jacobians import COLUMNS as JACOBIANS
from tests.benchmarks.jacobians import jacobian_rows
from tests.benchmarks.measure import (
    CELLS,
    Row,
    Table,
    in_turn,
    network_of,
    parser,
    random_text,
    report,
    vocabulary,
)
from tests.benchmarks.peers import States, cell_of, record

HIDDEN = 128
TOLERANCE = 1e-3
PEERS = ("autograd", "batched")

COLUMNS = {
    "cell": "",
    "timesteps": "",
    "hidden": "",
    "rounds": "",
    "ours_ms": ".1f",
    **{f"{name}_ms": ".1f" for name in PEERS},
    **{f"{name}/ours": ".1f" for name in PEERS},
    "difference": ".1e",
}


class Autograd:
    """The peer: a cell in a Python loop, and its losses."""

    def __init__(self, network: CharRNN, text: str) -> None:
        self._modules = cell_of(network)
        ids = torch.from_numpy(vocabulary().encode(text).astype(np.int64))
        self._inputs, self._targets = ids[:-1], ids[1:]

    def _unroll(self) -> tuple[list[States], Tensor]:
        """By path (h, and c where there is one) the states of all timesteps; the losses (time)."""
        paths = record(self._modules, self._inputs)
        logits = self._modules["decoder"](torch.cat(paths[0]))
        return paths, cross_entropy(logits, self._targets, reduction="none")

    def one_by_one(self) -> list[Floats]:
        """For each path the matrix (t, k): one backward pass a loss."""
        paths, losses = self._unroll()
        matrices = [torch.zeros(len(losses), len(losses)) for _ in paths]
        for t, loss in enumerate(losses):
            asked = [state for path in paths for state in path[: t + 1]]
            gradients = torch.autograd.grad(loss, asked, retain_graph=True)
            norms = torch.linalg.vector_norm(torch.cat(gradients), dim=1)
            for matrix, of_path in zip(matrices, norms.split(t + 1), strict=True):
                matrix[t, : t + 1] = of_path
        return [matrix.numpy() for matrix in matrices]

    def batched(self) -> list[Floats]:
        """The same: one vectorised backward pass."""
        paths, losses = self._unroll()
        asked = [state for path in paths for state in path]
        gradients = torch.autograd.grad(
            losses, asked, torch.eye(len(losses)), is_grads_batched=True
        )
        norms = torch.linalg.vector_norm(torch.cat(gradients, 1), dim=2)
        return [matrix.numpy() for matrix in norms.split(len(losses), 1)]


def compare(cell: Cell, timesteps: int, hidden: int, seconds: float) -> Row:
    """One line of the table."""
    network, text = network_of(cell, hidden), random_text(timesteps + 1)
    peer = Autograd(network, text)
    actions = {
        "ours": lambda: _ours(network, text),
        "autograd": peer.one_by_one,
        "batched": peer.batched,
    }
    difference = _check(**actions)
    rounds = in_turn(actions, seconds)
    return {
        "cell": cell,
        "timesteps": timesteps,
        "hidden": hidden,
        "rounds": len(rounds),
        **{f"{name}_ms": 1000 * rounds.median(name) for name in actions},
        **{f"{name}/ours": rounds.ratio(name, "ours") for name in PEERS},
        "difference": difference,
    }


def _ours(network: CharRNN, text: str) -> list[Floats]:
    flow = gradient_flow(network, vocabulary(), text)
    return [path.matrix[0] for path in (flow.h, flow.c) if path is not None]


def _check(ours: Callable[[], list[Floats]], **peers: Callable[[], list[Floats]]) -> float:
    """The largest difference, as a share of the largest entry."""
    found = ours()
    shares = [
        float(np.abs(mine - theirs).max() / theirs.max())
        for peer in peers.values()
        for mine, theirs in zip(found, peer(), strict=True)
    ]
    if not max(shares) <= TOLERANCE:
        raise SystemExit(f"the matrices differ by {max(shares):.1e} of the largest entry.")
    return max(shares)


def main() -> None:
    """Compare every cell: the matrix in two sizes, what losses depend on, what Jacobians do."""
    options = parser(__doc__).parse_args()
    torch.set_num_threads(options.threads)
    if options.quick:
        sizes, seconds, units, few, many = [(25, HIDDEN)], 0.3, 16, 120, 300
    else:
        sizes, seconds, units, few, many = [(100, HIDDEN), (200, 256)], 10.0, 256, 1000, 1000
    rows = [compare(cell, *size, seconds) for size in sizes for cell in CELLS]
    report(
        options,
        rows=Table(rows, COLUMNS),
        dependence=Table(dependence_rows(CELLS, units, many, seconds), DEPENDENCE),
        jacobians=Table(jacobian_rows(CELLS, units, few, seconds), JACOBIANS),
    )


if __name__ == "__main__":
    main()
