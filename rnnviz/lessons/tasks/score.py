"""How often a network of a task is right, beside chance."""

from __future__ import annotations

import operator
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import torch

_SHUFFLES = 20


@dataclass(frozen=True, slots=True)
class Score:
    """How often a network is right on examples it was not trained on, beside chance.

    Attributes:
        accuracy: share of right answers.
        held_out: how many it was judged on.
        controls: the same share for answers that cannot know better, each measured on the same
            held-out examples, by what it is.
    """

    accuracy: float
    held_out: int
    controls: Mapping[str, float]

    def beside(self, name: str, accuracy: float) -> Score:
        """With one more control."""
        return replace(self, controls={**self.controls, name: accuracy})


def judge(
    answers: Sequence[object], truth: Sequence[object], training: Sequence[object], seed: int
) -> Score:
    """The score of a network's answers, one a held-out example; see `controls`.

    Example:
        >>> judge("aaab", "aabb", "aab", seed=0).accuracy
        0.75
    """
    chance = controls(answers, truth, training, seed)
    return Score(accuracy(answers, truth), len(truth), chance)


def controls(
    answers: Sequence[object], truth: Sequence[object], training: Sequence[object], seed: int
) -> dict[str, float]:
    """What answers reach that know nothing of their input, on the same held-out examples.

    Args:
        answers: the network's, one a held-out example.
        truth: what was right.
        training: what was right in training; the commonest is always answered as one control.
        seed: of the shuffles.

    Example:
        >>> controls("aaab", "aaab", "aab", seed=0)["always the commonest answer"]
        0.75
    """
    commonest = Counter(training).most_common(1)[0][0]
    generator = torch.Generator().manual_seed(seed)
    orders = [torch.randperm(len(truth), generator=generator).tolist() for _ in range(_SHUFFLES)]
    shuffled = [accuracy([answers[i] for i in order], truth) for order in orders]
    return {
        "always the commonest answer": accuracy([commonest] * len(truth), truth),
        "the network's own answers, shuffled among the examples": sum(shuffled) / _SHUFFLES,
    }


def accuracy(answers: Sequence[object], truth: Sequence[object]) -> float:
    """The share that is right.

    Example:
        >>> accuracy("abc", "abd") * 3
        2.0
    """
    if len(answers) != len(truth):
        raise ValueError(f"{len(answers)} answers to {len(truth)} questions; give one to each.")
    return operator.countOf(map(operator.eq, answers, truth), True) / len(truth)
