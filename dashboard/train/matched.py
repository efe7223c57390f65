"""A matched comparison: several networks that differ in what is chosen, and in nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, get_args

import pandas as pd
import streamlit as st

from dashboard import actions, appearance, cache, state
from dashboard.components.leading import compare
from dashboard.train.fields import as_usual, field
from dashboard.train.text_choice import ChosenText
from dashboard.train.varied import ask_varied
from rnnviz.cells import CELLS
from rnnviz.config import ModelConfig, TrainingConfig
from rnnviz.notation import clock, significant, unbroken
from rnnviz.runs.documents import RunError
from rnnviz.text.reading import TextError
from rnnviz.training.grid import MOST, Budget, BudgetKind, Planned, TextSize, expand
from rnnviz.training.memory import check_memory
from rnnviz.workers.sweep import group_name
from rnnviz.workers.threads import cores

_STEPS: dict[BudgetKind, tuple[float, float, str]] = {
    "iterations": (1000, 100, "%.0f"),
    "characters": (1_000_000, 100_000, "%.0f"),
    "seconds": (60, 10, "%.0f"),
}

_SHOWN = 8
_GROUP = "matched group"
OPEN = "matched comparison open"  # kept while a page has set one up


def matched_comparison(text: ChosenText, model: ModelConfig, training: TrainingConfig) -> None:
    """Ask what varies and what each run may spend; say what that makes; start all of it.

    Args:
        text: what all learn.
        model: the network that was chosen, which the others are like.
        training: likewise.
    """
    expanded = bool(state.kept(OPEN))
    with st.expander(
        "Several at once: a matched comparison",
        expanded=expanded,
        icon=":material/compare_arrows:",
    ):
        st.caption(
            f"Two to {MOST} networks on this text, equal in all that is chosen above but in what "
            "varies here: every combination is one run. Give several values, with commas between."
        )
        fields, spent = st.container(), st.container()
        with spent:
            budget, matched = _ask_budget(training), _ask_matched()
        try:
            with fields:
                varied = ask_varied(model, training)
            size = TextSize(text.timesteps, text.vocabulary_size)
            planned = expand(model, training, varied, budget, size, matched=matched)
            for each in planned:
                check_memory(each.model, each.training, *size)
        except ValueError as error:
            st.info(appearance.plain(f"Nothing to start yet: {error}"), icon=":material/info:")
            return
        _show(planned, budget, matched)
        _offer(text, planned)


def _ask_budget(training: TrainingConfig) -> Budget:
    grid = st.grid(2, min_column_width=300)
    with grid.cell():
        kind: BudgetKind = st.segmented_control(
            "What each may spend",
            get_args(BudgetKind),
            default="iterations",
            required=True,
            key="matched budget",
            persist_state="session",
            help="Equal iterations are unequal characters where the window varies, and unequal "
            "seconds where networks differ in size; equal seconds depend on what else the machine "
            "does, and on how many runs train side by side.",
        )
    usual, step, form = _STEPS[kind]
    if kind == "iterations" and training.iterations is not None:
        usual = training.iterations
    with grid.cell():
        amount = st.number_input(
            f"How much ({kind})",
            value=float(usual),
            step=float(step),
            format=form,
            key=field(f"matched {kind}", float(usual)),
            persist_state="session",
        )
    return Budget(kind, round(amount) if kind != "seconds" else amount)


def _ask_matched() -> bool:
    return st.toggle(
        "As many parameters each, within 2 %",
        key="matched parameters",
        persist_state="session",
        help="A GRU has about three times and an LSTM about four times the weights of a plain RNN "
        "with as many units. With this, the units of each are chosen so that it has as many "
        "weights and biases as the network with the same units and the first value of all else.",
    )


def _show(planned: Sequence[Planned], budget: Budget, matched: bool) -> None:
    """All runs in a table, and what is equal and what is not in sentences."""
    st.dataframe(
        pd.DataFrame([_row(each) for each in planned]),
        hide_index=True,
        alt="Networks to train",
        column_config={"run": st.column_config.TextColumn(width="medium")},
        height="content" if len(planned) <= _SHOWN else 38 + 35 * _SHOWN,
    )
    spent = f"{_spent(planned, budget)}{_waiting(planned)}"
    for said in (spent, _parameters(planned, matched), _rates(planned)):
        st.caption(unbroken(said))


def _row(each: Planned) -> dict[str, Any]:
    usual = CELLS[each.model.cell].learning_rates[each.model.nonlinearity]
    how = each.training
    made = {} if how.iterations is None else {"iterations": f"{how.iterations:,}"}
    return {
        "run": each.name,
        "units": f"{each.model.hidden_size:,}",
        "parameters": f"{each.parameters:,}",
        "peak learning rate": f"{how.learning_rate or usual:g}",
        **made,
    }


def _spent(planned: Sequence[Planned], budget: Budget) -> str:
    """What each spends, and what that does not make equal."""
    said = f"Each of the {len(planned)} runs trains for {budget.words}, and none ends before"
    if budget.kind == "seconds":
        rounds = -(-len(planned) // cores())
        return (
            f"{said}; pauses and waiting do not count. That is about "
            f"{clock(rounds * budget.amount)} in all. How many iterations each makes in it depends "
            "on its size and on what else the machine does."
        )
    reads = {each.training.sequence_length * each.training.batch_size for each in planned}
    if budget.kind == "characters":
        made = sorted({each.training.iterations or 0 for each in planned})
        many = f"{made[0]:,}" if len(made) == 1 else f"{made[0]:,} to {made[-1]:,}"
        return f"{said}, as nearly as whole iterations come to it: {many} of them."
    if len(reads) == 1:
        return f"{said}; so all read as many characters."
    return f"{said}; with other windows that is another number of characters read."


def _waiting(planned: Sequence[Planned]) -> str:
    """What becomes of those for which there is no core."""
    if len(planned) <= cores():
        return ""
    return f" {cores()} train at a time, one a core; the others wait in line."


def _parameters(planned: Sequence[Planned], matched: bool) -> str:
    counts = sorted({each.parameters for each in planned})
    if len(counts) == 1:
        return f"All have {counts[0]:,} parameters."
    said = f"They have {counts[0]:,} to {counts[-1]:,} parameters"
    if matched:
        return f"{said}: each within 2 % of the network that it is matched to."
    times = counts[-1] / counts[0]
    return (
        f"{said}: the largest {significant(times, 2)} times the smallest. What is found may be due "
        "to that."
    )


def _rates(planned: Sequence[Planned]) -> str:
    kinds = {(each.model.kind) for each in planned}
    if planned[0].training.learning_rate is not None:
        return f"The learning rate is the same for all, {planned[0].training.learning_rate:g}."
    if len(kinds) == 1:
        return "The learning rate is the same for all."
    return "The learning rate of each cell is the best that was measured for it, not the same."


def _offer(text: ChosenText, planned: Sequence[Planned]) -> None:
    usual = group_name(planned, cache.list_runs())
    group = st.text_input(
        "Called together",
        value=usual,
        key=field(_GROUP, usual),
        help="By this name the runs are found again on the page Runs.",
    )
    if st.button(f"Start {len(planned)} runs", icon=":material/play_arrow:", key="start matched"):
        _start(text, planned, group)


def _start(text: ChosenText, planned: Sequence[Planned], group: str) -> None:
    """Start all, and go where they are watched side by side; or say why not."""
    try:
        runs = actions.begin_all(
            text.text,
            planned,
            group,
            name=text.name,
            hangul=text.hangul,
            truth=text.truth,
            encoding=text.how,
        )
    except (TextError, RunError, ValueError) as error:
        appearance.complain(error)
        return
    as_usual(_GROUP)
    as_usual("matched sequence_length")
    state.keep(OPEN, False)
    state.open_run(runs[0].id)
    compare(run.id for run in runs)
