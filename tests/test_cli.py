"""Every command does what it says, and every mistake is one sentence and an exit code."""

from __future__ import annotations

import io
import json
import math
import os
import re
import signal
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from rnnviz.cli import main
from rnnviz.config import BEGINNINGS, SamplingConfig
from rnnviz.notation import bits, loss_words
from rnnviz.records import Held
from rnnviz.runs.run import Run
from rnnviz.runs.settings import settings_of
from rnnviz.runs.store import find_folders
from rnnviz.runs.verdict import verdict_of
from rnnviz.text import ngram
from rnnviz.text.hangul import decompose, recompose
from rnnviz.training.course import averaged
from rnnviz.workers.worker import Outcome
from tests.conftest import QUESTION, Start, only_run, wait_until

LONG, SHORT = QUESTION * 235, QUESTION * 4
LAYERS, UNITS, ITERATIONS = 2, 7, 6
SMALL = ("--hidden-size", "7", "--sequence-length", "5", "--batch-size", "3")
KEYS = [
    "run",
    "state",
    "cell",
    "iterations",
    "train_loss",
    "validation_loss",
    "bits_per_char",
    "timesteps_per_seen_char",
    "bits_per_seen_char",
    "characters_per_second",
    "seconds",
]

Captured = pytest.CaptureFixture[str]


def call(*arguments: object) -> int:
    """The exit code of a command, however it ends."""
    try:
        return main([str(argument) for argument in arguments])
    except SystemExit as end:
        assert isinstance(end.code, int)
        return end.code


def complaint(capsys: Captured) -> str:
    """The one sentence on stderr, and options to choose from below it; stdout is empty."""
    output, errors = capsys.readouterr()
    assert output == ""
    assert re.fullmatch(r"rnnviz: [^\n]+\n(  --[^\n]+\n)*", errors), errors
    assert "Traceback" not in errors
    return errors


def text_file(folder: Path, data: str | bytes, name: str = "Hamlet.txt") -> Path:
    path = folder / name
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return path


def arrays_of(path: Path) -> dict[str, NDArray[Any]]:
    with np.load(path, allow_pickle=False) as file:
        return dict(file)


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """A finished run of an LSTM of two layers with a held-out part, made by `train`."""
    folder = tmp_path_factory.mktemp("trained")
    options = ("--num-layers", LAYERS, "--iterations", ITERATIONS, "--runs", folder / "runs")
    assert call("train", text_file(folder, LONG), *SMALL, *options) == 0
    return only_run(folder / "runs")


@pytest.fixture
def here(trained: Run, monkeypatch: pytest.MonkeyPatch) -> Run:
    """The same, its folder of runs being the default one."""
    monkeypatch.setenv("RNNVIZ_RUNS", str(trained.folder.path.parent))
    return trained


# train


def test_train_tells_what_came_out(runs: Path, tmp_path: Path, capsys: Captured) -> None:
    assert call("train", text_file(tmp_path, LONG), "--iterations", 3, *SMALL) == 0
    output, errors = capsys.readouterr()
    run_id = only_run(runs).id
    assert output.startswith(f"{run_id}: finished after 3 iterations and ")
    assert re.search(r"validation loss \d\.\d{3} bits/char \(\d\.\d{3} nats\)", output)
    assert re.search(r"\n\d-gram: \d\.\d{3} bits/char .* the number to beat\.\n", output)
    headline, by_heart = verdict_of(Run.open(run_id, runs)).sentences
    assert output.endswith(f"\n{headline}\n{by_heart}\n") and "Overfitting: no. " in by_heart
    assert re.search(r"100%  iteration 3  loss [\d.]+ bits/char \([\d.]+ nats\)  ", errors)


