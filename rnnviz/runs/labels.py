"""What a run is called in a list to choose from."""

from __future__ import annotations

from rnnviz.notation import bits_words
from rnnviz.runs.index import Listed
from rnnviz.text.control import escaped

_MINUTES = slice(5, 16)  # of a moment in ISO format: month, day, hour and minute


def label(run: Listed) -> str:
    """Its name, its validation loss or else how it stands, when it was made, and its network.

    A damaged run, of which nothing else is known, is called by its id.
    """
    about = run.description
    if about is None or run.error is not None:
        return f"{run.folder.id} · {run.standing}"
    network = f"{about.model.cell.upper()} {about.model.hidden_size}"
    made = about.created[_MINUTES].replace("T", " ")
    return f"{escaped(about.name)} · {_standing(run)} · {made} · {network}"


def _standing(run: Listed) -> str:
    """A finished run is told from others by its loss alone."""
    if run.validation_loss is None:
        return run.standing
    loss = f"{bits_words(run.validation_loss)}/char"
    return loss if run.standing == "finished" else f"{run.standing}, {loss}"
