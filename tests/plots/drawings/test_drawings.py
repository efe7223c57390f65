"""The drawings of the Learn pages: whole, with their numbers, and with words as words."""

from __future__ import annotations

import math
import re
from dataclasses import replace
from xml.etree import ElementTree

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rnnviz import plots
from rnnviz.notation import magnitude, short
from rnnviz.plots.drawings.drawing import Drawing, Picture
from rnnviz.plots.drawings.network_terms import network_terms
from rnnviz.plots.drawings.pictures import film_strip, pixel_picture
from rnnviz.plots.drawings.products import Sum, entry_by_entry, matrix_product
from rnnviz.plots.drawings.readout import readout
from rnnviz.plots.drawings.recurrence import Calls, recurrence
from rnnviz.plots.drawings.unrolled import unrolled
from rnnviz.plots.drawings.wiring import gru_wiring, lstm_wiring
from rnnviz.plots.drawings.word_network import Chain, Columns, word_network, writing
from rnnviz.plots.lessons.memory import loss_with_and_without_memory
from rnnviz.plots.theme import DARK, LIGHT, THEMES, Theme, blend, path_colours
from rnnviz.text.marks import mark
from tests.plots.contrast import contrast

HOSTILE = "<script>alert(1)</script>&\"'\n\x00\ud800"
ROWS = np.array([[1.25, -1.5, 0.5], [0.0, 2.0, -10.0]])
SQUARE = np.array([[0.9, 0.1], [-0.2, 1.5]])
TEXT = "{http://www.w3.org/2000/svg}text"


def words_of(picture: Picture) -> list[str]:
    """The letters in the drawing, and a check that it is nothing but a drawing."""
    root = ElementTree.fromstring(picture.svg)
    tags = {element.tag.split("}")[1] for element in root.iter()}
    assert tags <= {"svg", "title", "rect", "text", "tspan", "polyline", "polygon"}
    assert "nan" not in re.sub(r"<t(itle|ext).*?</t(itle|ext)>", "", picture.svg).lower()
    return ["".join(element.itertext()) for element in root.iter(TEXT)]


def make_sum(theme_factor: np.ndarray | None = None) -> Sum:
    x, h = np.array([0.8, 0.0, 1.0]), np.array([0.25, -0.75])
    factor = np.ones(2) if theme_factor is None else theme_factor
    total = ROWS @ x + 0.5 + factor * (SQUARE @ h)
    bias = np.full(2, 0.5)
    return Sum("n", ROWS, SQUARE, bias, x, h, total, np.tanh(total), "tanh", theme_factor)


@pytest.mark.parametrize("theme", THEMES.values(), ids=list(THEMES))
def test_every_number_of_the_product_is_there(theme: Theme) -> None:
    shown = make_sum()
    words = words_of(matrix_product(shown, theme=theme))
    for value in (
        *ROWS.flat,
        *SQUARE.flat,
        *shown.x,
        *shown.h,
        *shown.bias,
        *shown.a,
        *shown.value,
    ):
        assert short(float(value)) in words
    words = words_of(entry_by_entry(shown, theme=theme))
    assert "1.25 · 0.80" in words and short(1.25 * 0.8) in words
    assert "−0.20 · 0.25" in words and short(-0.2 * 0.25) in words
    assert words[0] == "unit 0" and "unit 1" in words and "unit 2" not in words
    assert words.index("1.25 · 0.80") < words.index("0.90 · 0.25")
    assert words.index("0.90 · 0.25") < words.index("bn")  # x, then h, then b


def test_the_factor_of_the_grus_candidate_is_there() -> None:
    words = words_of(entry_by_entry(make_sum(np.array([0.125, 0.5]))))
    assert "0.12" in words and "0.50" in words and "× (" in words


def test_the_unrolled_module_shows_inputs_states_and_outputs() -> None:
    h = np.array([[0.0, 0.0], [0.31, -0.42], [0.53, 0.64]])
    words = words_of(recurrence(Calls(["one", HOSTILE], h, [None, "good 0.75"]), 1, theme=DARK))
    assert {"one", "0.31", "−0.42", "good 0.75", "x2", "y2", "h2"} <= set(words)
    assert "y1" not in words
    assert any("<script>" in word for word in words)


@pytest.mark.parametrize("output", ["good 0.67", "mixed 0.66", "W" * 12])
def test_what_is_written_over_the_last_call_is_not_cut(output: str) -> None:
    picture = recurrence(Calls(["one"], np.zeros((2, 2)), [output]), 0)
    (element,) = (
        each for each in ElementTree.fromstring(picture.svg).iter(TEXT) if each.text == output
    )
    assert float(element.get("x", "")) + 7.5 * len(output) <= picture.width


