"""A person's own hypotheses: expressions that never hang the page, and files that are checked."""

from __future__ import annotations

import numpy as np
import pytest

from rnnviz.analysis.units.hypotheses import patterns
from rnnviz.analysis.units.hypotheses.label_files import LabelError, file_labels
from rnnviz.analysis.units.hypotheses.patterns import PatternError, matches, pattern_labels


def test_inside_a_match_and_since_one() -> None:
    inside, ago = pattern_labels("^b.|\ud800", "ab\nbcd\ud800")
    assert inside.values.tolist() == [0, 0, 0, 1, 1, 0, 1]
    np.testing.assert_array_equal(ago.values, [np.nan] * 4 + [0, 1, 0])
    assert (inside.kind, ago.kind) == ("yes/no", "counter")


def test_what_matches_nowhere_or_nothing_does_not_vary() -> None:
    for pattern in ("x", "$^", "(?=z)"):
        assert not any(labels.varies for labels in pattern_labels(pattern, "abc"))


def test_a_match_of_nothing_is_no_match() -> None:
    """As of a* where no a stands: it ends nowhere."""
    _, ago = pattern_labels("a*", "xaax")
    np.testing.assert_array_equal(ago.values, [np.nan, np.nan, 0, 1])


def test_a_catastrophic_expression_is_stopped_with_a_sentence() -> None:
    with pytest.raises(PatternError, match="was not through 41 characters after 0"):
        matches("(a+)+b", "a" * 40 + "c", seconds=0.4)


def test_what_the_other_process_takes_to_begin_does_not_count(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(patterns, "_LOOK", "import time; time.sleep(1)\n" + patterns._LOOK)
    assert matches("b+", "abba", seconds=0.9) == [(1, 3)]


@pytest.mark.parametrize(
    ("pattern", "said"),
    [
        ("(", "'\\(' is no regular expression that can be used: missing \\)"),
        ("", "has 0 characters; give one of 1 to 1,000"),
        ("a" * 1001, "has 1,001 characters"),
        ("(?P<a>.)(?P<a>.)", "redefinition of group name"),
    ],
)
def test_what_is_no_expression_is_said(pattern: str, said: str) -> None:
    with pytest.raises(PatternError, match=said):
        matches(pattern, "some text")


def test_a_file_of_numbers_is_a_counter_or_yes_and_no() -> None:
    labels = file_labels("\ufeffposition,value\n0, 1\n\n2,0\n", 4, "mine")
    assert (labels.name, labels.kind) == ("mine", "yes/no")
    np.testing.assert_array_equal(labels.values, [1, np.nan, 0, np.nan])
    assert file_labels("0,1.5\n1,-2e3", 2).kind == "counter"
    assert file_labels('0,"a, b"\n1,2', 2).classes == ("2", "a, b")


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ("", "the file has no labels; each line is a position"),
        ("position,value\n", "the file has no labels"),
        ("1.5,1\n", "line 1: the position is '1.5'"),
        ("0,1,2\n", "line 1 has 3 values"),
        ("0,1\n1\n", "line 2 has 1 values"),
        ("0,1\n1,\n", "line 2 has 2 values, \\['1', ''\\]; each line"),
        ("0,1\nx,1\n", "line 2: the position is 'x'; give a whole number from 0"),
        ("0,1\n-1,1\n", "line 2: the position is '-1'"),
        ("0,1\n5,1\n", "line 2: the position is 5, but the text has 5 characters"),
        ("0,1\n" + "9" * 5000 + ",1\n", "line 2: the position is"),
        ("0,1\n0,2\n", "line 2: position 0 has a label already"),
        ("".join(f"{n},w{n}\n" for n in range(40)), "of 40 kinds, such as 'w0'; give at most 30"),
    ],
)
def test_what_a_file_lacks_is_said_with_its_line(table: str, said: str) -> None:
    with pytest.raises(LabelError, match=said):
        file_labels(table, 40 if "w0" in table else 5)
