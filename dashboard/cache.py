"""What is read and computed once and then kept for all visitors.

Keys name what the value depends on: the Subject's own key (its network and its alphabet) and the
characters read. Records are frozen and shared, so they are kept as resources: nothing is copied or
pickled.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import streamlit as st

from dashboard.server import load_torch
from rnnviz.analysis.gradients import reach
from rnnviz.analysis.gradients.changed_copy import Glance
from rnnviz.analysis.gradients.reach import Reach
from rnnviz.analysis.units.counting import CountingUnit
from rnnviz.config import SamplingConfig
from rnnviz.models.subject import Subject
from rnnviz.notation import shortened
from rnnviz.plots.text_heatmap import shown
from rnnviz.plots.text_heatmap.payload import Track
from rnnviz.records import Array, GradientFlow, Held, Sample, Surprise, Trace
from rnnviz.runs.compared.columns import Row
from rnnviz.runs.compared.roster import Roster
from rnnviz.runs.documents import RunError
from rnnviz.runs.index import Listed, RunIndex
from rnnviz.runs.moment import Following, Moment
from rnnviz.runs.network.copying import copied_by
from rnnviz.runs.network.copying import copying_control as copying_control_of
from rnnviz.runs.paths import EXAMPLE
from rnnviz.runs.run import Run
from rnnviz.runs.store import find_folder, runs_folder
from rnnviz.runs.truth import Truth
from rnnviz.storage import followed
from rnnviz.text.copied import Control, Copied
from rnnviz.text.windows import Split

# Characters that are searched within a second.
QUICKLY_SEARCHED = 20_000_000


def list_runs() -> list[Listed]:
    """Every run of the dashboard's folder as it stands now, newest first."""
    return _index(str(runs_folder())).look()


def run_rows() -> list[Row]:
    """The same as rows of a table; what one has read of its files is kept until they change."""
    return _roster(str(runs_folder())).rows(list_runs())


def open_run(run_id: str) -> Run:
    """A run by its id, among those of the dashboard's folder only, and the example.

    Raises:
        RunError: there is no such run, or it is damaged.
    """
    folder = EXAMPLE if run_id == EXAMPLE.id else find_folder(runs_folder(), run_id)
    if folder is None:
        named = shortened(run_id)
        raise RunError(f"there is no run {named!r} any more; choose another on the left.")
    return Run(folder)


def moment(run: Run) -> Moment:
    """A run as it stands now; what was recorded since anybody looked last is all that is read.

    Raises:
        RunError: it is damaged, or gone.
    """
    return _following(str(followed(run.folder.path))).look(run)


def trace(subject: Subject, characters: str) -> Trace:
    """A network's states over its own characters."""
    return _trace(subject.key, characters, _subject=subject)


def gradients(subject: Subject, characters: str) -> GradientFlow:
    """A network's gradient flow over its own characters."""
    return _gradients(subject.key, characters, _subject=subject)


def reaches(run: Run, layer: int) -> dict[tuple[int, str], Reach]:
    """What is read off the curves by lag of every snapshot, by iteration and path."""
    # Training that goes on may take a snapshot of the same iteration again, of other weights.
    snapshots = run.snapshots
    taken = tuple(zip(snapshots["iteration"], snapshots["training_loss_nats"], strict=True))
    return _reaches(str(followed(run.folder.path)), taken, layer, _run=run)


def glance(subject: Subject, characters: str, layer: int) -> Glance:
    """What a network does over a short text, at one glance."""
    return _glance(subject.key, characters, layer, _subject=subject)


def kept_by_lag(subject: Subject, run: Run) -> Array | None:
    """What a network's gates alone say of its gradients by lag, as its snapshot measured them."""
    return _kept_by_lag(subject.key, _subject=subject, _run=run)


def sample(subject: Subject, config: SamplingConfig, held: tuple[Held, ...] = ()) -> Sample:
    """What a network writes, units held or not; the prompt is a person's text."""
    return _sample(subject.key, config, held, _subject=subject)


def surprise(subject: Subject, prompt: str, text: str) -> Surprise:
    """What each character of a text cost a network that has read the prompt; its own characters."""
    return _surprise(subject.key, prompt, text, _subject=subject)


def signal_payload(
    subject: Subject,
    trace: Trace,
    name: str,
    layer: int,
    start: int,
    track: Track | None,
    named: Mapping[int, str] | None = None,
) -> bytes:
    """What the text heatmap shows of one signal in one layer, of units that have names."""
    under = None if track is None else (track.name, track.values.tobytes())
    shown = name, layer, start, under, tuple((named or {}).items())
    return _signal_payload(
        subject.key, trace.text, *shown, _subject=subject, _trace=trace, _track=track
    )


def counting_unit(run: Run) -> CountingUnit:
    """The unit of a run that counts the position in the line, on the part it never trained on."""
    return _counting_unit(run.subject().key, _run=run)


def text_of(run: Run) -> str:
    """A run's whole text, one character per timestep."""
    return _text_of(_text_key(run), _run=run)


