"""What every page looks at: the run and the snapshot chosen, and that network as a Subject."""

from __future__ import annotations

import pandas as pd

from dashboard import cache, state
from dashboard.actions import may_change
from dashboard.looking import NEW_RUN
from rnnviz.models.subject import Subject
from rnnviz.runs.moment import Moment
from rnnviz.runs.paths import EXAMPLE
from rnnviz.runs.run import Run


def chosen_run() -> Run | None:
    """The run that is looked at; None where there is none, or a new one is being set up."""
    run = state.looking().run
    return None if run is None or run == NEW_RUN else cache.open_run(run)


def chosen_subject() -> Subject | None:
    """The network at the snapshot that is looked at; None where there is none yet."""
    run = chosen_run()
    if run is None:
        return None
    now = cache.moment(run)
    iteration = chosen_iteration(now.looked_into, training=now.status.alive)
    return None if iteration is None else run.subject(iteration)


def own_run() -> Run | None:
    """The run that is looked at where it is a person's own; None where it is the example."""
    return None if state.looking().run == EXAMPLE.id else chosen_run()


def own_subject() -> Subject | None:
    """Likewise, the network at the snapshot that is looked at."""
    return None if state.looking().run == EXAMPLE.id else chosen_subject()


def run_of(subject: Subject) -> Moment:
    """The run that a subject is a snapshot of, as it stands now.

    Raises:
        RunError: it is gone, or damaged.
    """
    return cache.moment(cache.open_run(subject.origin.run))


def chosen_iteration(snapshots: pd.DataFrame, *, training: bool) -> int | None:
    """The snapshot that is looked at; None before the first.

    It is the one chosen, else the newest while the run trains, else the best.
    """
    if snapshots.empty:
        return None
    known = snapshots["iteration"].tolist()
    chosen = state.looking().iteration
    if chosen in known:
        return chosen
    return int(known[-1] if training else snapshots.loc[snapshots["best"], "iteration"].iloc[0])


def nothing_yet(run: Run) -> str:
    """Why there is no snapshot to look at."""
    status = run.status
    if status.alive:
        return "The first snapshot comes as soon as the worker has started."
    if status.state == "created":
        go_on = "start it on Train" if may_change(run.folder) else "nothing starts it here"
        return f"This run has not begun; {go_on}."
    go_on = "resume it on Train" if may_change(run.folder) else "nothing goes on with it here"
    return f"This run ended ({status.state}) before its first snapshot; {go_on}."
