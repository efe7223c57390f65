"""What to change where training went wrong: it names what was set, and the likely cause."""

from __future__ import annotations

from rnnviz.cells import CELLS
from rnnviz.config import ModelConfig, TrainingConfig
from rnnviz.notation import an, significant
from rnnviz.training.presets import PATIENCE, dropout_for

_USUAL_CLIP = 1.0
_TOO_SLOW, _TOO_FAST = 0.1, 1.5  # times the usual rate of the cell


def advice(model: ModelConfig, training: TrainingConfig) -> str:
    """Why a loss leaps or explodes under these settings, and what to do, the likeliest first.

    Example:
        >>> print(advice(ModelConfig(), TrainingConfig(learning_rate=0.08)))
        The learning rate of 0.08 is 10 times the usual for an LSTM; try 0.008.
        >>> print(advice(ModelConfig(), TrainingConfig(clip_norm=None)))
        Gradients are not clipped, so that a single long one can undo what was learned; try a \
clip_norm of 1.
        >>> print(advice(ModelConfig(recurrent_gain=3), TrainingConfig()))
        With a recurrent gain of 3, states and gradients can grow with every timestep from the \
start; try 1.
        >>> print(advice(ModelConfig(), TrainingConfig()))
        Try a learning rate of 0.004, half of what was used.
    """
    rate = unusual_rate(model, training)
    if rate and (training.learning_rate or 0) < _best(model):
        return rate
    causes = [*filter(None, [rate]), *_gain(model), *_relu(model), *_clipping(training)]
    return " ".join(causes) or slower(model, training)


def risks(model: ModelConfig, training: TrainingConfig) -> str:
    """What may keep a network from learning under these settings, before it begins.

    Example:
        >>> risks(ModelConfig(), TrainingConfig())
        ''
        >>> risks(ModelConfig(), TrainingConfig(learning_rate=2.0))
        'The learning rate of 2 is 250 times the usual for an LSTM; try 0.008.'
    """
    found = [unusual_rate(model, training), *_gain(model), *_clipping(training)]
    return " ".join(filter(None, found))


def unusual_rate(model: ModelConfig, training: TrainingConfig) -> str:
    """How far a learning rate lies from the usual of the cell; "" where it is near.

    Example:
        >>> unusual_rate(ModelConfig("gru"), TrainingConfig(learning_rate=0.00008))
        'The learning rate of 8e-05 is 100 times below the usual for a GRU; try 0.008.'
    """
    best = _best(model)
    rate = training.learning_rate or best
    if _TOO_SLOW * best <= rate <= _TOO_FAST * best:
        return ""
    ratio = f"{_times(best / rate)} times below" if rate < best else f"{_times(rate / best)} times"
    return f"The learning rate of {rate:g} is {ratio} {_usual(model)}; try {best:g}."


def slower(model: ModelConfig, training: TrainingConfig) -> str:
    """Which lower learning rate to try: the usual where that is lower, else the half.

    Example:
        >>> slower(ModelConfig(), TrainingConfig(learning_rate=0.004))
        'Try a learning rate of 0.002, half of what was used.'
    """
    rate = training.learning_rate or _best(model)
    if rate > _TOO_FAST * _best(model):
        return unusual_rate(model, training)
    return f"Try a learning rate of {rate / 2:g}, half of what was used."


def against_memorising(
    model: ModelConfig, training: TrainingConfig, characters: int, best: int | None = None
) -> str:
    """What to try where a text was learned by heart under these settings, the likeliest first.

    Args:
        model: the network.
        training: how it was trained.
        characters: of the text, as the network reads it.
        best: iteration of the snapshot with the lowest validation loss; None where nothing is held
            out.

    Example:
        >>> print(against_memorising(ModelConfig(), TrainingConfig(iterations=800), 37_000, 50))
        Try a dropout of 0.7 (none was used); a patience of 10 (none was set), which ends training \
once 10 snapshots in a row have brought no lower validation loss; fewer iterations than 800, as \
the validation loss was lowest after 50; a smaller network than 256 units; or more text.
    """
    causes = [*_dropout(model, characters), *_too_long(training, best), *_size(model)]
    return f"Try {'; '.join([*causes, 'or more text' if causes else 'more text'])}."


def _dropout(model: ModelConfig, characters: int) -> list[str]:
    more = dropout_for(characters)
    if model.dropout >= more:
        return []
    used = f"{model.dropout:g} was used" if model.dropout else "none was used"
    return [f"a dropout of {more:g} ({used})"]


def _too_long(training: TrainingConfig, best: int | None) -> list[str]:
    """A run that patience ended was not much too long."""
    if not best or training.patience is not None:
        return []
    patience = (
        f"a patience of {PATIENCE} (none was set), which ends training once {PATIENCE} snapshots "
        "in a row have brought no lower validation loss"
    )
    less = "less time" if training.iterations is None else "fewer iterations"
    budget = training.budget_words.removesuffix(" iterations")
    lowest = f"{best:,}" + " iterations" * (training.iterations is None)
    return [patience, f"{less} than {budget}, as the validation loss was lowest after {lowest}"]


def _size(model: ModelConfig) -> list[str]:
    layers = f" in each of {model.num_layers} layers" if model.num_layers > 1 else ""
    return [f"a smaller network than {model.hidden_size:,} units{layers}"] * (model.hidden_size > 1)


def _best(model: ModelConfig) -> float:
    return CELLS[model.cell].learning_rates[model.nonlinearity]


def _usual(model: ModelConfig) -> str:
    return f"the usual for {an(model.kind)}"


def _times(ratio: float) -> str:
    return f"{ratio:,.0f}" if ratio >= 10 else significant(ratio, 2)


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
