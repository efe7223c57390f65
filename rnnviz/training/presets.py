"""Which network and which training suit a text: by a preset's name, or none, and its length."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace
from difflib import get_close_matches
from typing import Any

from rnnviz.config import PRESETS, USUAL, ModelConfig, TrainingConfig
from rnnviz.text.windows import MIN_CHARACTERS_TO_HOLD_OUT, Split, fitted

# Training ends where so many snapshots, a quarter of the budget, have brought no lower loss.
PATIENCE = 10

# A text shorter than a number needs at least the dropout beside it, or is soon learned by heart.
_DROPOUT = ((60_000, 0.7), (120_000, 0.6), (200_000, 0.5))

# What helps a network that has begun to learn a longer one by heart, as under "good".
_USUAL_DROPOUT = 0.3

# How often a text can be read before it is learned by heart, times the units that read it.
_PASSES = 5_000

# Without dropout it is so many times sooner: 128 units that may read a drama 39 times began at 5.
_SOONER = 8

# Characters that are read in a preset's time on two cores.
_READS = {None: 6_600_000, "quick": 5_200_000, "good": 15_000_000, "long": 34_000_000}

# A text of which so many can be read gets the time. Under "long" that is sooner: it averages
# weights, so that nothing is lost where patience ends it while the learning rate is still high.
_BY_TIME = {None: 5_000_000, "quick": 3_300_000, "good": 11_000_000, "long": 9_000_000}


def suited(preset: str | None, characters: int) -> tuple[ModelConfig, TrainingConfig]:
    """The network and the training for a text of so many characters.

    Training may end before its budget, once the validation loss has not fallen for 10 snapshots;
    under 10,000 characters, where nothing is held out, it does not. A small text takes more
    dropout, and where the preset's time would read it too often, iterations are the budget instead:
    so many that the learning rate has come down when the network begins to learn by heart. The more
    units it has, the sooner that is. Weights do not decay then: beside so much dropout that brought
    nothing (192 units on the verse drama below: 1.555 nats with a decay of 0.05, 1.551 without);
    nor are weights averaged, as the learning rate comes down in time. A
    text under 10,000 characters gets as many iterations as one of 10,000, and less dropout the
    shorter it is: a few words are there to be learned by heart.

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
    usual = _usual(preset)
    model = replace(usual[0], dropout=dropout_for(characters, usual[0].dropout))
    patience = PATIENCE if Split.held_out_of(characters) else None
    training = replace(usual[1], patience=patience)
    read = _read(model, characters)
    if read >= _BY_TIME[preset]:
        return model, training
    iterations = round(read / (training.batch_size * training.sequence_length))
    iterations = max(1, iterations)
    return model, replace(
        training, seconds=None, iterations=iterations, weight_decay=0.0, averaging=0.0
    )


def settled(
    preset: str | None, characters: int, chosen: Mapping[str, Any]
) -> tuple[ModelConfig, TrainingConfig]:
    """What suits a text, but for what was chosen.

    Args:
        preset: its name; None for the defaults.
        characters: of the text, as the network reads it.
        chosen: settings of the network and the training by name; a budget takes the other's place.

    Raises:
        TypeError: there is no such setting.
        ValueError: there is no such preset, or a value is out of range.

    Example:
        >>> model, training = settled("quick", 37_000, {"cell": "gru", "seconds": 5.0})
        >>> model.cell, model.hidden_size, training.iterations, training.seconds
        ('gru', 192, None, 5.0)
        >>> settled(None, 37_000, {"units": 5})
        Traceback (most recent call last):
        TypeError: there is no setting 'units'; there are cell, nonlinearity, hidden_size, ...
    """
    if preset not in (None, *PRESETS):
        raise ValueError(f"the preset is {preset!r}; it must be one of {', '.join(PRESETS)}.")
    of_model, of_training = ([f.name for f in fields(c)] for c in (ModelConfig, TrainingConfig))
    for name in chosen:
        if name not in (*of_model, *of_training):
            raise TypeError(_no_setting(name, [*of_model, *of_training]))
    model, training = suited(preset, characters)
    how = {name: chosen[name] for name in of_training if name in chosen}
    if "iterations" in how or "seconds" in how:
        how = {"iterations": None, "seconds": None} | how
    about = {name: chosen[name] for name in of_model if name in chosen}
    return replace(model, **about), replace(training, **how)


def _no_setting(name: str, known: list[str]) -> str:
    meant = get_close_matches(name, known, 1)
    hint = f"did you mean {meant[0]!r}?" if meant else f"there are {', '.join(known)}."
    return f"there is no setting {name!r}; {hint}"


def seconds_of(preset: str | None, characters: int) -> float:
    """How long that training takes at most on two cores, about, in seconds.

    Args:
        preset: its name; None for the defaults.
        characters: of the text.

    Example:
        >>> [round(seconds_of(preset, 37_000)) for preset in PRESETS]
        [5, 6, 9]
        >>> seconds_of("good", 1_000_000)
        180.0
    """
    model, training = suited(preset, characters)
    if training.seconds is not None:
        return training.seconds
    share = min(1.0, _read(model, characters) / _READS[preset])
    return share * float(_usual(preset)[1].seconds or 0.0)


