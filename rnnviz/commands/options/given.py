"""What was given: options by the names that they have in the configuration."""

from __future__ import annotations

import argparse
from dataclasses import fields
from typing import Any

from rnnviz.config import ModelConfig, SamplingConfig, TrainingConfig

MODEL_OPTIONS = tuple(field.name for field in fields(ModelConfig))
TEXT_OPTIONS = ("hangul",)
FILE_OPTIONS = ("encoding", "replace_bad_bytes", "nfc")
TRAINING_OPTIONS = tuple(field.name for field in fields(TrainingConfig))
SAMPLING_OPTIONS = tuple(field.name for field in fields(SamplingConfig))


def given(options: argparse.Namespace, names: tuple[str, ...]) -> dict[str, Any]:
    """Those of the named options that were given."""
    values = {name: getattr(options, name) for name in names}
    return {name: value for name, value in values.items() if value is not None}
