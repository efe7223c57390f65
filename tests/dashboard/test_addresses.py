"""Every page but Train is reopened as it was by its address."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from dashboard import state
from dashboard.address import Flag
from dashboard.navigation import PAGES
from rnnviz.config import ModelConfig, TrainingConfig
from rnnviz.corpora.catalogue import find_corpus
from rnnviz.runs.run import Run
from rnnviz.workers.worker import work
from tests.copies import copy_of
from tests.dashboard.addresses import CASES, ELSEWHERE
from tests.dashboard.conftest import APP, Open, address, words
from tests.runs.test_rare import TEXT as MANY_DISTINCT

CHARACTERS = 12_000
DASHBOARD = Path(APP).parent
HOSTILE = "<img src=x onerror=alert(1)> *b* [c](javascript:0)"
WIDGETS = {
    *("segmented_control", "pills", "radio", "selectbox", "multiselect", "select_slider"),
    *("slider", "number_input", "text_input", "text_area", "checkbox", "toggle"),
}
KEPT = [(page.name, name) for page in PAGES for name in page.keeps]
# Whatever somebody typed, and there may be as much of it.
FREE = {
    *(each for each in KEPT if each[1] in ("filter", "own", "prompt", "pattern", "input")),
    ("find_units", "units"),
    ("learn_bptt", "text"),
}
# Where all that is chosen on Learn pages goes through, and fields that are kept together.
ASKING = ("choices.py", "number_fields.py")


@pytest.fixture(scope="module")
def brackets(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """A run of two layers over a text of which something is known."""
    corpus = find_corpus("brackets").read()
    truth = {name: values[:CHARACTERS] for name, values in corpus.truth.items()}
    run = Run.create(
        corpus.text[:CHARACTERS],
        name="corpus:brackets",
        model=ModelConfig(hidden_size=5, num_layers=2),
        training=TrainingConfig(iterations=6, sequence_length=20, batch_size=4),
        truth=truth,
        runs=tmp_path_factory.mktemp("brackets"),
    )
    work(run)
    return run


@pytest.fixture
def run(brackets: Run, runs: Path) -> Run:
    """That run, in the folder of the test."""
    return copy_of(brackets, runs)


def test_every_page_but_train_keeps_what_is_chosen_on_it() -> None:
    assert {page.name for page in PAGES} - {page.name for page in PAGES if page.keeps} == {"train"}
    tried = {(page, name) for page, said in CASES for name in said}
    assert tried | ELSEWHERE == set(KEPT)


def widgets_in(*files: Path) -> list[tuple[str, int, str]]:
    """Where a widget is asked, by file and line, and its key."""
    return [
        (
            path.name,
            node.lineno,
            "".join(ast.unparse(word.value) for word in node.keywords if word.arg == "key"),
        )
        for path in files
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in WIDGETS
    ]


def test_every_widget_of_these_pages_is_kept() -> None:
    rooms = ("inspection", "finding", "gradients", "compare", "table")
    files = [path for room in rooms for path in (DASHBOARD / room).glob("*.py")]
    files.remove(DASHBOARD / "table" / "dialogs.py")  # what is about to be changed, no view
    files += [DASHBOARD / page.path for page in PAGES if page.keeps]
    asked = widgets_in(*files)
    assert len(asked) > 10
    linked = ("state.linked(", "linked_pattern(")
    loose = [where for *where, key in asked if not key.startswith(linked)]
    # Two that need their values before they are drawn are linked a line or two above.
    assert [name for name, _ in loose] == ["choice.py"] * 2
    assert (DASHBOARD / "compare" / "choice.py").read_text().count("key = state.linked(") == 2


def test_every_choice_of_a_lesson_goes_through_one_place_that_keeps_it() -> None:
    files = [path for path in (DASHBOARD / "learn").rglob("*.py") if path.name not in ASKING]
    assert len(files) > 30 and widgets_in(*files) == []
    assert "st.fragment" not in "".join(path.read_text() for path in files)


@pytest.mark.parametrize(("page", "said"), CASES)
def test_an_address_is_followed_and_said_again(
    page: str, said: dict[str, str], run: Run, open_app: Open
) -> None:
    asked = {"run": run.id, "iteration": "2", **said}
    app = open_app(page, **asked)
    assert not app.exception and not app.warning
    assert address(app) == asked
    if page.startswith("learn_"):
        assert set(app.session_state["kept to adopt"].values()) <= {None}  # all was come to
    app.run()
    assert address(app) == asked


@pytest.mark.parametrize("page", [page.name for page in PAGES if page.keeps])
def test_what_an_address_says_wrongly_is_named_and_the_usual_taken(
    page: str, run: Run, open_app: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dashboard.finding.page._FIRST_SECONDS", 60.0)  # however busy the machine
    names = [name for other, name in KEPT if other == page and (page, name) not in FREE]
    app = open_app(page, run=run.id, **dict.fromkeys(names, HOSTILE))
    assert not app.exception
    # What the page has not come to, such as a passage beside norms by lag, waits in the address.
    come_to = {name for name in names if address(app).get(name) != HOSTILE}
    assert len(come_to) >= 2
    said = app.warning[0].value.replace("\\", "").split("\n\n")
    assert len(said) == len(come_to)
    for name in come_to:
        begin = f"The address says {name}={HOSTILE}, but it can be "
        assert [s for s in said if s.startswith(begin) and s.endswith(": the usual is taken.")]


def test_what_an_address_says_at_length_is_quoted_in_short(run: Run, open_app: Open) -> None:
    app = open_app("hidden_units", run=run.id, signal="x" * 5_000)
    assert f"signal={'x' * 80}…, but it can be " in words(app)
    assert len(words(app)) < 3_000


def test_a_text_too_long_for_an_address_is_left_out_and_the_page_says_so(
    run: Run, open_app: Open
) -> None:
    app = open_app("hidden_units", run=run.id, text="your-own-text")
    app.text_area(key="own text").set_value("()" * 300).run()
    said = address(app)
    assert "own" not in said and said["own-left-out"] == "yes"
    assert "leaves own out: it has 600 characters, and an address keeps 500 at most." in words(app)
    fresh = open_app("hidden_units", **said)
    assert "leaves own out, which was too long for it." in words(fresh)
    app.text_area(key="own text").set_value("()").run()
    assert address(app)["own"] == "()" and not app.warning


def test_an_iteration_is_compared_with_others_whichever_is_looked_at(
    run: Run, open_app: Open
) -> None:
    app = open_app("gradient_flow", run=run.id, compared="0,5")
    app.select_slider[0].set_value(0).run()
    assert not app.exception
    fresh = open_app("gradient_flow", **address(app))
    assert not fresh.exception and not fresh.warning
    assert fresh.multiselect[0].value == app.multiselect[0].value


def test_whether_rare_characters_may_be_written_stands_in_the_address(
    runs: Path, open_app: Open
) -> None:
    model = ModelConfig(cell="rnn", hidden_size=3)
    training = TrainingConfig(iterations=2, sequence_length=5, batch_size=3)
    run = Run.create(MANY_DISTINCT, model=model, training=training, runs=runs)
    work(run)
    app = open_app("samples", run=run.id, rare="yes")
    assert not app.exception and not app.warning
    assert app.checkbox(key="rare").value and address(app)["rare"] == "yes"
    app.checkbox(key="rare").uncheck()
    next(button for button in app.button if button.label == "Write").click().run()
    assert "rare" not in address(app)
    assert not open_app("samples", **address(app)).checkbox(key="rare").value


def test_a_long_id_is_not_shown_whole(runs: Path, open_app: Open) -> None:
    app = open_app("train", run="a" * 5_000)
    assert not app.exception and "a" * 60 in words(app) and "a" * 99 not in words(app)


def test_without_a_run_back_leads_to_what_was_chosen_too(
    open_app: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = open_app("learn_tanh", z="2", w="0.35")
    monkeypatch.setattr(state, "_walks_history", lambda: True)
    app.query_params.clear()
    app.query_params["z"] = "-3"
    app.run()
    assert (app.slider[0].value, app.slider[1].value) == (-3.0, 1.0)


def test_what_a_part_of_a_page_asks_no_more_leaves_the_address(
    open_app: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[dict[str, str]] = []
    monkeypatch.setattr(state, "is_part", lambda: True)
    monkeypatch.setattr(state, "write_address", lambda: written.append({**state.kept("linked")}))
    for name, value in (("page keeps", "abc"), ("linked", {"a": "yes"}), ("too long for it", {})):
        state.keep(name, value)
    for asks in ("bc", "b"):
        with state.part("some"):
            for name in asks:
                state.link(name, Flag(), False, key=name, value=True)
    assert written == [{"a": "yes", "b": "yes", "c": "yes"}, {"a": "yes", "b": "yes"}]
