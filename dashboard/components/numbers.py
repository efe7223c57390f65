"""Tables whose numbers are written as everywhere else, and sorted as the numbers they are."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd
from pandas.io.formats.style import Styler

_MOST_CELLS = 200_000  # more than pandas writes


def written(
    table: pd.DataFrame, words: Mapping[str, Callable[[Any], str]], missing: str = ""
) -> pd.DataFrame | Styler:
    """The table for `st.dataframe`, whose own formats know no true minus and have a negative zero.

    Its columns there must have no format of their own. One with very many cells is not written.

    Args:
        table: of unique columns.
        words: how the numbers of a column are written, by its name.
        missing: what stands where there is no number.

    Example:
        >>> table = pd.DataFrame({"bits": [-0.25, None]})
        >>> written(table, {"bits": "{:.1f}".format}).to_string(delimiter="|").split()
        ['|bits', '0|-0.2', '1|']
    """
    if table.size > _MOST_CELLS:
        return table
    known: Any = {name: how for name, how in words.items() if name in table}
    return table.style.format(known, na_rep=missing)
