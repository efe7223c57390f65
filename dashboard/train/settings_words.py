"""What settings make, in words, and what is to be known of them before Start."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from dashboard import appearance
from dashboard.train.beginning import beginning_words
from rnnviz.config import PRESETS, ModelConfig, TrainingConfig
from rnnviz.notation import counted, unbroken
from rnnviz.training.advice import risks
from rnnviz.training.presets import as_read, by_heart_words, seconds_of, suited, why

Settings = tuple[ModelConfig, TrainingConfig]


def times(characters: int | None) -> str:
    """How long each preset trains a text of so many characters at most, on two cores.

    Example:
        >>> times(1_100_000).replace("\u00a0", " ")
        'At most, on two cores: Quick 30 s, Good 3 min, Long 15 min.'
        >>> times(37_000).replace("\u00a0", " ")
        'At most, on two cores: Quick about 5 s, Good about 6 s, Long about 9 s.'
    """
    if characters is None:
        return "Which network suits your text, and for how long, is said once it is there."
    each = ", ".join(f"{preset.capitalize()} {_at_most(preset, characters)}" for preset in PRESETS)
    return unbroken(f"At most, on two cores: {each}.")


def _at_most(preset: str, characters: int) -> str:
    seconds = seconds_of(preset, characters)
    if suited(preset, characters)[1].seconds is None:
        return f"about {_time(_rounded(seconds))}"
    return _time(seconds)


def say(
    preset: str, chosen: Settings, characters: int | None, *, changed: bool, begins: bool
) -> None:
    """What was chosen, why a preset chose it, and what may go wrong with it.

    Args:
        preset: what it was chosen from.
        chosen: the settings.
        characters: of the text; None where there is none yet.
        changed: whether they are not the preset's.
        begins: whether the network begins anew, and not with weights that it has.
    """
    if characters is None:
        return
    model, training = chosen
    of = f"{preset.capitalize()}{', changed' * changed}"
    st.caption(unbroken(f"{of}: {_describe(chosen, characters, begins=begins)}"))
    if chosen == suited(preset, characters):
        if reason := why(preset, characters):
            st.caption(unbroken(reason))
        return
    risky = risks(model if begins else replace(model, recurrent_gain=None), training)
    read = by_heart_words(preset, model, training, characters)
    appearance.warn([said for said in (risky, read) if said])


def _describe(chosen: Settings, characters: int, *, begins: bool) -> str:
    model, training = chosen
    read = as_read(training, characters).reading_words
    beginning = beginning_words(model) if begins else ""
    layers = f", {model.num_layers} layers" if model.num_layers > 1 else ""
    dropout = f", dropout {model.dropout:g}" if model.dropout else ""
    ends = ""
    if training.patience is not None:
        ends = (
            f"; it ends before that if {counted(training.patience, 'snapshot')} in a row bring no "
            "lower validation loss"
        )
    return (
        f"{model.kind} with {counted(model.hidden_size, 'unit')}{layers}{dropout}{beginning}; "
        f"{read}; {_budget(training)}{ends}."
    )


def _rounded(seconds: float) -> float:
    """A time that is known about, as finely as it is said: from a minute and a half on, minutes.

    Example:
        >>> _rounded(233.0), _rounded(9.4), _rounded(89.0)
        (240.0, 9.4, 89.0)
    """
    return seconds if seconds < 90 else 60.0 * round(seconds / 60)


def _budget(training: TrainingConfig) -> str:
    """How long it goes on, as a person says it."""
    return training.budget_words if training.seconds is None else _time(training.seconds)


def _time(seconds: float) -> str:
    """A time in seconds, or in minutes where those are whole."""
    if seconds < 60 or seconds % 60:
        return f"{seconds:.0f} s" if seconds > 1 else f"{seconds:g} s"
    return f"{seconds / 60:g} min"