def test_the_wiring_shows_every_gate_and_product() -> None:
    lstm = {"i": 0.8, "f": 0.5, "g": -0.5, "o": 0.9, "c_before": 3.0, "c": 1.1}
    words = words_of(lstm_wiring(lstm | {"h_before": 0.3, "h": 0.72}))
    assert {"0.80", "0.50", "−0.50", "0.90", "3.00", "1.50", "−0.40", "1.10", "0.72"} <= set(words)
    gru = {"r": 0.1, "z": 0.25, "n": 0.6, "h_before": 1.0, "h": 0.7}
    words = words_of(gru_wiring(gru))
    assert {"0.10", "0.25", "0.60", "0.75", "0.45", "0.70"} <= set(words)


@pytest.mark.parametrize("theme", THEMES.values(), ids=list(THEMES))
def test_h_and_c_have_the_colours_they_have_in_charts(theme: Theme) -> None:
    (h,), (c,) = path_colours(theme, "h"), path_colours(theme, "c")
    lstm = dict.fromkeys(("i", "f", "g", "o", "c_before", "c", "h_before", "h"), 0.5)
    svg = lstm_wiring(lstm, theme=theme).svg
    assert h in svg and c in svg
    gru = dict.fromkeys(("r", "z", "n", "h_before", "h"), 0.5)
    loop = recurrence(Calls(["a"], np.zeros((2, 1)), [None]), 0, theme=theme)
    for svg in (gru_wiring(gru, theme=theme).svg, loop.svg):
        assert h in svg and c not in svg, "what reads x is not drawn as c is"


def test_the_states_of_a_wiring_share_one_limit() -> None:
    values = {"i": 0.8, "f": 0.5, "g": -0.5, "o": 0.9, "c_before": 4.0, "c": 2.0}
    svg = lstm_wiring(values | {"h_before": -1.0, "h": 0.0}).svg
    fills = [box.get("fill") for box in ElementTree.fromstring(svg).iter() if is_state(box)]
    assert fills == [blend(LIGHT, share) for share in (1.0, 0.5, -0.25, 0.0)]


def is_state(element: ElementTree.Element) -> bool:
    return element.tag.endswith("rect") and element.get("width") == "50.0"


def test_the_readout_and_terms_show_their_numbers() -> None:
    weight, h = ROWS[:, :2], np.array([0.5, -0.5])
    parts = weight, np.zeros(2), h, weight @ h, np.array([0.3, 0.7])
    words = words_of(readout(*parts, ["bad", HOSTILE]))
    assert {"1.25", "−1.50", "0.30", "0.70", "P(bad)"} <= set(words)
    one = np.ones(2)
    words = words_of(network_terms([5, 6], [("W", HOSTILE, one)], 3 * one, one / 4, "relu"))
    assert {"unit 5", "unit 6", "1.00", "3.00", "0.25", "relu"} <= set(words)


@pytest.mark.parametrize("memory", [True, False])
def test_the_columns_mark_what_is_right_and_what_is_wrong(memory: bool) -> None:
    logits = np.array([[2.0, -1.0], [3.0, 0.5]])
    share = np.array([[0.9, 0.1], [0.8, 0.2]])
    ids = np.array([0, 1])
    columns = Columns("<\n", ids, np.array([0, 1]), ROWS[:, :2], logits, share, memory)
    words = words_of(word_network(columns))
    assert (words.count("✓"), words.count("✗")) == (1, 1)
    assert {"2.00", "−1.00", ".90", ".20", "<", "↵"} <= set(words)
    assert ("Whh = 0" in words) is not memory and ("h0 = 0" in words) is memory


def test_columns_out_of_a_larger_network_say_which() -> None:
    ids, one = np.array([0, 1]), np.ones((2, 2))
    h = np.array([[4.0, -2.0], [0.0, 2.0]])
    shown = {"limit": 4.0, "first": 3, "units": ["layer 1", "units 7–8"], "below": "2 layers"}
    picture = word_network(Columns("<a", ids, ids, h, one, one / 9, **shown))
    assert {"h3", "layer 1", "units 7–8", "2 layers", "4.00", ".11"} <= set(words_of(picture))
    assert "Wxh" not in words_of(picture)
    boxes = [box for box in ElementTree.fromstring(picture.svg).iter() if is_state(box)]
    fills = [box.get("fill") for box in boxes]
    for share in (1.0, -0.5, 0.0, 0.5):
        assert blend(LIGHT, share) in fills


