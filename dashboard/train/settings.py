"""Choosing a network and how it is trained: a preset, or every setting."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

import streamlit as st

from dashboard import appearance
from dashboard.train.beginning import ask_beginning
from dashboard.train.fields import field
from dashboard.train.settings_words import Settings, say, times
from rnnviz.cells import CELLS
from rnnviz.config import PRESETS, ModelConfig, TrainingConfig
from rnnviz.training.presets import suited

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator


_PRESET, _FIRST = "preset", "quick"
_LONG = 1_100_000  # characters of a text that gets what a preset says


@dataclass(frozen=True, slots=True)
class _Number:
    """A setting that is a number.

    Attributes:
        name: of the field.
        label: with its unit.
        help: what it does.
        low: smallest allowed.
        high: largest allowed.
        step: of the widget's buttons.
        format: how the widget writes it.
    """

    name: str
    label: str
    help: str
    low: float
    high: float
    step: float
    format: str | None = None


_MODEL_NUMBERS = (
    _Number("hidden_size", "Hidden size (units)", "Units of each layer.", 1, 2048, 32),
    _Number("num_layers", "Layers", "Layers on top of each other.", 1, 4, 1),
    _Number(
        "dropout",
        "Dropout (share of units)",
        "Share of the outputs of a layer set to zero while training, so that units do not rely on "
        "each other. Helps when a large network overfits.",
        0.0,
        0.9,
        0.05,
    ),
)
_SEED = _Number("seed", "Seed", "Of the initial weights and of dropout.", 0, 2**53 - 1, 1)
_TRAINING_NUMBERS = (
    _Number(
        "sequence_length",
        "Sequence length",
        "The BPTT window, in timesteps: how far an iteration reads at each place of the text. "
        "Gradients travel back no further; the state is carried on to the next window.",
        1,
        4096,
        16,
    ),
    _Number(
        "batch_size",
        "Batch size (streams)",
        "At how many places of the text an iteration reads at once: the text is cut into so many "
        "streams, and each is read from its beginning to its end.",
        1,
        4096,
        8,
    ),
    _Number(
        "weight_decay",
        "Weight decay",
        "Shrinks the weight matrices at every iteration (AdamW).",
        0.0,
        1.0,
        0.01,
        "%.3f",
    ),
    _Number(
        "averaging",
        "Averaged weights (share)",
        "Weights jump about from one iteration to the next, and their mean jumps less. A snapshot, "
        "which is what is kept and looked at, gets the mean of the weights over about "
        "this share of the iterations made so far: 0.2 is their last fifth, 0 the weights as they "
        "are. While the learning rate is high, the mean predicts better.",
        0.0,
        1.0,
        0.05,
        "%.2f",
    ),
)


def choose_settings(
    advanced: DeltaGenerator, given: int | None, network: ModelConfig | None = None
) -> Settings | None:
    """Ask for a preset and, in full, for every setting; None where one is out of range.

    Args:
        advanced: where the full settings go.
        given: characters of the text; None where there is none yet.
        network: what is settled already, all but the dropout; None where nothing is.
    """
    preset = _ask_preset()
    said = st.container()
    usual = _usual(preset, _LONG if given is None else given, network)
    with advanced.expander("Advanced", icon=":material/tune:"):
        asked = _ask_all(preset, usual, settled=network is not None)
    with said:
        chosen = _checked(*asked)
        if given is None or chosen in (None, usual):  # or its times are of other settings
            st.caption(times(given))
        if chosen is not None:
            say(preset, chosen, given, changed=chosen != usual, begins=network is None)
    return chosen


def _usual(preset: str, characters: int, settled: ModelConfig | None) -> Settings:
    model, training = suited(preset, characters)
    return model if settled is None else replace(settled, dropout=model.dropout), training


def _checked(model: dict[str, Any], training: dict[str, Any]) -> Settings | None:
    try:
        return ModelConfig.from_json(model), TrainingConfig.from_json(training)
    except ValueError as error:
        appearance.complain(f"in “Advanced”, {error}")
        return None


def _ask_preset() -> str:
    """Its options are always called the same: a click on one that is called anew is lost."""
    chosen = st.segmented_control(
        "Training time",
        list(PRESETS),
        default=_FIRST,
        required=True,
        key=_PRESET,
        persist_state="session",
        format_func=str.capitalize,
        help="How long to train at most, with the network that learned most of 1.1 million "
        "characters in 30 s, 3 min and 15 min on two cores. A small text gets a number of "
        "iterations instead; which, and why, is said below.",
    )
    return str(chosen)


def _ask_all(
    preset: str, usual: Settings, *, settled: bool
) -> tuple[dict[str, Any], dict[str, Any]]:
    model, training = asdict(usual[0]), asdict(usual[1])
    network, learning, budget = st.columns(3)
    with network:
        st.markdown("**Network**")
        if not settled:
            with st.container():  # what is below it stays where it is, whatever a cell asks
                _ask_cell(preset, model)
        for setting in _MODEL_NUMBERS:
            if not settled or setting.name == "dropout":
                _ask_number(preset, setting, model)
        _ask_number(preset, _SEED, training)
    with learning:
        st.markdown("**Learning**")
        for setting in _TRAINING_NUMBERS:
            _ask_number(preset, setting, training)
        _ask_clip(preset, training)
    with budget:
        st.markdown("**Rate and time**")
        _ask_rate(preset, model, training)
        _ask_budget(preset, training)
        _ask_patience(preset, training)
        _ask_device(preset, training)
    if not settled:
        st.markdown("**What the network begins with**")
        ask_beginning(preset, model)
    return model, training


def _ask_cell(preset: str, model: dict[str, Any]) -> None:
    model["cell"] = st.selectbox(
        "Cell",
        list(CELLS),
        index=list(CELLS).index(model["cell"]),
        format_func=lambda cell: CELLS[cell].title,
        key=field("cell", model["cell"], preset),
        persist_state="session",
        help="RNN: h_t = φ(W_ih x_t + W_hh h_{t-1} + b). GRU and LSTM add gates that let the "
        "state, and gradients, pass through many timesteps. A minGRU’s gates see what is read and "
        "not the state: trained several times as fast, it learns less; take two layers or more.",
    )
    choices = list(CELLS[model["cell"]].learning_rates)
    model["nonlinearity"] = choices[0]
    if len(choices) > 1:
        model["nonlinearity"] = st.selectbox(
            "Nonlinearity φ",
            choices,
            key=field("nonlinearity", choices[0], preset),
            persist_state="session",
            help="Of the plain RNN; the other cells have their functions in fixed places.",
        )


def _ask_number(preset: str, setting: _Number, values: dict[str, Any]) -> None:
    """Without limits of the widget's own: it would ignore what is typed beyond them, in silence."""
    kind = type(values[setting.name])
    values[setting.name] = st.number_input(
        setting.label,
        value=values[setting.name],
        step=kind(setting.step),
        format=setting.format,
        key=field(setting.name, values[setting.name], preset),
        persist_state="session",
        help=f"{setting.help} {setting.low:,} to {setting.high:,}.",
    )


