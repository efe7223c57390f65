"""What training reports."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from numpy.typing import NDArray

from rnnviz.analysis.gradients.weight_names import weight_name
from rnnviz.notation import loss_words, significant
from rnnviz.records import Floats, Sample

_NO_NUMBER = "not a number"


class RankError(Exception):
    """A process that trains a network with others cannot go on; the message says why."""


@dataclass(frozen=True, slots=True, eq=False)
class Iteration:
    """One optimizer update.

    Attributes:
        iteration: updates made, this one included.
        loss: mean loss over the window in nats per character.
        total_gradient_norm: L2 norm over all parameters, after backward and before clipping.
        clip_factor: what the gradients were multiplied by.
        learning_rate: of this update, for the recurrent weights; see `schedule.rate_share`.
        characters: targets learned from so far, repeated epochs counted.
        seconds: training time so far.
        fraction: share of the budget spent.
        gradient_norms: for each path, "h" and where there is one "c": |d (sum of l_t) / d state_k|
            within the window (layer, time): definition A, mean over the batch.
        parameter_norms: norm of each parameter's gradient before clipping, in the order of their
            names, where the gradient was clipped or nothing would clip it; else None.
    """

    iteration: int
    loss: float
    total_gradient_norm: float
    clip_factor: float
    learning_rate: float
    characters: int
    seconds: float
    fraction: float
    gradient_norms: Mapping[str, Floats]
    parameter_norms: Floats | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Snapshot:
    """What is kept at one iteration.

    Attributes:
        iteration: updates made.
        weights: copies of all parameters by name.
        validation_loss: mean loss in nats on the same held-out characters at every snapshot; None
            where nothing is held out.
        sample: text written with the same prompt, seed and temperature at every snapshot.
        measurements: what each probe found on its passages of the text; see `training.probes`.
    """

    iteration: int
    weights: Mapping[str, NDArray[Any]]
    validation_loss: float | None
    sample: Sample
    measurements: Mapping[str, Mapping[str, Floats]]


@dataclass(frozen=True, slots=True)
class Diverged:
    """Training ended because a loss or a gradient was not finite; the update was not made.

    Attributes:
        iteration: the update that could not be made.
        loss: what its loss was.
        norm: what its total gradient norm was.
        norm_before: total gradient norm of the last update that was made, or None.
        largest_parameter: name of the parameter with the largest entry.
        largest_value: that entry's size.
        layers: of the network.
        advice: what to change, by what was set.

    Example:
        >>> found = Diverged(9, 2.0, math.nan, 1234.5, "rnn.weight_hh_l0", 0.25, 1, "Try less.")
        >>> str(found)[:79]
        'At iteration 9 the loss was 2.885 bits/char (2.000 nats) and the total gradient'
        >>> str(found)[79:]
        ' norm not a number. Total gradient norm before it: 1.23e3; largest weight: 0.25, in W_hh. \
Try less.'
    """

    iteration: int
    loss: float
    norm: float
    norm_before: float | None
    largest_parameter: str
    largest_value: float
    layers: int
    advice: str

    def __str__(self) -> str:
        loss = _NO_NUMBER if math.isnan(self.loss) else loss_words(self.loss)
        norm = _NO_NUMBER if math.isnan(self.norm) else significant(self.norm)
        before = "none" if self.norm_before is None else significant(self.norm_before)
        where = weight_name(self.largest_parameter, self.layers)
        return (
            f"At iteration {self.iteration:,} the loss was {loss} and the total gradient norm "
            f"{norm}. Total gradient norm before it: {before}; largest weight: "
            f"{significant(self.largest_value)}, in {where}. {self.advice}"
        )


Progress = Iteration | Snapshot | Diverged
