"""Two runs of two Dask workers against two that are typed in two terminals, each pair at once.

Runs of a Dask worker are fetched, trained on another disk and published; those of `train --resume`
are trained in place, and all have the same priority. Each round has both, and the same iterations:
`times` compares the seconds until all have ended, with the start of the processes and the last
validation loss, and `times training` the characters learned from in a second of training alone.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from pathlib import Path
from subprocess import DEVNULL, Popen
from tempfile import TemporaryDirectory

from rnnviz import ModelConfig, Run, TrainingConfig
from rnnviz.workers.cluster import Cluster
from tests.benchmarks.measure import Row, Table, parser, random_text, report
from tests.workers.dask_cluster import dask_cluster

_LOOK_SECONDS = 0.02
_CHARACTERS = 200_000
COLUMNS = {
    **{"round": "", "local_seconds": ".2f", "cluster_seconds": ".2f", "times": ".2f"},
    **{"local_rate": ",.0f", "cluster_rate": ",.0f", "times_training": ".2f"},
}


def main() -> None:
    """Measure, and say what came out."""
    options = parser(__doc__).parse_args()
    rounds, iterations, units = (1, 20, 16) if options.quick else (2, 300, 128)
    with TemporaryDirectory() as home, dask_cluster(Path(home)) as found:
        cluster = Cluster(found.address, Path(home))
        rows = [
            _round(number, Path(home) / "runs", cluster, iterations, units)
            for number in range(-1, rounds)  # the first loads torch, and is not told
        ]
        cluster.end()
    report(options, rounds=Table(rows[1:], COLUMNS))


def _round(number: int, runs: Path, cluster: Cluster, iterations: int, units: int) -> Row:
    text = random_text(_CHARACTERS)
    how = TrainingConfig(iterations=iterations, sequence_length=64, batch_size=16)
    model = ModelConfig("lstm", hidden_size=units)
    taken, rates = {}, {}
    for name, train in (("local", _typed), ("cluster", cluster.begin)):
        pair = [Run.create(text, model=model, training=how, runs=runs) for _ in range(2)]
        started = time.perf_counter()
        train(pair)
        while any(run.status.state != "finished" for run in pair):
            time.sleep(_LOOK_SECONDS)
        taken[name] = time.perf_counter() - started
        rates[name] = _rate(pair)
    return {
        "round": number,
        "local_seconds": taken["local"],
        "cluster_seconds": taken["cluster"],
        "times": taken["local"] / taken["cluster"],
        "local_rate": rates["local"],
        "cluster_rate": rates["cluster"],
        "times_training": rates["cluster"] / rates["local"],
    }


def _typed(pair: Sequence[Run]) -> None:
    """Train both, each in a process of its own."""
    for run in pair:
        command = [sys.executable, "-m", "rnnviz", "train", "--resume", str(run.folder.path)]
        Popen(command, stdout=DEVNULL, stderr=DEVNULL)


def _rate(pair: Sequence[Run]) -> float:
    """Characters learned from in a second of training, of both together."""
    ends = [run.history.iloc[-1] for run in pair]
    return sum(float(end["characters"] / end["seconds"]) for end in ends)


if __name__ == "__main__":
    main()
