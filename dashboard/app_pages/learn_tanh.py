"""Learn: why tanh? The nonlinearities, applied again and again, and in three trained networks."""

from __future__ import annotations

import math

import numpy as np
import streamlit as st

from dashboard import appearance, cache, sidebar
from dashboard.components import three_runs
from dashboard.components.lesson_parts import try_this
from dashboard.components.three_runs import Three
from dashboard.sidebar import ALIVE
from rnnviz.corpora.sample_files import SAMPLE_FILES
from rnnviz.lessons.nonlinearities import NONLINEARITIES, Repeated, least_fall, repeat
from rnnviz.lessons.rules_of_thumb import Measured, verdicts
from rnnviz.plots import nonlinearities as drawn
from rnnviz.runs.files import RunError
from rnnviz.text.reading import TextError
from rnnviz.training.schedule import default_learning_rate

_LOOK_SECONDS = 2.0
_MARKS = {True: "✓ as the rule says", False: "✗ not as the rule says", None: "– cannot be said"}


@st.fragment
def three_functions() -> None:
    """phi and phi', and their values at one place."""
    st.subheader("Three nonlinearities", anchor=False)
    z = float(st.slider("z", -6.0, 6.0, 1.0, 0.1, key="z of phi", persist_state="session"))
    at, theme = np.linspace(-6, 6, 481), appearance.theme()
    values = {name: (at, phi.value(at)) for name, phi in NONLINEARITIES.items()}
    slopes = {name: (at, phi.slope(at)) for name, phi in NONLINEARITIES.items()}
    maxima = {name: (phi.steepest_at, phi.steepest) for name, phi in NONLINEARITIES.items()}
    left, right = st.columns(2, gap="medium")
    with left:
        appearance.chart(drawn.functions(values, z, theme=theme), key="phi")
    with right:
        appearance.chart(drawn.derivatives(slopes, maxima, z, theme=theme), key="slopes")
    _functions_table(z)
    st.markdown(
        "tanh is centred at 0, bounded by ±1, and its slope reaches **1**. The sigmoid's slope is "
        "**0.25** at most. relu's is **1** for every positive z, but nothing holds its value."
    )


def _functions_table(z: float) -> None:
    """Formulas, and values at the place looked at."""
    lines = [
        f"| | $\\varphi(z)$ | $\\varphi'(z)$ | largest $\\varphi'$ | "
        f"$\\varphi({z:.1f})$ | $\\varphi'({z:.1f})$ |",
        "|:--|:--|:--|--:|--:|--:|",
    ]
    for name, phi in NONLINEARITIES.items():
        value, slope = phi.value(np.array([z]))[0], phi.slope(np.array([z]))[0]
        lines.append(
            f"| {name} | $\\displaystyle {phi.formula}$ | ${phi.derivative}$ | {phi.steepest:g} | "
            f"{value:.4f} | {slope:.4f} |"
        )
    st.markdown("\n".join(lines))


@st.fragment
def again_and_again() -> None:
    """h_t = phi(w h_{t-1}) and the gradient through it."""
    st.subheader("Again and again", anchor=False)
    st.latex(
        r"h_t = \varphi(w\, h_{t-1}), \qquad "
        r"\frac{\partial h_t}{\partial h_0} = \prod_{k=1}^{t} w\, \varphi'(w\, h_{k-1})"
    )
    weight_place, start_place, count_place = st.columns(3)
    weight = weight_place.slider(
        "w", 0.1, 3.0, 1.0, 0.05, key="w of repetition", persist_state="session"
    )
    start = start_place.slider(
        "h₀", -3.0, 3.0, 1.0, 0.1, key="h0 of repetition", persist_state="session"
    )
    count = count_place.slider(
        "Timesteps", 1, 100, 20, key="timesteps of repetition", persist_state="session"
    )
    found = {name: repeat(name, float(weight), float(start), int(count)) for name in NONLINEARITIES}
    theme = appearance.theme()
    left, right = st.columns(2, gap="medium")
    with left:
        states = {name: each.h for name, each in found.items()}
        appearance.chart(drawn.repeated_states(states, theme=theme), key="repeated states")
    with right:
        gradients = {name: each.gradient for name, each in found.items()}
        appearance.chart(drawn.repeated_gradients(gradients, theme=theme), key="repeated gradients")
    st.markdown("\n".join(f"* {line}" for line in _said(found, float(weight), int(count))))


