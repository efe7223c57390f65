"""What is printed of things is a short line, however much they hold; a notebook runs none of it."""

from __future__ import annotations

import dataclasses
import inspect
from dataclasses import replace
from html.parser import HTMLParser
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages

import numpy as np
import pytest

import rnnviz
from rnnviz import analysis, records
from rnnviz.analysis.units.finding import Findings
from rnnviz.config import ModelConfig, TrainingConfig
from rnnviz.records import Trace
from rnnviz.runs.run import Run
from rnnviz.showing import Record, brief
from rnnviz.text.vocabulary import Vocabulary
from tests.plots.records import make_trace

HOSTILE = '<img src=x onerror="throw 1"></pre><script>throw 2</script>&lt;\u202e\ud800\x00'


class Parsed(HTMLParser):
    """What a browser would make of some HTML."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}

    def handle_data(self, data: str) -> None:
        self.text += data


def long_trace(text: str) -> Trace:
    return replace(make_trace(np.ones((2, len(text), 4)), text), loss=np.full(len(text), 3.0))


def test_every_record_that_holds_arrays_says_their_shapes_alone() -> None:
    of_analysis = walk_packages(analysis.__path__, "rnnviz.analysis.")
    holding = {
        kind
        for module in (records, *(import_module(found.name) for found in of_analysis))
        for name, kind in inspect.getmembers(module, dataclasses.is_dataclass)
        if inspect.isclass(kind) and not name.startswith("_")
        for field in dataclasses.fields(kind)
        if any(holds in str(field.type) for holds in ("Floats", "Ids", "Array"))
    }
    assert {Trace, Findings} <= holding
    long = {kind.__name__ for kind in holding if kind.__repr__ is not Record.__repr__}
    assert long == set(), "make each a Record of rnnviz/showing.py, with repr=False"


@pytest.mark.parametrize("characters", [1, 100_000])
def test_a_line_is_short_however_long_the_text(characters: int) -> None:
    said = repr(replace(long_trace("a" * characters), characters=tuple("abcdefghij") * 100))
    assert len(said) < 400
    assert f"h=float64 (2, {characters}, 4)" in said
    assert "\n" not in said


def test_networks_and_settings_are_told_in_few_words(runs: Path) -> None:
    model = ModelConfig(cell="gru", hidden_size=6)
    run = Run.create("to be or not to be " * 4, model=model, runs=runs)
    assert repr(run) == f"Run({str(run.folder.path)!r}, GRU of 6 units, created)"
    assert repr(model).startswith("ModelConfig(cell='gru'")
    assert "None" not in repr(model)
    for config in (model, TrainingConfig(iterations=3), TrainingConfig(seconds=1, clip_norm=None)):
        assert eval(repr(config), vars(rnnviz.config)) == config
    assert len(repr(Vocabulary.of("".join(map(chr, range(3000)))))) < 80
    assert brief("a" * 48) == repr("a" * 48)


def test_a_notebook_shows_a_trace_and_runs_nothing_of_it() -> None:
    shown = long_trace(HOSTILE)._repr_mimebundle_()
    assert shown["text/plain"].startswith("Trace(text=")
    found = Parsed(shown["text/html"])
    assert found.tags <= {"div", "pre", "span"}
    assert found.attributes <= {"style", "title", "translate", "dir"}
    assert '<img src=x onerror="throw 1"></pre><script>throw 2</script>&lt;��␀' in found.text
    shown["text/html"].encode()


def test_a_notebook_keeps_little_of_a_long_text() -> None:
    html = long_trace("ab" * 10_000)._repr_mimebundle_()["text/html"]
    assert len(html) < 120_000
    assert "… and 19,000 more" in html
    assert "mean loss 4.328 bits/char (3.000 nats)" in html
    assert "mean loss" not in long_trace("a")._repr_mimebundle_()["text/html"]


def test_the_first_character_is_no_surprise_and_the_next_is_the_loss_before() -> None:
    html = long_trace("ab")._repr_mimebundle_()["text/html"]
    assert '>a<span style="background:rgba(' in html
    assert 'title="4.33 bits">b</span>' in html
