"""Trains the example that comes with the program: `python -m rnnviz.workers.example FOLDER`.

With one thread and a fixed number of iterations the same machine makes the same network again;
another machine rounds otherwise, and makes one whose numbers differ a little.
"""

from __future__ import annotations

import sys
from pathlib import Path
from shutil import copytree
from tempfile import TemporaryDirectory

import numpy as np

from rnnviz.config import ModelConfig, TrainingConfig
from rnnviz.corpora.catalogue import find_corpus
from rnnviz.corpora.languages.by_name import LANGUAGES
from rnnviz.runs.example import NAME
from rnnviz.runs.history import History
from rnnviz.runs.run import Run
from rnnviz.workers.worker import work

CHARACTERS = 100_000
KEPT = frozenset({0, 10, 50, 100, 200, 500, 1000})
MODEL = ModelConfig(cell="gru", hidden_size=64)
TRAINING = TrainingConfig(iterations=2500, device="cpu")


def make_example(
    folder: Path,
    *,
    characters: int = CHARACTERS,
    model: ModelConfig = MODEL,
    training: TrainingConfig = TRAINING,
) -> None:
    """Train the example, and put what one looks at, and nothing else, into a new folder.

    Args:
        folder: must not exist.
        characters: of the text.
        model: the network.
        training: how it is trained.

    Raises:
        FileExistsError: the folder exists.
    """
    with TemporaryDirectory() as home:
        run = _made(home, characters, model, training)
        work(run)
        kept = KEPT | {run.best_iteration, run.status.iteration}
        with History(run.folder.history) as history:
            history.seal(kept)
        looked_at = {"run.json", "text.txt", "truth.safetensors", "history.sqlite", "snapshots"}
        weights = {run.folder.snapshot(iteration).name for iteration in kept}
        copytree(
            run.folder.path,
            folder,
            ignore=lambda _, names: set(names) - looked_at - weights,
        )


def _made(home: str, characters: int, model: ModelConfig, training: TrainingConfig) -> Run:
    corpus = find_corpus("quotes")
    generated = LANGUAGES[corpus.name]().generate(characters, seed=0)
    truth = {name: values.astype(np.uint8) for name, values in generated.truth.items()}
    run = Run.create(
        generated.text, name=corpus.title, model=model, training=training, truth=truth, runs=home
    )
    run.rename(NAME)
    return run


if __name__ == "__main__":
    make_example(Path(sys.argv[1]))