def _said(found: dict[str, Repeated], weight: float, count: int) -> list[str]:
    fall, least = least_fall(found["sigmoid"].gradient), 4 / weight
    limit = f"at least {least:.3g}-fold" if least > 1 else f"by no less than a factor {least:.3g}"
    relu, tanh = found["relu"], found["tanh"]
    return [
        f"**sigmoid**: w φ′ is at most {weight:.3g} × 0.25 = {weight / 4:.3g}, so the gradient is "
        f"divided {limit} a timestep; here the least was {fall:.4g}, and after {count} "
        f"timesteps {found['sigmoid'].gradient[-1]:.3g} is left.",
        f"**relu**: the state goes from {relu.h[0]:.3g} to {relu.h[-1]:.3g}, the gradient to "
        f"{relu.gradient[-1]:.3g}. {_relu(relu, weight)}",
        f"**tanh**: the state ends at {tanh.h[-1]:.3g}, never beyond ±1, and "
        f"{tanh.gradient[-1]:.3g} of the gradient is left.",
    ]


def _relu(relu: Repeated, weight: float) -> str:
    if relu.h[0] <= 0:
        return "Where nothing positive arrives, the unit is shut and so is the way back."
    if weight > 1:
        return f"Each timestep multiplies both by w = {weight:.3g}: they grow without bound."
    return "Each timestep multiplies both by w: with w = 1 both are kept, below 1 both vanish."


def ask_text() -> tuple[str, str]:
    """The text the three networks learn: its name and characters."""
    samples = {sample.title: sample for sample in SAMPLE_FILES}
    run = sidebar.chosen_run()
    own = None if run is None else f"The text of the selected run: {three_runs.origin(run)}"
    options = ([own] if own else []) + list(samples)
    usual = 0 if own else list(samples).index(SAMPLE_FILES[1].title)
    picked = st.selectbox(
        "Text",
        options,
        index=usual,
        key=f"text of three with {own}",
        persist_state="session",
        width=420,
    )
    if run is not None and picked == own:
        text = cache.text_of(run.id, run.description.text_sha256, run)
        return three_runs.origin(run), text
    return samples[str(picked)].file, samples[str(picked)].read()


def three_networks() -> None:
    """The same network with each nonlinearity, on one text."""
    st.subheader("The same network, three times", anchor=False)
    rates = ", ".join(
        f"{name} {default_learning_rate(three_runs.model_of(name)):g}" for name in three_runs.NAMES
    )
    st.markdown(
        f"A plain RNN of {three_runs.UNITS} units, {three_runs.TRAINING.iterations} iterations, "
        "the same seed and the same order of windows; only φ differs, and with it the initial "
        "weights and the learning rate, which are those found to serve each φ best."
    )
    st.caption(
        f"Learning rates: {rates}. W_hh begins orthogonal for tanh, orthogonal times 4 for sigmoid "
        "(against its slope of 1/4), as the identity for relu. These remedies are common today; "
        "the rules of thumb are older than they are."
    )
    name, text = ask_text()
    found = three_runs.find(text)
    unfinished = [n for n in three_runs.NAMES if n not in found or _waits(found[n])]
    if unfinished:
        missing = len(found) < len(three_runs.NAMES)
        label = "Train the three networks" if missing else "Let them go on"
        if st.button(label, type="primary", icon=":material/play_arrow:"):
            try:
                three_runs.start(text, name)
            except (RunError, TextError) as error:
                appearance.complain(error)
                return
            st.rerun()
        if missing:
            st.caption("About 10 seconds each on a free core; they are runs like any other.")
    if any(run.status.state in ALIVE for run in found.values()):
        st.fragment(run_every=_LOOK_SECONDS)(watch)(found)
    elif len(found) == len(three_runs.NAMES) and not unfinished:
        compare(found)


