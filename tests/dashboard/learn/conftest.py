"""The networks of the Learn pages, trained once for all tests: a seed gives the same again."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import pytest

from rnnviz.lessons.tasks import (
    captions,
    forecast,
    next_character,
    numerals,
    recall,
    scenes,
    sentiment,
    tagging,
)

TASKS = captions, forecast, next_character, numerals, scenes, sentiment, tagging


@pytest.fixture(scope="package", autouse=True)
def tasks_learned_once() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        for task in TASKS:
            patch.setattr(task, "learn", cache(task.learn))
        patch.setattr(recall, "learn_to_recall", cache(recall.learn_to_recall))
        yield
