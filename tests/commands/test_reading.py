"""The commands `sample`, `trace` and `gradients`."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

from rnnviz.config import SamplingConfig
from rnnviz.records import Held
from rnnviz.runs.run import Run
from tests.commands.calling import LONG, SMALL, Captured, arrays_of, call, complaint, text_file
from tests.commands.conftest import LAYERS, UNITS
from tests.conftest import QUESTION, only_run


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
        ("gradients RUN --out OUT --only h", 2, "there is no array 'h'; there are: matrix, by_lag"),
        ("gradients RUN --out OUT --only=--", 2, "there is no array '--'; there are: matrix, by_"),
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


@pytest.mark.parametrize(("read", "count"), [("££", "0 characters"), ("£n", "1 character")])
@pytest.mark.parametrize("only", ["by_lag", "reset_loss", "lyapunov", "parameters"])
def test_what_is_left_of_a_text_may_be_too_short_for_a_loss(
    here: Run, tmp_path: Path, capsys: Captured, read: str, count: str, only: str
) -> None:
    how = ("--out", tmp_path / "out.npz", "--text-file", text_file(tmp_path, read), "--only", only)
    assert call("gradients", here.id, *how, "--skip-unknown") == 2
    said = f"the text has {count} that the network knows; a loss takes 2 at least."
    assert said in capsys.readouterr().err


def test_two_dashes_are_a_value_like_any_other(here: Run, capsys: Captured) -> None:
    assert call("sample", here.id, "--prompt=--", "--length", 3) == 2
    assert "'-' (HYPHEN-MINUS) at position 0 is not one of" in complaint(capsys)


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
    read = here.trace(here.held_out_text[:1_000])
    means = {"h": read.h, "f": read.gates["f"]}
    mean = {name: float(one[0, :, 3].mean(dtype=np.float64)) for name, one in means.items()}
    config = SamplingConfig(prompt="To be", length=60)
    for said, held in (
        (("3=mean", "0:0=-0.5"), [Held(3, mean["h"]), Held(0, -0.5)]),
        (
            ("c:3=2", "forget_gate:3=mean", "o:0:1=0"),
            [Held(3, 2.0, 0, "c"), Held(3, mean["f"], 0, "f"), Held(1, 0.0, 0, "o")],
        ),
    ):
        options = [word for one in said for word in ("--hold", one)]
        assert call("sample", here.id, "--prompt", "To be", "--length", 60, *options) == 0
        assert capsys.readouterr().out == f"To be{here.sample(config, held=held).text}\n"
    for wrong in (
        "-1=0",
        "3",
        "3=nan",
        "x=1",
        "999=0",
        "9:3=0",
        "3=inf",
        "z:3=mean",
        "update_gate:3=0",
    ):
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
    assert set(arrays) >= {*names, *(f"c_{name}" for name in names)}
    for prefix, path in (("", flow.h), ("c_", flow.c)):
        shapes = [(LAYERS, window, window)] + [(LAYERS, window)] * 3
        assert [arrays[prefix + name].shape for name in names] == shapes
        for name in names:
            np.testing.assert_array_equal(arrays[prefix + name], getattr(path, name))


def test_gradients_take_the_runs_own_window_by_default(here: Run, tmp_path: Path) -> None:
    out = tmp_path / "out.npz"
    assert call("gradients", here.id, "--only", "matrix", "--out", out) == 0
    arrays = arrays_of(out)
    assert set(arrays) == {"matrix", "text"}
    assert arrays["matrix"].shape == (LAYERS, 5, 5)


@pytest.mark.parametrize("command", ["trace", "gradients"])
@pytest.mark.parametrize(
    ("out", "words"),
    [
        ("/dev/null", "which is a device or a pipe"),
        ("/dev/full", "which is a device or a pipe"),
        ("pipe", "which is a device or a pipe"),
        ("folder", "which is a folder; name a file in it"),
        ("loop", "a link in its path leads back to itself"),
        ("x" * 300, "the name is too long; choose a shorter one"),
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
