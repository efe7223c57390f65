"""The sample texts are what their page says."""

from __future__ import annotations

from pathlib import Path

import pytest

from rnnviz.corpora.languages.by_name import LANGUAGES
from rnnviz.corpora.sample_files import SAMPLE_FILES

FOLDER = SAMPLE_FILES[0].path.parent


@pytest.mark.parametrize("name", ["brackets", "quotes"])
def test_generated_samples_can_be_made_again(name: str) -> None:
    text = LANGUAGES[name]().generate(50_000, seed=0).text
    kept = (FOLDER / f"{name}.txt").read_bytes().decode()
    assert kept == text[: text.rindex("\n") + 1]
    assert 40_000 <= len(kept) <= 60_000


def test_hello_is_one_word() -> None:
    assert (FOLDER / "hello.txt").read_bytes() == b"hello " * 400


def test_every_file_is_listed_and_described() -> None:
    files = {path.name for path in FOLDER.iterdir()} - {"README.md"}
    assert files == {sample.file for sample in SAMPLE_FILES}
    assert all(sample.description and sample.look_for for sample in SAMPLE_FILES)


@pytest.mark.parametrize("file", ["play.txt", "program.c", "paper.tex", "korean.txt"])
def test_the_long_ones_are_long_and_do_not_repeat_themselves(file: str) -> None:
    text = (Path(FOLDER) / file).read_text(encoding="utf-8")
    assert len(text) >= 30_000
    paragraphs = [p for p in text.split("\n\n") if len(p) > 200]
    assert len(set(paragraphs)) == len(paragraphs)
