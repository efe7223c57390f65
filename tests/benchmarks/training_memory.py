"""What training takes at its peak beside what was estimated before (Linux: read from /proc).

Every setting trains for two iterations in a process of its own.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from rnnviz.config import ModelConfig, TrainingConfig
from rnnviz.training.memory import memory_needed
from tests.benchmarks.measure import Table, parser, random_text, report

_PROGRAM = """
import sys
from pathlib import Path
from rnnviz import Run, work
work(Run.open(sys.argv[1]))
lines = Path("/proc/self/status").read_text().splitlines()
print(next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM")))
"""
_COLUMNS = {
    "network": "",
    "streams": "",
    "window": "",
    "characters": ",",
    "estimated_mb": ".0f",
    "measured_mb": ".0f",
    "share": ".2f",
}
SETTINGS: tuple[tuple[dict[str, Any], dict[str, int], int], ...] = (
    ({"cell": "rnn", "hidden_size": 8}, {"batch_size": 2, "sequence_length": 8}, 2_000),
    ({"cell": "lstm", "hidden_size": 256}, {"batch_size": 16, "sequence_length": 64}, 1_000_000),
    ({"cell": "lstm", "hidden_size": 64}, {"batch_size": 16, "sequence_length": 64}, 4_000_000),
    ({"cell": "rnn", "hidden_size": 512}, {"batch_size": 256, "sequence_length": 256}, 200_000),
    ({"cell": "gru", "hidden_size": 512}, {"batch_size": 128, "sequence_length": 128}, 200_000),
    ({"cell": "lstm", "hidden_size": 512}, {"batch_size": 128, "sequence_length": 128}, 200_000),
    (
        {"cell": "lstm", "hidden_size": 320, "num_layers": 3, "dropout": 0.3},
        {"batch_size": 96, "sequence_length": 128},
        200_000,
    ),
    ({"cell": "gru", "hidden_size": 1536}, {"batch_size": 16, "sequence_length": 32}, 200_000),
    ({"cell": "lstm", "hidden_size": 16}, {"batch_size": 2048, "sequence_length": 64}, 400_000),
)


def peak(run_folder: Path) -> int:
    """Bytes at the peak of a worker of its own."""
    command = [sys.executable, "-c", _PROGRAM, str(run_folder)]
    done = subprocess.run(command, stdout=subprocess.PIPE, check=True, text=True)
    return int(done.stdout)


def compare(model: dict[str, Any], training: dict[str, int], characters: int) -> dict[str, Any]:
    """One setting: what was estimated, and what it took."""
    from rnnviz.runs.run import Run

    text = random_text(characters)
    network, how = ModelConfig(**model), TrainingConfig(**training, iterations=2)
    estimated = memory_needed(network, how, len(text), len(set(text)))
    with TemporaryDirectory() as runs:
        run = Run.create(text, model=network, training=how, runs=runs)
        measured = peak(run.folder.path)
    layers = f" x {network.num_layers}" if network.num_layers > 1 else ""
    return {
        "network": f"{network.cell} {network.hidden_size}{layers}",
        "streams": how.batch_size,
        "window": how.sequence_length,
        "characters": characters,
        "estimated_mb": estimated / 1e6,
        "measured_mb": measured / 1e6,
        "share": measured / estimated,
    }


def main() -> None:
    options = parser(__doc__).parse_args()
    settings = SETTINGS[:2] if options.quick else SETTINGS
    report(options, memory=Table([compare(*each) for each in settings], _COLUMNS))


if __name__ == "__main__":
    main()