def test_train_says_beforehand_what_a_short_text_gets(
    runs: Path, tmp_path: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended = Outcome("finished", "", 172, None, None)
    monkeypatch.setattr("rnnviz.commands.training.work", lambda run, **how: ended)
    assert call("train", text_file(tmp_path, SHORT)) == 0
    output, errors = capsys.readouterr()
    assert "nothing is held out" in errors and "it gets 172 iterations instead of 60 s" in errors
    assert "newest snapshot at iteration 172" in output
    assert call("train", text_file(tmp_path, SHORT), "--iterations", 3) == 0
    assert "instead of" not in capsys.readouterr().err


@pytest.mark.parametrize(("text", "validated"), [(LONG, True), (SHORT, False)])
def test_train_json_is_one_object_and_nothing_else(
    runs: Path, tmp_path: Path, capsys: Captured, text: str, validated: bool
) -> None:
    options = ("--cell", "gru", "--iterations", 4, "--json")
    assert call("train", text_file(tmp_path, text), *SMALL, *options) == 0
    output = capsys.readouterr().out
    assert output.count("\n") == 1
    result = json.loads(output)
    assert list(result) == KEYS
    run = Run.open(result["run"], runs)
    assert [result[key] for key in KEYS[:4]] == [run.id, "finished", "gru", 4]
    history = run.history
    last = history["loss_nats"].tail(averaged(len(history)))
    assert result["train_loss"] == pytest.approx(last.mean())
    assert result["train_loss"] == pytest.approx(run.snapshots["training_loss_nats"].iloc[-1])
    assert result["seconds"] == history["seconds"].max()
    rate = history["characters"].max() / history["seconds"].max()
    assert result["characters_per_second"] == pytest.approx(rate)
    if validated:
        assert result["bits_per_char"] * math.log(2) == pytest.approx(result["validation_loss"])
        assert result["bits_per_seen_char"] == result["bits_per_char"]
        assert result["validation_loss"] == pytest.approx(math.log(len(run.vocabulary)), abs=0.9)
    else:
        assert result["validation_loss"] is result["bits_per_char"] is None
        assert result["bits_per_seen_char"] is None
    assert result["timesteps_per_seen_char"] == 1


def test_train_takes_every_option(runs: Path, tmp_path: Path, capsys: Captured) -> None:
    options = "--cell rnn --nonlinearity sigmoid --hidden-size 9 --num-layers 2 --dropout 0.25"
    how = "--sequence-length 4 --batch-size 2 --learning-rate 0.01 --clip-norm 0 --seed 11"
    more = "--weight-decay 0.5 --iterations 1 --patience 7 --device cpu"
    assert call("train", text_file(tmp_path, SHORT), *f"{options} {how} {more}".split()) == 0
    run = only_run(runs)
    assert run.model_config.to_json() == {
        "cell": "rnn",
        "nonlinearity": "sigmoid",
        "hidden_size": 9,
        "num_layers": 2,
        "dropout": 0.25,
    }
    assert run.training_config.to_json() == {
        "sequence_length": 4,
        "batch_size": 2,
        "learning_rate": 0.01,
        "clip_norm": None,
        "weight_decay": 0.5,
        "iterations": 1,
        "seconds": None,
        "patience": 7,
        "seed": 11,
        "device": "cpu",
    }


def test_train_takes_what_the_network_begins_with(runs: Path, tmp_path: Path) -> None:
    options = "--recurrent-init identity --recurrent-gain 0.5 --forget-bias chrono"
    text, small = text_file(tmp_path, SHORT), ("--hidden-size", 8, "--iterations", 1)
    assert call("train", text, *small, *options.split(), "--chrono-memory", 40) == 0
    run = only_run(runs)
    beginning = {name: getattr(run.model_config, name) for name in BEGINNINGS}
    assert [*beginning.values()] == ["identity", 0.5, "chrono", 40]
    said = settings_of(run)
    assert said["first recurrent weights (recurrent_init)"] == "identity"
    assert said["multiplied by (recurrent_gain)"] == "0.5"
    bias = said["first bias of the forget gate f (forget_bias)"]
    assert bias == "chrono: spread for memories of 2 to 40 timesteps"
    assert call("train", text, *small, "--forget-bias", "long") == 2
    assert call("train", text, *small, "--forget-bias", "3", "--cell", "rnn") == 2


def test_a_preset_gives_what_was_not_given(runs: Path, tmp_path: Path) -> None:
    options = ("--preset", "quick", "--hidden-size", 8, "--iterations", 1)
    assert call("train", text_file(tmp_path, SHORT), *options) == 0
    run = only_run(runs)
    assert (run.model_config.cell, run.model_config.hidden_size) == ("lstm", 8)
    assert (run.training_config.iterations, run.training_config.seconds) == (1, None)


def test_a_time_budget_is_kept(runs: Path, tmp_path: Path, capsys: Captured) -> None:
    text = text_file(tmp_path, SHORT)
    assert call("train", text, *SMALL, "--seconds", 0.3, "--json") == 0
    result = json.loads(capsys.readouterr().out)
    status = Run.open(result["run"], runs).status
    assert (result["state"], status.fraction) == ("finished", 1.0)
    assert result["iterations"] == status.iteration >= 1
    assert 0 < result["seconds"] < 3


def test_a_text_in_korean_is_read_and_named(runs: Path, tmp_path: Path) -> None:
    text = text_file(tmp_path, ("동해물과 백두산이\r\n" * 9).encode("cp949"), "애국가.txt")
    assert call("train", text, *SMALL, "--iterations", 1) == 0
    run = only_run(runs)
    assert (run.description.name, run.text) == ("애국가", "동해물과 백두산이\n" * 9)


def test_korean_can_be_learned_in_jamo_and_is_shown_in_syllables(
    runs: Path, tmp_path: Path, capsys: Captured
) -> None:
    line = "동해물과 백두산이\n"
    text, out = text_file(tmp_path, line * 400, "애국가.txt"), tmp_path / "out.npz"
    assert call("train", text, "--hangul", "jamo", *SMALL, "--iterations", 1) == 0
    read = decompose(line) * 400
    assert f"on {len(read):,} characters, Hangul as jamo, 1 iterations" in capsys.readouterr().err
    run_id = only_run(runs).id
    assert call("show", run_id) == 0
    output = re.sub(r"  +", " ", capsys.readouterr().out)
    assert f"\nlength {len(read):,} characters, {len(set(read))} distinct\n" in output
    assert "\nencoding of its file UTF-8\nalphabet Hangul as jamo\n" in output
    assert call("sample", run_id, "--prompt", "백두산", "--length", 9) == 0
    written = capsys.readouterr().out
    assert written == recompose(written)
    assert decompose(written).startswith(decompose("백두산"))
    assert len(decompose(written)) == len(decompose("백두산")) + 9 + 1
    assert call("trace", run_id, "--text-file", text, "--out", out) == 0
    assert f"{len(read):,} characters traced" in capsys.readouterr().out
    assert str(arrays_of(out)["text"]) == read
    assert call("gradients", run_id, "--out", out) == 0
    assert str(arrays_of(out)["text"]) == read[-(len(read) // 10) :][:6]


def test_a_baseline_that_counted_a_part_says_so(
    runs: Path, tmp_path: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ngram, "MOST_CHARACTERS", 5_000)
    assert call("train", text_file(tmp_path, LONG), *SMALL, "--iterations", 1) == 0
    output, errors = capsys.readouterr()
    assert "the number to beat; it counts 5,000 training characters.\n" in output
    sentence = "The n-gram baseline counts the last 5,000 of 9,095 training characters."
    assert sentence in errors
    run = only_run(runs)
    assert run.notices == [sentence]


def test_training_that_diverges_fails_with_advice(
    runs: Path, tmp_path: Path, capsys: Captured
) -> None:
    text = text_file(tmp_path, QUESTION * 7)
    network = "--cell rnn --nonlinearity relu --hidden-size 12 --sequence-length 300"
    how = "--learning-rate 10 --clip-norm 0 --iterations 20 --json"
    assert call("train", text, *f"{network} {how}".split()) == 1
    output, errors = capsys.readouterr()
    assert json.loads(output)["state"] == "diverged"
    sentence = errors.splitlines()[-1]
    assert re.match(r"rnnviz: At iteration \d+ the loss was .* Total gradient norm", sentence)
    assert sentence.endswith(
        "The learning rate of 10 is 5,000 times the best measured for an RNN (relu); try 0.002. "
        "A relu has no upper bound: its states can grow from timestep to timestep; try tanh. "
        "Gradients are not clipped, so that a single long one can undo what was learned; try a "
        "clip_norm of 1."
    )


def test_ctrl_c_keeps_the_run_and_says_how_to_go_on(
    runs: Path, tmp_path: Path, start_process: Start, capsys: Captured
) -> None:
    text = text_file(tmp_path, SHORT)
    options = ("--cell", "rnn", *SMALL, "--iterations", "1000000", "--json")
    process = start_process("-m", "rnnviz", "train", text, *options)
    wait_until(lambda: any(Run(found).status.iteration for found in find_folders(runs)))
    process.send_signal(signal.SIGINT)
    output, errors = process.communicate()
    assert process.returncode == 0
    assert "Traceback" not in errors
    result = json.loads(output)
    assert result["state"] == "stopped"
    run = Run.open(result["run"], runs)
    assert (run.status.state, run.status.iteration) == ("stopped", result["iterations"])
    assert run.snapshots["iteration"].iloc[-1] == result["iterations"]
    last = errors.splitlines()[-1]
    assert f"train --resume {run.id}" in last
    assert last.endswith("` goes on.")


def test_a_run_stopped_before_its_first_snapshot_has_no_best(
    runs: Path, tmp_path: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rnnviz.commands.training._Stopping.__call__", lambda self: True)
    monkeypatch.setattr("rnnviz.workers.queue.cores", lambda: 0)  # so that it waits in line
    assert call("train", text_file(tmp_path, LONG), *SMALL, "--iterations", 9) == 0
    output = capsys.readouterr().out
    assert output.endswith(": stopped after 0 iterations and 0 s, without a snapshot yet.\n")


def test_resuming_a_finished_run_changes_nothing(here: Run, capsys: Captured) -> None:
    before = here.history
    assert call("train", "--resume", here.id) == 0
    assert f"finished after {ITERATIONS} iterations" in capsys.readouterr().out
    assert here.history.equals(before)


# mistakes


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (None, "No such file"),
        (b"", "is empty; at least 2 characters"),
        (b"a", "has 1 character; at least 2"),
        (b"\x7fELF\0\0", "binary"),
        (b"\xff" * 9, "is not UTF-8 (byte 0xFF at position"),
    ],
)
def test_a_text_that_cannot_be_used_makes_no_run(
    runs: Path, tmp_path: Path, capsys: Captured, data: str | bytes | None, words: str
) -> None:
    path = tmp_path / "gone.txt" if data is None else text_file(tmp_path, data)
    assert call("train", path, "--iterations", 1) == 2
    assert words in complaint(capsys)
    assert list(find_folders(runs)) == []


def test_what_the_machine_has_no_memory_for_makes_no_run(
    runs: Path, tmp_path: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rnnviz.training.memory.memory_there", lambda: 10**9)
    large = ("--hidden-size", 2048, "--batch-size", 150, "--sequence-length", 60)
    assert call("train", text_file(tmp_path, LONG), *large) == 2
    said = complaint(capsys)
    assert "hidden_size 2,048, num_layers 1, batch_size 150 and sequence_length 60" in said
    assert re.search(r"takes about 2\.\d GB of memory; this machine has 1\.0 GB\. Make", said)
    assert list(find_folders(runs)) == []


def test_a_directory_is_no_text(runs: Path, tmp_path: Path, capsys: Captured) -> None:
    assert call("train", tmp_path) == 2
    assert "Is a directory. Give a text file." in complaint(capsys)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ("train TEXT --hidden-size 0", "hidden_size is 0; it must be a whole number from 1"),
        ("train TEXT --hidden-size many", "invalid int value: 'many'"),
        ("train TEXT --learning-rate nan", "learning_rate is nan; it must be"),
        ("train TEXT --cell lstn", "invalid choice: 'lstn'"),
        (
            "train TEXT --cell gru --nonlinearity relu",
            "nonlinearity of cell 'gru' is 'relu'; it must be tanh",
        ),
        ("train TEXT --iterations 0", "iterations is 0"),
        ("train TEXT --iterations 1 --seconds 1", "not allowed with argument"),
        ("train TEXT --layers 2", "unrecognized arguments: --layers"),
        ("train TEXT --preset slow", "invalid choice: 'slow'"),
        ("train", "no text was given"),
        ("train TEXT --resume some-run", "give it alone"),
        ("train --resume some-run --seed 1", "give it alone"),
        ("train --resume some-run --hangul jamo", "give it alone"),
        ("train TEXT --hangul letters", "invalid choice: 'letters'"),
        ("", "the following arguments are required: COMMAND"),
        ("trian TEXT", "invalid choice: 'trian'"),
        ("sample", "the following arguments are required: RUN"),
        ("gradients RUN --out OUT --window 0", "'0' is not a whole number from 1"),
        ("gradients RUN --out OUT --window x", "'x' is not a whole number from 1"),
        ("dashboard --port 70000", "'70000' is not a whole number from 1 to 65,535"),
        ("dashboard --port 0", "'0' is not a whole number from 1 to 65,535"),
        ("trace RUN", "the following arguments are required: --out"),
    ],
)
def test_wrong_arguments_make_no_run(
    runs: Path, tmp_path: Path, capsys: Captured, arguments: str, words: str
) -> None:
    places = {"TEXT": str(text_file(tmp_path, SHORT)), "OUT": str(tmp_path / "out.npz")}
    assert call(*(places.get(word, word) for word in arguments.split())) == 2
    assert words in complaint(capsys)
    assert list(find_folders(runs)) == []


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (
            "sample RUN --prompt £",
            2,
            "'£' (POUND SIGN) at position 0 is not one of the 18 characters",
        ),
        ("sample RUN --temperature -1", 2, "temperature is -1.0; it must be a number from 0"),
        ("sample RUN --length -1", 2, "length is -1"),
        ("sample RUN --top-k 0", 2, "top_k is 0"),
        ("sample RUN --iteration 777", 1, "no snapshot at iteration 777; there are: 0, 1, 2"),
        ("trace RUN --out OUT --iteration 777", 1, "no snapshot at iteration 777"),
        ("trace RUN --out OUT --text-file GONE", 2, "No such file"),
        ("trace RUN --out OUT --text-file FOREIGN", 2, "is not one of the 18 characters"),
        ("trace RUN --out GONE/out.npz", 2, "is not a folder; make it first"),
        ("trace RUN --out FOLDER", 2, "which is a folder; name a file in it"),
        ("trace RUN --out /proc/x.npz", 1, "/proc/x.npz: there is no such file, and none can be"),
        ("gradients RUN --out OUT --iteration 777", 1, "no snapshot at iteration 777"),
        ("gradients RUN --out OUT --text-file FOREIGN", 2, "is not one of the 18 characters"),
        ("gradients RUN --out GONE/out.npz", 2, "is not a folder; make it first"),
        ("gradients RUN --out FOLDER", 2, "which is a folder; name a file in it"),
        ("gradients RUN --out /proc/x.npz", 1, "none can be made; choose another place"),
    ],
)
def test_what_a_run_cannot_do_is_one_sentence(
    here: Run, tmp_path: Path, capsys: Captured, arguments: str, code: int, words: str
) -> None:
    foreign = text_file(tmp_path, "100 £")
    places = {"RUN": here.id, "OUT": "out.npz", "GONE": "gone", "FOLDER": ".", "FOREIGN": foreign}
    for place in ("OUT", "GONE", "FOLDER"):
        arguments = arguments.replace(place, str(tmp_path / str(places[place])))
    assert call(*(places.get(word, word) for word in arguments.split())) == code
    assert words in complaint(capsys)
    assert list(tmp_path.iterdir()) == [foreign]


