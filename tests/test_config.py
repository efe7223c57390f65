"""Settings are checked at birth and survive a round trip through JSON."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

from rnnviz.config import PRESETS, ModelConfig, SamplingConfig, TrainingConfig
from rnnviz.settings import Settings


@pytest.mark.parametrize(
    ("kind", "values", "said"),
    [
        (ModelConfig, {"hidden_size": 10**300}, r"is 10{79}…; it must be a whole number"),
        (TrainingConfig, {"seconds": 10**400}, r"is 10{79}…; it must be a number"),
        (ModelConfig, {"cell": "lstn"}, "'lstn'; it must be one of rnn, gru, lstm"),
        (
            ModelConfig,
            {"cell": "gru", "nonlinearity": "relu"},
            "'relu'; it must be tanh",
        ),
        (ModelConfig, {"hidden_size": 0}, "from 1 to 2,048"),
        (ModelConfig, {"hidden_size": 2.5}, "whole number"),
        (ModelConfig, {"num_layers": 5}, "from 1 to 4"),
        (ModelConfig, {"dropout": 1.0}, "from 0 to 0.9"),
        (ModelConfig, {"dropout": float("nan")}, "from 0 to 0.9"),
        (ModelConfig, {"recurrent_init": "zeros"}, "one of orthogonal, identity, normal"),
        (ModelConfig, {"recurrent_gain": -0.1}, "a number from 0 to 10"),
        (ModelConfig, {"recurrent_gain": float("nan")}, "a number from 0 to 10"),
        (ModelConfig, {"forget_bias": "chrone"}, "from -20 to 20, or 'chrono'"),
        (ModelConfig, {"forget_bias": True}, "from -20 to 20, or 'chrono'"),
        (ModelConfig, {"forget_bias": "chrono"}, "'chrono' needs a number of timesteps"),
        (ModelConfig, {"chrono_memory": 9}, "forget_bias is None and chrono_memory is 9"),
        (ModelConfig, {"forget_bias": "chrono", "chrono_memory": 2}, "from 3 to 1,000,000"),
        (ModelConfig, {"cell": "rnn", "forget_bias": 1}, "no gate that forgets; .* gru or lstm"),
        (TrainingConfig, {"iterations": 3, "seconds": 2.0}, "give one of them"),
        (TrainingConfig, {"iterations": 0}, "whole number"),
        (TrainingConfig, {"seconds": 0.0}, "number of seconds"),
        (TrainingConfig, {"batch_size": True}, "whole number"),
        (TrainingConfig, {"learning_rate": float("inf")}, "from 1e-7 to 10"),
        (TrainingConfig, {"clip_norm": 0.0}, "1e-6"),
        (TrainingConfig, {"seed": -1}, "whole number"),
        (TrainingConfig, {"device": "tpu"}, "one of auto, cpu, cuda"),
        (SamplingConfig, {"temperature": -0.1}, "from 0 to 10"),
        (SamplingConfig, {"top_k": 0}, "from 1 to 4,000"),
        (SamplingConfig, {"prompt": b"x"}, "text"),
    ],
)
def test_wrong_values_are_refused(kind: type[Settings], values: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        kind(**values)


def test_without_a_budget_training_takes_a_minute() -> None:
    assert TrainingConfig().seconds == 60.0
    assert TrainingConfig(iterations=5).seconds is None


@pytest.mark.parametrize(
    "settings",
    [
        ModelConfig(),
        ModelConfig(
            recurrent_init="normal", recurrent_gain=0, forget_bias="chrono", chrono_memory=9
        ),
        TrainingConfig(iterations=3),
        *PRESETS["long"],
    ],
)
def test_json_round_trip(settings: Settings) -> None:
    again = type(settings).from_json(json.loads(json.dumps(settings.to_json())))
    assert again == settings


@pytest.mark.parametrize(
    ("given", "plain"),
    [
        (ModelConfig(hidden_size=np.int64(8), dropout=np.float32(0.5)), (8, 0.5)),
        (TrainingConfig(batch_size=np.uint8(3), clip_norm=np.float16(2)), (3, 2.0)),
        (SamplingConfig(length=np.int32(5), temperature=np.float64(0.25)), (5, 0.25)),
    ],
)
def test_numbers_of_numpy_are_taken_as_plain_ones(given: Settings, plain: tuple[Any, ...]) -> None:
    values = json.loads(json.dumps(given.to_json()))
    assert type(given).from_json(values) == given
    assert set(plain) <= set(values.values())
    for value in plain:
        assert type(value) in {type(kept) for kept in values.values()}


def test_a_boolean_of_numpy_is_no_number() -> None:
    with pytest.raises(ValueError, match="whole number"):
        ModelConfig(hidden_size=np.bool_(True))  # type: ignore[arg-type]


def test_a_usual_beginning_is_written_as_it_was_before_there_was_a_choice() -> None:
    written = ["cell", "nonlinearity", "hidden_size", "num_layers", "dropout"]
    assert list(ModelConfig().to_json()) == written
    assert list(ModelConfig(forget_bias=0).to_json()) == [*written, "forget_bias"]


def test_unknown_settings_are_refused() -> None:
    with pytest.raises(ValueError, match="block_sise"):
        ModelConfig.from_json({"block_sise": 3})
