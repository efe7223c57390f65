"""A planted rise is found where it begins, and noise is not taken for one."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from rnnviz.training.course import averaged, course_of, leap_of

LEVEL = [3.0, *[2.02] * 11]


def snapshots(validation: list[float], training: list[float] | None = None) -> pd.DataFrame:
    falling = [3.0 / (1 + place) for place in range(len(validation))]
    return pd.DataFrame(
        {
            "iteration": [10 * place for place in range(len(validation))],
            "validation_loss_nats": validation,
            "training_loss_nats": falling if training is None else training,
        }
    )


def test_a_rise_is_found_where_it_begins() -> None:
    course = course_of(snapshots([4, 3, 2.5, 2.2, 2, 2.1, 2.2, 2.35, 2.5, 2.65, 2.8]))
    assert course is not None and course.memorises
    assert (course.best, course.lowest, course.newest, course.now) == (40, 2.0, 100, 2.8)
    assert course.risen == pytest.approx(0.5)
    assert (course.training_then, course.training_now) == (0.6, pytest.approx(3 / 11))
    said = course.words
    assert "lowest at iteration 40: 2.885 bits/char (2.000 nats)" in said
    assert "risen since, by 1.154 bits/char to 4.040 bits/char at iteration 100" in said
    assert "while the training loss fell from 0.866 bits/char to 0.393 bits/char" in said


@pytest.mark.parametrize(
    "losses",
    [
        [4.0, 3.0, 2.0],  # the newest is the best
        [4.0, 3.0, 2.0, 2.5, 2.6],  # two snapshots are no course
        [4.0, 3.0, 2.0, 2.5, 2.5, 2.01],  # it has come back
        [4.0, 3.0, 2.5, 2.2, 2.05, 2.0, *[2.01] * 9],  # less than 1 %
    ],
)
def test_what_is_no_rise_is_not_called_one(losses: list[float]) -> None:
    course = course_of(snapshots(losses))
    assert course is not None and not course.rises
    assert not course.words


@pytest.mark.parametrize(
    ("losses", "said"),
    [
        ([4.0, 3.0, 2.0], "is lowest at iteration 20, the newest snapshot: it has not risen"),
        (
            [*LEVEL, 2.0, 2.5, 2.6],
            "the newest lies highest, 0.866 bits/char above that; fewer than",
        ),
        ([*LEVEL, 2.0, 9.9, 2.5, 2.0], "at one of the last 3 snapshots it was no more than"),
        ([4.0, 3.0, 2.0, 9.9, 2.5, 1.99], "is lowest at iteration 50, the newest snapshot"),
        ([4.0, 3.0, 2.0, 2.005], "since, the newest lies highest, 0.007 bits/char above that"),
        (
            [4.0, 3.0, 2.0, 2.005, 2.001, 2.002],
            "lowest at iteration 20; of the snapshots since, the highest lies 0.007 bits/char "
            "above that, the newest 0.003 bits/char",
        ),
        ([4.0, 3.0, 2.0, 2.0], "iteration 20, and less than 0.001 bits/char above that since"),
    ],
)
def test_what_is_said_of_no_rise_is_true_of_every_snapshot_since(
    losses: list[float], said: str
) -> None:
    course = course_of(snapshots(losses))
    assert course is not None and said in course.not_risen
    assert course.too_short == ("fewer" in said)


@pytest.mark.parametrize(
    ("since", "more"), [([2.01], 3), ([2.5], 2), ([2.5, 2.6], 1), ([2.5, 2.01, 2.6], 2)]
)
def test_so_many_more_snapshots_as_are_said_to_make_a_rise_do(
    since: list[float], more: int
) -> None:
    losses = [*LEVEL, 2.0, *since]
    course = course_of(snapshots(losses))
    assert course is not None and not course.rises
    assert course.needed.startswith(f"{more} ")
    rises = [course_of(snapshots([*losses, *[2.6] * made])) for made in (more - 1, more)]
    assert [found is not None and found.rises for found in rises] == [False, True]


@pytest.mark.parametrize("seed", range(20))
def test_noise_about_a_level_is_no_rise_and_a_slope_through_it_is(seed: int) -> None:
    noise = np.random.default_rng(seed).normal(0, 0.05, 40)
    level = course_of(snapshots([3.0, *(2 + noise)]))
    slope = course_of(snapshots([3.0, *(2 + noise + np.linspace(0, 1.5, 40))]))
    assert level is not None and not level.rises
    assert slope is not None and slope.rises


def test_where_the_training_loss_rises_too_nothing_is_learned_by_heart() -> None:
    course = course_of(snapshots([2.0, 3.0, 4.0, 5.0], training=[2.0, 3.0, 4.0, 5.0]))
    assert course is not None and course.rises and not course.memorises


def test_without_a_validation_loss_there_is_no_course() -> None:
    assert course_of(snapshots([math.nan] * 3)) is None
    assert course_of(snapshots([])) is None


def test_a_leap_is_half_a_bit_above_what_was_before() -> None:
    assert leap_of(snapshots([], [])) is None
    assert leap_of(snapshots([1.0] * 3, [3.0, 1.0, 1.3])) is None
    assert leap_of(snapshots([1.0] * 4, [math.nan, 3.0, 1.0, 1.5])) == (20, 1.0, 1.5)


def test_a_training_loss_is_a_mean_over_little_of_a_run() -> None:
    assert [averaged(made) for made in (0, 1, 19, 20, 999, 1_000, 10**6)] == [
        1,
        1,
        1,
        2,
        99,
        100,
        100,
    ]