def test_the_example_is_refused_before_anything_is_said(runs: Path, capsys: Captured) -> None:
    assert call("train", "--resume", "example") == 1
    assert "this run comes with rnnviz as an example" in complaint(capsys)


@pytest.mark.parametrize("command", ["show", "sample", "trace", "gradients", "delete", "train"])
@pytest.mark.parametrize("run", ["no-such-run", "../../etc", "x" * 5000])
def test_an_unknown_run_is_one_sentence(
    runs: Path, tmp_path: Path, capsys: Captured, command: str, run: str
) -> None:
    given = ("--resume", run) if command == "train" else (run,)
    out = ("--out", tmp_path / "out.npz") if command in ("trace", "gradients") else ()
    assert call(command, *given, *out) == 1
    assert run in complaint(capsys)


def test_a_place_that_cannot_hold_runs_is_refused(tmp_path: Path, capsys: Captured) -> None:
    text = text_file(tmp_path, SHORT)
    assert call("train", text, "--iterations", 1, "--runs", text / "runs") == 1
    assert "not a folder; choose another with --runs" in complaint(capsys)


# list, show, delete


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
        f"finished at iteration {ITERATIONS}, 100% of {ITERATIONS} iterations",
        f"validation loss {loss_words(here.status.validation_loss)} at the best snapshot",
        f"baseline {here.baseline}, the number to beat\n",
        "computing A layer's timesteps: ",
        "roducts: oneDNN for those of 500,000 multiply-adds and more, PyTorch's own",
        f"text Hamlet.txt\nlength {len(LONG):,} characters, 18 distinct\n",
        f"cell LSTM\nunits of a layer (hidden_size) {UNITS}\nlayers (num_layers) {LAYERS}\n",
        "learning rate 0.008 at its peak, the best measured for LSTM\n",
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


