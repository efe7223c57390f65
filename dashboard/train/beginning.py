"""Choosing what the weights begin as that carry the state on from timestep to timestep."""

from __future__ import annotations

from typing import Any, get_args

import streamlit as st

from dashboard import navigation, state
from dashboard.looking import NEW_RUN
from dashboard.train.fields import field, fill
from rnnviz.cells import CELLS, Gate
from rnnviz.config import CHRONO, ModelConfig, RecurrentInit
from rnnviz.notation import loss_words

_USUAL = "as usual"
_MEMORY = 100

# Validation losses in nats, by gain, of what `try_gains` sets up, on the text offered first.
_REACHED = {0.2: 1.7136, 1.0: 1.7298, 3.0: 2.7115}


def ask_beginning(preset: str, model: dict[str, Any]) -> None:
    """Ask for all of it; what is left as usual is not among the settings then.

    Args:
        preset: whose form it is: each has its own.
        model: settings of the network chosen so far; what is chosen here is added.
    """
    usual = ModelConfig(model["cell"], model["nonlinearity"])
    facts = CELLS[usual.cell]
    keeping = facts.keeping
    grid = st.grid(4, min_column_width=200)
    matrix, gain, bias, memory = (grid.cell() for _ in range(4))
    if facts.reads_state:
        with matrix:
            model["recurrent_init"] = _ask_matrix(preset)
        with gain:
            model["recurrent_gain"] = _ask_gain(preset, usual)
    if keeping is None or facts.forget_bias is None:
        return
    with bias:
        chrono = _ask_kind(preset, keeping)
    with memory:
        if chrono:
            model["forget_bias"], model["chrono_memory"] = CHRONO, _ask_memory(preset)
        else:
            model["forget_bias"] = _ask_bias(preset, keeping, facts.forget_bias)


def beginning_words(model: ModelConfig) -> str:
    """What it begins with that is not usual; "" where all is."""
    keeping = CELLS[model.cell].keeping
    bias = "" if keeping is None else f"{model.forget_bias} as bias {keeping.bias_words}"
    said = [
        *([f"{model.recurrent_init} recurrent weights"] if model.recurrent_init else []),
        *([] if model.recurrent_gain is None else [f"recurrent gain {model.recurrent_gain:g}"]),
        *([] if model.forget_bias is None else [bias]),
        *([f"memories up to {model.chrono_memory:,}"] if model.chrono_memory else []),
    ]
    return f"; begins with {', '.join(said)}" if said else ""


def try_gains() -> None:
    """The lesson's factors on a real network: buttons that set up its training."""
    small, usual, large = (loss_words(loss) for loss in _REACHED.values())
    st.markdown(
        "What $w_{hh}$ is to one unit, the **recurrent gain** is to a whole network: at first, "
        "each timestep multiplies every length by it, but for the slopes of $\\varphi$. Set up a "
        "plain RNN here, start it on the text that is offered first, and **compare**: after how "
        "many characters 1 % of the gradient of a loss is left at iteration 0 (page Gradient "
        "flow), and the validation loss at the end. So measured, with 0.2 it was 2 characters, "
        "with 1 it was 7; with 3 the gradient grew: at lag 64, that is 64 characters back, it was "
        "170,000 times as large as at lag 0. Training "
        f"made up for the small factor: {small} with 0.2, {usual} with 1. That it is even a little "
        "lower there was seen in one run of each, and does not show that a small factor helps: "
        "another seed was not tried. For the large one training did not make up: "
        f"{large}."
    )
    with st.container(horizontal=True):
        for gain in _REACHED:
            if st.button(f"Train an RNN with gain {gain:g}", icon=":material/arrow_forward:"):
                _set_up(gain)


def _set_up(gain: float) -> None:
    """Let the form of a new run say a plain RNN with this gain, all else as usual."""
    state.put("preset", "quick")
    made = {"cell": "rnn", "nonlinearity": "tanh", "recurrent_init": _USUAL, "recurrent_gain": gain}
    for name, value in made.items():
        fill(name, value, "quick")
    state.open_run(NEW_RUN)
    navigation.go("train")


def _ask_matrix(preset: str) -> str | None:
    chosen = st.selectbox(
        "First recurrent weights",
        [_USUAL, *get_args(RecurrentInit)],
        key=field("recurrent_init", _USUAL, preset),
        persist_state="session",
        help="What W_hh begins as, before it is multiplied by the gain. Orthogonal: every length "
        "stays, in another direction; that is usual (a relu's lowest layer begins with half of it "
        "and half of the identity). Identity: the state itself is carried on. Normal: independent "
        "numbers, which stretch some directions and shrink others.",
    )
    return None if chosen == _USUAL else chosen


def _ask_gain(preset: str, usual: ModelConfig) -> float | None:
    gain = usual.usual_gain
    given = st.number_input(
        "Recurrent gain",
        value=gain,
        step=0.1,
        format="%.2f",
        key=field("recurrent_gain", gain, preset),
        persist_state="session",
        help="What the first recurrent weights are multiplied by. An orthogonal matrix then "
        "multiplies every length by it at each timestep: in a plain RNN gradients on their way "
        "back too, but for the slope of φ, which is 1 at most, of a sigmoid 1/4. "
        f"{gain:g} is usual here. 0 to 10.",
    )
    return None if given == gain else given


def _ask_kind(preset: str, gate: Gate) -> bool:
    kinds = ["one number", CHRONO]
    chosen = st.selectbox(
        f"Bias {gate.bias_words}",
        kinds,
        key=field("forget_bias", kinds[0], preset),
        persist_state="session",
        help=f"The bias {gate.bias_words}, at the beginning: the higher it is, the longer a unit "
        "keeps what it has. Chrono gives each unit another, so that memories of all lengths are "
        "there from the start: some units keep for 2 timesteps, some for many (Tallec and Ollivier "
        "2018).",
    )
    return chosen == CHRONO


def _ask_bias(preset: str, gate: Gate, usual: float) -> float | None:
    given = st.number_input(
        "Value of that bias",
        value=usual,
        step=0.5,
        format="%.2f",
        key=field("value of forget_bias", usual, preset),
        persist_state="session",
        help=f"With a bias of b and nothing else, the {gate.name} keeps 1 / (1 + exp(-b)) of the "
        f"old state at each timestep: 50 % at 0, 73 % at 1, 95 % at 3. "
        f"{usual:g} is usual here. -20 to 20.",
    )
    return None if given == usual else given


def _ask_memory(preset: str) -> int:
    return st.number_input(
        "Longest memory (timesteps)",
        value=_MEMORY,
        step=10,
        key=field("chrono_memory", _MEMORY, preset),
        persist_state="session",
        help="Units begin with memories of 2 to so many timesteps, each as likely as the other. "
        "3 to 1,000,000.",
    )
