"""The command finds the example's counting unit, says what it did, and refuses in one sentence."""

from __future__ import annotations

import csv
import json
import re
from dataclasses import replace
from pathlib import Path

import pytest

from rnnviz.cli import main
from rnnviz.runs.network.unit_search import LEAST_HELD_OUT, find_units, over_training, passage_of
from rnnviz.runs.paths import EXAMPLE
from rnnviz.runs.run import Run

LINE = "characters since the newline"
TEXT = Run(EXAMPLE).text[20_000:24_500]

Captured = pytest.CaptureFixture[str]


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("texts") / "scene.txt"
    path.write_text(TEXT)
    return path


def test_json_is_one_object_with_every_control(
    scene: Path, tmp_path: Path, capsys: Captured
) -> None:
    out = tmp_path / "units.csv"
    ask = ["--hypothesis", LINE, "--hypothesis", "inside quotes", "--regex", "[A-Z]", "--json"]
    assert main(["units", "example", "--text-file", str(scene), *ask, "--out", str(out)]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["run"], found["iteration"]) == ("example", Run(EXAMPLE).best_iteration)
    assert found["text"] | {"warm_up": 0, "trace_error": 0} == {
        "characters": 4_500,
        "held_out": None,
        "warm_up": 0,
        "trace_error": 0,
    }
    first = found["findings"][0]
    assert (first["hypothesis"], first["kind"], first["verdict"]) == (LINE, "counter", "one unit")
    assert first["rho"] == first["score"] > 0.9
    assert first["nearly_the_same"] == []
    for control in ("untrained", "current_character", "two_characters", "chance_95_table"):
        assert 0 <= first[control] < 0.5
    assert first["p"] == 0.001
    assert first["loss_rise_labelled"] > 0.1 > 0.02 > abs(first["loss_rise_other"])
    assert first["loss_rise_labelled"] > 3 * first["loss_rise_labelled_alike"]
    assert list(first["probe"]) == ["1", "2", "4", "8", "all"]
    names = {one["hypothesis"]: one for one in found["findings"]}
    assert set(names) == {LINE, "inside quotes", "inside /[A-Z]/", "since /[A-Z]/"}
    needed = {"within_character", "probe", "loss_rise_labelled", "loss_rise_other"}
    looked = next(find_units(Run(EXAMPLE), text=TEXT, names=(LINE,)))
    soon = looked.to_json()["findings"]
    assert all(needed <= one.keys() for one in [*found["findings"], *soon])
    assert {soon[0][name] for name in needed} == {None}  # not known yet
    (line,) = looked.found.findings
    ahead = replace(line, hypothesis="by a thousandth", score=line.score + 0.001)
    both = replace(looked, found=replace(looked.found, findings=(line, ahead)))
    assert [one["hypothesis"] for one in both.to_json()["findings"]] == [ahead.hypothesis, LINE]
    assert names["inside /[A-Z]/"]["within_character"] is None  # the character decides it
    quotes = names["inside quotes"]
    assert quotes["auc"] == pytest.approx((1 + quotes["score"]) / 2)
    with out.open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["hypothesis"] for row in rows] == [one["hypothesis"] for one in found["findings"]]
    assert float(rows[0]["probe_all"]) == pytest.approx(first["probe"]["all"])


def test_a_person_is_told_in_words(scene: Path, tmp_path: Path, capsys: Captured) -> None:
    labels = tmp_path / "labels.csv"
    labels.write_text("\n".join(f"{place},{TEXT[place].isupper():d}" for place in range(4_500)))
    ask = ["--hypothesis", LINE, "--hypothesis", "digit", "--labels", str(labels)]
    assert main(["units", "example", "--text-file", str(scene), *ask]) == 0
    said, errors = capsys.readouterr()
    assert errors == ""
    assert "4,500 characters of a text that was given." in said
    assert f"rises with “{LINE}”: rho 0.9" in said
    assert "do not occur: 'digit'." in said
    assert "Held at its mean, it costs the network" in said and "where that is above " in said
    assert "labels " in said and "one unit" in said and "held: bits (nats) there" in said
    assert re.search(r" 0\.[0-9]{3} \(0\.[0-9]{3}\)", said)


@pytest.mark.parametrize(
    ("ask", "said"),
    [
        (["--hypothesis", "vowels"], "there is no hypothesis 'vowels'; there are: "),
        (["--regex", "("], "'(' is no regular expression that can be used: missing )"),
        (["--labels", "{labels}"], "line 1: the position is '2x'"),
        (["--out", "nowhere/units.csv"], "nowhere is not a folder; make it first"),
        (["--text-file", "{short}"], "the text has 20 characters; to choose units on one part"),
    ],
)
def test_a_mistake_is_one_sentence(
    ask: list[str], said: str, scene: Path, tmp_path: Path, capsys: Captured
) -> None:
    (tmp_path / "short.txt").write_text(TEXT[:20])
    (tmp_path / "labels.csv").write_text("2x,1\n")
    files = {"short": tmp_path / "short.txt", "labels": tmp_path / "labels.csv"}
    given = [word.format(**files) for word in ask]
    given = ["--text-file", str(scene), *given] if "--text-file" not in ask else given
    assert main(["units", "example", *given]) == 2
    output, errors = capsys.readouterr()
    assert output == "" and said in errors and errors.count("\n") == 1


def test_the_held_out_part_is_read_where_it_is_long_enough() -> None:
    example = Run(EXAMPLE)
    whole = passage_of(example)
    assert (whole.held_out, whole.start, whole.text) == (False, 0, example.text)
    assert whole.words == (
        "100,000 characters of the run's text, 90,000 of which the network was trained on, for the "
        "10,000 that are held out are too few alone"
    )
    suffices = passage_of(example, most=20_000, enough=10_000)
    assert (suffices.held_out, len(suffices.text)) == (True, 10_000)
    assert passage_of(example, most=4_000).held_out  # the end of the text is
    assert not passage_of(example, most=10_001).held_out
    given = passage_of(example, example.text * 2)
    assert (given.held_out, len(given.text), given.start) == (None, 100_000, 100_000)

    class Longer(Run):
        @property
        def characters(self) -> str:
            return "ab" * 5 * LEAST_HELD_OUT

    held_out = passage_of(Longer(EXAMPLE))
    assert (held_out.held_out, len(held_out.text)) == (True, LEAST_HELD_OUT)
    assert held_out.words == "30,000 characters that the network was not trained on"


def test_a_score_grows_over_training_as_it_was_confirmed() -> None:
    example = Run(EXAMPLE)
    first = next(find_units(example, text=TEXT, names=[LINE]))
    finding = first.found.findings[0]
    assert finding.examined is None and finding.verdict is None
    then = over_training(example, first, finding)
    assert [one.iteration for one in then] == sorted(example.folder.snapshots_there())
    assert abs(then[0].unit) <= then[0].best < 0.4
    at_best = next(one for one in then if one.iteration == first.iteration)
    assert at_best.unit == pytest.approx(finding.score, abs=0.02)
