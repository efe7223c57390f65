"""The command `train`: what it says, writes and refuses."""

from __future__ import annotations

import json
import math
import re
import signal
from pathlib import Path

import pytest

from rnnviz.config import BEGINNINGS
from rnnviz.runs.made_with import settings_of
from rnnviz.runs.run import Run
from rnnviz.runs.store import find_folders
from rnnviz.runs.verdicts.verdict import verdict_of
from rnnviz.text import ngram
from rnnviz.text.hangul import decompose, recompose
from rnnviz.training.course import averaged
from rnnviz.workers.worker import Outcome
from tests.commands.calling import LONG, SHORT, SMALL, Captured, arrays_of, call, text_file
from tests.commands.conftest import ITERATIONS
from tests.conftest import QUESTION, Start, only_run, wait_until

pytestmark = pytest.mark.usefixtures("short_samples")

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
    assert f"on {len(read):,} jamo and other characters, 1 iteration;" in capsys.readouterr().err
    run_id = only_run(runs).id
    assert call("show", run_id) == 0
    output = re.sub(r"  +", " ", capsys.readouterr().out)
    assert (
        f"\nlength {len(read):,} jamo and other characters, {len(set(read))} distinct\n" in output
    )
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
        "The learning rate of 10 is 5,000 times the usual for an RNN (relu); try 0.002. "
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
