"""Every field stays where it is, and the same, whatever is said around it.

One that moves or is another while a page is drawn again loses a click, an open menu and what is
being typed.
"""

from __future__ import annotations

from collections.abc import Iterator

from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Block, Widget

from rnnviz.runs.run import Run
from tests.dashboard.conftest import TEXT, Open, say, words

Places = dict[str, tuple[int, ...]]


def places(app: AppTest) -> Places:
    """Of every field on the page, by its key, and of Start: the way to it from the top."""

    def found(part: Block, way: tuple[int, ...]) -> Iterator[tuple[str, tuple[int, ...]]]:
        for index, child in part.children.items():
            if isinstance(child, Block):
                yield from found(child, (*way, index))
            elif isinstance(child, Widget):
                yield str(child.key or child.label), (*way, index)

    return dict(found(app.main, ()))


def agree(before: Places, app: AppTest, *gone: str) -> None:
    """What was there is there, at the same place; but for what is gone for a reason."""
    after = places(app)
    kept = {name: way for name, way in before.items() if not any(each in name for each in gone)}
    assert {"Start training", "preset", "field hidden_size", "field budget"} <= kept.keys()
    assert {name: after.get(name) for name in kept} == kept
    assert not app.exception


def test_no_field_moves_when_more_is_said(open_app: Open) -> None:
    app = open_app()
    at_first = places(app)
    assert sum("matched" in name for name in at_first) > 8
    app.number_input(key="field learning_rate").set_value(2.0).run()
    assert app.warning
    agree(at_first, app)
    app.text_input(key="field matched hidden_size").set_value("64,").run()
    assert "must be numbers with commas between" in words(app)
    agree(at_first, app, "matched group", "start matched")
    app.number_input(key="field hidden_size").set_value(20_000).run()
    assert app.error
    agree(at_first, app, "matched")
    app.number_input(key="field hidden_size").set_value(192)
    app.selectbox(key="field cell").set_value("rnn").run()
    agree(at_first, app, "matched group", "start matched", "forget_bias")


def test_no_field_is_another_with_another_text_or_preset(open_app: Open) -> None:
    app = open_app()
    app.segmented_control(key="kind of text").set_value("Your file").run()
    without = places(app)
    app.file_uploader[0].upload("x.txt", TEXT.encode()).run()
    assert "is said once it is there" not in words(app)
    agree(without, app, "text file", "field seconds")
    app.segmented_control(key="preset").set_value("good").run()
    agree(without, app, "text file", "field seconds")


def test_what_a_person_chose_stays_and_what_was_usual_follows(open_app: Open) -> None:
    app = open_app()
    app.segmented_control(key="kind of text").set_value("Your file").run()
    budget, decay, rate = (
        lambda: app.selectbox(key="field budget").value,
        lambda: app.number_input(key="field weight_decay").value,
        lambda: app.number_input(key="field learning_rate").value,
    )
    of_long = budget(), decay(), rate()
    app.number_input(key="field learning_rate").set_value(0.5).run()
    app.file_uploader[0].upload("x.txt", TEXT.encode()).run()
    of_short = budget(), decay(), rate()
    assert of_long[0] == "seconds" and of_short[0] == "iterations"
    assert of_long[1] != of_short[1] and of_short[2] == 0.5
    app.segmented_control(key="preset").set_value("good").run()
    assert rate() == of_long[2]
    app.segmented_control(key="preset").set_value("quick").run()
    assert (budget(), decay(), rate()) == of_short


def test_what_is_said_of_a_run_moves_none_of_its_charts_and_choices(
    finished_run: Run, open_app: Open
) -> None:
    quiet = places(open_app())
    say(finished_run, "stopped")
    app = open_app()
    assert "Stopped at iteration" in words(app)
    assert places(app)["iteration axis"] == quiet["iteration axis"]
