"""What comes first on Compare, and last: which run is better; and what differs between them."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from dashboard import appearance, cache
from dashboard.compare.choice import Chosen
from dashboard.compare.difference import was_asked
from dashboard.compare.measured import compared
from dashboard.components.numbers import written
from rnnviz.analysis.gradients.reach import Fall
from rnnviz.notation import NOTHING, are, bits, counted, fixed, signed
from rnnviz.runs.compared.comparison import Comparison, is_quickly_compared
from rnnviz.runs.compared.courses import Side, snapshot_at
from rnnviz.runs.compared.differences import differences_of
from rnnviz.runs.compared.judgement import Judgement
from rnnviz.runs.run import Run
from rnnviz.runs.seen import baseline_as_seen, characters_read
from rnnviz.runs.verdicts.validation import validation_of

_WHOLE = "{:,.0f}".format
_WORDS = {
    **dict.fromkeys(("bits/char", "nats"), lambda loss: fixed(loss, 3)),
    "to beat": lambda apart: signed(apart, 3),
    **dict.fromkeys(("at iteration", "iterations", "characters read", "seconds"), _WHOLE),
}


def conclusion(judgement: Judgement) -> str:
    """Which run is better, by how much, and whether it is more than chance, as it can be told now.

    Two runs are judged block by block where that takes no time; else below, see `difference`.
    """
    return judgement.words(_judged(judgement))


def differences(chosen: Chosen) -> None:
    """What differs between the settings, and folded what does not."""
    found = differences_of(chosen.moments)
    owners = [side for side in chosen.sides for _ in side.runs]
    if len(chosen.moments) > 1:
        st.subheader("What differs", anchor=False)
    if found.differing:
        rows = {name: _by_side(values, owners) for name, values in found.differing.items()}
        st.dataframe(
            pd.DataFrame.from_dict(rows, orient="index"),
            width="stretch",
            alt="Settings that differ",
        )
    elif len(chosen.moments) > 1:
        st.caption("Nothing: they have the same settings, and were made at different times.")
    alike = (
        "All settings"
        if len(chosen.moments) < 2
        else f"{counted(len(found.equal), 'setting')} {are(len(found.equal))} equal"
    )
    with st.expander(alike):
        said = [f"- {name}: **{appearance.plain(value)}**" for name, value in found.equal.items()]
        st.markdown("\n".join(said))


def numbers(chosen: Chosen) -> None:
    """A row for each run: its loss, its reach, what it took."""
    rows = [_numbers(run, label) for run, label in zip(chosen.moments, chosen.labels, strict=True)]
    st.dataframe(
        written(pd.DataFrame(rows).set_index("run"), _WORDS, missing=NOTHING),
        width="stretch",
        alt="Runs compared",
        column_config={
            "bits/char": st.column_config.NumberColumn(
                help="Validation loss of the best snapshot so far; of a network trained "
                "elsewhere, its loss on the last tenth of the given text."
            ),
            "nats": st.column_config.NumberColumn(help="The same in nats."),
            "to beat": st.column_config.NumberColumn(
                help="That loss less the number to beat, in bits/char: below 0 it is beaten.",
            ),
            "half-way lag by h": st.column_config.TextColumn(
                help="Characters after which the gradient of a loss has halved on its way back "
                "through h in the top layer, at the best snapshot. By c, which only an LSTM "
                "has, it may reach farther: “Path of gradients” below."
            ),
            "1 % lag by h": st.column_config.TextColumn(help="Likewise, after which 1 % is left."),
            "seconds": st.column_config.NumberColumn(help="Of training."),
            "characters read": st.column_config.NumberColumn(
                help="In training, as a person sees them."
            ),
        },
    )


def _judged(judgement: Judgement) -> Comparison | None:
    pair = judgement.pair
    if pair is None or not (is_quickly_compared(pair) or was_asked(pair)):
        return None
    try:
        return compared(*pair)
    except ValueError:  # too little is held out to tell; said where it is asked for
        return None


def _by_side(values: Sequence[str], owners: Sequence[Side]) -> dict[str, str]:
    """What a setting is in each side; seeds, which may differ within it, side by side."""
    found: dict[str, list[str]] = {}
    for value, side in zip(values, owners, strict=True):
        own = found.setdefault(side.label, [])
        if value not in own:
            own.append(value)
    return {label: ", ".join(own) for label, own in found.items()}


def _numbers(run: Run, label: str) -> dict[str, object]:
    found, status, history = validation_of(run, run.status, run.snapshots), run.status, run.history
    baseline = baseline_as_seen(run)
    best = snapshot_at(run, None)
    reach = cache.reaches(run, run.model_config.num_layers - 1).get((best or 0, "h"))
    last = history.iloc[-1] if len(history) else None
    about = run.description
    nothing = None if about.imported else 0  # what a network from elsewhere took is not known
    return {
        "run": label,
        "state": status.standing,
        "bits/char": None if found is None else bits(found.loss),
        "nats": None if found is None else found.loss,
        "at iteration": None if found is None or not about.numbered else found.iteration,
        "to beat": None if found is None or baseline is None else bits(found.loss - baseline.loss),
        "half-way lag by h": NOTHING if reach is None else _lag(reach.half, reach.edge.lag),
        "1 % lag by h": NOTHING if reach is None else _lag(reach.hundredth, reach.edge.lag),
        "iterations": status.iteration if about.numbered else None,
        "characters read": nothing if last is None else round(characters_read(run).iloc[-1]),
        "seconds": nothing if last is None else float(last["seconds"]),
    }


def _lag(fall: Fall, edge: int) -> str:
    return f"beyond {edge}" if fall.lag is None else f"{fall.lag}"
