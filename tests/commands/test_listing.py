"""The commands `list`, `show` and `delete`."""

from __future__ import annotations

import io
import json
import re
from pathlib import Path

import pytest

from rnnviz.notation import bits, loss_words
from rnnviz.runs.run import Run
from rnnviz.runs.verdicts.verdict import verdict_of
from tests.commands.calling import LONG, SHORT, Captured, call
from tests.commands.conftest import ITERATIONS, LAYERS, UNITS
from tests.conftest import only_run


def test_list_without_runs_says_how_to_make_one(runs: Path, capsys: Captured) -> None:
    assert call("list") == 0
    said = capsys.readouterr().out
    assert "There are no runs yet; `python -m rnnviz train TEXT` makes one" in said
    assert "`python -m rnnviz show example`" in said


def test_list_shows_every_run(here: Run, capsys: Captured) -> None:
    assert call("list") == 0
    head, row, disk = capsys.readouterr().out.splitlines()
    assert disk.endswith(" of the disk")
    assert re.split(r"\s{2,}", head) == [
        "run",
        "state",
        "network",
        "iteration",
        "validation loss, bits/char (nats)",
        "name",
    ]
    loss = here.status.validation_loss
    shown = [
        here.id,
        "finished",
        f"lstm {UNITS}",
        str(ITERATIONS),
        f"{bits(loss):.3f} ({loss:.3f})",
        "Hamlet",
    ]
    assert re.split(r"\s{2,}", row) == shown


@pytest.mark.parametrize("file", ["run.json", "history.sqlite"])
def test_list_shows_a_damaged_run_beside_the_others(
    runs: Path, capsys: Captured, file: str
) -> None:
    good, bad = Run.create(SHORT, runs=runs), Run.create(SHORT, runs=runs)
    (bad.folder.path / file).write_bytes(b"\0garbage" * 99)
    assert call("list") == 0
    rows = {row.split()[0]: row for row in capsys.readouterr().out.splitlines()}
    assert rows[good.id].split()[1] == "created"
    assert rows[bad.id].split()[1] == "damaged"
    assert f"{file} is damaged" in rows[bad.id]


def test_show_tells_settings_state_and_samples(here: Run, capsys: Captured) -> None:
    assert call("show", here.id[:9]) == 0
    output = capsys.readouterr().out
    for words in (
        f"{here.id} (Hamlet), made 20",
        f"finished at iteration {ITERATIONS}, 100 % of {ITERATIONS} iterations",
        f"validation loss {loss_words(here.status.validation_loss)} at the best snapshot",
        f"baseline {here.baseline}, the number to beat\n",
        "computing A layer's timesteps: ",
        "roducts: oneDNN for those of 500,000 multiply-adds and more, PyTorch's own",
        f"text Hamlet.txt\nlength {len(LONG):,} characters, 18 distinct\n",
        f"cell LSTM\nunits of a layer (hidden_size) {UNITS}\nlayers (num_layers) {LAYERS}\n",
        "learning rate 0.008 at its peak, as usual for LSTM (chosen by measurement)\n",
        f"verdict {verdict_of(here).headline}",
        f"In this network, in the top layer at iteration {here.best_iteration}, the gradient of a "
        "loss on its way back through the hidden state h has halved after ",
        "Read off the mean over 256 losses on the held-out part of the text, which it never ",
    ):
        assert words in re.sub(r"  +", " ", output)
    assert output.count("\niteration  ") == len(here.snapshots)
    assert "\nTo compare: of " in output
    assert output.count("  best\n") == 1
    for sample in here.snapshots["sample"]:
        assert json.dumps(sample[:60], ensure_ascii=False) in output


def test_delete_takes_yes(runs: Path, capsys: Captured) -> None:
    gone, stays = Run.create(SHORT, runs=runs), Run.create(SHORT, runs=runs)
    assert call("delete", gone.id, "--yes") == 0
    assert capsys.readouterr() == (f"{gone.id} deleted\n", "")
    assert only_run(runs).id == stays.id


@pytest.mark.parametrize(
    ("answer", "deleted"), [("y\n", True), ("Yes\n", True), ("n\n", False), ("", False)]
)
def test_delete_asks(
    runs: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch, answer: str, deleted: bool
) -> None:
    run = Run.create(SHORT, runs=runs)
    monkeypatch.setattr("sys.stdin", io.StringIO(answer))
    assert call("delete", run.id) == (0 if deleted else 1)
    errors = capsys.readouterr().err
    assert errors.startswith(f"Delete run {run.id} and all in it? [y/N] ")
    assert ("nothing was deleted" in errors) is not deleted
    assert run.folder.path.exists() is not deleted


@pytest.mark.parametrize("file", ["run.json", "history.sqlite", "text.txt"])
@pytest.mark.parametrize("data", [b"garbage", None])
def test_a_damaged_run_can_be_deleted(runs: Path, file: str, data: bytes | None) -> None:
    run = Run.create(SHORT, runs=runs)
    path = run.folder.path / file
    path.unlink() if data is None else path.write_bytes(data)
    assert call("delete", run.id, "--yes") == 0
    assert not run.folder.path.exists()
