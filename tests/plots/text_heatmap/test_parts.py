"""Scripts of several files are one, for pages that take only one."""

from __future__ import annotations

import re
from collections import Counter

from rnnviz.plots.text_heatmap.parts import FOLDER, program

_TOP = re.compile(r"^(?:export )?(?:const|let|function|class) (\w+)", re.M)
SCRIPTS = {path.name: path.read_text() for path in (FOLDER / "scripts").glob("*.js")}


def test_scripts_share_one_scope() -> None:
    named = Counter(name for text in SCRIPTS.values() for name in _TOP.findall(text))
    assert [name for name, times in named.items() if times > 1] == []


def test_one_script_has_all_of_them_what_is_needed_first() -> None:
    whole = program()
    assert not re.search(r"^(import|export)\b", whole, re.M)
    assert sum(map(len, SCRIPTS.values())) * 0.95 < len(whole)
    assert whole.index("class Reader") < whole.index("class Heatmap")


def test_nothing_in_it_ends_the_element_it_may_stand_in() -> None:
    assert "</script" not in program().lower()


def test_it_knows_of_no_place_where_it_stands() -> None:
    texts = {**SCRIPTS, **{path.name: path.read_text() for path in FOLDER.glob("*.[ch]*s*")}}
    told = re.compile(r"streamlit|--st-|jupyter|anywidget", re.I)
    assert {name: told.findall(text) for name, text in texts.items() if told.search(text)} == {}
