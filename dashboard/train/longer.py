"""What else becomes of a run: it is trained longer, or another run begins with its weights."""

from __future__ import annotations

import streamlit as st

from dashboard import actions, appearance, cache, state
from dashboard.looking import NEW_RUN
from rnnviz.config import ModelConfig
from rnnviz.models.subject import Subject
from rnnviz.notation import counted
from rnnviz.runs.documents import RunError
from rnnviz.runs.run import Run
from rnnviz.runs.status import RunStatus

_BEGINS_WITH = "snapshot that a new run begins with"


def can_go_on_longer(status: RunStatus) -> bool:
    """Whether a larger budget leads anywhere: it has ended, and did not explode."""
    return not status.alive and status.state in ("finished", "stopped", "interrupted")


@st.dialog("Train longer")
def train_longer(run: Run) -> None:
    """Ask for a larger budget, and go on."""
    training = run.training_config
    kind = "iterations" if training.seconds is None else "seconds"
    was = training.iterations if training.seconds is None else training.seconds
    assert was is not None
    given = st.number_input(f"Budget in all ({kind})", value=2 * was, step=type(was)(10))
    st.markdown(
        f"The budget was {training.budget_words}. Training goes on where it stands, and nothing "
        "recorded changes. The learning rate follows the schedule of the new end, so it goes up "
        "again: the losses may rise at first."
    )
    if st.button("Train on", type="primary", icon=":material/play_arrow:"):
        try:
            actions.extend(run, **{kind: given})
        except (ValueError, RunError) as error:
            appearance.complain(error)
            return
        st.rerun()


def fine_tune(run: Run) -> None:
    """Set up a new run that begins with the snapshot of this one that is looked at."""
    iteration = state.looking().iteration
    state.keep(_BEGINS_WITH, (run.id, iteration))
    state.open_run(NEW_RUN)
    st.rerun()


def begins_with() -> Subject | None:
    """The snapshot that a new run begins with, if it does; it is said, with a way out."""
    kept = state.kept(_BEGINS_WITH)
    if kept is None:
        return None
    run_id, iteration = kept
    try:
        run = cache.open_run(run_id)
        begin = run.subject(run.best_iteration if iteration is None else iteration)
    except RunError as error:
        appearance.complain(error)
        forget_beginning()
        return None
    with st.container(border=True):
        st.markdown(
            f"It begins with the weights of **{appearance.plain(begin.name)}** at iteration "
            f"{begin.origin.iteration:,}, and has its network: {_network(begin.model)}. Choose a "
            "text whose characters it knows. What it learned before is a start, not kept: the "
            "validation loss on the new text is what counts from now on."
        )
        st.button(
            "Begin with drawn weights instead",
            icon=":material/close:",
            on_click=forget_beginning,
        )
    return begin


def forget_beginning() -> None:
    """Let a new run begin as usual again."""
    state.keep(_BEGINS_WITH, None)


def _network(model: ModelConfig) -> str:
    layers = f" in each of {model.num_layers} layers" if model.num_layers > 1 else ""
    return f"{model.kind}, {counted(model.hidden_size, 'unit')}{layers}"