def test_a_text_of_one_character_has_nothing_to_learn(
    runs: Path, tmp_path: Path, capsys: Captured
) -> None:
    text = text_file(tmp_path, "a" * 60)
    assert call("train", text, *SMALL, "--iterations", 3) == 0
    run = only_run(runs)
    nothing = run.vocabulary.nothing_to_learn
    assert "every gradient is zero" in nothing
    assert capsys.readouterr().out.endswith(f"\n{nothing}\n")
    assert not run.gradients("aaaa").h.matrix.any()
    assert run.trace("aaaa").mean_loss == 0
    assert call("gradients", run.id, "--out", tmp_path / "flow.npz") == 0
    assert capsys.readouterr().out.splitlines()[1:] == [nothing]
    assert call("show", run.id) == 0
    said = capsys.readouterr().out
    assert nothing in said and "the same draws:" in said
    assert "Finished at iteration 3, with nothing to learn." in said and "Overfitting" not in said


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


# sample, trace, gradients


def test_sample_writes_prompt_and_text(here: Run, capsys: Captured) -> None:
    assert call("sample", here.id, "--prompt", "To be", "--length", 31, "--seed", 3) == 0
    written = capsys.readouterr().out
    assert written.startswith("To be")
    assert len(written) == len("To be") + 31 + 1


