"""Texts come out of packages' files as they are meant to be read, and nothing is run."""

from __future__ import annotations

from pathlib import Path

import pytest

from rnnviz.corpora import extraction
from rnnviz.corpora.extraction import (
    c_sources,
    dialogues,
    latex_docstrings,
    plain_dialogues,
    plain_play,
    plays,
    python_sources,
    python_topics,
)
from rnnviz.text.reading import TextError

PLAY = r"""# Hamlet

## ACT I

### SCENE I. Elsinore.

_FRANCISCO at his post. Enter
to him BERNARDO_

**BERNARDO**@@
Who's there?

**KING CLAUDIUS**@@
_\[Aside]_@@
O, 'tis _too_ true!@@
How smart a lash!\--ay!

_To OPHELIA_

Read on this book;@@
That show \[He points] of exercise.

_Exeunt_
*Exit the last,
and Artois.*

**FIRST LORD**@@
_Exit_

**LAST LORD**@@
Ay.
""".replace("@@", "  ")  # how Markdown breaks lines

MODULE = r"""
raise SystemExit("this module must not be run")
about = '''
    The integral

    .. math ::

        \int_0^\infty t^{z-1} e^{-t} dt

    is of no interest here.

        >>> print(r"\frac")
'''
def f():
    '''Gives `\sum k`
    of it.

    Nothing else.'''
"""


def test_a_play_is_names_and_lines() -> None:
    assert plain_play(PLAY) == (
        "BERNARDO:\nWho's there?\n\n"
        "KING CLAUDIUS:\nO, 'tis too true!\nHow smart a lash!--ay!\n"
        "Read on this book;\nThat show of exercise.\n\n"
        "LAST LORD:\nAy.\n"
    )


def test_plays_follow_each_other(tmp_path: Path) -> None:
    (tmp_path / "tragedies").mkdir()
    for name in ("hamlet", "lear"):
        (tmp_path / "tragedies" / f"{name}.md").write_text(f"**{name.upper()}**  \nHo.  \n")
    assert plays(tmp_path) == "LEAR:\nHo.\n\nHAMLET:\nHo.\n"


def test_mathematics_is_found_and_nothing_is_run(tmp_path: Path) -> None:
    (tmp_path / "tests").mkdir()
    for name in ("gamma.py", "tests/test_gamma.py"):
        (tmp_path / name).write_text(MODULE)
    (tmp_path / "broken.py").write_text("def (:  # math::")
    assert latex_docstrings(tmp_path) == (
        ".. math ::\n\n    \\int_0^\\infty t^{z-1} e^{-t} dt\n\nGives `\\sum k`\nof it.\n"
    )


def test_topics_are_joined_by_name(tmp_path: Path) -> None:
    (tmp_path / "topics.py").write_text("x = 1\ntopics = {'b': 'Two.\\n', 'a': '\\nOne.'}\n")
    assert python_topics(tmp_path) == "One.\n\nTwo.\n"
    (tmp_path / "topics.py").write_text("topics = make()\n")
    with pytest.raises(TextError, match="holds no topics"):
        python_topics(tmp_path)


def test_sources_are_whole_files_that_can_be_read(tmp_path: Path) -> None:
    (tmp_path / "inner").mkdir()
    (tmp_path / "inner" / "a.c").write_text("int a;")
    (tmp_path / "b.h").write_text("int b;\n")
    (tmp_path / "c.h").write_bytes(b"\0\1\2")
    (tmp_path / "d.py").write_text("d = 1\n")
    (tmp_path / "inner" / "e.py").write_text("e = 1\n")
    assert sorted(c_sources(tmp_path).splitlines()) == ["", "int a;", "int b;"]
    assert python_sources(tmp_path) == "d = 1\n"


def test_sources_end_before_the_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(extraction, "MAX_CHARACTERS", 40)
    for name in "abcdefgh":
        (tmp_path / f"{name}.py").write_text(f"{name} = '{name * 9}'\n")
    first = python_sources(tmp_path)
    assert first.count(" = ") == 2
    assert first == python_sources(tmp_path)


def test_dialogue_lines_come_without_their_list(tmp_path: Path) -> None:
    listed = "conversations:\n- - '뭐 먹었어?'\n  - 밥이요.\n    아주 조금.\n- - 안녕 \"9\"\n"
    expected = '뭐 먹었어?\n밥이요. 아주 조금.\n\n안녕 "9"\n'
    assert plain_dialogues(listed) == expected
    (tmp_path / "food.yml").write_text(listed, encoding="utf-8")
    assert dialogues(tmp_path) == expected
    assert plain_dialogues("nothing: here\n") == ""