def truth_of(run: Run) -> Truth:
    """What is known of a run's text: one whole number a timestep, by name."""
    return _truth_of(_text_key(run), _run=run)


def copied(run: Run, samples: tuple[str, ...]) -> Sequence[Copied | None]:
    """Which passages of samples stand in the text that a run learned from.

    None in a huge one, and where what it learned from is not known.
    """
    if run.description.imported or run.description.text_characters > QUICKLY_SEARCHED:
        return [None] * len(samples)
    return _copied(_text_key(run), samples, _run=run)


def copying_control(run: Run, characters: int) -> Control | None:
    """The same of passages of so many characters that no network wrote, to compare with."""
    return _copying_control(_text_key(run), characters, _run=run)


@st.cache_resource(max_entries=4, show_spinner=False)
def _index(folder: str) -> RunIndex:
    return RunIndex(Path(folder))


@st.cache_resource(max_entries=4, show_spinner=False)
def _roster(folder: str) -> Roster:
    return Roster()


@st.cache_resource(max_entries=30, show_spinner=False)
def _following(folder: str) -> Following:
    return Following()


def _text_key(run: Run) -> str:
    return f"{followed(run.folder.path)} {run.description.text_sha256} {run.alphabet.key}"


@st.cache_resource(max_entries=4, show_spinner=False)
def _text_of(key: str, _run: Run) -> str:
    return _run.characters


@st.cache_resource(max_entries=4, show_spinner=False)
def _truth_of(key: str, _run: Run) -> Truth:
    return _run.truth


@st.cache_resource(max_entries=60, show_spinner=False)
def _copied(key: str, samples: tuple[str, ...], _run: Run) -> list[Copied]:
    return copied_by(_run, samples)


@st.cache_resource(max_entries=8, show_spinner=False)
def _copying_control(key: str, characters: int, _run: Run) -> Control | None:
    return copying_control_of(_run, characters)


@st.cache_resource(max_entries=2, show_spinner="Looking for the unit that counts")
def _counting_unit(key: str, _run: Run) -> CountingUnit:
    load_torch()
    from rnnviz.analysis.units.counting import counting_unit

    text = _run.held_out_text
    return counting_unit(_run.trace(text), _run.trace(text, iteration=0))


@st.cache_resource(max_entries=3, show_spinner="Reading the text with the network")
def _trace(key: str, characters: str, _subject: Subject) -> Trace:
    load_torch()
    from rnnviz.analysis.states.trace import trace

    return trace(_subject.network(), _subject.alphabet.vocabulary, characters)


@st.cache_resource(max_entries=12, show_spinner="Following gradients back")
def _gradients(key: str, characters: str, _subject: Subject) -> GradientFlow:
    load_torch()
    from rnnviz.analysis.gradients.flow import gradient_flow

    return gradient_flow(_subject.network(), _subject.alphabet.vocabulary, characters)


@st.cache_resource(max_entries=6, show_spinner=False)
def _glance(key: str, characters: str, layer: int, _subject: Subject) -> Glance:
    load_torch()
    from rnnviz.analysis.gradients.glance import glance

    return glance(_subject, characters, layer)


@st.cache_resource(max_entries=12, show_spinner="Multiplying gates")
def _kept_by_lag(key: str, _subject: Subject, _run: Run) -> Array | None:
    load_torch()
    from rnnviz.analysis.gradients.kept import kept_by_lag
    from rnnviz.training.probes import probe_passages

    ids = _subject.alphabet.encode(_run.text)
    return kept_by_lag(_subject.network(), probe_passages(Split.of(ids)))


@st.cache_resource(max_entries=30, show_spinner="Reading the curves")
def _reaches(
    key: str, taken: tuple[tuple[int, float], ...], layer: int, _run: Run
) -> dict[tuple[int, str], Reach]:
    return reach.reaches(_run.lag_norms(), layer)


@st.cache_resource(max_entries=30, show_spinner="Writing")
def _sample(key: str, config: SamplingConfig, held: tuple[Held, ...], _subject: Subject) -> Sample:
    load_torch()
    from rnnviz.recurrent.sampling import sample

    config = replace(config, prompt=_subject.alphabet.characters(config.prompt))
    return sample(_subject.network(), _subject.alphabet.vocabulary, config, held)


@st.cache_resource(max_entries=30, show_spinner="Reading the sample")
def _surprise(key: str, prompt: str, text: str, _subject: Subject) -> Surprise:
    load_torch()
    from rnnviz.analysis.states.surprise import surprise

    return surprise(_subject.network(), _subject.alphabet.vocabulary, prompt, text)


@st.cache_resource(max_entries=8, show_spinner="Painting")
def _signal_payload(
    key: str,
    characters: str,
    name: str,
    layer: int,
    start: int,
    under: tuple[str, bytes] | None,
    named: tuple[tuple[int, str], ...],
    _subject: Subject,
    _trace: Trace,
    _track: Track | None,
) -> bytes:
    vocabulary = _subject.alphabet.vocabulary
    return shown.signal_payload(_trace, name, layer, vocabulary, start, _track, dict(named))
