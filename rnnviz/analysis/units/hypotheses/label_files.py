"""A person's own hypothesis as a file of labels: a position and a value a line."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterator

import numpy as np

from rnnviz.analysis.units.hypotheses.hypothesis import Labels
from rnnviz.records import Array

MOST_CLASSES = 30

_FORM = "each line is a position, counted from 0, a comma and a value"


class LabelError(ValueError):
    """A file of labels that does not say what it must."""


def file_labels(table: str, characters: int, name: str = "labels") -> Labels:
    r"""The labels that a table of comma-separated values gives.

    A first line of words, such as "position,value", is passed over. Values that are all numbers
    make a counter, or yes/no where they are 0 and 1 alone; all else makes classes. A position that
    is not named has no label.

    Args:
        table: what the file holds.
        characters: how many the text has; positions count the characters of the text from 0.
        name: what tables call them.

    Raises:
        LabelError: a line is something else, a position is outside the text or stands twice, or
            there are more than 30 classes.

    Example:
        >>> labels = file_labels("position,value\n1,yes\n3,no\n", characters=4)
        >>> labels.kind, labels.values.tolist(), labels.classes
        ('class', [nan, 1.0, nan, 0.0], ('no', 'yes'))
    """
    given: dict[int, str] = {}
    for line, place, value in _rows(table, characters):
        if place in given:
            raise LabelError(f"line {line}: position {place:,} has a label already; give it one.")
        given[place] = value
    if not given:
        raise LabelError(f"the file has no labels; {_FORM}.")
    numbers = [_number(value) for value in given.values()]
    known = [number for number in numbers if number is not None]
    marks = f"What the file says of {len(given):,} of {characters:,} characters"
    if len(known) < len(numbers):
        return _classes(given, characters, name, marks)
    values = _placed(list(given), known, characters)
    return Labels(name, marks, "yes/no" if set(known) <= {0.0, 1.0} else "counter", values)


def _rows(table: str, characters: int) -> Iterator[tuple[int, int, str]]:
    """Line, position and value of each label."""
    reader = csv.reader(io.StringIO(table.removeprefix("\ufeff")))
    try:
        for row in reader:
            line, cells = reader.line_num, [cell.strip() for cell in row]
            if not any(cells) or (line == 1 and not any(map(str.isdigit, cells[0]))):
                continue
            yield line, *_label(line, cells, characters)
    except csv.Error as error:
        raise LabelError(f"line {reader.line_num}: {error}; {_FORM}.") from None


def _label(line: int, cells: list[str], characters: int) -> tuple[int, str]:
    if len(cells) != 2 or not all(cells):
        raise LabelError(f"line {line} has {len(cells)} values, {cells!r}; {_FORM}.")
    place, value = cells
    if not (place.isascii() and place.isdecimal() and len(place) < 19):
        raise LabelError(f"line {line}: the position is {place!r}; give a whole number from 0.")
    if int(place) >= characters:
        raise LabelError(
            f"line {line}: the position is {int(place):,}, but the text has {characters:,} "
            f"characters; the last is at {characters - 1:,}."
        )
    return int(place), value


def _number(value: str) -> float | None:
    try:
        number = float(value)
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def _classes(given: dict[int, str], characters: int, name: str, marks: str) -> Labels:
    names = sorted(set(given.values()))
    if len(names) > MOST_CLASSES:
        raise LabelError(
            f"the labels are of {len(names):,} kinds, such as {names[0]!r}; give at most "
            f"{MOST_CLASSES} words, or numbers alone."
        )
    number = {kind: float(place) for place, kind in enumerate(names)}
    values = _placed(list(given), [number[kind] for kind in given.values()], characters)
    return Labels(name, marks, "class", values, tuple(names))


def _placed(places: list[int], values: list[float], characters: int) -> Array:
    found = np.full(characters, np.nan)
    found[places] = values
    return found
