"""Every page in every state of a run, without a browser."""

from __future__ import annotations

import math
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager

from dashboard import cache
from dashboard.inspection.under import under_key
from rnnviz.config import ModelConfig, TrainingConfig
from rnnviz.corpora.catalogue import find_corpus
from rnnviz.notation import bits, loss_words, unbroken
from rnnviz.runs.copying import copied_by
from rnnviz.runs.history import History
from rnnviz.runs.run import Run
from rnnviz.runs.seen import baseline_as_seen, seen_of, table_as_seen
from rnnviz.text import encodings
from rnnviz.text.encodings import guesses
from rnnviz.text.ngram import ngram_baseline
from rnnviz.text.vocabulary import Vocabulary
from rnnviz.workers.worker import work
from tests.dashboard.conftest import TEXT, Open, say, words

PAGES = ("train", "hidden_units", "gradient_flow", "samples")
INSPECT = PAGES[1:]


@pytest.mark.parametrize("page", INSPECT)
def test_without_a_run_a_page_says_what_it_shows_and_leads_to_train(
    page: str, open_app: Open
) -> None:
    app = open_app(page)
    assert not app.exception
    assert "There is no run to look into yet." in words(app)
    assert [link.value for link in app.page_link] == ["Train one"]
    assert len(app.caption[0].value) > 60


@pytest.mark.parametrize("page", INSPECT)
def test_while_a_new_run_is_set_up_a_page_offers_those_there_are(
    page: str, finished_run: Run, open_app: Open
) -> None:
    app = open_app(page, run="new")
    assert not app.exception
    assert "No run is chosen." in words(app) and "There is no run" not in words(app)
    (offered,) = (button for button in app.main.button if button.label.startswith("speech"))
    offered.click().run()
    assert not app.exception
    assert app.sidebar.selectbox[0].value == finished_run.id
    assert "No run is chosen." not in words(app)


def test_without_a_run_train_offers_a_text_and_a_start(open_app: Open) -> None:
    app = open_app()
    assert not app.exception
    start = app.main.button[-1]
    assert (start.label, start.disabled) == ("Start training", False)
    assert "characters" in words(app)
    assert "HESKETH:" in app.code[0].value
    assert "written for this project" in words(app)
    assert "play.txt" not in words(app)
    text = find_corpus("play").read().text
    best = ngram_baseline(Vocabulary.of(text).encode(text), len(set(text)))
    assert best is not None
    assert f"The number to beat ({best.name}): {best.loss / math.log(2):.3f} bits/" in words(app)


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize(
    "state", ["finished", "diverged", "stopped", "failed", "paused", "running", "queued"]
)
def test_every_page_shows_a_run_in_every_state(
    page: str, state: str, finished_run: Run, open_app: Open
) -> None:
    if state != "finished":
        say(finished_run, state, "At iteration 3 the loss was *nan* <b>.")
    app = open_app(page)
    assert not app.exception
    assert not [error for error in app.error if state not in ("diverged", "failed")]
    assert app.sidebar.selectbox[0].value == finished_run.id


