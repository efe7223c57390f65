"""The same network with tanh, sigmoid and relu: started, watched, compared."""

from __future__ import annotations

import math
from functools import partial

import streamlit as st

from dashboard import actions, appearance, cache, charts
from dashboard.components.contents import section
from dashboard.components.polling import polled
from dashboard.learn import choices
from dashboard.learn.tanh import runs
from dashboard.learn.tanh.runs import Three
from dashboard.view import own_run
from rnnviz.analysis.gradients.reach import Reach
from rnnviz.cells import Nonlinearity
from rnnviz.corpora.catalogue import titled
from rnnviz.corpora.corpus import PREFIX
from rnnviz.corpora.sample_files import SAMPLE_FILES
from rnnviz.lessons.pages.tanh.rules_of_thumb import Measured, hundredth_words, verdicts
from rnnviz.notation import NOTHING, loss_words, percent, share_words, significant, unbroken
from rnnviz.plots.lessons import nonlinearities as drawn
from rnnviz.runs.documents import RunError
from rnnviz.runs.seen import table_as_seen
from rnnviz.text.control import escaped
from rnnviz.text.reading import TextError
from rnnviz.text.windows import Split
from rnnviz.training.schedule import default_learning_rate

_LOOK_SECONDS = 2.0
_OWN, _USUAL = "own", SAMPLE_FILES[1]
_MARKS = {True: "✓ as the rule says", False: "✗ not as the rule says", None: "– cannot be said"}


def _ask_text() -> tuple[str, str]:
    """The text the three networks learn: its name and characters."""
    samples = {sample.path.stem: sample for sample in SAMPLE_FILES}
    called, usual = {name: sample.title for name, sample in samples.items()}, _USUAL.path.stem
    run = own_run()
    if run is not None:
        own, usual = f"The text of the selected run: {escaped(titled(runs.origin(run)))}", _OWN
        called = {_OWN: own, **called}
    picked = choices.one_of(
        "text",
        "Text",
        list(called),
        usual,
        widget=st.selectbox,
        of=called.get(_OWN, ""),
        format_func=called.__getitem__,
        width=420,
    )
    if run is not None and picked == _OWN:
        return runs.origin(run), cache.text_of(run)
    return PREFIX + samples[picked].path.stem, samples[picked].read()


def three_networks() -> None:
    """The same network with each nonlinearity, on one text."""
    section("The same network, three times")
    _explain()
    name, text = _ask_text()
    found = runs.find(text)
    complete = len(found) == len(runs.NAMES)
    waiting = any(run.status.state in runs.WAITING for run in found.values())
    if waiting or not complete:
        _offer(text, name, "Let them go on" if complete else "Train the three networks")
    if any(run.status.alive for run in found.values()):
        polled(_LOOK_SECONDS)(_watch)(found)
    elif complete and not waiting:
        _compare(found)


def _explain() -> None:
    rates = ", ".join(
        f"{name} {default_learning_rate(runs.model_of(name)):g}" for name in runs.NAMES
    )
    st.markdown(
        f"A plain RNN of {runs.UNITS} units, {runs.TRAINING.iterations} iterations, "
        "the same seed and the same order of windows; only $\\varphi$ differs, and with it the "
        "initial weights and the learning rate: for each $\\varphi$ those that did best with "
        "larger networks, of 256 units."
        "\n\n"
        "$W_{hh}$ begins orthogonal for tanh, orthogonal **times 4** for the sigmoid (against its "
        "slope of 1/4), as **half the identity plus half an orthogonal matrix** for relu (so that "
        "no state grows). "
        "Such starts are remedies: the rules of thumb, which stand below once the three are "
        "trained, were made without them, and may therefore fail here."
    )
    st.caption(f"Learning rates: {rates}.")