def why(preset: str | None, characters: int) -> str:
    """Why a text gets so many iterations instead of a time, in a sentence; "" where it does not.

    Args:
        preset: its name; None for the defaults.
        characters: of the text.

    Example:
        >>> why("good", 1_000_000)
        ''
        >>> print(why("good", 37_000))
        In 180 s this text would be read about 450 times on two cores, and begin to \
be learned by heart: it gets 339 iterations instead, which read it about 16 times, and dropout 0.7.
    """
    model, training = suited(preset, characters)
    if training.iterations is None:
        return ""
    if not (held_out := Split.held_out_of(characters)):
        return (
            f"Under {MIN_CHARACTERS_TO_HOLD_OUT:,} characters nothing is held out, as a tenth "
            "would be too little to measure a loss on, and no validation loss shows when the text "
            f"begins to be learned by heart: it gets {training.iterations:,} iterations instead of "
            f"{_usual(preset)[1].budget_words}, as many as one of "
            f"{MIN_CHARACTERS_TO_HOLD_OUT:,} characters."
        )
    learned = characters - held_out
    made = training.iterations * training.batch_size * training.sequence_length
    return (
        f"In {_usual(preset)[1].budget_words} this text would be read about "
        f"{_READS[preset] / learned:,.0f} times on two cores, and begin to be learned by heart: it "
        f"gets {training.iterations:,} iterations instead, which read it about "
        f"{made / learned:,.0f} times, and dropout {model.dropout:g}."
    )


def by_heart_words(
    preset: str | None, model: ModelConfig, training: TrainingConfig, characters: int
) -> str:
    """That a text will be learned by heart under these settings; "" where nothing says so.

    How long it takes to read is only known of a preset's own network.

    Args:
        preset: the one that they were chosen from; None for the defaults.
        model: the network.
        training: how it is to be trained.
        characters: of the text.

    Example:
        >>> model, training = suited("good", 37_000)
        >>> by_heart_words("good", model, training, 37_000)
        ''
        >>> longer = replace(training, iterations=1_400)
        >>> print(by_heart_words("good", replace(model, dropout=0.0), longer, 37_000))
        These settings read the text about 65 times. It begins to be learned by heart once 320 \
units have read it about 16 times with a dropout of 0.7, sooner with less; here it is 0.
    """
    passes = _passes(preset, model, training, characters)
    most, least = _PASSES / model.hidden_size, dropout_for(characters, _usual(preset)[0].dropout)
    less = model.dropout < least
    if passes is None or passes <= (most / _SOONER if less else 1.05 * most):
        return ""
    here = f", sooner with less; here it is {model.dropout:g}" if less else ""
    return (
        f"These settings read the text about {passes:,.0f} times. It begins to be learned by heart "
        f"once {model.hidden_size:,} units have read it about {max(1, most):,.0f} times with a "
        f"dropout of {least:g}{here}."
    )


def _passes(
    preset: str | None, model: ModelConfig, training: TrainingConfig, characters: int
) -> float | None:
    """How often a text is read; None where that is not known."""
    learned, (network, usual) = characters - Split.held_out_of(characters), _usual(preset)
    if training.iterations is not None:
        fits = as_read(training, characters)
        return training.iterations * fits.batch_size * fits.sequence_length / learned
    sizes = [(each.cell, each.hidden_size, each.num_layers) for each in (model, network)]
    if sizes[0] != sizes[1] or not training.seconds or not usual.seconds:
        return None
    return _READS[preset] * training.seconds / usual.seconds / learned


def dropout_for(characters: int, usual: float = _USUAL_DROPOUT) -> float:
    """The least that a text needs: of those with nothing held out, in proportion to its length.

    Args:
        characters: of the text, as the network reads it.
        usual: that of a network which learns a long text.

    Example:
        >>> dropout_for(37_000), dropout_for(1_000_000), dropout_for(1_000)
        (0.7, 0.3, 0.07)
    """
    least = next((dropout for below, dropout in _DROPOUT if characters < below), 0.0)
    short = min(1.0, characters / MIN_CHARACTERS_TO_HOLD_OUT)
    return round(short * max(usual, least), 2)


def as_read(training: TrainingConfig, characters: int) -> TrainingConfig:
    """The same training, with as many streams and as long a window as a text has room for.

    Args:
        training: as asked for.
        characters: of the whole text, 2 at least.

    Example:
        >>> as_read(TrainingConfig(), 40).reading_words
        'each iteration reads 39 characters at one place of the text'
    """
    learned = characters - Split.held_out_of(characters)
    streams, length = fitted(learned, training.batch_size, training.sequence_length)
    return replace(training, batch_size=streams, sequence_length=length)


def _usual(preset: str | None) -> tuple[ModelConfig, TrainingConfig]:
    return USUAL if preset is None else PRESETS[preset]


def _read(model: ModelConfig, characters: int) -> float:
    """How many characters may be read before the network begins to learn the text by heart."""
    counted = max(characters, MIN_CHARACTERS_TO_HOLD_OUT)
    return (counted - Split.held_out_of(counted)) * _PASSES / model.hidden_size
