"""A report is one file that loads nothing, in which whatever others wrote is text."""

from __future__ import annotations

import json
import re
from base64 import b64decode, b64encode
from hashlib import sha256
from pathlib import Path
from types import SimpleNamespace

import pytest

from rnnviz.analysis.states.signals import NOT_FINITE
from rnnviz.analysis.units.finding import Place
from rnnviz.cells import CELLS
from rnnviz.export.report import report, save_report
from rnnviz.export.reports.heatmap import _places
from rnnviz.export.reports.reported import reported
from rnnviz.plots.text_heatmap.payload import read_header
from rnnviz.runs.documents import RunError
from rnnviz.runs.network.memory import memory_of, memory_words
from rnnviz.runs.run import Run
from rnnviz.runs.verdicts.conclusion import conclusion
from rnnviz.runs.verdicts.kept_samples import NOTHING_DRAWN
from rnnviz.runs.verdicts.verdict import verdict_of
from rnnviz.storage import StorageError
from tests.export.reports.hostile import NAME, SCRIPT, TEXT, UNITS, hostile_run
from tests.export.reports.page import Page
from tests.networks import exploded_weights


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> list[Run]:
    folder = tmp_path_factory.mktemp("runs")
    return [hostile_run(folder), hostile_run(folder, "second", seed=1)]


@pytest.fixture
def unsearched(monkeypatch: pytest.MonkeyPatch) -> None:
    """Units are not looked for, which takes longest."""
    monkeypatch.setattr("rnnviz.export.report.search", lambda one: "Nobody looked.")


@pytest.fixture(scope="module")
def alone(runs: list[Run]) -> bytes:
    return report(runs[0])


@pytest.fixture(scope="module")
def page(alone: bytes) -> Page:
    return Page(alone)


def digest(text: str) -> str:
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"


def test_what_runs_in_it_is_named_by_its_digest_and_nothing_else_may(page: Page) -> None:
    (policy,) = (
        str(held["content"])
        for tag, held in page.elements
        if tag == "meta" and held.get("http-equiv") == "Content-Security-Policy"
    )
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    assert rules["default-src"] == rules["base-uri"] == rules["form-action"] == "'none'"
    assert rules["img-src"] == "data:" and "unsafe" not in policy
    scripts = zip(page.elements_of("script"), page.inside["script"], strict=True)
    (program,) = (text for held, text in scripts if "type" not in held)
    assert rules["script-src"] == digest(program)
    assert {digest(style) for style in page.inside["style"]} < {*rules["style-src"].split()}


def test_whatever_others_wrote_is_text(page: Page, alone: bytes) -> None:
    assert page.inside["title"][0] == NAME
    assert page.inside["h1"] == [NAME]
    assert not {"img", "iframe", "link", "object", "form", "base"} & {*page.inside}
    assert len([held for held in page.elements_of("script") if "type" not in held]) == 1
    for tag, held in page.elements:
        assert not {name for name in held if name.startswith("on") or name == "style"}, tag
        assert not re.search("javascript:|http", " ".join(map(str, held.values()))), tag
    assert SCRIPT[:9] in page.text and "<b>bold</b>" in page.text and "␛" in page.text
    assert b"\x00" not in alone and b"\x1b" not in alone and "\u202e" not in alone.decode()
    assert page.open == []


def test_it_says_of_itself_what_a_program_may_read(page: Page, runs: list[Run]) -> None:
    (block,) = (
        text
        for held, text in zip(page.elements_of("script"), page.inside["script"], strict=True)
        if held.get("id") == "rnnviz-report"
    )
    known = json.loads(block)
    assert known["title"] == NAME and known["verdict"] == verdict_of(runs[0]).headline
    assert known["network"] == f"GRU, {UNITS} units"


def test_every_unit_of_a_passage_stands_in_it(page: Page, runs: list[Run]) -> None:
    payloads = {
        str(held["id"]): text
        for held, text in zip(page.elements_of("script"), page.inside["script"], strict=True)
        if str(held.get("id")).startswith("payload")
    }
    data = b64decode(payloads["payload-0-0"])
    header = read_header(data)
    kind, count, _ = header["arrays"]["values"]
    assert (kind, count) == ("int16", UNITS * min(3_000, len(runs[0].held_out_text)))
    assert header["start"] == len(runs[0].characters) - len(runs[0].held_out_text)


