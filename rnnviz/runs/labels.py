"""What a run is called in a list to choose from."""

from __future__ import annotations

from rnnviz.notation import bits_words
from rnnviz.runs.index import Listed
from rnnviz.text.control import escaped

_LONGEST = 20
_MINUTES = slice(5, 16)  # of a moment in ISO format: month, day, hour and minute


def label(run: Listed, *, whole: bool = False) -> str:
    """Its name, its validation loss or else how it stands, when it was made, and its network.

    A long name is shortened in its middle, so that the rest has room, unless it shall be whole. A
    damaged run, of which nothing else is known, is called by its id.
    """
    about = run.description
    if about is None or run.error is not None:
        return f"{run.folder.id} · {run.standing}"
    network = f"{about.model.cell.upper()} {about.model.hidden_size}"
    made = about.created[_MINUTES].replace("T", " ")
    name = escaped(about.name)
    return f"{name if whole else shortened(name)} · {_standing(run)} · {made} · {network}"


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


def _standing(run: Listed) -> str:
    """A finished run is told from others by its loss alone."""
    if run.validation_loss is None:
        return run.standing
    loss = f"{bits_words(run.validation_loss)}/char"
    return loss if run.standing == "finished" else f"{run.standing}, {loss}"
