"""Choosing what varies in a matched comparison: the values of each setting."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

import streamlit as st

from dashboard.train.fields import field
from rnnviz.cells import CELLS
from rnnviz.config import ModelConfig, TrainingConfig

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator

T = TypeVar("T", int, float)


@dataclass(frozen=True, slots=True)
class _Typed:
    """A setting whose values are typed.

    Attributes:
        name: of it.
        label: with its unit.
        kind: of its values.
        such: an example of several.
    """

    name: str
    label: str
    kind: Callable[[str], Any]
    such: str


_TYPED = (
    _Typed("hidden_size", "Units of a layer", int, "64, 128, 256"),
    _Typed("num_layers", "Layers", int, "1, 2"),
    _Typed("dropout", "Dropout", float, "0, 0.25, 0.5"),
    _Typed("recurrent_gain", "Recurrent gain", float, "0.2, 1, 3"),
    _Typed("sequence_length", "Window (timesteps)", int, "16, 64"),
    _Typed("seed", "Seed", int, "0, 1, 2"),
)


def ask_varied(model: ModelConfig, training: TrainingConfig) -> dict[str, list[Any]]:
    """The values of each setting that has two or more, or another than was chosen above.

    All is asked for before anything typed is complained of: a field that was gone for the time of
    a comma would take with it what is typed into it.

    Raises:
        ValueError: something typed is no number.
    """
    usual = {**model.to_json(), **training.to_json(), "recurrent_gain": model.recurrent_gain}
    if usual["recurrent_gain"] is None:
        usual["recurrent_gain"] = model.usual_gain
    found = _ask_cells(model)
    grid = st.grid(3, min_column_width=180)
    typed = {setting: _ask(grid.cell(), setting, usual[setting.name]) for setting in _TYPED}
    for setting, words in typed.items():
        values = _read(setting, words)
        if values != [usual[setting.name]]:
            found[setting.name] = values
    return found


def _ask_cells(model: ModelConfig) -> dict[str, list[Any]]:
    """Which cells, and of the plain RNN which nonlinearities."""
    grid = st.grid(2, min_column_width=300)
    with grid.cell():
        cells = st.segmented_control(
            "Cell",
            list(CELLS),
            selection_mode="multi",
            default=[model.cell],
            format_func=lambda cell: CELLS[cell].title,
            key=field("matched cells", [model.cell]),
            persist_state="session",
        )
    found: dict[str, list[Any]] = {}
    cells = [cell for cell in CELLS if cell in cells] or [model.cell]
    if cells != [model.cell]:
        found["cell"] = sorted(cells, key=lambda cell: cell != model.cell)
    for cell in cells:
        choices = list(CELLS[cell].learning_rates)
        if len(choices) > 1:
            with grid.cell():
                chosen = _ask_nonlinearities(model, choices)
            if chosen != [model.nonlinearity]:
                found["nonlinearity"] = chosen
    return found


def _ask_nonlinearities(model: ModelConfig, choices: Sequence[str]) -> list[str]:
    chosen = st.segmented_control(
        "Nonlinearity φ of the plain RNN",
        choices,
        selection_mode="multi",
        default=[model.nonlinearity],
        key=field("matched nonlinearities", [model.nonlinearity]),
        persist_state="session",
    )
    return [choice for choice in choices if choice in chosen] or [model.nonlinearity]


def _ask(place: DeltaGenerator, setting: _Typed, usual: float) -> str:
    as_typed = f"{usual:g}" if isinstance(usual, float) else str(usual)
    return place.text_input(
        setting.label,
        value=as_typed,
        key=field(f"matched {setting.name}", as_typed),
        persist_state="session",
        placeholder=f"such as {setting.such}",
    )


def _read(setting: _Typed, words: str) -> list[Any]:
    try:
        return [*dict.fromkeys(setting.kind(each) for each in words.split(","))]
    except ValueError as error:
        raise ValueError(
            f"{setting.label} is {words!r}; it must be numbers with commas between, such as "
            f"{setting.such}."
        ) from error
