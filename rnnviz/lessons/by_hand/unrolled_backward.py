"""A person's own network there and back over a few characters, without torch."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rnnviz.lessons.by_hand.cell_backward import LayerBackward, layer_backward
from rnnviz.lessons.by_hand.readout import next_character_losses
from rnnviz.lessons.by_hand.unrolled_network import UnrolledNetwork
from rnnviz.records import Array, Ids


@dataclass(frozen=True, slots=True, eq=False)
class Terms:
    """What every timestep adds to the gradient of one weight: an outer product.

    Attributes:
        left: dL by what the weight adds to, at each timestep (time, row).
        right: what the weight meets there (time, column); 1 for a bias.

    Example:
        >>> terms = Terms(np.array([[1.0], [2.0]]), np.array([[3.0, 0.0], [0.0, 4.0]]))
        >>> terms.total.tolist(), terms.norms.tolist()
        ([[3.0, 8.0]], [3.0, 8.0])
    """

    left: Array
    right: Array

    @property
    def total(self) -> Array:
        """The gradient: the sum of all terms (row, column)."""
        found: Array = self.left.T @ self.right
        return found

    @property
    def norms(self) -> Array:
        """The L2 norm of each term, over the whole matrix (time)."""
        found: Array = np.linalg.norm(self.left, axis=1) * np.linalg.norm(self.right, axis=1)
        return found

    def block(self, rows: list[int], columns: list[int]) -> Array:
        """Some rows and columns of every term (time, row, column)."""
        found: Array = self.left[:, rows, np.newaxis] * self.right[:, np.newaxis, columns]
        return found


@dataclass(frozen=True, slots=True, eq=False)
class NetworkBackward:
    """The gradient of L, the sum of the losses that count, everywhere in a network.

    Attributes:
        loss: l_t in nats (time).
        probability: of the right next character (time).
        layers: the states' gradients (layer).
        terms: of every weight, under PyTorch's names, the lowest layer first.
    """

    loss: Array
    probability: Array
    layers: list[LayerBackward]
    terms: dict[str, Terms]


def network_backward(
    network: UnrolledNetwork, targets: Ids, counted: Array | None = None
) -> NetworkBackward:
    """Backpropagation through time of L = sum of counted_t l_t.

    In the top layer the part of dL/dh_t from l_t is W_hy^T (p_t - onehot(target_t)).

    Args:
        network: unrolled over the characters before the last.
        targets: ids to predict (time).
        counted: 1 for the losses in L, 0 for the others (time); all by default.

    Raises:
        ValueError: there are not as many targets as timesteps.
    """
    if len(targets) != len(network.logits):
        raise ValueError(
            f"there are {len(targets)} targets for {len(network.logits)} timesteps; "
            "there must be one for each."
        )
    right = np.arange(len(targets)), targets
    loss = next_character_losses(network.logits, targets)
    by_logits: Array = network.probability.copy()
    by_logits[right] -= 1
    if counted is not None:
        by_logits *= counted[:, np.newaxis]
    terms = _biased("decoder.weight", "decoder.bias", by_logits, network.h)
    layers: list[LayerBackward] = []
    from_above: Array = by_logits @ network.decoder
    for layer in reversed(range(len(network.cells))):
        cell, steps = network.cells[layer], network.layers[layer]
        found = layer_backward(cell, steps, from_above)
        layers.insert(0, found)
        from_above = found.by_input @ cell.weight_ih
        before = np.array([step.h_before for step in steps])
        read = np.array([step.x for step in steps])
        for kind, left, met in (("hh", found.by_state, before), ("ih", found.by_input, read)):
            terms = (
                _biased(f"rnn.weight_{kind}_l{layer}", f"rnn.bias_{kind}_l{layer}", left, met)
                | terms
            )
    return NetworkBackward(loss, np.exp(-loss), layers, terms)


def _biased(weight: str, bias: str, left: Array, met: Array) -> dict[str, Terms]:
    return {weight: Terms(left, met), bias: Terms(left, np.ones((len(left), 1)))}
