"""What a run, a file or a person says is text on every page, never Markdown."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.message import Message
from streamlit.testing.v1 import AppTest

from dashboard.appearance import plain
from dashboard.navigation import PAGES
from rnnviz.runs.history import History, read_status
from rnnviz.runs.locks import hold
from rnnviz.runs.run import Run
from tests.dashboard.conftest import Open, say
from tests.dashboard.hostile import HOSTILE, IMAGE, hostile_run

# What the browser shows as it is: code, what stands in fields, the options of a select box. Plotly
# knows no images.
AS_IT_IS = {
    "Code.code_text",
    "Selectbox.options",
    "Selectbox.raw_value",
    "TextInput.default",
    "TextInput.value",
    "TextArea.default",
    "TextArea.value",
    "PlotlyChart.alt",
    "PlotlyChart.spec",
}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Run:
    return hostile_run(tmp_path_factory.mktemp("hostile"))


@pytest.fixture
def hostile(made: Run, monkeypatch: pytest.MonkeyPatch, open_app: Open) -> Run:
    """That run, in the folder the dashboard shows."""
    monkeypatch.setenv("RNNVIZ_RUNS", str(made.folder.path.parent))
    return made


def strings(message: Message) -> Iterator[tuple[str, str]]:
    """All texts a message carries, each with the message and the field it stands in."""
    for field, value in message.ListFields():
        values: Any = value if isinstance(value, list) or hasattr(value, "append") else [value]
        for each in values:
            if field.type == FieldDescriptor.TYPE_STRING:
                yield f"{message.DESCRIPTOR.name}.{field.name}", each
            elif isinstance(each, Message):
                yield from strings(each)


def shown(app: AppTest) -> list[tuple[str, str]]:
    """All texts of a page with the hostile image in them, escaped or not."""
    nodes: list[Any] = [app._tree]
    found: list[tuple[str, str]] = []
    while nodes:
        node = nodes.pop()
        nodes += getattr(node, "children", {}).values()
        if isinstance(proto := getattr(node, "proto", None), Message):
            found += strings(proto)
    return [
        (place, text) for place, text in found if "HOSTILE" in text and not place.endswith(".id")
    ]


def assert_plain(app: AppTest) -> None:
    assert not app.exception
    for place, text in shown(app):
        if place == "Html.body":  # reads no Markdown, but tags
            assert "<img" not in text and "&lt;img" in text, text
        else:
            assert place in AS_IT_IS or IMAGE not in text, (place, text)


@pytest.mark.parametrize("page", [page.name for page in PAGES])
def test_every_page_shows_it_as_text(hostile: Run, open_app: Open, page: str) -> None:
    app = open_app(page, run=hostile.id)
    assert shown(app)
    assert_plain(app)


@pytest.mark.parametrize("state", ["failed", "diverged", "stopped"])
def test_every_state_shows_it_as_text(hostile: Run, open_app: Open, state: str) -> None:
    before = read_status(hostile.folder.history)
    say(hostile, state, HOSTILE)
    app = open_app(run=hostile.id)
    assert (plain(HOSTILE) in {text for _, text in shown(app)}) or state != "stopped"
    assert_plain(app)
    with History(hostile.folder.history) as history:
        history.put_back(before)  # one whose state is none takes no other


def test_a_message_of_a_run_that_waits_is_text(hostile: Run, open_app: Open) -> None:
    lock = hold(hostile.folder.lock, 0)
    assert lock is not None
    try:
        say(hostile, "queued", HOSTILE)
        app = open_app(run=hostile.id)
        assert ("Progress.text", plain(HOSTILE)) in shown(app)
        assert_plain(app)
    finally:
        lock.release()


def test_what_can_be_done_with_it_is_asked_as_text(hostile: Run, open_app: Open) -> None:
    """An error quotes what a person typed."""
    app = open_app("samples", run=hostile.id)
    app.text_area(key="prompt").set_value(f"{IMAGE} HOSTILE 가").run()
    assert_plain(app)


def test_a_notice_is_shown_whole(hostile: Run, open_app: Open) -> None:
    with History(hostile.folder.history) as history:
        assert HOSTILE in history.notices
    app = open_app(run=hostile.id)
    assert ("Markdown.body", plain(HOSTILE)) in shown(app)


def test_plain_text_parts_what_is_looked_for_later() -> None:
    joined = plain(":smile: 12:30 :material/home: https://a.example www.a.example a@b.c -> a-b")
    parts = joined.replace("\\", "").split("\u2060")
    assert parts == [
        ":",
        "smile: 12:30 :",
        "material/home: https:",
        "//a.example www",
        ".a.example a@",
        "b.c -",
        "> a-b",
    ]


def test_a_state_that_is_none_is_said_as_text(hostile: Run, open_app: Open) -> None:
    """The last one here: it damages the run of the others."""
    say(hostile, HOSTILE, HOSTILE)
    assert_plain(open_app(run=hostile.id))
