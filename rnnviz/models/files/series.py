"""Which iteration a checkpoint is of, by the number in its name."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from rnnviz.models.adopted import NetworkError
from rnnviz.notation import listed

_NUMBERS = re.compile(r"\d+")
_MOST = 99_999_999
_NAMED = 4
_TOLD = re.compile(r"(?:iter(?:ation)?|step|it)[-_=.]?(\d+)", re.I)


def iterations_of(paths: Sequence[Path]) -> list[int] | None:
    """The iteration of each file; None of a single one whose name does not tell.

    Of several files it is the one number in which their names differ; of a single file, a number
    after iteration, iter, it or step.

    Raises:
        NetworkError: they differ in no number, or in more than one, or two are of one iteration.

    Example:
        >>> iterations_of([Path("lstm2-200.pt"), Path("lstm2-1000.pt")])
        [200, 1000]
        >>> iterations_of([Path("model_iter_500.keras")]), iterations_of([Path("lstm2.pt")])
        ([500], None)
        >>> iterations_of([Path("good.pt"), Path("bad.pt")])
        Traceback (most recent call last):
        rnnviz.models.adopted.NetworkError: good.pt, bad.pt do not tell their iterations: ...
    """
    if len(paths) == 1:
        told = _TOLD.search(paths[0].stem)
        return [int(told[1])] if told and int(told[1]) <= _MOST else None
    numbers = [list(map(int, _NUMBERS.findall(path.stem))) for path in paths]
    alike = {len(each) for each in numbers}
    columns = list(zip(*numbers, strict=True)) if len(alike) == 1 else []
    differing = [column for column in columns if len(set(column)) > 1]
    fine = len(differing) == 1 and len(set(differing[0])) == len(paths)
    if not fine or max(differing[0]) > _MOST:
        raise NetworkError(
            f"{listed((path.name for path in paths), _NAMED)} do not tell their iterations: the "
            f"names of several files must differ in one number, of at most {_MOST:,}, such as "
            "lstm-200.pt and lstm-1000.pt."
        )
    return list(differing[0])