def _offer(text: str, name: str, label: str) -> None:
    """A button that starts what is missing."""
    if actions.only_shown():
        st.caption(actions.ONLY_SHOWN)
        return
    if st.button(label, type="primary", icon=":material/play_arrow:"):
        try:
            runs.start(text, name)
        except (RunError, TextError) as error:
            appearance.complain(error)
            return
        st.rerun()
    st.caption("Some seconds each on a free core; they are runs like any other.")


def _watch(found: Three) -> None:
    """How far they are; the whole page again when the last has ended."""
    states = {name: run.status for name, run in found.items()}
    if not any(status.alive for status in states.values()):
        st.rerun()
    for name, status in states.items():
        said = f", {status.message}" if status.state == "queued" else ""
        st.progress(
            min(1.0, status.fraction), text=appearance.plain(f"{name}: {status.state}{said}")
        )
    snapshots = {name: table_as_seen(run, run.snapshots) for name, run in found.items()}
    charts.show(partial(drawn.losses, snapshots, theme=appearance.theme()), key="losses so far")


def _compare(found: Three) -> None:
    """Losses, reach, states, and what they say of the rules of thumb."""
    theme = appearance.theme()
    snapshots = {name: table_as_seen(run, run.snapshots) for name, run in found.items()}
    norms = {name: run.gradient_norms_by_lag() for name, run in found.items()}
    charts.show_pair(
        (partial(drawn.losses, snapshots, theme=theme), "losses of three"),
        (partial(drawn.reaches, norms, theme=theme), "reach of three"),
    )
    measured = {name: runs.measure(run) for name, run in found.items()}
    _table(measured)
    held_out = Split.held_out_of(found["tanh"].description.text_characters)
    read = "held-out characters" if held_out else "characters of the text (nothing is held out)"
    st.caption(
        f"States over the first {read}, {runs.UNITS} units each. "
        "A gradient is the mean norm of a loss's derivative by the state so many characters before "
        "it, as a share of that by the state it is predicted from."
    )
    st.markdown("**The rules of thumb, beside this measurement**")
    for verdict in verdicts(measured):
        st.markdown(unbroken(f"*{verdict.rule}* {_MARKS[verdict.agrees]}. {verdict.measured}"))
    st.caption(
        "One seed, one text, 300 iterations: a measurement of these three networks, not a law. "
        "They stay among your runs, under names that begin with “Why tanh?”."
    )


def _table(measured: dict[Nonlinearity, Measured]) -> None:
    """Side by side."""
    rows = {
        "validation loss, last snapshot": [loss_words(each.loss) for each in measured.values()],
        "characters until 1 % of a gradient is left, before training": [
            hundredth_words(each.untrained) for each in measured.values()
        ],
        "the same after training": [hundredth_words(each.trained) for each in measured.values()],
        "left of a gradient at the last lag, after training": [
            _left(each.trained) for each in measured.values()
        ],
        "state size: mean of |h|": [_state(each, "mean_size") for each in measured.values()],
        "state size: largest |h|": [_state(each, "largest") for each in measured.values()],
        "dead units (zero over the whole passage)": [
            _state(each, "dead") for each in measured.values()
        ],
        "values within 0.01 of an end of the range": [_share(each) for each in measured.values()],
        "units there at every timestep": [
            NOTHING if _share(each) == NOTHING else _state(each, "always_saturated")
            for each in measured.values()
        ],
    }
    lines = ["| | " + " | ".join(measured) + " |", "|:--|" + "--:|" * len(measured)]
    lines += [f"| {name} | {' | '.join(cells)} |" for name, cells in rows.items()]
    st.markdown(unbroken("\n".join(lines).replace("|h|", "\\|h\\|")))


def _state(each: Measured, name: str) -> str:
    return NOTHING if each.states is None else significant(getattr(each.states, name))


def _left(reach: Reach | None) -> str:
    if reach is None or not reach.norm > 0:
        return NOTHING
    return f"{share_words(reach.edge.value)} at lag {reach.edge.lag}"


def _share(each: Measured) -> str:
    if each.states is None or math.isnan(each.states.saturated):
        return NOTHING
    return percent(each.states.saturated)
