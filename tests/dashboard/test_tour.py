"""The tour: each stop is a view of the example, and what it says is seen there."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from dashboard import cache, keys, tour
from dashboard.example import counting_place
from rnnviz.runs.paths import EXAMPLE
from rnnviz.runs.run import Run
from tests.dashboard.conftest import Open, address, words

TITLES = ["Hidden units"] * 2 + ["Find units"] * 2 + ["Gradient flow", "Samples"]
SEEN = [
    "Look along",
    "Look along",
    "rises with “characters since the newline”",
    "most where “↵” comes",
    "on its way back",
    "By iteration",
]


def stop(app: AppTest) -> str:
    """What the stop says that the visitor is at."""
    (said,) = (each.value for each in app.markdown if each.value.startswith("**Stop "))
    return str(said).replace("\\", "")


def test_each_stop_is_the_view_that_it_speaks_of(
    finished_run: Run, open_app: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dashboard.finding.page._FIRST_SECONDS", 60.0)  # however busy the machine
    app = open_app("train", run=finished_run.id)
    next(each for each in app.sidebar.button if each.label == "Tour").click().run()
    unit = counting_place().unit
    for at, (told, title, seen) in enumerate(zip(tour.stops(), TITLES, SEEN, strict=True), 1):
        assert not app.exception and not app.warning
        assert app.title[0].value == title
        assert stop(app) == f"**Stop {at} of 6.** {told.words}"
        said = address(app)
        best = cache.open_run(EXAMPLE.id).best_iteration
        assert (said["run"], said["iteration"]) == (EXAMPLE.id, "0" if at == 2 else f"{best}")
        assert at != 4 or (said["view"], said["units"]) == ("hold-units", f"{unit}")
        assert at < 3 or seen in words(app)
        if at < 6:
            app.button(key="tour-next").click().run()
    sides = [each.value for each in app.selectbox if "sample: at iteration" in each.label]
    assert sides == [0, best]
    app.button(key="tour-back").click().run()
    assert stop(app).startswith("**Stop 5 of 6.**")
    app.switch_page("app_pages/learn_tanh.py").run()
    assert "The tour waits on another page." in stop(app)
    app.button(key="tour-next").click().run()
    assert app.title[0].value == "Gradient flow"
    app.button(key="tour-end").click().run()
    assert "Stop 5" not in words(app)
    assert address(app)["run"] == finished_run.id


def test_on_a_stop_what_was_chosen_on_its_page_before_is_as_usual(
    finished_run: Run, open_app: Open
) -> None:
    app = open_app("gradient_flow", run=EXAMPLE.id, gradient="matrix", compared="none")
    app.session_state["kept tour"] = 6
    app.run().button(key="tour-back").click().run()
    assert stop(app).startswith("**Stop 5 of 6.**") and not {"gradient", "compared"} & {
        *address(app)
    }


def test_the_list_of_keys_names_all_parts(open_app: Open) -> None:
    app = open_app("learn_tanh")
    app.button(key="keys").click().run()
    said = words(app)
    assert not app.exception
    for part in keys.ALL:
        assert part.where in said and all(f"| {does} |" in said for does in part.does.values())
