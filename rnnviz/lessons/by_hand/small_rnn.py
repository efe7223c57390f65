"""A network small enough to write every number down, and its gradient by hand.

h_t = tanh(W_xh x_t + W_hh h_{t-1} + b_h), y_t = W_hy h_t + b_y, p_t = softmax(y_t),
l_t = -log p_t[target_t]
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from rnnviz.notation import counted
from rnnviz.records import Array, Ids

Mistake = Literal["none", "slope", "previous", "carried"]
MISTAKES: tuple[Mistake, ...] = get_args(Mistake)


@dataclass(frozen=True, slots=True, eq=False)
class SmallRNN:
    """The weights of a tanh RNN over one-hot characters.

    Attributes:
        w_xh: input to hidden (unit, vocab).
        w_hh: hidden to hidden (unit, unit).
        w_hy: hidden to logits (vocab, unit).
        b_h: bias of the hidden state (unit).
        b_y: bias of the logits (vocab).
    """

    w_xh: Array
    w_hh: Array
    w_hy: Array
    b_h: Array
    b_y: Array


WEIGHTS = tuple(field.name for field in fields(SmallRNN))


@dataclass(frozen=True, slots=True, eq=False)
class Forward:
    """A run over one sequence, every number kept.

    Attributes:
        inputs: ids read (time).
        targets: ids to predict (time).
        h: hidden states (time + 1, unit); index 0 is the state before the sequence.
        logits: y_t (time, vocab).
        p: probabilities of the next character (time, vocab).
        loss: l_t in nats (time).
    """

    inputs: Ids
    targets: Ids
    h: Array
    logits: Array
    p: Array
    loss: Array

    @property
    def right(self) -> NDArray[np.bool_]:
        """Whether the likeliest character is the target (time)."""
        found: NDArray[np.bool_] = self.logits.argmax(1) == self.targets
        return found


@dataclass(frozen=True, slots=True, eq=False)
class Backward:
    """The gradient of L, the sum of the losses that count, on its way back.

    Attributes:
        from_loss: the part of dL/dh_t that comes from l_t itself (time, unit).
        from_next: the part that comes back from h_{t+1} (time, unit).
        dh: dL/dh_t, the two added (time, unit).
        dz: dL/dz_t, where z_t is tanh's argument (time, unit).
        terms: for each weight what every timestep adds to its gradient (time, *shape).
    """

    from_loss: Array
    from_next: Array
    dh: Array
    dz: Array
    terms: dict[str, Array]


def random_network(hidden_size: int, vocab_size: int, seed: int) -> SmallRNN:
    """A network before training: W_hh orthogonal, so that it alone neither shrinks nor grows.

    Example:
        >>> network = random_network(hidden_size=3, vocab_size=4, seed=0)
        >>> bool(np.allclose(network.w_hh @ network.w_hh.T, np.eye(3)))
        True
    """
    draw = np.random.default_rng(seed)
    q, r = np.linalg.qr(draw.standard_normal((hidden_size, hidden_size)))
    return SmallRNN(
        w_xh=draw.uniform(-1.0, 1.0, (hidden_size, vocab_size)),
        w_hh=q * np.sign(np.diag(r)),
        w_hy=draw.uniform(-1.0, 1.0, (vocab_size, hidden_size)),
        b_h=np.zeros(hidden_size),
        b_y=np.zeros(vocab_size),
    )


def forward(network: SmallRNN, ids: Ids, h_0: Array | None = None) -> Forward:
    """Read ids[:-1], predict ids[1:].

    Args:
        network: the weights.
        ids: at least two (time + 1).
        h_0: the state before (unit); zero by default.

    Raises:
        ValueError: there is nothing to predict.

    Example:
        >>> still = SmallRNN(*(np.zeros(shape) for shape in [(2, 3), (2, 2), (3, 2), 2, 3]))
        >>> forward(still, np.array([0, 2])).loss.round(4)  # log 3: all alike
        array([1.0986])
    """
    if len(ids) < 2:
        raise ValueError(f"the sequence has {counted(len(ids), 'character')}; it needs at least 2.")
    inputs, targets = ids[:-1], ids[1:]
    h = np.zeros((len(inputs) + 1, len(network.b_h)))
    if h_0 is not None:
        h[0] = h_0
    read = network.w_xh.T[inputs] + network.b_h  # W_xh x_t of a one-hot x_t is a column
    for t in range(len(inputs)):
        h[t + 1] = np.tanh(read[t] + network.w_hh @ h[t])
    logits = h[1:] @ network.w_hy.T + network.b_y
    log_p = logits - np.logaddexp.reduce(logits, axis=1, keepdims=True)
    loss = -log_p[np.arange(len(targets)), targets]
    return Forward(inputs, targets, h, logits, np.exp(log_p), loss)


def backward(
    network: SmallRNN, ran: Forward, counted: Array | None = None, mistake: Mistake = "none"
) -> Backward:
    """Backpropagation through time of L = sum of counted_t l_t.

    dh_t = W_hy^T d_logits_t + W_hh^T dz_{t+1} and dz_t = (1 - h_t^2) dh_t, from the last timestep
    to the first.

    Args:
        network: the weights.
        ran: what they made of a sequence.
        counted: 1 for the losses in L, 0 for the others (time); all by default.
        mistake: "none", or one that people make: "slope" forgets tanh's derivative, "previous"
            multiplies by h_t where h_{t-1} belongs, "carried" drops what comes back from h_{t+1}.

    Example:
        >>> network = random_network(2, 3, seed=1)
        >>> found = backward(network, forward(network, np.array([0, 1, 2])))
        >>> found.terms["w_hh"].shape, found.terms["w_hh"][0].any()  # h_0 is zero
        ((2, 2, 2), np.False_)
    """
    if mistake not in MISTAKES:
        raise ValueError(f"the mistake is {mistake!r}; it must be one of {', '.join(MISTAKES)}.")
    d_logits = loss_by_logits(ran, counted)
    from_loss = d_logits @ network.w_hy
    from_next, dz = np.zeros_like(from_loss), np.zeros_like(from_loss)
    slope = np.ones_like(from_loss) if mistake == "slope" else 1 - ran.h[1:] ** 2
    for t in reversed(range(len(dz))):
        dz[t] = slope[t] * (from_loss[t] + from_next[t])
        if t and mistake != "carried":
            from_next[t - 1] = network.w_hh.T @ dz[t]
    before = ran.h[1:] if mistake == "previous" else ran.h[:-1]
    terms = _terms(ran, d_logits, dz, before)
    return Backward(from_loss, from_next, from_loss + from_next, dz, terms)


def counted_losses(timesteps: int, which: int) -> Array:
    """1 for the losses in L, 0 for the others (time): the loss l_which alone, or all where it is 0.

    Example:
        >>> counted_losses(3, which=0).tolist(), counted_losses(3, which=2).tolist()
        ([1.0, 1.0, 1.0], [0.0, 1.0, 0.0])
    """
    if not which:
        return np.ones(timesteps)
    found: Array = np.eye(timesteps)[which - 1]
    return found


def loss_by_logits(ran: Forward, counted: Array | None = None) -> Array:
    """counted_t d l_t / d logits_t = p_t - onehot(target_t) (time, vocab)."""
    found: Array = ran.p.copy()
    found[np.arange(len(ran.targets)), ran.targets] -= 1
    return found if counted is None else found * counted[:, np.newaxis]


def _terms(ran: Forward, d_logits: Array, dz: Array, before: Array) -> dict[str, Array]:
    one_hot = np.eye(d_logits.shape[1])[ran.inputs]
    return {
        "w_xh": dz[:, :, np.newaxis] * one_hot[:, np.newaxis],
        "w_hh": dz[:, :, np.newaxis] * before[:, np.newaxis],
        "w_hy": d_logits[:, :, np.newaxis] * ran.h[1:, np.newaxis],
        "b_h": dz,
        "b_y": d_logits,
    }
