"""What a worker wrote is whole up to its resume point, and a disk that refuses is a sentence."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from rnnviz import work
from rnnviz.runs.documents import RunError
from rnnviz.runs.locks import is_held
from rnnviz.runs.run import Run
from rnnviz.training.progress import Progress
from tests.conftest import Start
from tests.runs.edited import without_digest
from tests.workers.recorded import assert_whole, make


def test_what_lies_beyond_the_resume_point_is_forgotten(runs: Path) -> None:
    run, reached = make(runs, iterations=9), list[int]()
    kept: dict[int, bytes] = {}

    def keep(progress: Progress) -> None:
        reached.append(progress.iteration)
        kept[progress.iteration] = run.folder.resume.read_bytes()

    work(run, report=keep)
    run.folder.resume.write_bytes(kept[4])
    reached.clear()
    work(run, report=keep, should_stop=lambda: bool(reached))
    assert (run.status.iteration, run.history["iteration"].tolist()) == (5, [1, 2, 3, 4, 5])
    assert set(run.gradient_norms()["iteration"]) == {1, 2, 3, 4, 5}
    for frame in (run.snapshots, run.gradient_norms_by_lag()):
        assert set(frame["iteration"]) == {0, 1, 2, 3, 4, 5}
    files = run.folder.snapshots.glob("*.safetensors")
    assert {int(path.stem) for path in files} == {0, 1, 2, 3, 4, 5}


@pytest.mark.parametrize("section", ["training", "model"])
def test_settings_that_were_edited_are_named(runs: Path, section: str) -> None:
    """A resume point of other shapes is not trouble of memory or device."""
    run = make(runs, iterations=2)
    work(run)
    values = without_digest(run.folder.json)
    values[section][{"training": "batch_size", "model": "hidden_size"}[section]] += 1
    run.folder.json.write_text(json.dumps(values))
    with pytest.raises(RunError, match=r"does not fit this run: its .* has the shape \("):
        work(Run.open(run.id, runs))


LIMITED = """
import resource, sys
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[1]), resource.RLIM_INFINITY))
from rnnviz.cli import main
sys.exit(main(sys.argv[2:]))
"""


def test_a_disk_that_refuses_ends_with_a_sentence_and_harms_no_other(
    runs: Path, start_process: Start
) -> None:
    other, run = make(runs, iterations=2), make(runs, iterations=4000)
    work(other)
    command = "train", "--resume", run.id
    process = start_process("-c", LIMITED, "80000", *command)
    output, errors = process.communicate()
    assert (process.returncode, output) == (1, "")
    assert "Traceback" not in errors
    sentence = errors.splitlines()[-1]
    assert sentence.startswith("rnnviz: ")
    assert "make room" in sentence
    assert_whole(other)
    assert_whole(run)
    assert not is_held(run.folder.lock)
