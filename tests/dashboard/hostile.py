"""A run whose every name, sentence and character tries to be more than text."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np

from rnnviz.config import ModelConfig, TrainingConfig
from rnnviz.runs.history import History
from rnnviz.runs.run import Run
from rnnviz.workers.worker import work
from tests.runs.edited import without_digest

IMAGE = "![HOSTILE](http://third.example/x.png)"
HOSTILE = (
    f'{IMAGE} <img src="http://third.example/y.png" onerror=alert(1)> $\\frac{{1}}{{2}}$ :smile: '
    ":material/home: :red[r] a -> b <- c -- d >= e **f** `g` https://third.example | "
    "h\x1b[31m\u202ei\u200fj"
)
SHOWN = HOSTILE.replace("\x1b", "\\x1b").replace("\u202e", "\\u202e").replace("\u200f", "\\u200f")


def hostile_run(runs: Path) -> Run:
    """A run of two layers that ended, with a text, a truth, notices and a message like that."""
    text = f"{HOSTILE}\n" * 100
    run = Run.create(
        text,
        name=f"{HOSTILE}.txt"[:90],
        model=ModelConfig(hidden_size=3, num_layers=2),
        training=TrainingConfig(iterations=2, sequence_length=20, batch_size=4),
        truth={HOSTILE: np.zeros(len(text), np.int8)},
        runs=runs,
    )
    work(run)
    description = without_digest(run.folder.json)
    description["name"] = HOSTILE
    run.folder.json.write_text(json.dumps(description))
    with History(run.folder.history) as history:
        history.note("notice", HOSTILE)
    return Run.open(run.id, runs)
