"""What `run.json` says returns as written, and what is wrong with it is one sentence."""

from __future__ import annotations

import json
import os
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from rnnviz.config import ModelConfig, TrainingConfig
from rnnviz.runs.description import FORMAT_NEWER_CELL, read_description, rename
from rnnviz.runs.documents import RunError, read_text
from rnnviz.runs.paths import RunFolder
from rnnviz.runs.store import create_folder, folder_of
from tests.runs.edited import without_digest


def make(runs: Path, name: str = "Hamlet.txt", text: str = "to be\n") -> RunFolder:
    model, training = ModelConfig(cell="gru", hidden_size=7), TrainingConfig(iterations=11)
    return create_folder(runs, text, name, model, training)


def change(folder: RunFolder, **values: Any) -> None:
    folder.json.write_text(json.dumps(without_digest(folder.json) | values))


@pytest.mark.parametrize(
    ("text_name", "name"),
    [
        ("corpus:play", "A verse drama"),
        ("Why? · corpus:play", "Why? · A verse drama"),
        ("play.txt", "play"),
        ("corpus:gone", "gone"),
        ("corpus:play.txt", "play"),
    ],
)
def test_a_run_of_a_catalogue_text_is_called_by_its_title(
    tmp_path: Path, text_name: str, name: str
) -> None:
    about = read_description(make(tmp_path, text_name))
    assert (about.name, about.text_name) == (name, text_name)


@pytest.mark.parametrize("name", ["play", "my best"])
def test_the_name_a_person_gave_stays(tmp_path: Path, name: str) -> None:
    folder = make(tmp_path, "corpus:play")
    values = without_digest(folder.json)
    folder.json.write_text(json.dumps(values | {"name": name}))
    assert read_description(folder).name == name


def test_a_description_returns_as_written(tmp_path: Path) -> None:
    about = read_description(make(tmp_path, text="가나다\n🎭"))
    assert about.model == ModelConfig(cell="gru", hidden_size=7)
    assert about.training == TrainingConfig(iterations=11)
    assert about.alphabet.vocabulary.characters == tuple(sorted("가나다\n🎭"))
    assert (about.name, about.text_name, about.text_characters) == ("Hamlet", "Hamlet.txt", 5)
    assert set(about.packages) == {"python", "torch", "numpy"}
    assert datetime.fromisoformat(about.created).tzinfo is not None


def test_the_text_returns_character_by_character(tmp_path: Path) -> None:
    text = "a\r\nb\rc\n\ufeff🎭가"
    folder = make(tmp_path, text=text)
    assert read_text(folder.text, read_description(folder).text_sha256) == text


@pytest.mark.parametrize("data", [b"", b"to be!", b"\xff\xff"])
def test_another_text_is_not_the_runs_own(tmp_path: Path, data: bytes) -> None:
    folder = make(tmp_path)
    folder.text.write_bytes(data)
    with pytest.raises(RunError, match="not the text this run was made from"):
        read_text(folder.text, read_description(folder).text_sha256)


@pytest.mark.parametrize("lesson", ["tanh", None])
def test_a_run_that_a_lesson_made_is_marked(tmp_path: Path, lesson: str | None) -> None:
    folder = create_folder(
        tmp_path, "to be", "Hamlet", ModelConfig(), TrainingConfig(iterations=1), lesson=lesson
    )
    rename(folder, "another")
    assert read_description(folder).lesson == lesson


def test_a_run_from_before_there_were_marks_is_a_persons(tmp_path: Path) -> None:
    folder = make(tmp_path, "Why tanh? relu")
    values = without_digest(folder.json)
    del values["lesson"]
    folder.json.write_text(json.dumps(values))
    assert read_description(folder).lesson is None


def test_a_newer_format_asks_for_an_update(tmp_path: Path) -> None:
    folder = make(tmp_path)
    change(folder, format=FORMAT_NEWER_CELL + 1, model="of another shape")
    newer, known = FORMAT_NEWER_CELL + 1, FORMAT_NEWER_CELL
    with pytest.raises(RunError, match=f"has format {newer}.*reads up to {known}. Update"):
        read_description(folder)


def test_a_cell_that_came_later_asks_for_an_update(tmp_path: Path) -> None:
    """Versions from before a cell are told so by the format, this one by the cell's name."""
    early, late = (
        create_folder(tmp_path, "to be\n", "a", ModelConfig(cell, hidden_size=7), TrainingConfig())
        for cell in ("gru", "mingru")
    )
    assert [read_description(folder).format for folder in (early, late)] == [3, 5]
    change(late, model=ModelConfig().to_json() | {"cell": "later"})
    with pytest.raises(RunError, match="of the cell 'later', which this version does not know"):
        read_description(late)


