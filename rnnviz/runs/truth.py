"""What is known to be true of a run's text: one whole number a character and property."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnnviz.runs.documents import RunError, read_tensors
from rnnviz.runs.paths import RunFolder

Truth = Mapping[str, NDArray[np.integer[Any]]]


def check_truth(truth: Truth, characters: int) -> Truth:
    """The same properties, if they fit a text of so many characters.

    Raises:
        ValueError: one has no name, is not of whole numbers, or has another length.

    Example:
        >>> list(check_truth({"depth": np.array([0, 1, 0])}, 3))
        ['depth']
        >>> check_truth({"depth": np.array([0, 1])}, 3)
        Traceback (most recent call last):
        ValueError: truth 'depth' is int64 of shape (2,); give one whole number for each of ...
    """
    for name, values in truth.items():
        whole = np.issubdtype(values.dtype, np.integer)
        if not name or not whole or values.shape != (characters,):
            raise ValueError(
                f"truth {name!r} is {values.dtype} of shape {values.shape}; give one whole number "
                f"for each of the {characters:,} characters, under a name."
            )
    return truth


def read_truth(folder: RunFolder, characters: int) -> dict[str, NDArray[np.integer[Any]]]:
    """The properties stored with a run; none where there are none.

    Raises:
        RunError: the file is damaged, or not of this run's text.
    """
    if not folder.truth.exists():
        return {}
    truth = read_tensors(folder.truth).arrays
    try:
        check_truth(truth, characters)
    except ValueError as error:
        raise RunError(f"{folder.truth} is damaged: {error}") from error
    return truth