def test_where_nothing_can_go_on_nobody_is_told_to_resume(
    runs: Path, open_app: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    say(Run.create(TEXT, runs=runs), "stopped", "")
    assert "before its first snapshot; resume it on Train." in words(open_app("samples"))
    monkeypatch.setenv("RNNVIZ_READONLY", "1")
    said = words(open_app("samples"))
    assert "before its first snapshot; nothing goes on with it here." in said
    assert "Resume" not in said and "resume" not in said


def test_states_that_grew_beyond_all_numbers_are_told_in_a_sentence(
    finished_run: Run, open_app: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    grown = finished_run.trace("to be")
    grown.h[0, -1, 0] = np.inf
    monkeypatch.setattr(cache, "trace", lambda *_: grown)
    app = open_app("hidden_units")
    (error,) = app.error
    assert error.value.startswith("Over this text the states of this network grow until")
    assert "choose an earlier snapshot" in error.value


@pytest.mark.parametrize(
    ("state", "said", "button"),
    [
        ("diverged", "Exploded: after iteration 12 the loss", None),
        ("stopped", "Stopped at iteration 12", "Resume"),
        ("failed", "The worker failed", "Resume"),
        ("running", "The worker ended at iteration 12", "Resume"),  # nobody holds its lock
    ],
)
def test_train_says_what_happened_and_what_to_do(
    state: str, said: str, button: str | None, finished_run: Run, open_app: Open
) -> None:
    say(finished_run, state, "the disk is full.")
    app = open_app()
    assert said in words(app)
    assert words(app).count("The disk is full.") + words(app).count("the disk is full.") <= 1
    labels = [found.label for found in app.button]
    assert button is None or button in labels
    assert ("Pause" in labels) is False


def test_train_says_whether_the_number_to_beat_is_beaten(finished_run: Run, open_app: Open) -> None:
    baseline, loss = finished_run.baseline, finished_run.status.validation_loss
    assert baseline is not None and loss is not None
    apart = (loss - baseline.loss) / math.log(2)
    assert apart > 0  # twelve iterations
    app = open_app()
    said = words(app)
    assert f"The number to beat ({baseline.name}), " in said
    assert (
        f"has not been beaten: the validation loss at iteration 12 is {apart:.3f} bits per "
        "character "
    ) in said
    assert f"worse than counting: validation loss {loss_words(loss)} at iteration 12" in said
    assert "on all its 1,170 characters" in said
    assert "both are of the same 1,170 characters" in said
    assert f"number to beat ({baseline.name}): " in app.get("plotly_chart")[0].proto.spec
    assert [metric.label for metric in app.metric][-1] == "Validation, best (bits/char)"
    with History(finished_run.folder.history) as history:
        history.set_baseline(replace(baseline, loss=loss + math.log(2)))
    said = words(open_app())
    assert "has been beaten: the validation loss at iteration 12 is 1.000 bits per char" in said


def test_while_it_trains_the_best_loss_so_far_stands_against_it(
    finished_run: Run, open_app: Open
) -> None:
    with History(finished_run.folder.history) as history:
        history.set_validation_loss(None)
    lowest = finished_run.snapshots["bits_per_char"].min()
    app = open_app()
    assert f"Of the best snapshot so far, iteration 12: {lowest:.3f} bits/char" in words(app)
    assert "is not beaten yet: " in words(app)
    assert app.metric[-1].value == f"{lowest:.3f}"


def test_without_a_held_out_part_nothing_is_to_beat(runs: Path, open_app: Open) -> None:
    work(Run.create("hello " * 40, training=TrainingConfig(iterations=2)))
    app = open_app()
    assert not app.exception
    assert "number to beat" not in words(app)
    assert "there is no validation loss" in words(app)


@pytest.mark.parametrize("page", PAGES)
def test_the_loss_has_one_name(page: str, finished_run: Run, open_app: Open) -> None:
    said = words(app := open_app(page)) + words(app.sidebar)
    assert "alidation loss" in said
    assert "eld-out loss" not in said


def test_train_says_why_the_loss_can_stand_apart(runs: Path, open_app: Open) -> None:
    training = TrainingConfig(iterations=3, sequence_length=50, batch_size=2)
    work(Run.create("abcdefgh" * 30, model=ModelConfig(hidden_size=5), training=training))
    assert "Every 3 iterations one comes to the end of the text and reads only 20 " in words(
        open_app("train")
    )


@pytest.mark.parametrize("dropout", [0.0, 0.25])
def test_train_says_that_dropout_was_on(dropout: float, runs: Path, open_app: Open) -> None:
    model = ModelConfig(hidden_size=5, dropout=dropout)
    training = TrainingConfig(iterations=2, sequence_length=20, batch_size=4)
    work(Run.create(TEXT, model=model, training=training))
    said = words(open_app())
    assert "each iteration reads 20 characters at each of 4 places of the text" in said
    assert (", dropout 0.25" in said) == (dropout > 0)
    assert ("validation loss is measured without dropout" in said) == (dropout > 0)


def test_a_link_reopens_the_run_and_the_iteration(finished_run: Run, open_app: Open) -> None:
    app = open_app("samples", run=finished_run.id, iteration="5")
    assert app.select_slider[0].value == 5
    assert "Sample now, at iteration 5" in words(app)
    loss = float(finished_run.snapshots.set_index("iteration").loc[5, "validation_loss_nats"])
    assert (
        unbroken(f"{loss / math.log(2):.3f} bits/char ({loss:.3f} nats)")
        in app.sidebar.caption[-1].value
    )


def test_the_scrubber_moves_every_page(finished_run: Run, open_app: Open) -> None:
    app = open_app("samples")
    app.select_slider[0].set_value(0).run()
    assert "Sample now, at iteration 0" in words(app)
    assert app.query_params["iteration"] in ("0", ["0"])
    app.switch_page("app_pages/gradient_flow.py").run()
    assert app.select_slider[0].value == 0


def test_a_late_address_does_not_undo_a_choice(finished_run: Run, open_app: Open) -> None:
    app = open_app("samples", run="new")
    app.sidebar.selectbox[0].set_value(finished_run.id).run()
    app.query_params["run"] = "new"  # what the browser sends until it has read the newer address
    app.run()
    assert app.sidebar.selectbox[0].value == finished_run.id
    assert app.query_params["run"] == finished_run.id


@pytest.mark.parametrize("iteration", ["13", "-1", "x", "99999999999999999999", "<script>"])
def test_an_iteration_that_is_none_falls_back_to_the_best(
    iteration: str, finished_run: Run, open_app: Open
) -> None:
    app = open_app("samples", run=finished_run.id, iteration=iteration)
    assert not app.exception
    assert app.select_slider[0].value == finished_run.best_iteration


@pytest.mark.parametrize("name", ["../../etc", "nothing-like-this", "<img src=x>"])
def test_a_run_that_is_none_is_said_to_be_gone(
    name: str, finished_run: Run, open_app: Open
) -> None:
    app = open_app("samples", run=name)
    assert not app.exception
    assert "There is no run" in words(app)


def test_two_samples_stand_beside_each_other_and_end_in_what_they_cost(
    finished_run: Run, open_app: Open
) -> None:
    app = open_app("samples", run=finished_run.id, iteration="12")
    app.selectbox(key=f"left sample of {finished_run.id}, 0 first").select_index(5).run()
    assert not app.exception
    said, table = words(app), finished_run.snapshots.set_index("iteration")
    for iteration in (5, 12):
        prompt, text = table.loc[iteration, "prompt"], table.loc[iteration, "sample"]
        loss = finished_run.trace(prompt + text, iteration).loss[len(prompt) - 1 : -1]
        cost = float(loss.mean(dtype=float))
        assert f"iteration {iteration} cost {cost / math.log(2):.3f} bits ({cost:.3f} nats)" in said
        held_out = table.loc[iteration, "validation_loss_nats"]
        assert f"{held_out / math.log(2):.3f} bits/char ({held_out:.3f} nats) at iteration" in said
    assert "not how good they are" in said
    (copied,) = copied_by(finished_run, [table.loc[12, "sample"]])
    assert not copied.passages
    assert "No passage of 20 characters of either sample stands in the training text." in said
    assert app.expander[0].label == "The other 11 samples"


def test_a_damaged_run_is_said_to_be_damaged(finished_run: Run, open_app: Open) -> None:
    finished_run.folder.json.write_text("{")
    app = open_app("samples", run=finished_run.id)
    assert not app.exception
    assert "damaged" in words(app)
    assert [button.label for button in app.button] == ["New run", "Delete it"]


def test_settings_out_of_range_are_refused_in_a_sentence(open_app: Open) -> None:
    app = open_app()
    app.number_input(key="quick hidden_size 192").set_value(20_000).run()
    assert "hidden_size is 20000; it must be a whole number from 1 to 2,048." in words(app)
    assert app.main.button[-1].disabled


def test_two_runs_alike_have_labels_of_their_own(finished_run: Run, open_app: Open) -> None:
    copy = Run.create(TEXT, name="speech.txt", model=finished_run.model_config)
    say(copy, "finished")
    app = open_app(run=finished_run.id)
    labels = [option for option in app.selectbox[0].options if "speech" in option]
    assert len(set(labels)) == 2
    assert app.selectbox[0].value == finished_run.id


def test_a_file_that_is_no_text_is_refused_in_a_sentence(open_app: Open) -> None:
    app = open_app()
    app.segmented_control(key="kind of text").set_value("Your file").run()
    app.file_uploader[0].upload("x.bin", b"\x7fELF\2\1\1\0\0\0\0\0\3\0").run()
    assert (
        "The file holds NUL characters, the first at position 7, line 1, so it is binary"
        in words(app)
    )
    assert app.main.button[-1].disabled


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
    assert app.main.button[-1].disabled
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
    assert not app.main.button[-1].disabled
    assert len(guessed) == 1


def test_a_text_of_one_character_has_nothing_to_learn(runs: Path, open_app: Open) -> None:
    nothing = Vocabulary.of("a").nothing_to_learn
    app = open_app()
    app.segmented_control(key="kind of text").set_value("Your words").run()
    app.text_area(key="typed text").set_value("aaaaaaaa").run()
    assert [info.value for info in app.info] == [nothing]
    assert not app.main.button[-1].disabled
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
    assert not app.main.button[-1].disabled


def test_bad_bytes_of_a_file_are_replaced_if_that_is_ticked(open_app: Open) -> None:
    app = open_app()
    app.segmented_control(key="kind of text").set_value("Your file").run()
    app.file_uploader[0].upload("bad.txt", "Ça va, été\n".encode() + b"\xff one\n").run()
    assert "byte 0xFF at position 14, line 2, does not fit" in words(app)
    assert app.main.button[-1].disabled
    next(box for box in app.checkbox if "U+FFFD" in box.label).check().run()
    assert "1 bad byte became U+FFFD" in words(app)
    assert not app.main.button[-1].disabled


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
    syllables, jamo = (
        int(option.split("(")[1].split()[0].replace(",", "")) for option in hangul.options
    )
    assert syllables > 500
    assert jamo < 120
    hangul.set_value("jamo").run()
    assert "jamo and others" in words(app)
    app.selectbox(key="corpus").select("korean-particles").run()
    assert "jamo and others" not in words(app)
    app.selectbox(key="corpus").select("korean").run()
    assert "jamo and others" in words(app)


def test_a_run_in_jamo_tells_every_loss_by_what_a_person_sees(runs: Path, open_app: Open) -> None:
    corpus = find_corpus("korean-particles").read()
    text, truth = corpus.text[:9_000], {n: v[:9_000] for n, v in corpus.truth.items()}
    training = TrainingConfig(iterations=5, sequence_length=20, batch_size=4)
    model, name = ModelConfig(hidden_size=5), "corpus:korean-particles"
    how = {"name": name, "model": model, "training": training, "hangul": "jamo"}
    run = Run.create(text, truth=truth, runs=runs, **how)  # type: ignore[arg-type]
    work(run)
    seen, table = seen_of(run), table_as_seen(run, run.snapshots)
    final, baseline = run.status.validation_loss, baseline_as_seen(run)
    assert seen.ratio > 2 and final is not None and baseline is not None
    floor = find_corpus("korean-particles").floor
    losses = [seen.loss(final), baseline.loss, *table["validation_loss_nats"]]
    losses += [*table["training_loss_nats"].dropna(), abs(losses[0] - losses[1])]
    told = {f"{bits(loss):.3f}" for loss in losses}
    app = open_app()
    said = words(app) + "".join(app.sidebar.selectbox[0].options)
    low, high = re.findall(r"lower by ([\d.]+) to ([\d.]+) bits/char \(95 % interval", said)[0]
    assert float(low) < bits(losses[0] - losses[1]) < float(high)
    assert set(re.findall(r"([\d.]+) bits/char", said)) <= told | {high}
    options = app.sidebar.selectbox[0].options
    assert any(f"· {bits(losses[0]):.3f} bits/char ·" in option for option in options)
    found = [metric for metric in app.metric if "bits/char" in metric.label]
    assert len(found) == 3 and {metric.value for metric in found} <= told
    assert seen.words in said
    chart = app.get("plotly_chart")[0].proto.spec
    assert f"{bits(floor or 0):.3f} bits" in chart
    assert f"{bits(baseline.loss):.3f} bits" in chart
    app.switch_page("app_pages/samples.py").run()
    assert set(re.findall(r"alidation loss ([\d.]+) bits/char", words(app))) <= told


def test_what_is_known_of_a_generated_text_stands_under_the_characters(
    runs: Path, open_app: Open
) -> None:
    corpus = find_corpus("brackets").read()
    text, truth = corpus.text[:12_000], {n: v[:12_000] for n, v in corpus.truth.items()}
    training = TrainingConfig(iterations=2, sequence_length=20, batch_size=4)
    model = ModelConfig(hidden_size=5)
    run = Run.create(text, name="corpus:brackets", model=model, training=training, truth=truth)
    work(run)
    app = open_app("hidden_units")
    known = app.selectbox(key=under_key(run))
    assert list(known.options)[: len(truth)] == list(truth)
    for name in ("depth", "inside parentheses", "class of the character", "surprise"):
        app.selectbox(key=under_key(run)).set_value(name).run()
        assert not app.exception and "".join(app.query_params["truth"]) == name.replace(" ", "-")
    app.switch_page("app_pages/train.py").run()
    assert app.subheader[0].value == "Nested brackets"
    assert app.sidebar.selectbox[0].options[1].startswith("Nested brackets · ")


def test_a_unit_can_be_taken_away_as_a_page_and_in_numbers(
    finished_run: Run, open_app: Open
) -> None:
    app = open_app("hidden_units")
    assert [button.label for button in app.get("download_button")] == [
        "Download unit 0 as coloured text (HTML)",
        "Download unit 0 in numbers (CSV)",
    ]


def test_what_was_typed_survives_a_change_of_page(open_app: Open) -> None:
    app = open_app()
    app.segmented_control(key="kind of text").set_value("Your words").run()
    app.text_area[0].set_value("abc abc").run()
    app.switch_page("app_pages/samples.py").run()
    app.switch_page("app_pages/train.py").run()
    assert app.text_area[0].value == "abc abc"


def test_characters_the_network_never_saw_are_named(finished_run: Run, open_app: Open) -> None:
    app = open_app("samples")
    app.text_area(key="prompt").set_value("Ж")
    app.button(key="FormSubmitter:sample now-Write").click().run()
    assert not app.exception
    assert "Ж" in words(app)


def test_without_a_file_of_weights_a_page_shows_what_needs_none(
    finished_run: Run, open_app: Open
) -> None:
    finished_run.folder.snapshot(finished_run.best_iteration).unlink()
    app = open_app("gradient_flow", run=finished_run.id)
    assert not app.exception and not app.error
    assert "Gradient of a loss by the state so many characters before it" in words(app)
    said = words(open_app("samples", run=finished_run.id))
    assert "It has no colours: " in said
    assert "at iteration 0 cost " in said


def test_a_signal_that_is_not_offered_here_is_no_error(open_app: Open, finished_run: Run) -> None:
    app = open_app("hidden_units", run=finished_run.id)
    app.session_state["signal of a lstm"] = None  # as a browser's answer for another page reads
    assert not app.run().exception
    assert "Hidden state h" in words(app)
