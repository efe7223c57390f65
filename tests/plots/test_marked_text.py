"""Marked passages are the ones asked for, and no letter of a text is markup."""

from __future__ import annotations

import re
from html import unescape

import pytest

from rnnviz.plots import THEMES, marked_text
from rnnviz.plots.theme import Theme


@pytest.mark.parametrize("theme", THEMES.values(), ids=list(THEMES))
def test_the_passages_are_marked_and_nothing_else(theme: Theme) -> None:
    text = 'to <be> & "not"\n\x1bto be'
    page = marked_text(text, [(3, 7), (10, 15)], theme=theme)
    marked = re.findall(r"<mark[^>]*>(.*?)</mark>", page)
    assert [unescape(passage) for passage in marked] == [text[3:7], text[10:15]]
    assert unescape(re.sub(r"<[^>]*>", "", page)) == text.replace("\x1b", "␛")
    assert theme.copied in page and theme.text in page
    assert "<mark" not in marked_text(text, [], theme=theme)
