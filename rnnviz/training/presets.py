"""Which network and which training suit a text: by a preset's name, or none, and its length."""

from __future__ import annotations

from dataclasses import replace

from rnnviz.config import PRESETS, ModelConfig, TrainingConfig
from rnnviz.text.windows import Split

# Training ends where so many snapshots, a quarter of the budget, have brought no lower loss.
PATIENCE = 10

# A text shorter than a number needs at least the dropout beside it, or is soon learned by heart.
_DROPOUT = ((60_000, 0.7), (120_000, 0.6), (200_000, 0.5))

# How often a text can be read before it is learned by heart, times the units that read it.
_PASSES = 5_000

# Characters that are read in a preset's time on two cores.
_READ = {None: 2_500_000, "quick": 1_700_000, "good": 6_000_000, "long": 9_000_000}


def suited(preset: str | None, characters: int) -> tuple[ModelConfig, TrainingConfig]:
    """The network and the training for a text of so many characters.

    Where nothing is held out (under 10,000 characters) the text is meant to be learned by heart,
    and the preset is taken as it is. Else training may end before its budget, once the validation
    loss has not fallen for 10 snapshots. A small text takes more dropout, and where the preset's
    time would read it too often, iterations are the budget instead: so many that the learning rate
    has come down when the network begins to learn by heart. The more units it has, the sooner that
    is.

    On a verse drama of 37,000 characters, losses in nats, the best of the snapshots and the last:
    320 units with dropout 0.5 and 2,400 iterations of 24 x 64 characters ended at 3.54 (best 1.61,
    trained to 0.07); with 300 iterations at 1.56 (1.55), with dropout 0.7 at 1.55 (1.55) and, in
    600 iterations, at 1.57 (1.53); 192 units with dropout 0.7 and 900 iterations of 16 x 64 at 1.55
    (1.55), with 0.5 and 600 at 1.58 (1.57). On the first 100,000 characters of Shakespeare's plays:
    192 units with dropout 0.5, 1,800 iterations at 1.50 (1.49), with 0.7 at 1.50 (1.50); 320 units
    with 0.6, 1,000 iterations at 1.48 (1.47).

    Args:
        preset: its name; None for the defaults.
        characters: of the text, as the network reads it.

    Raises:
        KeyError: there is no such preset.

    Example:
        >>> model, training = suited("good", 37_000)
        >>> model.dropout, training.iterations, training.seconds
        (0.7, 339, None)
        >>> model, training = suited("good", 1_000_000)
        >>> model.dropout, training.iterations, training.seconds
        (0.3, None, 180.0)
    """
    usual = PRESETS[preset] if preset is not None else (ModelConfig(), TrainingConfig())
    if not Split.held_out_of(characters):
        return usual
    model = replace(usual[0], dropout=_dropout(usual[0], characters))
    training = replace(usual[1], patience=PATIENCE)
    read = (characters - Split.held_out_of(characters)) * _PASSES / model.hidden_size
    if read >= _READ[preset]:
        return model, training
    iterations = round(read / (training.batch_size * training.sequence_length))
    return model, replace(training, seconds=None, iterations=max(1, iterations))


def _dropout(model: ModelConfig, characters: int) -> float:
    least = next((dropout for below, dropout in _DROPOUT if characters < below), 0.0)
    return max(model.dropout, least)
