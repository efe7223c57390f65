"""The mean of the weights over the last iterations, which snapshots keep where it is asked for."""

from __future__ import annotations

from collections.abc import Mapping

from torch import Tensor

from rnnviz.recurrent.char_rnn import CharRNN


class Average:
    """The network that snapshots keep: the one in training, or the moving mean of its weights.

    While the learning rate is high, weights go to and fro around a better place; their mean is
    nearer to it, without waiting for the rate to come down. The t-th weights enter the mean with
    (e + 1) / (t + e), where e = 2 / share - 2 (polynomial-decay averaging, Shamir & Zhang 2013): it
    is as old as the mean over the last `share` of the t iterations, and so forgets the beginning
    whenever one looks at it. Training itself never sees it.

    Attributes:
        network: the network that snapshots keep.

    Example:
        >>> from rnnviz.config import ModelConfig
        >>> trained = CharRNN(ModelConfig(hidden_size=2), vocab_size=3)
        >>> average = Average(trained, share=1.0)  # all iterations alike
        >>> for iteration, weight in enumerate([1.0, 2.0, 6.0], start=1):
        ...     _ = trained.flat.fill_(weight)
        ...     average.follow(iteration)
        >>> float(average.network.flat[0]), float(trained.flat[0])
        (3.0, 6.0)
        >>> Average(trained, share=0.0).network is trained
        True
    """

    def __init__(self, trained: CharRNN, share: float) -> None:
        """Begin at the weights as they are.

        Args:
            trained: the network in training.
            share: of all iterations, 0 to 1; 0 keeps the weights as they are in training.
        """
        self._trained, self.network = trained, trained
        if share:
            self._falls_off = 2 / share - 2
            size, device = trained.vocab_size, trained.flat.device
            self.network = CharRNN(trained.config, size, device=device)
            self.network.flat.copy_(trained.flat)

    def follow(self, iteration: int) -> None:
        """Take in the weights after this iteration, the first is 1."""
        if self.network is not self._trained:
            weight = (self._falls_off + 1) / (iteration + self._falls_off)
            self.network.flat.lerp_(self._trained.flat, weight)

    def state(self) -> dict[str, Tensor]:
        """The mean, by name, where there is one; `restore` goes on from it."""
        return {} if self.network is self._trained else {"average": self.network.flat}

    def restore(self, state: Mapping[str, Tensor]) -> None:
        """Go on from what `state` gave; other names are passed over."""
        if self.network is not self._trained:
            self.network.flat.copy_(state["average"])
