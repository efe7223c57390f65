"""How well the units work: what is wrong and what to try, gates, memory, every unit in a table."""

from __future__ import annotations

import math
from functools import partial

import pandas as pd
import streamlit as st
from streamlit.elements.lib.column_types import ColumnConfig

from dashboard import appearance, charts, state
from dashboard.finding.rows import SIDEWAYS, selected_row
from dashboard.finding.searches import beside_control, health_of
from dashboard.inspection.opening import ask_layer
from dashboard.inspection.units import open_unit
from dashboard.view import run_of
from rnnviz import plots
from rnnviz.analysis.states.reading_words import reading_words
from rnnviz.analysis.units.finding import Place
from rnnviz.analysis.units.health import ends
from rnnviz.cells import CELLS
from rnnviz.models.subject import Subject
from rnnviz.runs.network.health_remarks import Remark, remarks
from rnnviz.runs.network.health_words import CAVEAT, conclusion, headline, idle_words, what
from rnnviz.runs.network.unit_health import RunHealth
from rnnviz.storage import StorageError

_KEPT, _SATURATED, _OFF = "half is left after", "saturated", "off"
_HELP = {
    "what": "Dead: its relu is at 0 after every character. Still: it moves by 0.0001 at most. A "
    "copy: with the correlation of its h with that of the unit named, the lowest of its group.",
    _SATURATED: "The share of characters after which its h is where it can hardly be moved.",
    _OFF: "The share of characters after which its relu is at 0.",
    f"{_SATURATED} before": "The same before training.",
    f"{_OFF} before": "The same before training.",
    _KEPT: "Characters after which half of what it held is left, as far as the gate "
    "that keeps it decides.",
}


def health(subject: Subject) -> None:
    """How well the units of a layer work, beside the network before training."""
    layer = ask_layer(subject, "layer of units")
    run = run_of(subject)
    try:
        found = health_of(run, subject)
        _head(headline(found, layer), wrong=bool(idle_words(found)))
        found = beside_control(run, subject, found)
    except (ValueError, StorageError) as error:
        appearance.complain(error)
        return
    st.caption(appearance.plain(_basis(found)))
    _say(remarks(found, layer))
    _pictures(found, layer)
    _units(subject, found, layer)
    st.subheader("What this says", anchor=False)
    st.markdown(appearance.plain(conclusion(found, layer)))
    st.markdown(CAVEAT)


def _basis(found: RunHealth) -> str:
    """What was read, and how."""
    before = (
        ""
        if found.untrained is not None
        else " The network before training was not kept, so what it did is not known."
    )
    return f"Over {found.passage.words}. {reading_words(found.reading)}{before}"


def _head(said: str, *, wrong: bool) -> None:
    said = f"**{appearance.plain(said)}**"
    if wrong:
        st.warning(said, icon=":material/warning:")
    else:
        st.markdown(said)


def _say(found: list[Remark]) -> None:
    """A line for each, and under it what to try."""
    lines = []
    for one in found:
        to_try = f"  \n  :material/lightbulb: {appearance.plain(one.advice)}" * bool(one.advice)
        lines.append(f"- {appearance.plain(one.said)}{to_try}")
    st.markdown("\n".join(lines))


def _pictures(found: RunHealth, layer: int) -> None:
    both, theme = (found.trained[layer], found.before(layer)), appearance.theme()
    if not both[0].gates:
        phi = found.model.nonlinearity
        charts.show(partial(plots.saturation, *both, phi, theme=theme), key="saturation")
        st.caption(
            "A plain RNN has no gates, and none that keeps what it holds; Gradient flow shows how "
            "far back it reaches."
        )
        return
    names, how = CELLS[found.model.cell].names, found.training
    window = None if how is None else how.sequence_length
    charts.show(partial(plots.gate_shares, *both, names, theme=theme), key="shares of gates")
    charts.show(partial(plots.half_lives, *both, window, theme=theme), key="half lives")


def _units(subject: Subject, found: RunHealth, layer: int) -> None:
    """Every unit in a table that can be sorted; the one whose row is selected can be looked at."""
    rows = _table(found, layer)
    key = f"health of units of layer {layer} of {subject.key}"
    columns = {str(name): _column(str(name), rows[name]) for name in rows}
    row, chosen = (
        selected_row(rows, columns, key=key, height=320, alt="Units"),
        f"chosen in {key}",
    )
    if row is not None:
        state.keep(chosen, int(rows["unit"].iloc[row]))
    unit = int(state.kept(chosen, rows["unit"].iloc[0]))
    if st.button(
        f"Look at unit {unit} in the text", icon=":material/arrow_forward:", key="look at the unit"
    ):
        open_unit(subject, Place("h", layer, unit))
    st.caption(f"Select a row to look at another unit. {SIDEWAYS}")


def _column(name: str, values: pd.Series) -> ColumnConfig:
    known = _HELP.get(name)
    if name == "unit" or values.dtype.kind == "O":
        return st.column_config.Column(help=known)
    form = "%.2f" if name == _KEPT else "%.1f %%"
    label = "before" if name.endswith(" before") else None  # which stands beside what it was
    return st.column_config.NumberColumn(label, format=form, help=known)


def _table(found: RunHealth, layer: int) -> pd.DataFrame:
    """A row for each unit: those of no use first, then copies, then who keeps longest what."""
    now, before, ill = found.trained[layer], found.before(layer), what(found.trained[layer])
    columns: dict[str, object] = {"unit": range(now.units)}
    if ill:
        columns["what"] = [ill.get(unit, "") for unit in range(now.units)]
    if now.half_life is not None:
        columns[_KEPT] = now.half_life
    if not math.isinf(ends(found.model)[0]):
        name = _OFF if found.model.nonlinearity == "relu" else _SATURATED
        columns[name] = 100 * now.saturated
        if before is not None:
            columns[f"{name} before"] = 100 * before.saturated
    for symbol, shares in now.gates.items():
        columns[f"{symbol} closed"] = 100 * shares.closed
        columns[f"{symbol} open"] = 100 * shares.open
    kept = now.saturated if now.half_life is None else now.half_life
    places = {unit: place for place, unit in enumerate(ill)}
    order = sorted(range(now.units), key=lambda unit: (places.get(unit, now.units), -kept[unit]))
    return pd.DataFrame(columns).loc[order]