def test_writing_shows_each_character_twice_but_the_ends() -> None:
    words = words_of(writing(Chain("abc", np.array([0.5, 0.25]))))
    assert [words.count(c) for c in "abc"] == [1, 2, 1]
    assert {"0.50", "0.25"} <= set(words)


def make_unrolled(
    timesteps: int, units: int, scale: float = 1.0, text: str = ""
) -> plots.UnrolledNumbers:
    draw = np.random.default_rng(0)
    return plots.UnrolledNumbers(
        text=text or "x" * (timesteps + 1),
        h=np.tanh(draw.standard_normal((timesteps + 1, units))),
        dh=scale * draw.standard_normal((timesteps, units)),
        from_next=np.zeros((timesteps, units)),
        from_loss=np.ones((timesteps, units)),
        probability=np.full(timesteps, 0.25),
        loss=np.full(timesteps, np.log(4)),
        counted=[True] * timesteps,
    )


@pytest.mark.parametrize("theme", THEMES.values(), ids=list(THEMES))
@pytest.mark.parametrize(("timesteps", "units"), [(1, 1), (4, 3), (7, 4)])
def test_the_graph_shows_every_short(theme: Theme, timesteps: int, units: int) -> None:
    shown = make_unrolled(timesteps, units)
    found = words_of(plots.unrolled_graph(shown, theme=theme))
    for value in [*shown.h[1:].ravel(), *shown.dh.ravel()]:
        assert magnitude(float(value)) in found
    assert found.count("l1 = 1.39") == 1
    assert (f"t = {timesteps}" in found) and (f"t = {timesteps + 1}" not in found)


def test_the_graph_takes_norms_over_more_units_than_it_shows() -> None:
    shown = make_unrolled(2, 1)
    wide = np.array([[3.0, 4.0], [0.0, 0.0]])
    more = {"norm of c_t": np.array([7.5, 8.5])}
    whole = replace(shown, from_next=wide, input_weight="layer 0", limit=2.0, norms=more)
    found = words_of(plots.unrolled_graph(whole))
    assert {"5.00", "7.50", "8.50", "norm of ct", "layer 0"} <= set(found)
    assert "Wxh" not in found and "Wxh" in words_of(plots.unrolled_graph(shown))


def test_a_small_probability_is_not_written_as_zero() -> None:
    shown = replace(make_unrolled(2, 1), probability=np.array([0.0015, 1.3e-5]))
    assert {"0.0015", "1.3e−5"} <= set(words_of(plots.unrolled_graph(shown)))


def test_small_gradients_keep_their_digits() -> None:
    shown = make_unrolled(2, 2, 1e-5)
    found = words_of(plots.unrolled_graph(shown))
    for value in shown.dh.ravel():
        assert magnitude(float(value)) in found


@pytest.mark.parametrize("text", ["<&>", "\"'x", "a\nb", "가나다", "\x00\x1b\x85", "🙂\u202ex"])
def test_any_characters_can_be_drawn(text: str) -> None:
    assert words_of(plots.unrolled_graph(make_unrolled(2, 2, text=text[:3])))
    assert words_of(plots.bptt_windows(text, 2, 1))
    terms = plots.gradient_terms(np.ones((1, 1, 1)), "W_hh", ["h1"], ["h1"], [mark(text[0])])
    assert f"t = 1, reads {mark(text[0])}" in words_of(terms)


@pytest.mark.parametrize("scale", [0.0, 1e-300, 1e300])
def test_gradients_of_any_size_are_drawn(scale: float) -> None:
    assert "NaN" not in plots.unrolled_graph(make_unrolled(3, 2, scale), theme=DARK).svg
    terms = plots.gradient_terms(np.full((2, 2, 3), scale), "W_xh", "ab", "cde", "xy")
    assert "nan" not in terms.svg


def test_the_terms_are_beside_their_sum() -> None:
    terms = np.array([[[0.5, -1.0]], [[0.25, 0.0]]])
    found = words_of(plots.gradient_terms(terms, "W_hy", ["e"], ["h1", "h2"], ["h", "e"]))
    assert found[0] == "∂L/∂Why"
    assert [word for word in found if word in ("0.75", "−1.00", "0.50", "0.25")] == [
        *("0.75", "−1.00"),
        *("0.50", "−1.00"),
        "0.25",
    ]
    small = words_of(plots.gradient_terms(terms / 1000, "W_hy", ["e"], ["a", "b"], ["h", "e"]))
    assert small[0] == "∂L/∂Why in 10⁻³" and {"0.75", "−1.00", "0.25"} <= set(small)
    with pytest.raises(ValueError, match="they must be"):
        plots.gradient_terms(terms, "W_hy", ["e"], ["h1"], ["h", "e"])


