"""A run as it trains: how it stands, its losses, what it writes, its gradient norms."""

from __future__ import annotations

import math
from typing import Literal, NamedTuple

import streamlit as st

from dashboard import actions, appearance, cache
from dashboard.components.polling import polled
from dashboard.train import charts, written
from dashboard.train.group import group_of
from dashboard.train.idle_units import idle_units
from dashboard.train.made_with import made_with
from dashboard.train.run_actions import controls, manage, offer_new_run
from rnnviz import plots
from rnnviz.notation import bits_words, capitalised, clock, counted, loss_words, percent
from rnnviz.runs.moment import Moment
from rnnviz.runs.run import Run
from rnnviz.runs.seen import seen_of
from rnnviz.runs.status import RunStatus
from rnnviz.runs.verdicts.conclusion import conclusion
from rnnviz.runs.verdicts.headlines import Kind, Verdict
from rnnviz.runs.verdicts.validation import validation_of
from rnnviz.runs.verdicts.verdict import verdict_of
from rnnviz.training.course import averaged_over
from rnnviz.training.presets import as_read

# Who pressed Start waits for the first sample, and looks at nothing else.
_FIRST_SECONDS, _SECONDS = 0.2, 2.0
_PAIR_PIXELS, _TILE_PIXELS = 420, 150
_LOSS = (
    "A loss is how surprised the network is by the character that comes next, on average: in bits, "
    "−log₂ of the probability it gave to it; in nats, bits times 0.693. Lower is better. The "
    "training loss is measured on the text it learns from, the validation loss on the last tenth "
    "of the text, which it never learns from."
)
_READ_ONLY = "Its files may not be written from here: it can be looked at, no more."
_COLOURS: dict[str, Literal["green", "orange", "blue", "gray", "red"]] = {
    "running": "green",
    "paused": "orange",
    "queued": "blue",
    "finished": "blue",
    "stopped": "gray",
    "interrupted": "orange",
    "diverged": "red",
    "imported": "blue",
    "failed": "red",
}
_ICONS: dict[Kind, str] = {
    "not begun": ":material/hourglass_empty:",
    "training": ":material/trending_down:",
    "stopped": ":material/stop_circle:",
    "finished": ":material/check_circle:",
    "worse than counting": ":material/warning:",
    "exploded": ":material/error:",
    "memorising": ":material/warning:",
    "imported": ":material/move_to_inbox:",
}


class _Stage(NamedTuple):
    """What decides of which parts the page is made: when it changes, all of it is drawn again.

    Attributes:
        standing: what the run is doing, in words.
        finishing: whether its worker is still there after its last word.
        begun: whether there is a snapshot.
        awaited: whether the first one is a matter of seconds.
        learned: whether there is an iteration.
    """

    standing: str
    finishing: bool
    begun: bool
    awaited: bool
    learned: bool


class _Shown:
    """A run: first as it stood when the page was drawn, then, at each poll, as it stands."""

    def __init__(self, run: Run, drawn: Moment) -> None:
        self._run, self._drawn = run, [drawn]

    def now(self) -> Moment:
        return self._drawn.pop() if self._drawn else cache.moment(self._run)


def show_run(run: Run) -> None:
    """Everything about a run's training, polled while there is a worker, still afterwards.

    All that changes is one part, polled as a whole: parts polled by themselves would be of several
    moments, and one sentence ahead of the chart below it.
    """
    now = cache.moment(run)
    stage = _stage(now)
    seconds = _FIRST_SECONDS if stage.awaited else _SECONDS
    _head(run, now.status)
    group_of(run)
    polled(seconds if now.status.alive else None)(_going)(_Shown(run, now), stage)
    idle_units(run, now)
    made_with(run)


def _stage(now: Moment) -> _Stage:
    status = now.status
    begun = len(now.snapshots) > 0
    awaited = not begun and status.state in ("queued", "running") and not status.in_line
    return _Stage(status.standing, status.finishing, begun, awaited, status.iteration > 0)


def _going(shown: _Shown, drawn: _Stage) -> None:
    now = shown.now()
    if drawn != _stage(now):
        st.rerun()  # the whole page, once: what can be done has changed, or what there is to see
    for part in (_words, _pictures, _concludes):
        with st.container():  # a line more or less in one moves nothing in the next
            part(now)


def _words(now: Moment) -> None:
    status, verdict = now.status, verdict_of(now)
    _bar(now, status)
    _say(now, status)
    _headline(verdict)
    _numbers(now, status)
    _reasons(now, verdict)


def _pictures(now: Moment) -> None:
    if now.description.imported is not None:
        if now.snapshots["validation_loss_nats"].count() > 1:  # a series, by the names of its files
            charts.losses(now)
        written.samples(now)
        return
    with st.container():
        held = charts.losses(now)
    with st.container():
        written.samples(now)
    charts.gradient_norms(held)


def _concludes(now: Moment) -> None:
    if said := conclusion(now):
        st.subheader("What this says", anchor=False)
        st.markdown(appearance.plain(said))


def _head(run: Run, status: RunStatus) -> None:
    """What the run is, what it is doing, and what can be done with it.

    Not polled, because a click on what is being drawn again can be lost.
    """
    with st.container(horizontal=True, vertical_alignment="center"):
        st.subheader(appearance.plain(run.description.name), anchor=False, width="content")
        ending = " · counting and validating" if status.finishing else ""
        st.badge(
            appearance.plain(status.standing) + ending,
            icon=":material/lock:" if status.read_only else None,
            color=_COLOURS.get(status.state, "gray"),
            help=_READ_ONLY if status.read_only else None,
        )
        st.space("stretch")
        controls(run, status)
        manage(run, status)
        offer_new_run()
    st.caption(f"{appearance.plain(run.description.text_words)} · {_network(run)}")