def _waits(run: object) -> bool:
    """Whether somebody has to let it go on."""
    return run.status.state in ("created", "stopped", "interrupted", "failed", "paused")  # type: ignore[attr-defined]


def watch(found: Three) -> None:
    """How far they are; the whole page again when the last has ended."""
    states = {name: run.status for name, run in found.items()}
    if not any(status.state in ALIVE for status in states.values()):
        st.rerun()
    for name, status in states.items():
        st.progress(
            min(1.0, status.fraction),
            text=f"{name}: {status.state}, {status.message}"
            if status.state == "queued"
            else f"{name}: {status.state}",
        )
    snapshots = {name: run.snapshots for name, run in found.items()}
    appearance.chart(drawn.losses(snapshots, theme=appearance.theme()), key="losses so far")


def compare(found: Three) -> None:
    """Losses, reach, states, and what they say of the rules of thumb."""
    theme = appearance.theme()
    left, right = st.columns(2, gap="medium")
    with left:
        snapshots = {name: run.snapshots for name, run in found.items()}
        appearance.chart(drawn.losses(snapshots, theme=theme), key="losses of three")
    with right:
        norms = {name: run.gradient_norms_by_lag() for name, run in found.items()}
        appearance.chart(drawn.reaches(norms, theme=theme), key="reach of three")
    measured = {name: three_runs.measure(found[name]) for name in three_runs.NAMES}
    _table(measured)
    st.markdown("**The rules of thumb, beside this measurement**")
    for verdict in verdicts(measured):
        st.markdown(f"*{verdict.rule}* {_MARKS[verdict.agrees]}. {verdict.measured}")
    st.caption(
        "One seed, one text, 300 iterations: a measurement of these three networks, not a law. "
        "They stay among your runs, under names that begin with “Why tanh?”."
    )


def _table(measured: dict[str, Measured]) -> None:
    """Side by side."""
    rows = {
        "validation loss, last snapshot (bits per character)": [
            _number(each.loss / math.log(2)) for each in measured.values()
        ],
        "half-life before training (characters)": [
            _number(each.untrained_half_life) for each in measured.values()
        ],
        "half-life after training (characters)": [
            _number(each.half_life) for each in measured.values()
        ],
        "state size: mean of |h|": [_state(each, "mean_size") for each in measured.values()],
        "state size: largest |h|": [_state(each, "largest") for each in measured.values()],
        "dead units (zero over the whole passage)": [
            _state(each, "dead") for each in measured.values()
        ],
        "values within 0.01 of an end of the range": [_share(each) for each in measured.values()],
        "units there at every timestep": [
            _state(each, "always_saturated") for each in measured.values()
        ],
    }
    lines = ["| | " + " | ".join(measured) + " |", "|:--|" + "--:|" * len(measured)]
    lines += [f"| {name} | {' | '.join(cells)} |" for name, cells in rows.items()]
    st.markdown("\n".join(lines).replace("|h|", "\\|h\\|"))
    st.caption(f"States over the first held-out characters, {three_runs.UNITS} units each.")


def _number(value: float) -> str:
    if math.isnan(value):
        return "–"
    return "does not fall" if math.isinf(value) else f"{value:.3f}"


def _state(each: Measured, name: str) -> str:
    return "–" if each.states is None else f"{getattr(each.states, name):.3g}"


def _share(each: Measured) -> str:
    if each.states is None or math.isnan(each.states.saturated):
        return "–"
    return f"{each.states.saturated:.1%}"


st.caption(
    "At every timestep the state passes through the same φ, and on the way back the gradient "
    "passes through its slope. What that does to both, in numbers, and in three networks."
)
three_functions()
again_and_again()
three_networks()
try_this(
    "With w = 1 relu keeps both its state and its gradient for ever, which looks perfect. Set "
    "w to 1.1 and 100 timesteps, then to 0.9: how near to 1 would every weight have to stay? And "
    "at which w does tanh keep a state other than 0?"
)
if sidebar.chosen_run() is not None:
    st.page_link(
        "app_pages/gradient_flow.py",
        label="See how far gradients travel in your own run",
        icon=":material/trending_down:",
    )
