"""A small run whose name, text, samples and tags would do something in a careless page."""

from __future__ import annotations

from pathlib import Path

from rnnviz.config import ModelConfig, TrainingConfig
from rnnviz.runs.run import Run
from rnnviz.workers.worker import work

SCRIPT = "</script><script>document.title='broken'</script>"
IMAGE = '<img src="http://127.0.0.1:9/x.png" onerror="throw 1">'
ACTING = "\u2028\u202e\x1b[31m\x00]]>-->"
NAME = f"\"{SCRIPT}<img src=x onerror='throw 2'>'&amp;"
FILE = f"{IMAGE}{SCRIPT}.txt"
TEXT = f"{SCRIPT} said the {IMAGE}; {ACTING} it was so.\nSo it was.\n" * 9
UNITS = 8


def hostile_run(runs: Path, name: str = NAME, seed: int = 0) -> Run:
    """Trained for a moment; its samples are of such characters too."""
    training = TrainingConfig(iterations=10, sequence_length=20, batch_size=4, seed=seed)
    model = ModelConfig(cell="gru", hidden_size=UNITS)
    run = Run.create(TEXT, name=FILE, model=model, training=training, runs=runs)
    work(run)
    run.rename(name)
    run.tag("<b>bold</b>")
    return run
