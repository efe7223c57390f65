"""What `sample --hold` holds."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

from rnnviz.analysis.units.held_cost import held_at
from rnnviz.records import Held
from rnnviz.runs.run import Run

MEAN_CHARACTERS = 1_000
_FORM = re.compile(r"(?:(\d{1,9}):)?(\d{1,9})=(.+)")


def held_of(run: Run, iteration: int | None, said: Sequence[str]) -> tuple[Held, ...]:
    """The units of a run's snapshot that are to be held, and their values.

    Args:
        run: of the network.
        iteration: of the snapshot; None takes the best.
        said: each UNIT=VALUE or LAYER:UNIT=VALUE; "mean" as the value is the unit's own mean over
            the first 1,000 characters that were held out (of the text, where none were).

    Raises:
        ValueError: one is written otherwise, or the network has no such unit.
    """
    wanted = [read_hold(one) for one in said]
    if not any(math.isnan(one.value) for one in wanted):
        return tuple(wanted)
    record = run.trace(run.held_out_text[:MEAN_CHARACTERS], iteration)
    return tuple(
        held_at(record, [one.unit], "mean", one.layer)[0] if math.isnan(one.value) else one
        for one in wanted
    )


def read_hold(said: str) -> Held:
    """What one --hold says; the value NaN stands for the mean.

    Raises:
        ValueError: it is written otherwise.

    Example:
        >>> read_hold("15=0"), read_hold("1:42=mean").value
        (Held(unit=15, value=0.0, layer=0, signal='h'), nan)
        >>> read_hold("15=nan")
        Traceback (most recent call last):
        ValueError: --hold is '15=nan'; write UNIT=VALUE or LAYER:UNIT=VALUE, where the value is \
a number or mean, such as 15=0 or 1:42=mean.
    """
    found = _FORM.fullmatch(said)
    value = math.nan
    if found is not None and found[3] != "mean":
        value = _number(found[3])
        found = found if math.isfinite(value) else None
    if found is None:
        raise ValueError(
            f"--hold is {said!r}; write UNIT=VALUE or LAYER:UNIT=VALUE, where the value is a "
            "number or mean, such as 15=0 or 1:42=mean."
        )
    return Held(int(found[2]), value, int(found[1] or 0))


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return math.nan
