"""The colours of the server's configuration are those of the pictures; text is shown as it is."""

from __future__ import annotations

import re
import string
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.appearance import plain
from rnnviz.plots.theme import THEMES, Theme, mix
from rnnviz.text.control import escaped
from tests.plots.contrast import contrast

CONFIG = tomllib.loads(
    (Path(__file__).parents[2] / "dashboard" / ".streamlit" / "config.toml").read_text()
)


@pytest.mark.parametrize("name", THEMES)
def test_the_configuration_has_the_colours_of_the_theme(name: str) -> None:
    theme, configured = THEMES[name], CONFIG["theme"][name]
    assert configured["backgroundColor"] == theme.background
    assert configured["secondaryBackgroundColor"] == theme.surface
    assert configured["textColor"] == theme.text
    assert configured["borderColor"] == theme.grid
    assert configured["primaryColor"] == theme.accent
    for behind in (theme.background, theme.surface):  # captions are six tenths of the text's colour
        assert contrast(mix(behind, theme.text, 0.6), behind) >= 4.5


@pytest.mark.parametrize("theme", THEMES.values(), ids=list(THEMES))
def test_chosen_options_and_primary_buttons_can_be_read(theme: Theme) -> None:
    """A chosen option has letters of the accent on a tenth of it; on the accent, the background."""
    assert contrast(theme.accent, mix(theme.background, theme.accent, 0.1)) >= 4.5
    assert contrast(theme.background, theme.accent) >= 4.5


def test_the_server_speaks_to_this_machine_only_and_tells_nobody() -> None:
    assert CONFIG["server"]["address"] == "localhost"
    assert CONFIG["browser"]["gatherUsageStats"] is False
    assert CONFIG["runner"]["magicEnabled"] is False


@given(st.text(alphabet=st.characters(exclude_characters="\n")))
def test_plain_text_has_no_mark_that_markdown_reads(text: str) -> None:
    shown = plain(text)
    read = re.sub(r"\\(.)", r"\1", shown, flags=re.DOTALL)
    assert read.replace("\u2060", "") == escaped(text).replace("\u2060", "")
    assert not set(re.sub(r"\\.", "", shown, flags=re.DOTALL)) & set(string.punctuation)


def test_plain_text_stays_on_one_line() -> None:
    assert plain("a\n# b") == "a \\# b"
