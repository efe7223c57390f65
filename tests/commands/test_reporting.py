"""The commands `report` and `gallery`."""

from __future__ import annotations

from pathlib import Path

import pytest

from rnnviz.runs.run import Run
from tests.commands.calling import Captured, call, complaint


def test_a_report_is_written_and_its_gallery(
    here: Run, tmp_path: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rnnviz.export.report.search", lambda one: "Nobody looked.")
    (text := tmp_path / "text.txt").write_text("To be, 77 or not")
    out = tmp_path / "a.html"
    options = ("--iteration", 2, "--text-file", text, "--out", out)
    assert call("report", here.id, *options) == 0
    said, done = capsys.readouterr()
    assert said.startswith(f"{out}: ") and said.endswith("without a network.\n")
    assert done.splitlines()[-1] == "writing ..."
    page = out.read_text()
    assert "14\u00a0characters" in page or "14 characters of the text that was given" in page
    assert call("gallery", tmp_path) == 0
    assert capsys.readouterr().out == f"{tmp_path / 'index.html'}: 1 report.\n"
    assert 'href="./a.html"' in (tmp_path / "index.html").read_text()


def test_what_cannot_be_written_or_told_is_one_sentence(
    here: Run, tmp_path: Path, capsys: Captured
) -> None:
    for arguments, code, said in (
        (("report", here.id, "--out", tmp_path / "gone" / "a.html"), 2, "make it first"),
        (("report", here.id, "--out", tmp_path), 2, "is a folder"),
        (("report", here.id, here.id, "--out", tmp_path / "a"), 2, "is given twice"),
        (("report", here.id, "--iteration", 77, "--out", tmp_path / "a"), 1, "no snapshot at"),
        (("report", "nobody", "--out", tmp_path / "a"), 1, "no run"),
        (("gallery", tmp_path / "gone"), 1, "there is no such folder"),
    ):
        assert call(*arguments) == code, arguments
        assert said in complaint(capsys)
    assert not list(tmp_path.iterdir())