@pytest.mark.parametrize("temperature", [0, 0.8])
def test_sample_can_be_repeated(here: Run, capsys: Captured, temperature: float) -> None:
    options = ("--temperature", temperature, "--length", 40, "--iteration", 2)
    for _ in range(2):
        assert call("sample", here.id, *options) == 0
    written = capsys.readouterr().out
    assert written[: len(written) // 2] == written[len(written) // 2 :]


def test_temperature_0_does_not_depend_on_the_seed(here: Run, capsys: Captured) -> None:
    for seed in (1, 2):
        assert call("sample", here.id, "--temperature", 0, "--seed", seed) == 0
    written = capsys.readouterr().out
    assert written[: len(written) // 2] == written[len(written) // 2 :]


def test_sample_holds_units(here: Run, capsys: Captured) -> None:
    mean = here.trace(here.held_out_text[:1_000]).h[0, :, 3].mean(dtype=np.float64)
    held = [Held(3, float(mean)), Held(0, -0.5)]
    config = SamplingConfig(prompt="To be", length=60)
    options = ("--prompt", "To be", "--length", 60, "--hold", "3=mean", "--hold", "0:0=-0.5")
    assert call("sample", here.id, *options) == 0
    assert capsys.readouterr().out == f"To be{here.sample(config, held=held).text}\n"
    for wrong in ("3", "3=nan", "x=1", "999=0", "9:3=0", "3=inf"):
        assert call("sample", here.id, "--hold", wrong) == 2
        assert len(capsys.readouterr().err.splitlines()) == 1


def test_trace_writes_every_state(here: Run, tmp_path: Path, capsys: Captured) -> None:
    text, out = text_file(tmp_path, QUESTION), tmp_path / "out.npz"
    assert call("trace", here.id, "--text-file", text, "--out", out) == 0
    said = capsys.readouterr()
    assert said.out == f"{len(QUESTION)} characters traced into {out}\n"
    assert said.err == "Read exactly, character by character.\n"
    arrays, record = arrays_of(out), here.trace(QUESTION)
    assert record.c is not None
    read = {name: arrays.pop(name) for name in ("streams", "warm_up", "error")}
    assert read == {"streams": 1, "warm_up": 0, "error": 0}
    assert set(arrays) == {"h", "c", "i", "f", "g", "o", "loss", "ids", "text"}
    states = {"h": record.h, "c": record.c, **record.gates}
    for name, state in states.items():
        assert arrays[name].shape == (LAYERS, len(QUESTION), UNITS)
        np.testing.assert_array_equal(arrays[name], state)
    np.testing.assert_array_equal(arrays["loss"], record.loss)
    assert np.isnan(arrays["loss"]).nonzero()[0].tolist() == [len(QUESTION) - 1]
    assert here.vocabulary.decode(arrays["ids"]) == str(arrays["text"]) == QUESTION


def test_a_long_text_is_traced_in_streams_and_the_error_told(
    here: Run, tmp_path: Path, capsys: Captured
) -> None:
    text, out = text_file(tmp_path, QUESTION * (1 + 20_000 // len(QUESTION))), tmp_path / "out.npz"
    assert call("trace", here.id, "--text-file", text, "--out", out) == 0
    assert capsys.readouterr().err.startswith("Read in 19 parallel streams, each but the first ")
    arrays = arrays_of(out)
    assert (arrays["streams"], arrays["warm_up"]) == (19, 256)
    assert 0 < arrays["error"] < 1e-4
    assert call("trace", here.id, "--text-file", text, "--exact", "--out", out) == 0
    exact = arrays_of(out)
    assert (exact["streams"], exact["error"]) == (1, 0)
    assert np.abs(arrays["h"] - exact["h"]).max() < 1e-4


def test_trace_takes_a_thousand_held_out_characters_by_default(here: Run, tmp_path: Path) -> None:
    out = tmp_path / "out.npz"
    assert call("trace", here.id, "--iteration", 0, "--out", out) == 0
    arrays = arrays_of(out)
    assert str(arrays["text"]) == LONG[-(len(LONG) // 10) :][:1000]
    np.testing.assert_array_equal(arrays["h"], here.trace(str(arrays["text"]), 0).h)


def test_gradients_writes_all_four_pictures(here: Run, tmp_path: Path, capsys: Captured) -> None:
    text, out, window = text_file(tmp_path, QUESTION), tmp_path / "out.npz", 13
    options = ("--text-file", text, "--window", window, "--iteration", 5, "--out", out)
    assert call("gradients", here.id, *options) == 0
    said = capsys.readouterr().out.splitlines()
    assert said[0] == f"gradients of {window} losses written to {out}"
    begin = "On this text, in the top layer at iteration 5, the gradient of a loss on its way back "
    assert said[1].startswith(begin + "through the hidden state h ")
    assert said[2].startswith("On its way back through the cell state c it ")
    assert said[3].startswith("Read off the mean over 13 losses, 7 of which reach 6 characters ")
    assert [line[:7] for line in said[4:]] == ["Path h:", "Path c:"]
    arrays, flow = arrays_of(out), here.gradients(QUESTION[: window + 1], 5)
    assert str(arrays.pop("text")) == QUESTION[: window + 1]
    names = ("matrix", "by_lag", "last_loss", "window")
    assert set(arrays) == {*names, *(f"c_{name}" for name in names)}
    for prefix, path in (("", flow.h), ("c_", flow.c)):
        shapes = [(LAYERS, window, window)] + [(LAYERS, window)] * 3
        assert [arrays[prefix + name].shape for name in names] == shapes
        for name in names:
            np.testing.assert_array_equal(arrays[prefix + name], getattr(path, name))


def test_gradients_take_the_runs_own_window_by_default(here: Run, tmp_path: Path) -> None:
    out = tmp_path / "out.npz"
    assert call("gradients", here.id, "--out", out) == 0
    assert arrays_of(out)["matrix"].shape == (LAYERS, 5, 5)


def test_dashboard_serves_the_runs_of_the_folder(
    runs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[str, list[str], str]] = []

    def replace(program: str, command: list[str], env: dict[str, str]) -> None:
        asked.append((program, command, env["RNNVIZ_RUNS"]))

    monkeypatch.setattr(os, "execve", replace)
    call("dashboard", "--port", 8599, "--runs", runs)
    ((program, command, folder),) = asked
    assert program == command[0] == sys.executable
    assert Path(command[4]).parts[-2:] == ("dashboard", "app.py")
    assert command[-2:] == ["--server.port", "8599"]
    assert folder == str(runs)


def test_who_ends_the_dashboard_ends_its_server(
    runs: Path, tmp_path: Path, start_process: Start
) -> None:
    """It is the same process, so no signal can end one of them alone."""
    process = start_process("-m", "rnnviz", "dashboard", "--port", "8620")
    command = Path(f"/proc/{process.pid}/cmdline")
    wait_until(lambda: b"streamlit" in command.read_bytes())
    process.send_signal(signal.SIGTERM)
    output, errors = process.communicate()
    assert "Traceback" not in output + errors


def test_dashboard_without_its_files_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    monkeypatch.setattr("rnnviz.commands.dashboard._APP", tmp_path / "app.py")
    assert call("dashboard") == 1
    assert "get the whole project" in capsys.readouterr().err


def test_dashboard_without_streamlit_says_what_to_do(
    monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    monkeypatch.setattr("rnnviz.commands.dashboard.find_spec", lambda name: None)
    assert call("dashboard") == 1
    assert "pip install -r requirements.txt" in complaint(capsys)


@pytest.mark.parametrize("command", ["trace", "gradients"])
@pytest.mark.parametrize(
    ("out", "words"),
    [
        ("/dev/null", "which is a device or a pipe"),
        ("/dev/full", "which is a device or a pipe"),
        ("pipe", "which is a device or a pipe"),
        ("folder", "which is a folder; name a file in it"),
        ("loop", "a link in its path leads back to itself"),
    ],
)
def test_what_is_no_file_takes_no_arrays(
    here: Run, tmp_path: Path, capsys: Captured, command: str, out: str, words: str
) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "folder").mkdir()
    (tmp_path / "loop").symlink_to("loop")
    assert call(command, here.id, "--out", tmp_path / out) in (1, 2)
    assert words in complaint(capsys)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["folder", "loop", "pipe"]


def test_a_link_that_leads_in_a_circle_is_called_so(tmp_path: Path, capsys: Captured) -> None:
    (tmp_path / "a").symlink_to("b")
    (tmp_path / "b").symlink_to("a")
    for arguments in (
        ("list", "--runs", tmp_path / "a"),
        ("show", tmp_path / "a" / "hamlet-1"),
        ("train", text_file(tmp_path, SHORT), "--runs", tmp_path / "a" / "runs"),
    ):
        assert call(*arguments) == 1
        said = complaint(capsys)
        assert "leads back to itself" in said or "there is no run" in said
