"""What if: a changed copy beside the network, the run untouched, and a run that starts there."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from dashboard import actions, navigation, state
from rnnviz.config import ModelConfig, TrainingConfig
from rnnviz.models.changed import Change, changed
from rnnviz.runs.run import Run
from rnnviz.runs.store import find_folders
from rnnviz.workers import supervisor
from rnnviz.workers.worker import work
from tests.dashboard.conftest import TEXT, Open, words


def digests(run: Run) -> dict[str, str]:
    """Of every file of a run, but for what readers of a database keep beside it."""
    files = [path for path in run.folder.path.rglob("*") if path.is_file()]
    return {
        str(path): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in files
        if not path.name.endswith(("-shm", "-wal"))
    }


def slid(app: AppTest, label: str, value: float) -> None:
    next(one for one in app.slider if one.label == label).set_value(value).run()
    assert not app.exception


def test_a_change_is_seen_at_once_and_the_run_is_untouched(
    finished_run: Run, open_app: Open
) -> None:
    before = digests(finished_run)
    app = open_app("gradient_flow", run=finished_run.id, iteration="12", view="what-if")
    assert not app.exception and "Nothing is changed yet. As it is, this network" in words(app)
    assert "**Hidden states** · as it is" in words(app) and "· changed" not in words(app)
    assert "are of this passage, read from the zero state" in words(app)
    slid(app, "W_hh times", 1.5)
    slid(app, "Bias towards keeping moved by", 2.0)
    said = words(app)
    assert "With W_hh × 1.5, bias towards keeping +2.00 and nothing else changed, this" in said
    assert "**Eigenvalues of the mean Jacobian of a timestep**" in said
    assert "**Hidden states** · as it is" in said and "**Hidden states** · changed" in said
    said = {name: "".join(app.query_params[name]) for name in ("factor", "bias")}
    assert said == {"factor": "1.5", "bias": "2"}
    assert digests(finished_run) == before


def test_the_address_says_what_is_changed(finished_run: Run, open_app: Open) -> None:
    address = {"view": "what-if", "factor": "0.5", "orthogonal": "yes", "bias": "-1.5"}
    app = open_app("gradient_flow", run=finished_run.id, iteration="12", **address)
    said = words(app)
    assert "With W_hh orthogonal, then × 0.5, bias towards keeping −1.50 and nothing else" in said


@pytest.mark.parametrize(
    ("model", "said"),
    [
        (ModelConfig("rnn", hidden_size=5), "Not to be changed: An RNN (tanh) has no gate that"),
        (ModelConfig("mingru", hidden_size=5), "Not to be changed: A minGRU has no W_hh: its"),
    ],
)
def test_what_a_cell_has_not_cannot_be_changed(
    runs: Path, open_app: Open, model: ModelConfig, said: str
) -> None:
    training = TrainingConfig(iterations=1, sequence_length=10, batch_size=2)
    work(run := Run.create(TEXT[:900], model=model, training=training, runs=runs))
    app = open_app("gradient_flow", run=run.id, view="what-if")
    assert not app.exception and said in words(app)
    assert "orget bias" not in words(app) + "".join(one.label for one in app.slider)
    if model.cell == "rnn":
        control = next(one for one in app.segmented_control if one.label == "Nonlinearity φ")
        control.set_value("relu").run()
        assert not app.exception and "With φ = relu and nothing else changed" in words(app)
        again = open_app("gradient_flow", run=run.id, view="what-if", phi="relu")
        assert "With φ = relu and nothing else changed" in words(again)


def test_a_button_makes_a_run_that_starts_there(
    finished_run: Run, open_app: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supervisor, "start", lambda run, ready=None: None)
    address = {"view": "what-if", "factor": "0.5"}
    app = open_app("gradient_flow", run=finished_run.id, iteration="12", **address)
    made_by = next(one for one in app.button if one.label.startswith("Make it a run"))
    made_by.click().run()
    assert not app.exception
    (made,) = (
        run
        for run in finished_run.folder.path.parent.iterdir()
        if run.name != finished_run.id and (run / "run.json").exists()
    )
    run = Run.open(made.name, made.parent)
    origin = run.description.origin
    assert origin is not None and (origin.run, origin.iteration) == (finished_run.id, 12)
    assert origin.changed == "W_hh × 0.5" and origin.words.endswith("changed: W_hh × 0.5")
    assert run.training_config == finished_run.training_config
    assert run.description.name.endswith(", W_hh × 0.5") and run.text == finished_run.text
    work(run)
    began = changed(finished_run.subject(12), Change(scale=0.5)).read_weights()
    for name, weight in run.subject(0).read_weights().items():
        assert (weight == began[name]).all()


def test_a_double_click_makes_one_run(
    finished_run: Run, runs: Path, open_app: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The page that the first press leads to comes after the second one."""
    monkeypatch.setattr(supervisor, "start", lambda run, ready=None: None)
    monkeypatch.setattr(state, "open_run", lambda run: None)
    monkeypatch.setattr(navigation, "go", lambda page: None)
    app = open_app("gradient_flow", run=finished_run.id, view="what-if", factor="0.5")
    made = [0]
    for seconds in (1e9, 1e9, 0.0):
        monkeypatch.setattr(actions, "_AT_ONCE", seconds)
        next(one for one in app.button if one.label.startswith("Make it a run")).click().run()
        assert not app.exception
        made.append(len(list(find_folders(runs))) - 1)
    assert made == [0, 1, 1, 2]  # the last was meant


def test_where_runs_are_only_shown_none_is_made(
    finished_run: Run, open_app: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(actions, "only_shown", lambda: True)
    app = open_app("gradient_flow", run=finished_run.id, view="what-if", factor="0.5")
    assert not app.exception and not any("Make it" in one.label for one in app.button)
