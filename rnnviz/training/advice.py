"""What to change where training went wrong: it names what was set, and the likely cause."""

from __future__ import annotations

from rnnviz.cells import CELLS
from rnnviz.config import ModelConfig, TrainingConfig

_USUAL_CLIP = 1.0
_TOO_SLOW, _TOO_FAST = 0.1, 1.5  # times the best rate measured


def advice(model: ModelConfig, training: TrainingConfig) -> str:
    """Why a loss leaps or explodes under these settings, and what to do, the likeliest first.

    Example:
        >>> print(advice(ModelConfig(), TrainingConfig(learning_rate=0.08)))
        The learning rate of 0.08 is 10 times the best measured for an LSTM; try 0.008.
        >>> print(advice(ModelConfig(), TrainingConfig(clip_norm=None)))
        Gradients are not clipped, so that a single long one can undo what was learned; try a \
clip_norm of 1.
        >>> print(advice(ModelConfig(recurrent_gain=3), TrainingConfig()))
        With a recurrent gain of 3, states and gradients can grow with every timestep from the \
start; try 1.
        >>> print(advice(ModelConfig(), TrainingConfig()))
        Try a learning rate of 0.004, half of what was used.
    """
    best = CELLS[model.cell].learning_rates[model.nonlinearity]
    rate = training.learning_rate or best
    if rate < _TOO_SLOW * best:
        return (
            f"The learning rate of {rate:g} is {_times(best / rate)} times below "
            f"{_best(model)}; try {best:g}."
        )
    fast = [slower(model, training)] if rate > _TOO_FAST * best else []
    causes = [*fast, *_gain(model), *_relu(model), *_clipping(training)]
    return " ".join(causes) or slower(model, training)


def slower(model: ModelConfig, training: TrainingConfig) -> str:
    """Which lower learning rate to try: the best measured where that is lower, else the half.

    Example:
        >>> slower(ModelConfig(), TrainingConfig(learning_rate=0.004))
        'Try a learning rate of 0.002, half of what was used.'
    """
    best = CELLS[model.cell].learning_rates[model.nonlinearity]
    rate = training.learning_rate or best
    if rate <= _TOO_FAST * best:
        return f"Try a learning rate of {rate / 2:g}, half of what was used."
    times = _times(rate / best)
    return f"The learning rate of {rate:g} is {times} times {_best(model)}; try {best:g}."


def _best(model: ModelConfig) -> str:
    article = "a" if model.kind.startswith("G") else "an"
    return f"the best measured for {article} {model.kind}"


def _times(ratio: float) -> str:
    return f"{ratio:,.0f}" if ratio >= 10 else f"{ratio:.2g}"


def _gain(model: ModelConfig) -> list[str]:
    gain, usual = model.recurrent_gain, model.usual_gain
    if gain is None or gain <= usual:
        return []
    return [
        f"With a recurrent gain of {gain:g}, states and gradients can grow with every timestep "
        f"from the start; try {usual:g}."
    ]


def _relu(model: ModelConfig) -> list[str]:
    if model.cell != "rnn" or model.nonlinearity != "relu":
        return []
    more = f", and {model.num_layers} layers multiply" if model.num_layers > 1 else ""
    fewer = " or a single layer" if model.num_layers > 1 else ""
    return [
        f"A relu has no upper bound: its states can grow from timestep to timestep{more}; try "
        f"tanh{fewer}."
    ]


def _clipping(training: TrainingConfig) -> list[str]:
    """A norm of the usual size is not what goes wrong."""
    if training.clip_norm is None:
        return [
            "Gradients are not clipped, so that a single long one can undo what was learned; try "
            f"a clip_norm of {_USUAL_CLIP:g}."
        ]
    if training.clip_norm > _USUAL_CLIP:
        return [
            f"Gradients are clipped at a norm of {training.clip_norm:g} only; try a clip_norm of "
            f"{_USUAL_CLIP:g}."
        ]
    return []
