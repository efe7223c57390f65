"""The text of a new run: chosen, typed, uploaded, and how it is read."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager

from rnnviz.config import ModelConfig, TrainingConfig
from rnnviz.runs.run import Run
from rnnviz.text import encodings
from rnnviz.text.encodings import guesses
from rnnviz.text.vocabulary import Vocabulary
from rnnviz.workers.worker import work
from tests.dashboard.conftest import Open, can_start, words


def test_settings_out_of_range_are_refused_in_a_sentence(open_app: Open) -> None:
    app = open_app()
    app.number_input(key="field hidden_size").set_value(20_000).run()
    assert "hidden_size is 20000; it must be a whole number from 1 to 2,048." in words(app)
    assert not can_start(app)


def test_a_file_that_is_no_text_is_refused_in_a_sentence(open_app: Open) -> None:
    app = open_app()
    app.segmented_control(key="kind of text").set_value("Your file").run()
    app.file_uploader[0].upload("x.bin", b"\x7fELF\2\1\1\0\0\0\0\0\3\0").run()
    assert (
        "The file holds NUL characters, the first at position 7, line 1, so it is binary"
        in words(app)
    )
    assert not can_start(app)


def test_an_upload_says_how_it_was_read(open_app: Open) -> None:
    app = open_app()
    app.segmented_control(key="kind of text").set_value("Your file").run()
    korean = "나는 오늘 학교에 가고 내일은 할머니 집에 간다.\r\n"
    app.file_uploader[0].upload("../../x.txt", korean.encode("cp949")).run()
    said = "read as CP949, as it is Korean beyond doubt; 1 CRLF became LF"
    assert said in words(app)
    app.switch_page("app_pages/samples.py").run()
    app.switch_page("app_pages/train.py").run()
    assert f"**{len(korean) - 1}** characters" in words(app)


def test_an_encoding_that_nothing_tells_is_chosen_and_stays_chosen(
    open_app: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    guessed = []
    monkeypatch.setattr(encodings, "guesses", lambda data: guessed.append(data) or guesses(data))
    text = "It’s late, “isn’t it?”\n"
    app = open_app()
    app.segmented_control(key="kind of text").set_value("Your file").run()
    app.file_uploader[0].upload("quotes.txt", text.encode("cp1252")).run()
    assert "byte 0x92 at position 2, line 1" in words(app)
    assert not can_start(app)
    choice = next(box for box in app.selectbox if box.label == "Read the file as")
    assert choice.value is None
    assert choice.options[0] == "Windows-1252, Western European: It’s late, “isn’t it?”"
    choice.select("mac-roman").run()
    assert "Itís late" in app.code[0].value
    next(box for box in app.selectbox if box.label == "Read the file as").select("cp1252").run()
    assert "read as CP1252, as chosen" in words(app)
    app.switch_page("app_pages/samples.py").run()
    app.switch_page("app_pages/train.py").run()
    assert "It’s late" in app.code[0].value
    assert can_start(app)
    assert len(guessed) == 1


def test_a_text_of_one_character_has_nothing_to_learn(runs: Path, open_app: Open) -> None:
    nothing = Vocabulary.of("a").nothing_to_learn
    app = open_app()
    app.segmented_control(key="kind of text").set_value("Your words").run()
    app.text_area(key="typed text").set_value("aaaaaaaa").run()
    assert nothing in [info.value for info in app.info]
    assert can_start(app)
    training = TrainingConfig(iterations=2, sequence_length=5, batch_size=2)
    work(Run.create("a" * 40, model=ModelConfig(hidden_size=3), training=training, runs=runs))
    app = open_app("gradient_flow")
    assert nothing in [info.value for info in app.info]
    assert not app.exception


def test_letters_apart_from_their_marks_are_composed_if_that_is_chosen(open_app: Open) -> None:
    app = open_app()
    app.segmented_control(key="kind of text").set_value("Your words").run()
    app.text_area(key="typed text").set_value("e\u0301te\u0301 et e\u0301te\u0301").run()
    assert "**14** characters" in words(app)
    app.toggle(key="composed of typed").set_value(True).run()
    assert "4 characters fewer" in app.toggle(key="composed of typed").label
    assert "**10** characters" in words(app)
    assert app.code[0].value == "été et été"


def test_a_text_of_very_many_characters_can_be_learned(open_app: Open) -> None:
    app = open_app()
    app.segmented_control(key="kind of text").set_value("Your words").run()
    frequent = "".join(map(chr, range(0x4E00, 0x4E00 + 3999)))
    app.text_area(key="typed text").set_value(frequent * 2 + "龠龡龢").run()
    assert "3 rare characters, 0.037 % of the text, are read as 〓" in words(app)
    assert can_start(app)


def test_bad_bytes_of_a_file_are_replaced_if_that_is_ticked(open_app: Open) -> None:
    app = open_app()
    app.segmented_control(key="kind of text").set_value("Your file").run()
    app.file_uploader[0].upload("bad.txt", "Ça va, été\n".encode() + b"\xff one\n").run()
    assert "byte 0xFF at position 14, line 2, does not fit" in words(app)
    assert not can_start(app)
    next(box for box in app.checkbox if "U+FFFD" in box.label).check().run()
    assert "1 bad byte became U+FFFD" in words(app)
    assert can_start(app)


def test_the_bytes_of_an_upload_are_let_go_once_they_are_read(
    open_app: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    removed: list[str] = []

    forget = MemoryUploadedFileManager.remove_file

    def remove(manager: MemoryUploadedFileManager, session_id: str, file_id: str) -> None:
        removed.append(file_id)
        forget(manager, session_id, file_id)

    monkeypatch.setattr(MemoryUploadedFileManager, "remove_file", remove)
    app = open_app()
    app.segmented_control(key="kind of text").set_value("Your file").run()
    app.file_uploader[0].upload("x.txt", b"to be\n" * 9).run()
    assert len(removed) == 1
    assert app.session_state["kept file"].read() == b"to be\n" * 9
    for _ in range(2):
        app.run()
        assert "**54** characters" in words(app)
        assert not app.exception
    app.file_uploader[0].upload("y.txt", b"or not\n" * 9).run()
    assert "**63** characters" in words(app)


def test_korean_can_be_read_in_jamo(open_app: Open) -> None:
    app = open_app()
    app.selectbox(key="corpus").select("korean").run()
    hangul = next(choice for choice in app.segmented_control if "Hangul" in choice.label)
    counts = re.search(
        r"syllables, it has ([\d,]+) distinct characters; as jamo, (\d+)", words(app)
    )
    assert counts is not None
    syllables, jamo = (int(count.replace(",", "")) for count in counts.groups())
    assert syllables > 500
    assert jamo < 120
    hangul.set_value("jamo").run()
    read = f"jamo and other characters, **{jamo}** of them distinct"
    assert read in words(app)
    app.selectbox(key="corpus").select("korean-particles").run()
    assert "jamo and other" not in words(app)
    app.selectbox(key="corpus").select("korean").run()
    assert read in words(app)
    assert re.search(r"held-out part \([\d,]+ jamo and other characters\)", words(app))


def test_what_was_typed_survives_a_change_of_page(open_app: Open) -> None:
    app = open_app()
    app.segmented_control(key="kind of text").set_value("Your words").run()
    app.text_area[0].set_value("abc abc").run()
    app.switch_page("app_pages/samples.py").run()
    app.switch_page("app_pages/train.py").run()
    assert app.text_area[0].value == "abc abc"
