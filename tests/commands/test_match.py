"""The command says what the library finds of a selection, and refuses in one sentence."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from rnnviz.analysis.states.signals import NOT_FINITE
from rnnviz.cli import main
from rnnviz.runs.paths import EXAMPLE
from rnnviz.runs.run import Run
from tests.networks import exploded_weights

TEXT = Run(EXAMPLE).text
AT = TEXT.index('"They ') + 1
ASKED = f"{AT}-{AT + 3}"

Captured = pytest.CaptureFixture[str]


def test_json_is_one_object_of_units_places_and_chance(capsys: Captured) -> None:
    assert main(["match", "example", ASKED, "--most", "5", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["selection"] == {"position": AT, "characters": 4, "text": "They"}
    assert found["text"]["characters"] == len(TEXT) and found["text"]["trace_error"] < 1e-4
    shares = [one["share"] for one in found["units"]]
    assert shares == sorted(shares) and len(shares) > 3
    assert [one for one in found["units"] if one["unit"] in {s["unit"] for s in found["set"]}] == (
        found["units"][:3]
    )
    assert found["places_elsewhere"] > 5 * found["chance_95"] > 0
    assert len(found["places"]) == 5
    for one in found["places"]:
        assert one["text"] == TEXT[one["position"] : one["position"] + one["characters"]]
        assert len(one["on"]) == 3 and abs(one["position"] - AT) >= 4


def test_a_person_is_told_in_words_and_chooses_the_set(capsys: Captured) -> None:
    assert main(["match", "example", str(AT), "--signal", "z", "--before", "1", "--most", "2"]) == 0
    said, errors = capsys.readouterr()
    assert errors == "" and "highest 35 % of the range" in said and "(z, layer 0)" in said
    first, second = (line.split() for line in said.split("\n\n")[1].splitlines()[1:3])
    ask = ["--set", second[0], "--signal", "z", "--before", "1", "--most", "2"]
    assert main(["match", "example", str(AT), *ask]) == 0
    alone = capsys.readouterr().out
    assert f"Unit {second[0]} is {second[1]} throughout “T” (z, layer 0). It is so" in alone
    assert f" {second[2]} other places in {len(TEXT):,} characters" in alone
    assert first[0] != second[0] and alone.count("1 of 1") == 2
    assert main(["match", "example", f"0-{len(TEXT) - 1}"]) == 0
    assert "No unit is high or low throughout the selection." in capsys.readouterr().out


@pytest.mark.parametrize(
    ("ask", "said"),
    [
        (["a-b"], "the selection is 'a-b'; give two positions such as 120-131."),
        (["5-9", "--layer", "1"], "the layer is 1; this network has layers 0 to 0."),
        (["5-9", "--outer", "50"], "outer is 50; give a part of the range, 1 to 49 %."),
        (["5-9", "--signal", "c"], "the signal is 'c'; this network has h, r, z, n."),
        (["9-5"], "9-5 is no part of 100,000 characters, all of the run's text; give two"),
        ([ASKED, "--set", "99"], "'99' is no unit that is high or low throughout the selection"),
    ],
)
def test_a_mistake_is_one_sentence(ask: list[str], said: str, capsys: Captured) -> None:
    assert main(["match", "example", *ask]) == 2
    output, errors = capsys.readouterr()
    assert output == "" and said in errors and errors.count("\n") == 1


def test_of_states_that_are_no_numbers_nothing_is_high_or_low(
    tmp_path: Path, capsys: Captured
) -> None:
    weights, how = exploded_weights(), "relu"
    run = Run.adopt(weights, "abc", text="abcab" * 9, nonlinearity=how, runs=tmp_path)
    assert main(["match", str(run.folder.path), "1-4"]) == 2
    assert capsys.readouterr() == ("", f"rnnviz: {NOT_FINITE}\n")
