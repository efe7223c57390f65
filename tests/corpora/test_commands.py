"""`corpora` lists the catalogue and `train corpus:NAME` uses it."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

from rnnviz.corpora.catalogue import CATALOGUE
from rnnviz.corpora.downloads import DownloadError, Report
from rnnviz.corpora.languages.by_name import LANGUAGES
from rnnviz.runs.run import Run
from tests.commands.calling import SMALL, Captured, call, complaint
from tests.conftest import only_run


@pytest.fixture(autouse=True)
def no_downloads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RNNVIZ_CACHE", str(tmp_path / "cache"))


def test_corpora_lists_every_text(capsys: Captured) -> None:
    assert call("corpora") == 0
    heads, *rows = capsys.readouterr().out.splitlines()
    assert re.split("  +", heads)[0] == "name"
    assert [row.split(" ")[0] for row in rows[: len(CATALOGUE)]] == [c.name for c in CATALOGUE]
    (brackets,) = (row for row in rows if row.startswith("brackets"))
    assert re.split("  +", brackets)[2:] == ["200,000", "1.5983 (1.1079)", "generator"]
    (tiny,) = (row for row in rows if row.startswith("tinyshakespeare"))
    assert re.split("  +", tiny)[2:] == ["1,115,394", "not here: fetched when used (1.1 MB)"]


def test_train_takes_a_text_with_its_truth(runs: Path, capsys: Captured) -> None:
    assert call("train", "corpus:hello", "--iterations", 2, *SMALL) == 0
    run = only_run(runs)
    made = LANGUAGES["hello"]().generate(2_400)
    assert run.text == made.text
    assert run.description.text_name == "corpus:hello"
    assert run.description.name == "hello"
    assert run.id.startswith("corpus-hello-lstm-")
    assert set(run.truth) == {"letter"}
    np.testing.assert_array_equal(run.truth["letter"], made.truth["letter"])
    told = capsys.readouterr().err
    assert f"hello from the generator of hello, seed 0, 0.1.0; sha256 {run_hash(run)}" in told


def run_hash(run: Run) -> str:
    return run.description.text_sha256[:12]


def test_an_unknown_name_is_one_sentence(runs: Path, capsys: Captured) -> None:
    assert call("train", "corpus:bible") == 2
    assert "there is no corpus 'bible'; there are: hello, counting, " in complaint(capsys)
    assert not runs.exists()


def test_a_download_that_fails_is_one_sentence(
    runs: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fetch(download: object, *, report: Report) -> bytes:
        raise DownloadError("the text cannot be reached.")

    monkeypatch.setattr("rnnviz.corpora.downloads.fetch", fetch)
    assert call("train", "corpus:tinyshakespeare") == 1
    assert complaint(capsys) == "rnnviz: the text cannot be reached.\n"
    assert not runs.exists()


def test_a_download_says_how_far_it_is(
    runs: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fetch(download: object, *, report: Report) -> bytes:
        for done in range(0, 201, 2):
            report(done, 200)
        return b"To be or not to be.\n" * 10

    monkeypatch.setattr("rnnviz.corpora.downloads.fetch", fetch)
    assert call("train", "corpus:tinyshakespeare", "--iterations", 1, *SMALL) == 0
    output, told = capsys.readouterr()
    assert re.findall(r"(\d+) of 200 bytes fetched", told) == [str(20 * n) for n in range(11)]
    assert "fetched" not in output
