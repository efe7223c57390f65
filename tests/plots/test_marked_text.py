"""Marked passages are the ones asked for, and no letter of a text is markup."""

from __future__ import annotations

import re
from html import unescape

import pytest

from rnnviz.plots import THEMES, marked_text, parted_text
from rnnviz.plots.theme import Theme


@pytest.mark.parametrize("theme", THEMES.values(), ids=list(THEMES))
def test_the_passages_are_marked_and_nothing_else(theme: Theme) -> None:
    text = 'to <be> & "not"\n\x1bto be'
    page = marked_text(text, [(3, 7), (10, 15)], theme=theme)
    marked = re.findall(r"<mark[^>]*>(.*?)</mark>", page)
    assert [unescape(passage) for passage in marked] == [text[3:7], text[10:15]]
    assert unescape(re.sub(r"<[^>]*>", "", page)) == text.replace("\x1b", "␛").replace(
        "\n", "↵\n"
    )  # where a line ends, not only where the panel does
    assert theme.copied in page and theme.text in page
    assert "<mark" not in marked_text(text, [], theme=theme)


@pytest.mark.parametrize("theme", THEMES.values(), ids=list(THEMES))
def test_what_two_texts_share_stands_back_and_where_they_part_is_marked(theme: Theme) -> None:
    page = parted_text("<to>\n&be", 4, theme=theme)
    (same,) = re.findall(r"<span style=\"color:([^\"]*)\">&lt;to&gt;</span>", page)
    (there,) = re.findall(r"<mark[^>]*>(.*?)</mark>", page, re.DOTALL)
    assert (same, there) == (theme.muted, "↵\n")
    assert page.endswith("&amp;be</pre>") and theme.accent in page
    whole = parted_text("to", 2, theme=theme)
    assert parted_text("a\nb", 3).count("↵") == 1
    assert "<mark" not in whole and ">to</span></pre>" in whole
