"""What Samples shows of the samples kept with snapshots: two beside each other, and the rest."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import streamlit as st

from dashboard import appearance, cache, state
from dashboard.address import Among
from dashboard.components.text_heatmap import text_heatmap
from dashboard.inspection.surprises import GROWN, cost_words, written_by
from dashboard.view import run_of
from rnnviz.config import SNAPSHOT_SAMPLING
from rnnviz.models.subject import Subject
from rnnviz.notation import loss_words, unbroken
from rnnviz.plots.characters import marked
from rnnviz.runs.documents import RunError
from rnnviz.runs.run import Run
from rnnviz.runs.seen import table_as_seen
from rnnviz.runs.verdict import verdict_of
from rnnviz.text.copied import LEAST, Copied

_HEIGHT = 380
# By what the address calls them. On a narrow page one stands above the other: no word of sides.
_CALLED = {"left": "First sample: at iteration", "right": "Second sample: at iteration"}
_SURPRISE = (
    "The more amber a character, the more it surprised the network after all before it. Surprise "
    "is counted in bits, −log₂ of the probability: 0 bits is certain, 1 bit one chance in 2, "
    "4 bits one in 16, 8 bits one in 256; the probability is the network's own, that at "
    "temperature 1, whatever the sample was drawn with. A corner ◥ marks what lies beyond 8 bits."
)


@dataclass(frozen=True, slots=True)
class Kept:
    """The sample kept with a snapshot.

    Attributes:
        iteration: of the snapshot.
        validation_loss: in nats; NaN where nothing is held out.
        training_loss: in nats, of the iterations just before; NaN where there are none.
        text: as a person sees it.
        cost: nats its average character cost the network that wrote it; NaN where it has none, or
            the network is gone.
        copied: what of it stands in the training text; None where nobody can tell.
        numbered: whether the iteration is known.
    """

    iteration: int
    validation_loss: float
    text: str
    cost: float = math.nan
    copied: Copied | None = None
    training_loss: float = math.nan
    numbered: bool = True

    @property
    def at(self) -> str:
        """When it was kept: a sentence goes on from "the sample"; "" where that is not known."""
        return f" at iteration {self.iteration:,}" if self.numbered else ""


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
    known = [_kept(row, run.description.numbered) for row in snapshots.itertuples()]
    places = appearance.pair()
    chosen = []
    for side, place in zip(_sides(subject, known), places, strict=False):
        with place:
            kept = _choose(subject, known, *side)
            chosen.append(_show(subject, prompt, kept, side[0]))
    _list(known, [kept.iteration for kept in chosen])
    return chosen


def _kept(row: Any, numbered: bool) -> Kept:
    return Kept(
        int(row.iteration),
        float(row.validation_loss_nats),
        row.sample,
        training_loss=float(row.training_loss_nats),
        numbered=numbered,
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
        st.caption(" ".join([*about, GROWN]))
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
    return f"Validation loss {loss_words(kept.validation_loss)}."


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


def copied_sentence(shown: list[Kept], control: str = "") -> str:
    """What each sample copied; the control goes on from the shares.

    Example:
        >>> one = Kept(0, math.nan, "", copied=Copied(200, 20, (), 0))
        >>> other = Kept(9, math.nan, "", copied=Copied(200, 20, ((0, 50),), 50))
        >>> copied_sentence([one, one])
        'No passage of 20 characters of either sample stands in the training text.'
        >>> copied_sentence([one, other], "; of held-out text it is 2 %")[:58]
        '25 % of the sample at iteration 9 stands in the training t'
    """
    measured = [(kept, kept.copied) for kept in shown if kept.copied is not None]
    shares = [copied.words(f"the sample{kept.at}") for kept, copied in measured if copied.passages]
    if not shares:
        samples = "either sample" if len(measured) > 1 else "the sample"
        return f"No passage of {LEAST} characters of {samples} stands in the training text."
    nothing = [
        f"; nothing of that{kept.at} does" for kept, copied in measured if not copied.passages
    ]
    told = "What is copied was remembered, not made up."
    if control:
        told = "A share above these is hardly chance, but memory; one within them may be either."
    return f"{'; '.join(shares)}{''.join(nothing)}{control}. {told}"


def cost_sentence(shown: list[Kept]) -> str:
    """What the average character of each sample cost, what that means, and what it does not.

    Example:
        >>> cost_sentence([Kept(0, math.nan, "xq", 2.0), Kept(9, math.nan, "ab", 1.0)])[:80]
        'The average character of the sample at iteration 0 cost 2.885 bits (2.000 nats);'
    """
    first, *others = [f"{kept.at} cost {cost_words(kept.cost)}" for kept in shown]
    costs = "; ".join(
        [f"The average character of the sample{first}"] + [f"of that{other}" for other in others]
    )
    return (
        f"{costs}, read by the very network that wrote it. This says how sure a network was of "
        "its own words, not how good they are: one that writes a single word again and again is "
        f"sure of every letter.{_learned(shown)}"
    )


def _learned(shown: list[Kept]) -> str:
    """What the losses say was learned: of other text, and of the text trained on; a paragraph."""
    other = _losses({kept.iteration: kept.validation_loss for kept in shown})
    own = _losses({kept.iteration: kept.training_loss for kept in shown})
    said = ""
    if other:
        said += (
            " What it learned that holds for other text shows in the validation loss, on text held "
            f"back from training: {other}."
        )
    if own:
        said += (
            " What it learned of the text it was trained on shows in the training loss, the mean "
            f"of the iterations just before: {own}."
        )
    if other and own:
        said += (
            " A network learns its own text by heart (it overfits) while the training loss falls "
            "and the validation loss rises. Which of the two is lower does not tell: dropout, "
            "where it is on, raises the training loss alone."
        )
    return f"\n\n{said.strip()}" if said else ""


def _losses(by_iteration: Mapping[int, float]) -> str:
    return "; ".join(
        f"{loss_words(nats)} at iteration {iteration:,}"
        for iteration, nats in by_iteration.items()
        if not math.isnan(nats)
    )