@pytest.mark.parametrize("key", ["format", "name", "model", "training", "vocabulary", "text"])
def test_a_missing_part_is_damage(tmp_path: Path, key: str) -> None:
    folder = make(tmp_path)
    values = without_digest(folder.json)
    del values[key]
    folder.json.write_text(json.dumps(values))
    with pytest.raises(RunError, match=rf"damaged .*{key}.*. Restore it from a copy"):
        read_description(folder)


@pytest.mark.parametrize(
    "values",
    [
        {"format": "1"},
        {"format": None},
        {"model": None},
        {"model": {"cell": "lstn"}},
        {"model": {"units": 3}},
        {"training": {"iterations": -1}},
        {"training": [1]},
        {"vocabulary": []},
        {"vocabulary": ["a", "a"]},
        {"vocabulary": ["ab"]},
        {"vocabulary": 5},
        {"text": "Hamlet"},
        {"lesson": 5},
    ],
)
def test_a_part_of_the_wrong_kind_is_damage(tmp_path: Path, values: dict[str, Any]) -> None:
    folder = make(tmp_path)
    change(folder, **values)
    with pytest.raises(RunError, match=r"damaged .*. Restore it from a copy"):
        read_description(folder)


def test_a_new_name_changes_nothing_else(tmp_path: Path) -> None:
    folder = make(tmp_path)
    before = without_digest(folder.json)
    rename(folder, "  비극 <b>\n")
    assert without_digest(folder.json) == before | {"name": "비극 <b>"}
    assert folder_of(tmp_path, folder.id) == folder


@pytest.mark.parametrize("name", ["", "  \n", "x" * 101])
def test_a_name_has_1_to_100_characters(tmp_path: Path, name: str) -> None:
    folder = make(tmp_path)
    with pytest.raises(ValueError, match="1 to 100 are allowed"):
        rename(folder, name)
    assert read_description(folder).name == "Hamlet"


def test_a_name_that_is_no_text_becomes_one(tmp_path: Path) -> None:
    folder = make(tmp_path, os.fsdecode(b"Hamlet\xff.txt"))
    assert read_description(folder).text_name == "Hamlet?.txt"


def test_whatever_bit_of_it_changes_is_said_or_changes_nothing(tmp_path: Path) -> None:
    """Nothing changes where it makes one space of another, or the digest's name another's."""
    folder = make(tmp_path, text="가나 b\n")
    data, before = folder.json.read_bytes(), read_description(folder)
    refused = 0
    for bit in range(8 * len(data)):
        changed = bytearray(data)
        changed[bit // 8] ^= 1 << bit % 8
        folder.json.write_bytes(changed)
        try:
            assert read_description(folder) == before
        except RunError as error:
            assert folder.json.name in str(error)
            refused += 1
    assert refused > 0.8 * 8 * len(data)


@pytest.mark.parametrize(
    "values",
    [{"vocabulary": ["\n", "b"]}, {"name": "mine"}, {"training": {"learning_rate": 0.5}}],
)
def test_what_was_edited_is_said_until_its_digest_is_taken_out(
    tmp_path: Path, values: dict[str, Any]
) -> None:
    folder = make(tmp_path)
    said = json.loads(folder.json.read_text())
    said |= {key: {**said[key], **of} if isinstance(of, dict) else of for key, of in values.items()}
    folder.json.write_text(json.dumps(said, indent=1))
    with pytest.raises(RunError, match=r'who changed it on purpose takes out its line "digest"'):
        read_description(folder)
    lines = folder.json.read_text().splitlines()
    folder.json.write_text("\n".join(line for line in lines if '"digest"' not in line))
    assert read_description(folder).to_json().items() >= values.items() or "training" in values


def test_a_new_name_leaves_the_format_of_an_old_run(tmp_path: Path) -> None:
    folder = make(tmp_path)
    change(folder, format=1)
    rename(folder, "another")
    assert json.loads(folder.json.read_text())["format"] == 1
    assert read_description(folder).name == "another"


def test_a_name_with_half_a_character_is_refused_in_a_sentence(tmp_path: Path) -> None:
    folder = make(tmp_path)
    before = folder.json.read_bytes()
    with pytest.raises(ValueError, match=r"half a character \(U\+D83D\) at position 2; leave it"):
        rename(folder, " my\ud83d")
    assert folder.json.read_bytes() == before