def _headline(verdict: Verdict) -> None:
    """The sentence that stands for the run, and what to be warned of."""
    headline, *more = map(appearance.plain, verdict.sentences)
    said = f"**{headline}** {' '.join(more)}"
    tell = {"exploded": st.error, "memorising": st.warning, "worse than counting": st.warning}
    usual = st.warning if verdict.warnings else st.info
    tell.get(verdict.kind, usual)(said, icon=_ICONS[verdict.kind])


def _reasons(now: Moment, verdict: Verdict) -> None:
    """What the headline rests on."""
    with st.expander("How these losses were measured and compared", icon=":material/help:"):
        for reason in verdict.measured:
            st.caption(appearance.plain(reason))
        if now.description.imported is None:
            st.caption(_LOSS)
        for notice in now.notices:
            st.caption(appearance.plain(notice))


def _network(run: Run) -> str:
    model = run.model_config
    layers = f" × {model.num_layers} layers" if model.num_layers > 1 else ""
    network = f"{model.kind} with {counted(model.hidden_size, 'unit')}{layers}"
    if run.description.imported is not None:
        return network
    read = as_read(run.training_config, run.description.text_characters).reading_words
    dropout = f", dropout {model.dropout:g}" if model.dropout else ""
    return f"{network}{dropout}; {read}"


def _bar(now: Moment, status: RunStatus) -> None:
    if status.state in ("running", "paused"):
        left = _seconds_left(now, status)
        words = f"{percent(status.fraction, 0)} · {clock(left)} left"
        st.progress(min(1.0, status.fraction), text=words)
    elif status.state in ("queued", "created"):
        words = capitalised(status.message or "waiting for a worker")
        st.progress(0.0, text=appearance.plain(words))


def _say(run: Run, status: RunStatus) -> None:
    at = f"at iteration {status.iteration:,}"
    if status.state == "interrupted":
        st.warning(
            f"The worker ended {at} without a word: a crash, a restart, or it was killed. What was "
            f"recorded is kept; {_goes_on(run, 'from the last point it can')}.",
            icon=":material/warning:",
        )
    elif status.elsewhere:
        said = status.message if status.unseen else f"trained {status.elsewhere}."
        st.info(appearance.plain(capitalised(said)), icon=":material/computer:")
    elif status.state == "stopped":
        st.caption(f"Stopped {at}; {_goes_on(run, 'from there')}.")
    elif status.state == "finished" and status.message:
        st.caption(appearance.plain(capitalised(status.message)))
    elif status.state == "failed":
        appearance.complain(f"the worker failed: {status.message}")


def _goes_on(run: Run, whence: str) -> str:
    if not actions.may_change(run.folder):
        return "nothing goes on with it here"
    return f"Resume goes on {whence}"


def _numbers(now: Moment, status: RunStatus) -> None:
    if now.description.imported is not None:
        return
    told, rate = seen_of(now).loss, _rate(now, status)
    pairs = [[("Iteration", f"{status.iteration:,}", "Updates of all weights that were made.")]]
    if not math.isnan(loss := now.training_loss(status.iteration)):
        pairs[0].append(_loss("Training loss", told(loss), _averaged_over(status.iteration)))
    judged = told(now.snapshots["validation_loss_nats"].dropna())
    if (best := validation_of(now, status, now.snapshots)) is not None:
        newest = _loss("Validation, newest", judged.iloc[-1], "of the newest snapshot")
        pairs.append([newest, _loss("Validation, best", best.loss, "of the best snapshot")])
    _tiles(pairs)
    if best is not None and best.before is not None and best.before[1] != best.measured:
        st.caption(
            f"The best snapshot was judged again after training, on {best.measured:,} held-out "
            f"characters; all others are judged on {best.before[1]:,} of them, on which it has "
            f"{loss_words(best.before[0])}."
        )
    if not math.isnan(rate):
        read = "are read" if status.state == "running" else "were read, on average"
        st.caption(f"{rate:,.0f} characters a second {read}.")


def _tiles(pairs: list[list[tuple[str, str, str]]]) -> None:
    """Numbers in a row where they have room, else in rows of two: never three and one."""
    outer = st.grid(len(pairs), min_column_width=_PAIR_PIXELS)
    for pair in pairs:
        with outer.cell(), st.grid(2, min_column_width=_TILE_PIXELS):
            for label, value, about in pair:
                st.metric(label, value, help=about)


def _averaged_over(iteration: int) -> str:
    over = averaged_over(iteration)
    if over.startswith("iterations"):
        return f"mean over {over}, the last tenth, 100 at most"
    return f"of {over}"


def _loss(name: str, nats: float, which: str) -> tuple[str, str, str]:
    about = f"{capitalised(which)}: {loss_words(nats)}. {_LOSS}"
    return f"{name} (bits/char)", bits_words(nats).removesuffix(" bits"), about


def _rate(now: Moment, status: RunStatus) -> float:
    """Characters read in a second of training; where it rests, on average. NaN before the first."""
    history = now.history
    if status.state == "running" or not len(history):
        return plots.characters_per_second(history)
    return float(history["characters"].iloc[-1] / history["seconds"].iloc[-1])


def _seconds_left(now: Moment, status: RunStatus) -> float:
    if now.training_config.seconds is not None:
        return now.training_config.seconds * (1 - status.fraction)
    if now.history.empty or status.fraction == 0:
        return math.nan
    spent = float(now.history["seconds"].iloc[-1])
    return spent * (1 - status.fraction) / status.fraction
