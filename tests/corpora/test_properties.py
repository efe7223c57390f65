"""Every property that is known of a generated text is explained."""

from __future__ import annotations

import pytest

from rnnviz.corpora.languages.by_name import LANGUAGES
from rnnviz.corpora.languages.properties import MEANINGS


@pytest.mark.parametrize("name", LANGUAGES)
def test_every_property_has_its_words(name: str) -> None:
    assert LANGUAGES[name]().channels.keys() <= MEANINGS.keys()
