"""The page shows the text and nothing but the text, each character on its own colour."""

from __future__ import annotations

import math
import re
from html.parser import HTMLParser

import numpy as np
import pytest

from rnnviz import plots
from rnnviz.plots.theme import DARK, LIGHT, blend, highlight
from rnnviz.records import Sample, Scale

ONE = Scale("one", 0.0, np.ones(1))
HOSTILE = "<script>alert(1)</script></pre></main>\"'&amp;<img src=x onerror=y>"


class Reader(HTMLParser):
    """What a browser makes of the page: elements, and the text inside <main>."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.text, self.spans = "", list[tuple[str, dict[str, str | None]]]()
        self._inside, self._open = False, dict[str, str | None]()
        self.feed(page)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self._inside = self._inside or tag == "main"
        self._open = dict(attributes)

    def handle_endtag(self, tag: str) -> None:
        self._inside = self._inside and tag != "main"

    def handle_data(self, data: str) -> None:
        if self._inside:
            self.text += data
            self.spans.append((data, self._open))


def background(page: str, name: str) -> str:
    return re.search(rf"\.{name}{{background:(#\w+)}}", page).group(1)  # type: ignore[union-attr]


def test_hostile_text_comes_out_literally() -> None:
    for text in (HOSTILE, HOSTILE * 400):  # with tooltips, and in runs
        page = plots.coloured_text(text, np.linspace(-1, 1, len(text)), ONE, title=HOSTILE)
        read = Reader(page)
        assert read.text == text
        assert not read.tags & {"script", "img", "pre", "link"}
        assert "default-src 'none'" in page and "http:" not in page and "https:" not in page


def test_control_characters_are_pictures_and_newlines_stay() -> None:
    text = "a\x1b[31m\x00\x7f\x85\u202e\ud800\nb"
    read = Reader(plots.coloured_text(text, np.zeros(len(text)), ONE))
    assert read.text == "a␛[31m␀␡���↵\nb"


@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_colours_are_those_of_blend(theme: plots.Theme) -> None:
    values = np.array([-1.0, 0.5, 0.0, 2.0, np.nan])
    page = plots.coloured_text("abcde", values, Scale("s", 0.0, np.array([1.0])), theme=theme)
    classes = [attributes.get("class") for _, attributes in Reader(page).spans]
    assert classes == ["n64", "p32", "p0", "p64 clipped", None]
    assert background(page, "n64") == blend(theme, -1)
    assert background(page, "p32") == blend(theme, 0.5)
    assert f"background: {theme.background}; color: {theme.text}" in page
    assert "clipped, 1 in all" in page


def test_the_legend_has_the_scales_numbers() -> None:
    scale = Scale("centred <s>", 0.5, np.array([0.5, 0.25]))
    page = plots.coloured_text("ab", np.array([0.5, 0.75]), scale, unit=1)
    assert "<span>0.25</span><span>0.5</span><span>0.75</span>" in page
    assert "centred &lt;s&gt;" in page and "<h1>Unit 1</h1>" in page
    assert 'class="p64" title="0.75">b' in page
    with pytest.raises(ValueError, match="say which unit"):
        plots.coloured_text("ab", np.zeros(2), scale)


def test_without_a_scale_the_99th_percentile_is_named() -> None:
    assert "99th percentile" in plots.coloured_text("ab", np.array([1.0, np.nan]))


def test_long_texts_share_spans_and_have_no_tooltips() -> None:
    page = plots.coloured_text("x" * 20_001, np.repeat([0.5, -0.5], [20_000, 1]), ONE)
    assert page.count('class="p32"') == 1 and page.count('class="n32"') == 1
    assert 'title="' not in page and len(page) < 25_000
    short = plots.coloured_text("x" * 20_000, np.zeros(20_000), ONE)
    assert short.count('title="0"') == 20_000


def test_surprise_belongs_to_the_character_that_was_predicted() -> None:
    loss = np.array([math.log(8), math.log(2), math.nan])
    spans = Reader(plots.surprise("abc", loss, limit=4)).spans
    assert [(data, look.get("title")) for data, look in spans] == [
        ("a", None), ("b", "3.00 bits"), ("c", "1.00 bits"),
    ]  # fmt: skip
    assert [look.get("class") for _, look in spans] == [None, "p48", "p16"]
    with pytest.raises(ValueError, match="above 0"):
        plots.surprise("abc", loss, limit=0)


def test_samples_are_coloured_by_surprise_after_the_prompt() -> None:
    blank = np.zeros((2, 0))
    sample = Sample("<p", "qr", np.array([0.0625, 1.0]), blank.astype(np.int64), blank)
    spans = Reader(page := plots.sampled_text(sample)).spans
    assert [(data, look.get("class")) for data, look in spans] == [
        ("<", None), ("p", None), ("q", "p32"), ("r", "p0"),
    ]  # fmt: skip
    assert spans[2][1]["title"] == "4.00 bits: drawn with 6.25 %"
    assert background(page, "p32") == highlight(LIGHT, 0.5) != blend(LIGHT, 0.5)
    assert "<span>0</span><span>4</span><span>8</span>" in page


def test_values_must_be_as_many_as_characters_and_none_are_fine() -> None:
    for make in (plots.coloured_text, plots.surprise):
        with pytest.raises(ValueError, match=r"needs \(3,\)"):
            make("abc", np.zeros(2))
        assert Reader(make("", np.zeros(0))).text == ""
