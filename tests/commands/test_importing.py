"""The command `import`."""

from __future__ import annotations

from pathlib import Path

from rnnviz.models.files import pytorch
from rnnviz.runs.store import find_folders
from tests.commands.calling import Captured, call
from tests.conftest import only_run
from tests.models.files.pickling import save
from tests.runs.test_adopting import CYCLE, TEXT, follower


def test_checkpoints_become_a_run_that_every_command_reads(
    runs: Path, tmp_path: Path, capsys: Captured
) -> None:
    for iteration, sure in ((200, 2.0), (1000, 9.0)):
        save(follower(sure).state_dict(), tmp_path / f"cycle-{iteration}.pt")
    (text := tmp_path / "cycle.txt").write_text(TEXT)
    files = [tmp_path / f"cycle-{iteration}.pt" for iteration in (1000, 200)]
    assert call("import", *files, "--vocabulary", text, "--nonlinearity", "tanh") == 0
    said = capsys.readouterr().out
    run = only_run(runs)
    assert f"{run.id}: RNN (tanh) of 6 units, 6 characters, 2 snapshots\nIts loss is 0.001" in said
    assert "6 characters alike costs 2.585 bits/char (1.792 nats)" in said
    assert run.snapshots["iteration"].tolist() == [200, 1000]
    assert (run.description.name, run.description.text_name) == ("cycle-1000", "cycle.txt")
    for command in ("show", "sample", "units", "gradients"):
        out = ("--out", tmp_path / "out.npz") if command == "gradients" else ()
        assert call(command, run.id, *out) == 0
    assert call("match", run.id, "3-4") == call("list", "--columns", "all") == 0
    shown = capsys.readouterr().out
    assert (
        "imported: trained elsewhere, read from cycle-200.pt and cycle-1000.pt (PyTorch)" in shown
    )
    assert "loss on the given text 0.001" in shown and "\nvalidation loss" not in shown
    assert "training text" not in shown and "learned by heart" not in shown


def test_mistakes_are_one_sentence_and_leave_nothing(
    runs: Path, tmp_path: Path, capsys: Captured
) -> None:
    save(follower(), whole := tmp_path / "whole.pt")
    save(follower().state_dict(), fine := tmp_path / "fine.pt")
    characters = ("--vocabulary", CYCLE)
    gone = ("--vocabulary", tmp_path / "gone.json")
    for arguments, said in (
        ((fine, "--nonlinearity", "tanh", *gone), "gone.json cannot be read: No such file"),
        ((whole, *characters), "nothing in it was run"),
        ((fine, *characters), "say which it was trained with: tanh, relu or sigmoid"),
        ((tmp_path / ("x" * 300), *characters), "xxx cannot be read: File name too long; give"),
        ((fine, "--nonlinearity", "tanh"), "no vocabulary was given"),
        ((fine, "--nonlinearity", "tanh", "--vocabulary", "abc"), "has 3 characters, but the netw"),
        ((fine, "--nonlinearity", "tanh", *characters, "--text", fine), "is not UTF-8|binary"),
    ):
        assert call("import", *arguments) == 2
        output, errors = capsys.readouterr()
        first, *more = errors.splitlines()
        assert output == "" and any(part in first for part in said.split("|"))
        assert more == [f"  {line}" for line in pytorch.conversion(whole) if arguments[0] is whole]
    assert list(find_folders(runs)) == []
