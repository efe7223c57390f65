"""Training longer than was planned: a run gets a larger budget, and goes on where it stands."""

from __future__ import annotations

from dataclasses import replace

from rnnviz.config import TrainingConfig
from rnnviz.notation import significant
from rnnviz.runs.amendments import amended
from rnnviz.runs.description import RunDescription, change_by, read_description
from rnnviz.runs.documents import RunError
from rnnviz.runs.history import History, read_status
from rnnviz.runs.paths import RunFolder
from rnnviz.runs.resume_point import read_resume_point
from rnnviz.runs.states import State, Status
from rnnviz.runs.store import command, undisturbed
from rnnviz.training.schedule import default_learning_rate, learning_rate


def extend(
    folder: RunFolder, *, iterations: int | None = None, seconds: float | None = None
) -> str:
    """Give a run a larger budget of the kind it has; what that changes, in sentences.

    Its weights, all that was recorded and what it goes on from stay as they are. `run.json` keeps
    the budget before, its history that it was changed. Whoever starts the run then trains on to
    the new end, with patience anew.

    Args:
        folder: of the run.
        iterations: updates to make in all, those that are made among them.
        seconds: likewise, seconds of training.

    Raises:
        ValueError: the budget is of the other kind, or not larger than it is.
        RunError: the run is training, exploded, or cannot go on; nothing has been changed then.
    """
    with undisturbed(folder, "extend"), History(folder.history) as history:
        status, (_, spent) = read_status(folder.history), history.spent or (0, 0.0)
        if status.state == "diverged":
            raise RunError(
                f"run {folder.id} exploded, which more training cannot mend: start a new one with "
                "other settings."
            )
        check_trained_here(folder, read_description(folder))
        read_resume_point(folder, history)  # or nothing is changed
        said = ""

        def larger(now: RunDescription) -> dict[str, object]:
            nonlocal said
            training = _larger(folder, now.training, iterations, seconds)
            said = _words(now, training, status, spent)
            change = amended(now.training, status.iteration)
            return {"training": training, "amendments": (*now.amendments, change)}

        about = change_by(folder, larger)
        with history.transaction():
            state: State = "created" if status.state == "created" else "stopped"
            history.note("extended", said)
            history.note(state, "")  # what it was before, for who waits in line and leaves it
            share = _share(about.training, status.iteration, spent)
            history.set_status(state, status.iteration, share)
    return said


def check_trained_here(folder: RunFolder, about: RunDescription) -> None:
    """Refuse to go on with a training that was elsewhere: what it would go on from is not known.

    Raises:
        RunError: it was.
    """
    if about.imported is not None:
        begins = command(folder.path.parent, "train", "TEXT", "--from", folder.id)
        raise RunError(
            f"the network of run {folder.id} was trained elsewhere, so there is nothing to go on "
            f"from but its weights: `{begins}` begins a new run with them."
        )


def _larger(
    folder: RunFolder, before: TrainingConfig, iterations: int | None, seconds: float | None
) -> TrainingConfig:
    was = before.iterations if before.seconds is None else before.seconds
    given, other = (iterations, seconds) if before.seconds is None else (seconds, iterations)
    kind = "iterations" if before.seconds is None else "seconds"
    if other is not None or given is None or was is None:
        raise ValueError(
            f"the budget of run {folder.id} is {before.budget_words}: give --{kind}, the number in "
            "all, to train it longer."
        )
    after = replace(before, iterations=iterations, seconds=seconds)
    if given <= was:
        raise ValueError(
            f"the budget of run {folder.id} is {before.budget_words} already; --{kind} {given:g} "
            "is not more. Give the number in all."
        )
    return after


def _words(about: RunDescription, after: TrainingConfig, status: Status, spent: float) -> str:
    """What becomes of the budget and of the learning rate."""
    before, iteration = about.training, status.iteration
    raised = f"The budget is raised from {before.budget_words} to {after.budget_words}"
    if not iteration:
        return f"{raised}."
    peak = before.learning_rate or default_learning_rate(about.model)
    rates = [
        learning_rate(peak, iteration, _share(training, iteration, spent))
        for training in (before, after)
    ]
    low, high = (f"{significant(100 * rate / peak, 2)} %" for rate in rates)
    there = f"is {low} of its peak there as before, and 1 % at that end."
    if low != high:
        there = (
            f"goes up from {low} of its peak to {high}, and down to 1 % at that end. Losses may "
            "rise at first."
        )
    return (
        f"{raised}, after {iteration:,} iterations. The learning rate follows the schedule of the "
        f"new end from there: it {there}"
    )


def _share(training: TrainingConfig, iteration: int, spent: float) -> float:
    """The share of a budget that is spent."""
    if training.iterations is not None:
        return min(1.0, iteration / training.iterations)
    return min(1.0, spent / (training.seconds or 1.0))
