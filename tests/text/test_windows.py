"""BPTT windows: every target once, in order, with the state it should have."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnnviz.text.windows import Split, Windows, describe_fit, judged_of, short_window, stretches

LENGTHS = st.integers(2, 300)


@given(LENGTHS, st.integers(1, 9), st.integers(1, 20))
def test_no_target_is_lost_or_doubled(length: int, batch_size: int, sequence_length: int) -> None:
    windows = Windows.fitting(np.arange(length), batch_size, sequence_length)
    seen = []
    for window in windows:
        counted = np.ones_like(window.targets, bool) if window.counted is None else window.counted
        assert np.array_equal(window.targets[counted], window.inputs[counted] + 1)
        assert window.characters == counted.sum()
        seen += list(window.targets[counted])
    assert sorted(seen) == list(range(1, length))


@given(LENGTHS, st.integers(1, 9), st.integers(1, 20))
def test_each_stream_goes_on_where_it_was(length: int, batch: int, timesteps: int) -> None:
    windows = list(Windows.fitting(np.arange(length), batch, timesteps))
    assert [window.first for window in windows] == [True] + [False] * (len(windows) - 1)
    for before, after in pairwise(windows):
        assert before.counted is None
        going_on = after.inputs[0] == before.inputs[-1] + 1
        assert np.all(going_on if after.counted is None else going_on[after.counted[0]])


@given(LENGTHS, st.integers(1, 9), st.integers(1, 20))
def test_only_the_last_timestep_of_an_epoch_may_not_count(
    length: int, batch: int, timesteps: int
) -> None:
    *_, last = Windows.fitting(np.arange(length), batch, timesteps)
    assert last.counted is None or last.counted[:-1].all()


def test_two_characters_are_enough() -> None:
    windows = Windows.fitting(np.array([0, 1]), 24, 64)
    assert (windows.batch_size, windows.sequence_length, len(windows)) == (1, 1, 1)
    assert windows[0].inputs.tolist() == [[0]]
    assert windows[0].targets.tolist() == [[1]]


def test_windows_outside_the_epoch_do_not_exist() -> None:
    windows = Windows.fitting(np.arange(11), 2, 3)
    with pytest.raises(IndexError):
        windows[len(windows)]
    with pytest.raises(ValueError, match="batch_size is 11 for a text of 11"):
        Windows(np.arange(11), 11, 1)


def test_smaller_windows_are_said() -> None:
    fitted = Windows.fitting(np.arange(40), 24, 64)
    assert describe_fit(fitted, 24, 64) == (
        "The text has only 40 characters to train on: batch_size 24 became 1, "
        "sequence_length 64 became 39."
    )
    assert describe_fit(Windows.fitting(np.arange(4000), 24, 64), 24, 64) is None


@given(st.integers(0, 300_000), st.integers(1, 9_000))
def test_what_is_judged_is_what_the_stretches_hold(length: int, most: int) -> None:
    begin = length - Split.held_out_of(length)
    if begin == length:
        assert judged_of(length, most) == 0
        return
    firsts, taken = stretches(begin, length, most)
    places = (firsts[:, None] + np.arange(taken)).ravel()
    assert judged_of(length, most) == (places < length).sum()


@given(st.integers(2, 30_000))
def test_the_last_tenth_is_held_out_of_long_texts_only(length: int) -> None:
    ids = np.arange(length)
    split = Split.of(ids)
    assert np.array_equal(np.concatenate([split.training, split.held_out]), ids)
    assert len(split.held_out) == (length // 10 if length >= 10_000 else 0)


@pytest.mark.parametrize("characters", [2, 3, 65, 500, 1_025, 33_205])
@pytest.mark.parametrize(("batch_size", "sequence_length"), [(1, 64), (16, 64), (4, 7)])
def test_the_short_window_is_the_last_of_a_pass(
    characters: int, batch_size: int, sequence_length: int
) -> None:
    windows = Windows.fitting(np.zeros(characters, np.uint8), batch_size, sequence_length)
    last = len(windows[len(windows) - 1].inputs)
    expected = None if last == windows.sequence_length else (len(windows), last)
    assert short_window(characters, batch_size, sequence_length) == expected
