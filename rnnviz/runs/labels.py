"""What a run is called in a list to choose from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from rnnviz.cells import CELLS
from rnnviz.notation import bits_words
from rnnviz.runs.description import RunDescription
from rnnviz.runs.index import Listed
from rnnviz.text.control import escaped

_LONGEST = 20
_TOLD_APART = 7  # of an id: the milliseconds at which it was made, and what is drawn at random
_MINUTES = slice(5, 16)  # of a moment in ISO format: month, day, hour and minute


def label(run: Listed, *, whole: bool = False) -> str:
    """Its name, its validation loss or else how it stands, when it was made, and its network.

    A long name is shortened in its middle, so that the rest has room, unless it shall be whole. A
    damaged run, of which nothing else is known, is called by its id.
    """
    about = run.description
    if about is None or run.error is not None:
        return f"{run.folder.id} · {run.standing}"
    return f"{_named(about, whole=whole)} · {_standing(run)} · {_made_as(about)}"


def lasting_labels(runs: Iterable[Listed]) -> dict[str, str]:
    """What every run is called by what training does not change, by id; all are different."""
    found = {run.folder.id: _lasting(run) for run in runs}
    often = Counter(found.values())
    return {
        run_id: called if often[called] == 1 else f"{called} · {run_id[-_TOLD_APART:]}"
        for run_id, called in found.items()
    }


def shortened(name: str) -> str:
    """A name of 20 characters at most: its beginning and its end, by which names differ.

    Example:
        >>> shortened("Hamlet"), shortened("The Tragedy of Hamlet, Prince of Denmark")
        ('Hamlet', 'The Traged…f Denmark')
    """
    if len(name) <= _LONGEST:
        return name
    end = (_LONGEST - 1) // 2
    return f"{name[: _LONGEST - 1 - end]}…{name[-end:]}"


def _lasting(run: Listed) -> str:
    about = run.description
    if about is None or run.error is not None:
        return run.folder.id
    return f"{_named(about, whole=False)} · {_made_as(about)}"


def _named(about: RunDescription, *, whole: bool) -> str:
    name = escaped(about.name)
    return name if whole else shortened(name)


def _made_as(about: RunDescription) -> str:
    """When it was made, and its network."""
    made = about.created[_MINUTES].replace("T", " ")
    return f"{made} · {CELLS[about.model.cell].title} {about.model.hidden_size}"


def _standing(run: Listed) -> str:
    """A finished run is told from others by its loss alone."""
    if run.validation_loss is None:
        return run.standing
    loss = f"{bits_words(run.validation_loss)}/char"
    return loss if run.standing == "finished" else f"{run.standing}, {loss}"
