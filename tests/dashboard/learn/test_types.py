"""The page of types: every task opens, reads what is typed, and says what it cannot read."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from dashboard.appearance import plain
from dashboard.learn import networks
from dashboard.learn.types import drawings as types_drawings
from rnnviz.config import ModelConfig, TrainingConfig
from rnnviz.corpora.sample_files import SAMPLE_FILES
from rnnviz.lessons.tasks import next_character
from rnnviz.lessons.tasks.captions import draw
from rnnviz.lessons.tasks.numerals import english
from rnnviz.runs.run import Run
from rnnviz.text.alphabet import Hangul
from rnnviz.text.hangul import decompose
from rnnviz.text.korean_numbers import korean_words
from rnnviz.workers.worker import work
from tests.dashboard.conftest import Open, words

TASKS = {
    "Next character": ("learn_types input one to one", "hm", "Ж"),
    "Sentence → sentiment": (
        "learn_types input many to one",
        "the food was not stale",
        "the food was meh",
    ),
    "Words → digits": ("learn_types input translate", "forty two", "이천"),
    "Words → tags": ("learn_types input tag", "we play a play", "green ideas"),
    "Frames → scenes": ("learn_types input film", "left left", "sideways"),
}


def test_it_opens_without_a_run(open_app: Open) -> None:
    app = open_app("learn_types")
    assert not app.exception
    assert not app.error
    said = words(app)
    assert "the trained network" in said
    assert "always the commonest answer" in said
    assert [link.value for link in app.page_link] == ["Train a network of your own"]


def test_every_task_reads_what_is_typed_and_refuses_what_it_does_not_know(open_app: Open) -> None:
    app = open_app("learn_types")
    for task, (key, known, unknown) in TASKS.items():
        app.segmented_control(key="learn_types task").set_value(task).run()
        app.text_input(key=key).set_value(known).run()
        assert not app.exception, task
        assert not app.error, task
        several = "held-out words that have several tags, the network tags **"
        assert (several in words(app)) == (task == "Words → tags")
        app.text_input(key=key).set_value(unknown).run()
        assert not app.exception, task
        assert len(app.error) == 1, task
        assert "has never read" in words(app), task


def test_what_is_drawn_is_what_the_networks_answer() -> None:
    one_to_many, many_to_one, translation, aligned = types_drawings.TYPES[1:]
    picture = draw(("b", "ring", ("top", "left")))
    assert networks.captions().read(picture).outputs[:3] == one_to_many.outputs[:3]
    read = networks.sentiment().read(" ".join(many_to_one.inputs))
    assert read.outputs[-1] == many_to_one.outputs[-1]
    numeral = "".join(translation.inputs)
    digits = [word for word in networks.numerals().read(numeral).outputs if word]
    assert digits == [word.replace("end", "<end>") for word in translation.outputs if word]
    tags = networks.tagger().read(" ".join(aligned.inputs)).outputs
    assert tags == aligned.outputs


def test_the_drawings_say_what_their_signs_mean(open_app: Open) -> None:
    said = words(open_app("learn_types"))
    assert "▦ is a picture" in said
    assert "Korean for “two ten five” (2×10+5)" in said
    assert "encoder (blue)" in said and "decoder (orange)" in said
    tags = set(types_drawings.TYPES[4].outputs)
    assert all(f"{tag} " in types_drawings.TYPES[4].says for tag in tags)


def test_every_score_says_what_shuffled_answers_are(open_app: Open) -> None:
    app = open_app("learn_types")
    for task in ("Next character", "Picture → caption", *TASKS):
        app.segmented_control(key="learn_types task").set_value(task).run()
        assert "shuffled among the examples" in words(app)
        assert "chance for a network that gives each answer as often as this one does" in words(app)


def test_a_picture_can_be_painted(open_app: Open) -> None:
    app = open_app("learn_types")
    app.segmented_control(key="learn_types task").set_value("Picture → caption").run()
    assert "an orange plus bottom right" in words(app)
    app.button[0].click().run()
    assert not app.exception
    assert not app.error
    app.text_area(key="learn_types picture").set_value("bb").run()
    assert not app.exception
    assert "A picture has 8 lines" in words(app)
    for empty in ("", " \n "):
        app.text_area(key="learn_types picture").set_value(empty).run()
        assert not app.exception
        assert app.text_area(key="learn_types picture").value == empty
        assert len(app.error) == 1
        assert "There is no picture yet: write 8 lines of 8 characters" in words(app)


def test_a_number_is_called_new_by_what_was_typed(open_app: Open) -> None:
    app = open_app("learn_types")
    app.segmented_control(key="learn_types task").set_value("Words → digits").run()
    model = networks.numerals()
    new, known = model.held_out[0], next(n for n in range(999) if n not in model.held_out)
    for number, called in ((new, True), (known, False)):
        for speak in (english, korean_words):
            app.text_input(key="learn_types input translate").set_value(speak(number)).run()
            assert (f"({number} was never met in training" in words(app)) == called
    assert "삼백이십오 is Korean for “three hundred two ten five”" in words(app)
    written = "".join(model.read("two two").said)
    app.text_input(key="learn_types input translate").set_value("two two").run()
    assert f"It writes: **{written}**" in words(app)
    assert "was never met" not in words(app)


def test_frames_are_counted_from_the_second_on(open_app: Open) -> None:
    app = open_app("learn_types")
    app.segmented_control(key="learn_types task").set_value("Frames → scenes").run()
    assert "of 15** frames" in words(app)
    app.text_input(key="learn_types input film").set_value("left").run()
    assert "of 3** frames" in words(app)


def test_a_hostile_name_of_a_run_is_shown_as_it_is(finished_run: Run, open_app: Open) -> None:
    finished_run.rename("**bold** :red[x] [y](z)")
    app = open_app("learn_types")
    choice = app.segmented_control(key=f"learn_types text {finished_run.id}")
    shown = choice.proto.options[1].content
    assert shown == plain("**bold** :red[x] [y](z) (text of the run on the left)")


def test_the_forecast_takes_every_start_and_seed(open_app: Open) -> None:
    app = open_app("learn_types")
    app.segmented_control(key="learn_types task").set_value("Forecast").run()
    slider = app.slider(key="learn_types day")
    for day in (slider.min, slider.max):
        app.slider(key="learn_types day").set_value(day).run()
        assert not app.exception
    app.number_input(key="learn_types seed").set_value(999).run()
    assert not app.exception
    assert "tomorrow equals today" in words(app)
    assert "“Forecast” is many to many, each output fed back." in words(app)


def test_with_a_run_its_text_can_be_taken(finished_run: Run, open_app: Open) -> None:
    app = open_app("learn_types")
    assert app.page_link[0].value.startswith("See the hidden states")
    choice = app.segmented_control(key=f"learn_types text {finished_run.id}")
    choice.set_value("own").run()
    app.text_input(key="learn_types input one to one").set_value("He said").run()
    assert not app.exception
    assert not app.error
    assert "which has memory, is right" in words(app)
    said = words(app)
    own = re.search(r"first ([\d,]+) characters held out from it, the", said)
    table = re.search(r"right answers on ([\d,]+) held-out characters", said)
    assert own and f"not of these {own[1]}" in said
    assert table and f"all {table[1]} characters held out from it" in said


@pytest.mark.parametrize("text", ["", " "])
def test_nothing_typed_is_one_sentence(text: str, open_app: Open) -> None:
    app = open_app("learn_types")
    app.segmented_control(key="learn_types task").set_value("Sentence → sentiment").run()
    assert "It answers: **positive** (over 99.9 % sure)" in words(app).replace("\xa0", " ")
    app.text_input(key="learn_types input many to one").set_value(text).run()
    assert not app.exception
    assert "There is nothing to read" in words(app)


def test_a_run_on_the_sample_text_leaves_nothing_to_choose(runs: object, open_app: Open) -> None:
    Run.create(SAMPLE_FILES[1].read())
    app = open_app("learn_types")
    assert not app.exception
    assert "It is trained on “A verse drama”, as the run on the left is." in words(app)


def test_the_persons_own_network_is_one_of_the_types(finished_run: Run, open_app: Open) -> None:
    app = open_app("learn_types", run=finished_run.id)
    app.segmented_control(key="learn_types task").set_value("Your network").run()
    assert not app.exception
    assert "Your network: many to many, aligned" in words(app)
    field = app.text_input(key=f"learn_types input {finished_run.id}")
    for typed in ("said Ж", "She said no more and slept. " * 4):
        field.set_value(typed).run()
        assert not app.exception
        assert "Type at least one" not in words(app)
    field.set_value("ЖЖ").run()
    assert "Type at least one character that the network knows." in words(app)


def test_syllables_and_jamo_of_one_text_are_two_texts(
    runs: Path, open_app: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = "한국어는 조금 어렵지만 재미있다.\n" * 600
    read: list[str] = []

    def learn(characters: str) -> next_character.NextCharacter:
        read.append(characters)
        return learned(characters)

    learned = next_character.learn
    monkeypatch.setattr(next_character, "learn", learn)
    hanguls: tuple[Hangul, ...] = ("syllables", "jamo")
    for hangul in hanguls:
        training = TrainingConfig(iterations=2, sequence_length=9, batch_size=3)
        model = ModelConfig("gru", hidden_size=4)
        run = Run.create(text, model=model, training=training, hangul=hangul, runs=runs)
        work(run)
        app = open_app("learn_types", run=run.id)
        app.segmented_control(key=f"learn_types text {run.id}").set_value("own").run()
        assert not app.exception
    assert read[-1] == decompose(text)
