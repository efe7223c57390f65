"""Two processes that write the same run do not meet."""

from __future__ import annotations

from pathlib import Path

import pytest

from rnnviz import work
from rnnviz.runs import description
from rnnviz.runs.description import change, read_description
from rnnviz.runs.documents import RunError
from rnnviz.runs.locks import hold
from tests.conftest import Start
from tests.workers.recorded import assert_same, make

# Each writes a value of its own many times; a writer that read before the other wrote, and wrote
# after it, would take the other's back.
WRITER = """
import sys
from rnnviz.runs.description import change, read_description
from rnnviz.runs.run import Run
folder, mine = Run.open(sys.argv[1]).folder, sys.argv[2]
for number in range(200):
    change(folder, **{mine: str(number)})
    assert getattr(read_description(folder), mine) == str(number)
"""


def test_two_who_change_a_description_keep_what_the_other_wrote(
    runs: Path, start_process: Start
) -> None:
    run = make(runs)
    before = read_description(run.folder)
    pair = [start_process("-c", WRITER, run.folder.path, mine) for mine in ("name", "text_name")]
    while any(process.poll() is None for process in pair):
        assert read_description(run.folder).model == before.model
    assert [process.communicate()[1] for process in pair] == ["", ""]
    after = read_description(run.folder)
    assert (after.name, after.text_name) == ("199", "199")
    assert sorted(path.name for path in run.folder.path.glob(".*")) == []


def test_who_waits_for_another_writer_in_vain_is_told(
    runs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(description, "_WAIT_SECONDS", 0.01)
    run = make(runs)
    before, lock = run.folder.json.read_bytes(), hold(run.folder.json_lock)
    assert lock is not None
    with pytest.raises(RunError, match="being changed by another process; try again"):
        run.rename("another")
    lock.release()
    assert run.folder.json.read_bytes() == before
    run.rename("another")
    assert change(run.folder).name == "another"


def test_two_who_go_on_with_one_run_train_it_once(runs: Path, start_process: Start) -> None:
    run, straight = make(runs, iterations=40), make(runs, iterations=40)
    pair = [start_process("-m", "rnnviz", "train", "--resume", run.id) for _ in range(2)]
    work(straight)
    ended = [(process.communicate()[1], process.returncode) for process in pair]
    assert any(code == 0 for _, code in ended)
    assert all(code == 0 or "already being trained" in said for said, code in ended)
    assert run.status.state == "finished"
    assert_same(run, straight)
