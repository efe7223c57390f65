"""What holds of every figure: both themes, plain JSON, own HTML file, no torch."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from rnnviz import plots
from rnnviz.analysis.units.distribution import distribution
from rnnviz.analysis.units.finding import Examined
from rnnviz.analysis.units.health import GateShares
from rnnviz.analysis.units.held_cost import rise_by_character
from rnnviz.analysis.units.scores import Question
from rnnviz.plots.frame import frame, panels
from rnnviz.plots.spoken import spoken
from rnnviz.plots.theme import DARK, LIGHT, TRANSPARENT
from tests.plots.gradient_records import (
    make_dependence,
    make_itemised,
    make_reset,
    make_shares,
    make_truncation,
)
from tests.plots.records import (
    LOG2,
    make_cost,
    make_findings,
    make_flow,
    make_health,
    make_history,
    make_norms,
    make_reaches,
    make_snapshots,
    make_trace,
)

ROOT = Path(plots.__file__).parents[2]
TRACE = make_trace(np.linspace(-1, 1, 12).reshape(1, 4, 3), "ab\nc")
RISES = rise_by_character(make_cost())
LAGS = make_norms("lag", [0, 5])
VALUES = distribution(np.arange(8.0), Question("", True, np.arange(8.0) % 2))
GATED = replace(
    make_health(),
    gates={"f": GateShares(np.arange(4) / 4, np.arange(4) / 8)},
    half_life=np.array([0.1, 1.0, 1.1, np.inf]),
)

FIGURES: dict[str, Callable[..., Any]] = {
    "loss": lambda **k: plots.loss(
        make_history(30), make_snapshots([3, 2, 1]), baselines={"n-gram": 1}, validation_loss=2, **k
    ),
    "total_gradient_norm": lambda **k: plots.total_gradient_norm(make_history(30), 1.0, **k),
    "timestep": lambda **k: plots.gradient_norms_by_timestep(make_norms("timestep", [1, 2]), **k),
    "by_lag": lambda **k: plots.by_lag(LAGS, make_reaches(LAGS), sequence_length=3, bound=2, **k),
    "over_training": lambda **k: plots.over_training(make_reaches(LAGS), make_history(9), **k),
    "paths": lambda **k: plots.paths(make_flow(5).h, text="abcdef", **k),
    "matrix": lambda **k: plots.matrix(make_flow(5), **k),
    "hidden_heatmap": lambda **k: plots.hidden_heatmap(TRACE, **k),
    "hidden_strips": lambda **k: plots.hidden_strips(TRACE, [0, 2], **k),
    "findings": lambda **k: plots.findings(make_findings(), layers=2, **k),
    "held_costs": lambda **k: plots.held_costs(make_cost(), **k),
    "held_by_character": lambda **k: plots.held_by_character(RISES, places=3, **k),
    "unit_distribution": lambda **k: plots.unit_distribution(make_findings()[0], VALUES, **k),
    "score_over_training": lambda **k: plots.score_over_training(
        make_findings()[1], [0, 10], [0.1, -0.8], [0.3, 0.8], **k
    ),
    "gate_shares": lambda **k: plots.gate_shares(GATED, GATED, {"f": "forget gate f"}, **k),
    "half_lives": lambda **k: plots.half_lives(GATED, GATED, 64, **k),
    "saturation": lambda **k: plots.saturation(GATED, GATED, "relu", **k),
    "characters_kept": lambda **k: plots.characters_kept(np.array([2.0, np.inf]), "f", 64, **k),
    "mattered": lambda **k: plots.mattered(make_dependence(), make_reset(), **k),
    "truncation": lambda **k: plots.truncation(make_truncation(), 5, **k),
    "timestep_shares": lambda **k: plots.timestep_shares(make_shares(), "abc", **k),
    "definitions_abreast": lambda **k: plots.definitions_abreast(make_flow(5), **k),
    "matrix_readouts": lambda **k: plots.matrix_readouts(make_flow(5), "h", 0, 3, 1, **k),
    "itemised": lambda **k: plots.itemised(make_itemised(), **k),
    "angles": lambda **k: plots.angles(make_itemised(), **k),
    "empty": lambda **k: plots.empty("Loss", "Nothing yet.", **k),
}
EVERY = pytest.mark.parametrize("name", FIGURES)


@EVERY
def test_each_theme_uses_its_own_colours_only(name: str) -> None:
    for theme, other in ((LIGHT, DARK), (DARK, LIGHT)):
        written = FIGURES[name](theme=theme).to_json()
        assert theme.text in written and theme.muted in written
        foreign = {other.text, other.muted, other.grid, other.accent, *other.series}
        assert not [colour for colour in foreign if colour in written]


@EVERY
def test_figures_are_transparent_titled_and_small(name: str, tmp_path: Path) -> None:
    figure = FIGURES[name]()
    assert figure.layout.paper_bgcolor == TRANSPARENT
    assert "sendChartToCloud" in figure.layout.modebar.remove  # nothing leaves the machine
    assert figure.layout.title.text and figure.layout.title.xanchor == "left"
    assert len(json.loads(figure.to_json())["data"]) == len(figure.data)
    assert len(figure.to_json()) < 60_000
    figure.write_html(tmp_path / "figure.html", include_plotlyjs=False)
    assert "Plotly.newPlot" in (tmp_path / "figure.html").read_text()


@EVERY
def test_every_figure_is_told_in_words_without_markup(name: str) -> None:
    said = spoken(FIGURES[name]())
    assert len(said) > 10 and said.endswith(".") and "nan" not in said
    assert not re.search("<(br|su[bp]|span)", said)


def test_words_are_those_of_the_axes() -> None:
    loss = spoken(FIGURES["loss"]())
    assert loss.startswith("Across: iteration. Upwards: loss (bits per character). training: ")
    assert "validation: 4.33 at 0 (start) to 1.44 at 20." in loss
    assert "held" not in spoken(plots.empty("Loss", "Nothing yet."))
    # Of an axis whose ticks are no numbers nothing is said that it does not say.
    logs = frame("Powers", x="timesteps", y="norm").add_scatter(x=[1, 2], y=[0, 1.5], name="norm")
    logs.update_yaxes(tickvals=[0, 2], ticktext=["1", "10<sup>2</sup>"])
    assert spoken(logs).endswith("norm: 1 at 1.")
    two = panels("States", height=500, rows=2)
    for row, name in enumerate("hc", 1):
        two.add_scatter(x=[1], y=[row], name=name, row=row, col=1)
        two.update_yaxes(title_text=f"value of {name}", row=row, col=1)
    assert spoken(two) == "Upwards: value of h. h: 1. Upwards: value of c. c: 2."
    many = frame("Many", x="k").add_scatter(x=[0, 1], y=[1, None], name="none of it is lost")
    for _ in range(9):
        many.add_scatter(x=[0], y=[1], name="curve")
    assert spoken(many).endswith("And 2 more.")


def test_a_finding_is_a_bar_beside_its_controls_on_one_axis() -> None:
    bars, *marks, verdicts = plots.findings(make_findings(), layers=2).data
    assert list(bars.x) == [0.8, 0.8] and list(verdicts.text) == ["", ""]
    assert bars.y[0] == "class &lt;b&gt;: &lt;i&gt;<br>unit 42 (c, layer 1): AUC 0.90 "
    assert [mark.x[0] for mark in marks] == [0.3, 0.4, 0.5, 0.2]
    assert [mark.customdata[0] for mark in marks] == [
        "AUC 0.65",
        "AUC 0.70",
        "AUC 0.75",
        "AUC 0.60",
    ]
    together = replace(
        make_findings()[0],
        examined=Examined(0.8, {"all": 0.9}, 0.1, probe_untrained=0.88, rotated=0),
    )
    *_, ring, verdicts = plots.findings([together]).data  # what decides is drawn, and named
    assert (ring.name, ring.x[0]) == ("all units before training together", 0.88)
    assert list(verdicts.text) == ["in one unit"]
    *_, verdicts = plots.findings([replace(together, score=-0.7)]).data
    assert list(verdicts.text) == ["as much<br>before, all"]
    assert len(plots.findings([]).data) == 0


def test_values_are_shares_and_scores_have_no_sign() -> None:
    odd, even = plots.unit_distribution(make_findings()[0], VALUES).data
    assert sum(odd.y[:-1]) == sum(even.y[:-1]) == 100  # in %, as they are written
    assert odd.name == "does not hold (4 characters)"
    one = make_findings()[1]
    unit, best, alone = plots.score_over_training(one, [0, 9], [0.1, -0.8], [1, 1]).data
    assert list(alone.y) == [max(abs(one.current_character), abs(one.two_characters))] * 2
    assert list(unit.y) == [0.1, 0.8] and list(unit.x) == [0.5, 9]
    assert unit.customdata[1][1] == "rho 0.80" and list(best.y) == [1, 1]


def test_gates_are_a_dot_a_unit_and_half_lives_a_bar_a_half_of_a_doubling() -> None:
    limit, dots = plots.gate_shares(GATED, None, {"f": "forget gate f"}).data
    assert list(limit.x) == [0, 1] and list(limit.y) == [1, 0]
    assert list(dots.x) == [0, 0.25, 0.5, 0.75] and list(dots.y) == [0, 0.125, 0.25, 0.375]
    bars, outline = plots.half_lives(GATED, replace(GATED, half_life=np.full(4, 8.5)), 4).data
    assert {x: y for x, y in zip(bars.x, bars.y, strict=True) if y} == {0.5: 1, 4.5: 2, 11.5: 1}
    assert bars.customdata[4] == "1 to 1.41"
    assert [x for x, y in zip(outline.x, outline.y, strict=True) if y == 4] == [10]
    for figure in (
        plots.gate_shares(make_health(), None, {}),
        plots.half_lives(make_health(), None, 4),
    ):
        assert not figure.data and "has no gates" in figure.layout.annotations[0].text


def test_subtitles_are_broken_by_what_is_seen_and_make_room() -> None:
    hint = "∂l<sub>t</sub> " * 20
    figure = frame("Title", hint)
    assert figure.layout.title.text.count("<br>") == 2  # 20 words of 3 letters: 79 characters
    assert figure.layout.height > frame("Title").layout.height
    assert figure.layout.margin.t > frame("Title").layout.margin.t


def test_torch_is_not_loaded() -> None:
    check = "import sys, rnnviz.plots; assert not {'torch', 'streamlit'} & set(sys.modules)"
    ran = subprocess.run([sys.executable, "-c", check], capture_output=True, cwd=ROOT)
    assert ran.returncode == 0, ran.stderr.decode()


def test_everything_promised_is_there() -> None:
    for name in plots.__all__:
        assert getattr(plots, name) is not None
    assert callable(plots.coloured_text)


def test_what_holding_costs_stands_where_it_was_measured() -> None:
    held, control = plots.held_costs(make_cost()).data
    assert held.x == pytest.approx([2 / 3 / LOG2]) and not held.error_x.visible
    assert control.error_x.array == pytest.approx([0.1 / LOG2])
    figure = plots.held_by_character(RISES, places=3)
    (bars,) = figure.data
    assert list(figure.layout.yaxis.ticktext) == ["&lt;", "b"]
    assert bars.x == pytest.approx([2.5 / 3 / LOG2, -0.5 / 3 / LOG2])
    assert list(bars.marker.color) == [LIGHT.surprise, LIGHT.relief]
    assert "+1.803 bits on average at 2 places" in bars.customdata[0]
    many = [replace(RISES[0], character=chr(65 + place), share=place) for place in range(12)]
    assert plots.held_by_character(many, places=9).layout.yaxis.ticktext[-1] == "3 others"