@pytest.mark.parametrize("length", [1, 2, 47, 48, 49, 600])
@pytest.mark.parametrize("window", [1, 7, 10, 100])
def test_windows_are_drawn_for_every_length(length: int, window: int) -> None:
    for timestep in {0, length // 2, length - 1}:
        found = words_of(plots.bptt_windows("x" * length, window, timestep, theme=DARK))
        assert found.count("x") == length
        assert f"gradient of the loss at t = {timestep + 1}" in found
    with pytest.raises(ValueError, match="the text has"):
        plots.bptt_windows("x" * length, window, length)


@pytest.mark.parametrize("theme", THEMES.values(), ids=list(THEMES))
def test_a_drawing_is_an_svg_whatever_its_labels_hold(theme: Theme) -> None:
    drawing = unrolled(
        ["<b>", '"&', "", ""], ["", "x", "y", "z"], fed_back=True, second_from=2, theme=theme
    )
    assert words_of(drawing) == ["h", "<b>", "h", '"&', "x", "h", "y", "h", "z"]
    assert drawing.svg.count("stroke-dasharray") == 2


def test_long_labels_have_room_and_the_size_of_short_ones() -> None:
    picture = unrolled(["the", "film"], ["PRON", "positive"])
    boxes = [e for e in ElementTree.fromstring(picture.svg).iter() if e.tag.endswith("rect")]
    pills = [(float(box.get("x", 0)), float(box.get("width", 0))) for box in boxes]
    _, the, pron, _, film, positive = pills
    assert the[1] == film[1] == 46.0
    assert pron[1] >= 13 * 0.7 * 4 + 12 and positive[1] >= 13 * 0.55 * 8 + 12
    assert pron[0] + pron[1] < positive[0]
    assert set(re.findall(r'font-size="(\d+)"', picture.svg)) == {"13"}


@pytest.mark.parametrize("theme", THEMES.values(), ids=list(THEMES))
def test_pictures_are_svg_whatever_was_typed(theme: Theme) -> None:
    for rows in (["b.o", "<&"], [""], []):
        picture = pixel_picture(rows, "bogp", theme=theme)
        assert words_of(picture) == []
        assert picture.svg.count("<rect") == sum(map(len, rows))
    assert film_strip([(0, 0), (4, 4)], 5, theme=theme).svg.count("<rect") == 4
    assert film_strip([], 5, theme=theme).svg.count("<rect") == 0


@settings(max_examples=60)
@given(st.text(max_size=20))
def test_a_typed_word_is_never_markup(typed: str) -> None:
    drawing = Drawing(10, 10, LIGHT)
    drawing.text(5, 5, typed)
    picture = drawing.picture(typed)
    root = ElementTree.fromstring(picture.svg)
    assert [len(element) for element in root.iter(TEXT)] == [0]
    picture.svg.encode("utf-8")


@settings(max_examples=60)
@given(st.text(max_size=20))
def test_a_symbol_can_be_any_text(typed: str) -> None:
    drawing = Drawing(10, 10, LIGHT)
    drawing.symbol(5, 5, typed)
    drawing.symbol(5, 5, "h_\x1b", upright=True)
    assert words_of(drawing.picture("a symbol"))[-1] == "h␛"


def test_the_loss_has_both_networks_and_the_floor() -> None:
    bit = math.log(2)
    losses = [2 * bit, bit], [2 * bit, 1.5 * bit]
    figure = loss_with_and_without_memory(*losses, 0.0, theme=DARK)
    assert [list(trace.y) for trace in figure.data] == [[2, 1], [2, 1.5], [0, 0]]
    assert [list(trace.customdata) for trace in figure.data[:2]] == [*losses]
    assert figure.data[-1].name == "least possible without memory: 0.000 bits"


@pytest.mark.parametrize("losses", [1, 2, 13, 14, 1001])
def test_the_losses_fill_their_axis(losses: int) -> None:
    figure = loss_with_and_without_memory([1.0] * losses, [1.0] * losses, 0.5)
    left, right = figure.layout.xaxis.range
    assert left <= 0 and right == max(1, losses - 1)
    ticks = figure.layout.xaxis.tickvals
    assert ticks is None if losses > 13 else ticks == tuple(range(losses))


@pytest.mark.parametrize("theme", THEMES.values(), ids=list(THEMES))
def test_letters_can_be_read(theme: Theme) -> None:
    svg = matrix_product(make_sum(), theme=theme).svg
    fills = set(re.findall(r'<rect[^>]*fill="(#\w+)"', svg))
    assert len(fills) > 3
    assert min(contrast(fill, theme.text) for fill in fills) > 4.5