def _ask_rate(preset: str, model: dict[str, Any], training: dict[str, Any]) -> None:
    usual = CELLS[model["cell"]].learning_rates[model["nonlinearity"]]
    given = st.number_input(
        "Learning rate (peak)",
        value=usual,
        step=0.001,
        format="%.5f",
        key=field("learning_rate", usual, preset),
        persist_state="session",
        help="How far an iteration moves the weights, at the peak of the schedule: a short warm-up "
        f"leads there, a cosine down to 1 % of it. {usual:g} is usual for this cell, chosen "
        "by measurement. 0.0000001 to 10.",
    )
    training["learning_rate"] = None if given == usual else given


def _ask_clip(preset: str, training: dict[str, Any]) -> None:
    given = st.number_input(
        "Clip norm",
        value=training["clip_norm"],
        step=0.1,
        format="%.2f",
        key=field("clip_norm", training["clip_norm"], preset),
        persist_state="session",
        help="A longer gradient, all parameters taken as one vector, is scaled down to this norm. "
        "0.000001 to 1,000,000; 0 never clips.",
    )
    training["clip_norm"] = given or None


def _ask_budget(preset: str, training: dict[str, Any]) -> None:
    usual = "iterations" if training["iterations"] else "seconds"
    kinds = ["seconds", "iterations"]
    kind = st.selectbox(
        "Train for",
        kinds,
        index=kinds.index(usual),
        key=field("budget", usual, preset),
        persist_state="session",
        help="A time to train, pauses not counted, or a number of optimizer updates. A run with a "
        "number of iterations can be repeated bit for bit.",
    )
    seconds = kind == "seconds"
    value = (
        (training["seconds"] or PRESETS[preset][1].seconds)
        if seconds
        else (training["iterations"] or 1000)
    )
    given = st.number_input(
        f"Budget ({kind})",
        value=value,
        step=10.0 if seconds else 100,
        format="%.0f" if seconds else None,
        key=field(kind, value, preset),
        persist_state="session",
        help="1 to 1,000,000 seconds." if seconds else "1 to 100,000,000 iterations.",
    )
    training["seconds"], training["iterations"] = (given, None) if seconds else (None, given)


def _ask_patience(preset: str, training: dict[str, Any]) -> None:
    usual = training.get("patience") or 0
    given = st.number_input(
        "Patience (snapshots)",
        value=usual,
        step=1,
        key=field("patience", usual, preset),
        persist_state="session",
        help="Training ends before its budget once so many snapshots in a row have brought no "
        "lower validation loss: what more training would do is seldom worth its time then, and "
        "often the text is learned by heart. About 50 snapshots are taken in a run, and none has a "
        "validation loss where nothing is held out. 1 to 1,000; 0 never ends early.",
    )
    training["patience"] = given or None


def _ask_device(preset: str, training: dict[str, Any]) -> None:
    training["device"] = st.selectbox(
        "Device",
        ["auto", "cpu", "cuda"],
        key=field("device", "auto", preset),
        persist_state="session",
        help="auto takes a CUDA GPU where there is one.",
    )