def test_every_section_ends_in_what_can_be_repeated(page: Page, runs: list[Run]) -> None:
    said = " ".join(conclusion(runs[0]).split())
    assert said in page.text and verdict_of(runs[0]).headline in page.text
    keys = [str(held.get("id")) for held in page.elements_of("section")]
    assert keys == [
        *(f"{name}-0" for name in ("loss", "samples", "heatmap", "units", "gradients", "settings")),
        "words",
    ]
    assert {str(held["href"])[1:] for held in page.elements_of("a")} == {*keys}
    assert page.text.count("What this says") >= 5
    forgetting = memory_words(memory_of(runs[0]))
    assert f"{forgetting}. These are losses at " in page.text
    defined = page.inside["dt"]
    for name in (*CELLS[runs[0].model_config.cell].names.values(), "gate", "state", "path h, path"):
        assert any(name in each for each in defined), name
    for sample in runs[0].snapshots["sample"]:
        assert "".join(sample.split())[:9].replace("\x1b", "␛")[:3] in "".join(page.text.split())


@pytest.mark.usefixtures("unsearched")
def test_several_stand_side_by_side(runs: list[Run]) -> None:
    told: list[str] = []
    both = Page(report(runs, tell=told.append))
    assert both.inside["h1"] == [f"2 runs on {runs[0].description.text_name}"]
    assert "A (seed 0)" in both.text and "B (seed 1)" in both.text
    assert "what differs" in both.text and "other settings are equal." in both.text
    keys = [str(held.get("id")) for held in both.elements_of("section")]
    assert keys[0] == "comparison" and keys.count("loss-0") == keys.count("loss-1") == 1
    assert len(set(keys)) == len(keys)
    assert told[0] == "comparing" and told[-1] == "writing"


@pytest.mark.usefixtures("unsearched")
def test_a_text_and_a_snapshot_can_be_named(runs: list[Run]) -> None:
    page = Page(report(runs[0], iteration=1, text="said it Ж"))
    assert "8 characters of the text that was given, read from the zero state" in page.text
    assert "has never seen these characters, so they are left out: 'Ж' (at 8)" in page.text
    assert "by the network at iteration 1." in page.text
    page = Page(report(runs[0], iteration=1, text="s"))
    assert "1 character of the text that was given, read from the zero state" in page.text
    assert "Over this 1 character, read by the network" in page.text


def test_the_clearest_unit_comes_first_and_h_is_there_in_any_case(runs: list[Run]) -> None:
    one = reported(0, runs[0], None, None, 9)
    top = Place("h", 0, 0)
    assert _places(one, []) == [top]
    for first, shown in ((Place("z", 0, 3), 2), (Place("h", 0, 5), 1)):
        found = SimpleNamespace(place=first)
        assert _places(one, [found]) == [first, top][:shown]  # type: ignore[list-item]


@pytest.mark.parametrize(
    ("made", "error", "said"),
    [
        (lambda runs: report([]), ValueError, "no run is given"),
        (lambda runs: report([runs[0]] * 2), ValueError, "is given twice"),
        (lambda runs: report(runs[0], iteration=77), RunError, "no snapshot at iteration 77"),
        (lambda runs: report(runs[0], text="Ж"), ValueError, "no character that the network knows"),
        (lambda runs: report(untrained(runs)), RunError, "no snapshot yet"),
        (lambda runs: save_report(runs[0], Path("/gone/a.html")), StorageError, "/gone/a.html: "),
    ],
)
def test_what_cannot_be_told_is_refused_in_a_sentence(
    made: object, error: type[Exception], said: str, runs: list[Run]
) -> None:
    with pytest.raises(error, match=re.escape(said)):
        made(runs)  # type: ignore[operator]


def test_a_network_that_exploded_is_told_of_like_any_other(tmp_path: Path) -> None:
    weights, how = exploded_weights(), "relu"
    run = Run.adopt(weights, "abc", text="abcab" * 500, nonlinearity=how, runs=tmp_path)
    said = Page(report(run)).text
    assert NOTHING_DRAWN in said
    assert f"Units were not looked for: {NOT_FINITE}" in said


def untrained(runs: list[Run]) -> Run:
    return Run.create(TEXT, runs=runs[0].folder.path.parent / "others")
