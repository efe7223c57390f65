"""What the network writes: the best snapshot's sample beside the newest, what it copied marked."""

from __future__ import annotations

import math

import pandas as pd
import streamlit as st

from dashboard import appearance, cache
from dashboard.view import nothing_yet
from rnnviz import plots
from rnnviz.notation import capitalised, loss_words
from rnnviz.runs.moment import Moment
from rnnviz.runs.run import Run
from rnnviz.runs.seen import table_as_seen
from rnnviz.text.copied import LEAST, Copied

_HEIGHT = 210


def samples(now: Moment) -> None:
    """The samples of the best and the newest snapshot."""
    snapshots = table_as_seen(now, now.snapshots)
    if snapshots.empty:
        with st.container(border=True):
            st.caption(appearance.plain(nothing_yet(now)))
        return
    newest, best = snapshots.iloc[-1], snapshots[snapshots["best"]].iloc[0]
    shown = [best, newest] if newest["iteration"] != best["iteration"] else [best]
    st.markdown("**What it writes**")
    found = _copied(now, shown)
    grid = st.grid(len(shown), min_column_width=380, gap="medium")
    for snapshot, copied in zip(shown, found, strict=True):
        with grid.cell():
            _sample(now, snapshot, copied, best=snapshot is best, newest=len(shown) == 1)
    _explain(now, shown, found)


def _copied(run: Run, shown: list[pd.Series]) -> list[Copied | None]:
    return [*cache.copied(run, tuple(str(snapshot["sample"]) for snapshot in shown))]


def _sample(
    run: Run, snapshot: pd.Series, copied: Copied | None, *, best: bool, newest: bool
) -> None:
    judged = not math.isnan(snapshot["validation_loss_nats"])
    which = "Best snapshot" if best and judged else "Newest snapshot"
    if best and newest and judged:
        which = "Best snapshot, and the newest"
    name = run.description.loss_name
    loss = f": {name} {loss_words(snapshot['validation_loss_nats'])}" if judged else ""
    at = f", iteration {snapshot['iteration']:,}" if run.description.numbered else ""
    st.caption(f"{which}{at}{loss}")
    passages = () if copied is None else copied.passages
    text = str(snapshot["sample"])
    st.html(plots.marked_text(text, passages, height=_HEIGHT, theme=appearance.theme()))
    if copied is not None:
        st.caption(f"{capitalised(copied.words('this sample'))}.")


def _explain(run: Run, shown: list[pd.Series], found: list[Copied | None]) -> None:
    """What the marks mean, and how much of a text that nobody copied would be marked."""
    if not any(copied is not None and copied.passages for copied in found):
        return
    control = cache.copying_control(run, len(str(shown[-1]["sample"])))
    compare = "" if control is None else f" To compare: {control.words}."
    st.caption(
        f"Marked is every passage of {LEAST} characters or more that stands in the training text "
        f"word for word.{compare}"
    )
