"""Advice names what was set, and nothing that was not."""

from __future__ import annotations

import re
from typing import Any

import pytest

from rnnviz.config import ModelConfig, TrainingConfig
from rnnviz.training.advice import advice, against_memorising

USUAL = TrainingConfig()
CAUSES = ("learning rate of", "relu", "clip")


@pytest.mark.parametrize(
    ("model", "training", "named"),
    [
        (ModelConfig(), TrainingConfig(learning_rate=0.8), ["learning rate of"]),
        (ModelConfig(), TrainingConfig(clip_norm=None), ["clip"]),
        (ModelConfig(), TrainingConfig(clip_norm=25.0), ["clip"]),
        (ModelConfig("rnn", "relu"), USUAL, ["relu"]),
        (ModelConfig("rnn", "relu", num_layers=3), USUAL, ["relu"]),
        (ModelConfig("gru"), TrainingConfig(learning_rate=1.0, clip_norm=None), ["rate", "clip"]),
        (ModelConfig("rnn", "relu"), TrainingConfig(learning_rate=1.0, clip_norm=None), CAUSES),
    ],
)
def test_each_cause_that_was_set_is_named(
    model: ModelConfig, training: TrainingConfig, named: list[str]
) -> None:
    said = advice(model, training)
    assert [cause for cause in CAUSES if cause in said] == [
        cause for cause in CAUSES if any(name in cause for name in named)
    ]


def test_a_rate_too_low_is_the_only_cause_named() -> None:
    said = advice(ModelConfig(), TrainingConfig(learning_rate=1e-6, clip_norm=None))
    assert said == (
        "The learning rate of 1e-06 is 8,000 times below the usual for an LSTM; try 0.008."
    )


def test_where_clipping_is_off_no_smaller_norm_is_proposed() -> None:
    said = advice(ModelConfig(), TrainingConfig(clip_norm=None))
    assert "are not clipped" in said and "smaller" not in said


def test_with_usual_settings_half_the_rate_is_proposed() -> None:
    assert advice(ModelConfig("gru"), USUAL) == (
        "Try a learning rate of 0.004, half of what was used."
    )


@pytest.mark.parametrize(
    ("settings", "named"),
    [
        ({}, "dropout of 0.7 (none was used) patience fewer iterations smaller"),
        ({"dropout": 0.2}, "dropout of 0.7 (0.2 was used) patience fewer iterations smaller"),
        ({"dropout": 0.8, "patience": 3}, "smaller"),
        ({"dropout": 0.8, "patience": 3, "hidden_size": 1}, ""),
        ({"iterations": None, "seconds": 9.0, "dropout": 0.7}, "patience less time smaller"),
    ],
)
def test_what_helps_against_learning_by_heart_is_what_was_not_set(
    settings: dict[str, Any], named: str
) -> None:
    model = {name: settings.pop(name) for name in ("dropout", "hidden_size") if name in settings}
    training = TrainingConfig(**{"iterations": 800, **settings})
    said = against_memorising(ModelConfig(**model), training, 37_000, 50)
    every = r"dropout of 0.7 \(.*?\)|patience|fewer iterations|less time|smaller"
    assert " ".join(re.findall(every, said)) == named
    assert said.startswith("Try ") and said.endswith("more text.")


def test_where_nothing_is_held_out_patience_is_not_proposed() -> None:
    said = against_memorising(ModelConfig(), USUAL, 500)
    assert said == (
        "Try a dropout of 0.03 (none was used); a smaller network than 256 units; or more text."
    )
