"""What a network copied is told as a person sees it, from the part it learned alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from rnnviz import Run
from rnnviz.runs.network.copying import copied_by, copying_control
from rnnviz.text.alphabet import Hangul

KOREAN = "나는 그 집 앞을 지날 때마다 고개를 숙였다. 값을 묻는 닭이 없다!\n"
HELD_OUT = "Nothing of this stands in the part before it, word for word.\n"


@pytest.mark.parametrize("hangul", ["syllables", "jamo"])
def test_passages_are_looked_for_in_what_was_learned(tmp_path: Path, hangul: Hangul) -> None:
    text = KOREAN * 300 + HELD_OUT * (15 if hangul == "syllables" else 30)
    run = Run.create(text, runs=tmp_path, hangul=hangul)
    learned, new = copied_by(run, [f"닭{KOREAN[:30]}", HELD_OUT[:50]])
    assert learned.passages == ((1, 31),) and learned.longest == 30
    assert new.share == 0
    control = copying_control(run, 40)
    assert control is not None and control.count > 20 and 0 < control.share < 1


def test_where_nothing_is_held_out_the_text_is_compared_with_the_rest_of_it(
    tmp_path: Path,
) -> None:
    run = Run.create(KOREAN * 9, runs=tmp_path)
    assert copied_by(run, [KOREAN[:25]])[0].share == 1
    control = copying_control(run, 40)
    assert control is not None and not control.held_out and control.share == 1
    assert copying_control(Run.create("to be", runs=tmp_path), 40) is None
