"""What Samples shows of the samples kept with snapshots: two beside each other, and the rest."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import streamlit as st

from dashboard import appearance, cache, state
from dashboard.address import Among
from dashboard.components.text_heatmap import text_heatmap
from dashboard.inspection.surprises import written_by
from dashboard.view import run_of
from rnnviz.config import SNAPSHOT_SAMPLING
from rnnviz.models.subject import Subject
from rnnviz.notation import capitalised, loss_words, unbroken
from rnnviz.runs.description import RunDescription
from rnnviz.runs.documents import RunError
from rnnviz.runs.run import Run
from rnnviz.runs.seen import table_as_seen
from rnnviz.runs.verdicts.kept_samples import (
    NOTHING_DRAWN,
    Kept,
    copied_sentence,
    cost_sentence,
    cost_words,
)
from rnnviz.runs.verdicts.verdict import verdict_of
from rnnviz.text.marks import marked

_HEIGHT = 380
# By what the address calls them. On a narrow page one stands above the other: no word of sides.
_CALLED = {"left": "First sample: at iteration", "right": "Second sample: at iteration"}
_SURPRISE = (
    "The more amber a character, the more it surprised the network after all before it. Surprise "
    "is counted in bits, −log₂ of the probability: 0 bits is certain, 1 bit one chance in 2, "
    "4 bits one in 16, 8 bits one in 256; the probability is the network's own, that at "
    "temperature 1, whatever the sample was drawn with. A corner ◥ marks what lies beyond 8 bits."
)


def by_iteration(subject: Subject) -> list[Kept]:
    """Two of the samples kept with the snapshots beside each other; the others as a list."""
    run = run_of(subject)
    snapshots = table_as_seen(run, run.snapshots)
    prompt = str(snapshots["prompt"].iloc[0])
    st.subheader("By iteration", anchor=False)
    st.caption(
        f"Every sample begins after the prompt “{appearance.plain(marked(prompt))}”, with "
        f"temperature {SNAPSHOT_SAMPLING.temperature} and the same random numbers to draw with: "
        f"only the weights changed. {unbroken(_SURPRISE)}"
    )
    known = [_kept(row, run.description) for row in snapshots.itertuples()]
    places = appearance.pair()
    chosen = []
    for side, place in zip(_sides(subject, known), places, strict=False):
        with place:
            kept = _choose(subject, known, *side)
            chosen.append(_show(subject, prompt, kept, side[0]))
    _list(known, [kept.iteration for kept in chosen])
    return chosen


def _kept(row: Any, about: RunDescription) -> Kept:
    return Kept(
        int(row.iteration),
        float(row.validation_loss_nats),
        row.sample,
        training_loss=float(row.training_loss_nats),
        numbered=about.numbered,
        loss_name=about.loss_name,
    )


def _sides(subject: Subject, known: list[Kept]) -> list[tuple[str, int]]:
    """What is beside each other at first: the untrained network, and the snapshot looked at.

    Where that is the untrained one, it is the last.
    """
    first, last = known[0].iteration, known[-1].iteration
    right = last if subject.origin.iteration == first else subject.origin.iteration
    return [("left", first), ("right", right)][: len(known)]


def _choose(subject: Subject, known: list[Kept], side: str, first: int) -> Kept:
    iterations = [kept.iteration for kept in known]
    # Where another comes first, it is another widget: one side goes with the scrubber.
    key = f"{side} sample of {subject.origin.run}, {first} first"
    asked = st.selectbox(
        _CALLED[side],
        iterations,
        format_func=("{:,}" if known[0].numbered else "not known").format,
        key=state.linked(side, Among(iterations), first, key=key),
        persist_state="session",
    )
    return known[iterations.index(asked)]


def _show(subject: Subject, prompt: str, kept: Kept, side: str) -> Kept:
    """The sample on its colours; without them where the network is gone."""
    about = [] if math.isnan(kept.validation_loss) else [_loss(kept)]
    if not kept.text:
        st.caption(" ".join([*about, NOTHING_DRAWN]))
        return kept
    try:
        read = map(subject.alphabet.characters, (prompt, kept.text))
        snapshot = run_of(subject).subject(kept.iteration)
        found = written_by(snapshot, *read)
    except (RunError, ValueError) as error:
        st.code(appearance.written(kept.text), language=None, wrap_lines=True)
        about.append(f"It has no colours: {appearance.plain(str(error))}")
    else:
        text_heatmap(found.payload, key=f"sample on the {side}", unit=0, height=_HEIGHT)
        kept = replace(kept, cost=found.cost, copied=found.copied)
        about.insert(0, f"Its average character cost {cost_words(kept.cost)}.")
    st.caption(unbroken(" ".join(about)))
    return kept


def _loss(kept: Kept) -> str:
    return f"{capitalised(kept.loss_name)} {loss_words(kept.validation_loss)}."


def _list(known: list[Kept], shown: list[int]) -> None:
    others = [kept for kept in known if kept.iteration not in shown]
    if not others:
        return
    count = f"The other {len(others)} samples" if len(others) > 1 else "The other sample"
    with st.expander(count):
        for kept in others:
            loss = "" if math.isnan(kept.validation_loss) else f": {_loss(kept)}"
            st.caption(unbroken(f"Iteration {kept.iteration:,}{loss}"))
            st.code(appearance.written(kept.text), language=None, wrap_lines=True)


def conclusion(subject: Subject, shown: list[Kept]) -> None:
    """What the two samples say, and what they do not."""
    measured = {kept.iteration: kept for kept in shown if not math.isnan(kept.cost)}
    run = run_of(subject)
    if run.description.imported:  # whose losses may be of text that it was trained on
        measured = {at: replace(kept, validation_loss=math.nan) for at, kept in measured.items()}
    verdict = verdict_of(cache.moment(run))
    if measured or verdict.by_heart:
        st.subheader("What this says", anchor=False)
    if measured:
        st.markdown(unbroken(cost_sentence(list(measured.values()))))
    told = [kept for kept in measured.values() if kept.copied is not None]
    if told:
        st.markdown(unbroken(copied_words(run, told)))
    st.markdown(appearance.plain(verdict.by_heart))


def copied_words(run: Run, shown: list[Kept]) -> str:
    """What each of them copied, and how much of a text never trained on stands there too."""
    control = cache.copying_control(run, max(len(kept.text) for kept in shown))
    return copied_sentence(shown, "" if control is None else f"; {control.words}")
