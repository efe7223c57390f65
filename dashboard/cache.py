"""What is read and computed once and then kept for all visitors.

Keys name what the value depends on: the run's folder, the snapshot and its file's time (a run that
went on after a crash may have written it again), and the text itself. Records are frozen and
shared, so they are kept as resources: nothing is copied or pickled.
"""

from __future__ import annotations

from threading import Thread

import numpy as np
import streamlit as st

from dashboard.components import text_heatmap as heatmap
from rnnviz.analysis.states.signals import bounds, scales, signal
from rnnviz.analysis.units.order import ORDERS, unit_order
from rnnviz.config import SamplingConfig
from rnnviz.corpora.catalogue import find_corpus
from rnnviz.corpora.corpus_text import CorpusText
from rnnviz.records import GradientFlow, Sample, Scale, Trace
from rnnviz.runs.documents import RunError, speaking_of
from rnnviz.runs.folder import runs_folder
from rnnviz.runs.run import Run, find_runs
from rnnviz.runs.truth import Truth
from rnnviz.text import ngram
from rnnviz.text.alphabet import Alphabet, Hangul
from rnnviz.text.hangul import decompose
from rnnviz.text.ngram import Baseline
from rnnviz.text.reading import DecodedText, decode_text
from rnnviz.text.vocabulary import Vocabulary
from rnnviz.workers import threads

# Characters whose n-grams are counted within a second.
QUICKLY_COUNTED = 250_000


DAMAGED = "damaged"
COMPARISON = "Why tanh?"  # how the names of runs begin that a lesson has started


@st.cache_data(ttl=1.0, max_entries=4, show_spinner=False)
def run_labels(folder: str) -> dict[str, str]:
    """The name, cell and state of every run by id, newest first.

    All are different, so that a person and the picker can tell them apart.
    """
    found: dict[str, str] = {}
    for run_id, run in find_runs(folder):
        label = _label(run_id, run)
        if label in found.values() and isinstance(run, Run):
            label += f" · {run.description.created[5:19].replace('T', ' ')}"
        number = 1
        while label in found.values():
            number += 1
            label = f"{label.removesuffix(f' ({number - 1})')} ({number})"
        found[run_id] = label
    return found


def forget_labels() -> None:
    """Read the list of runs again: one was made, renamed or deleted."""
    run_labels.clear()


def open_run(run_id: str) -> Run:
    """A run by its id, among those of the dashboard's folder only.

    Raises:
        RunError: there is no such run, or it is damaged.
    """
    folder = runs_folder()
    if run_id not in run_labels(str(folder)):
        forget_labels()
        if run_id not in run_labels(str(folder)):
            raise RunError(f"there is no run {run_id!r} any more; choose another on the left.")
    return Run.open(run_id, folder)


def trace(run: Run, iteration: int, text: str) -> Trace:
    """The states over a text at a snapshot."""
    return _trace(*snapshot_key(run, iteration), text, _run=run)


def gradients(run: Run, iteration: int, text: str) -> GradientFlow:
    """Gradient flow over a text at a snapshot."""
    return _gradients(*snapshot_key(run, iteration), text, _run=run)


def sample(run: Run, iteration: int, config: SamplingConfig) -> Sample:
    """What the network writes at a snapshot."""
    return _sample(*snapshot_key(run, iteration), config, _run=run)


def heatmap_payload(
    run: Run, iteration: int, trace: Trace, name: str, layer: int, start: int
) -> bytes:
    """What the text heatmap shows of one signal in one layer."""
    key = (*snapshot_key(run, iteration), trace.text, name, layer, start)
    return _heatmap_payload(*key, _run=run, _trace=trace)


def sample_payload(run: Run, written: Sample) -> bytes:
    """What the text heatmap shows of a sample: the probability each character was drawn with.

    Beside it stands what else could have come in its place.
    """
    characters = len(written.text)
    record = Trace(
        text=written.text,
        ids=run.vocabulary.encode(written.text),
        h=np.zeros((1, characters, 1)),
        c=None,
        gates={},
        loss=np.full(characters, np.nan),
        likeliest=written.likeliest,
        likeliest_probability=written.likeliest_probability,
    )
    return heatmap.heatmap_payload(
        record,
        written.probability[:, np.newaxis],
        signal_name="probability",
        layer=0,
        scales=[Scale("probability drawn with: 0 to 1", 0.0, np.ones(1))],
        orders={"index": np.zeros(1, dtype=np.intp)},
        vocabulary=run.vocabulary.characters,
        alternatives=True,
    )


def truth_payload(run: Run, record: Trace, known: str, start: int) -> bytes:
    """What the text heatmap shows of a known property: white at 0, full colour at the most.

    That is the largest value of the whole text, so that a colour means the same in every passage.
    """
    whole = truth_of(run.id, run)[known]
    largest = float(np.abs(whole).max()) or 1.0
    values = whole[start : start + len(record.text)]
    return heatmap.heatmap_payload(
        record,
        values[:, np.newaxis].astype(np.float64),
        signal_name=known,
        layer=0,
        scales=[Scale(f"fixed: 0 to {largest:g}", 0.0, np.full(1, largest))],
        orders={"index": np.zeros(1, dtype=np.intp)},
        vocabulary=run.vocabulary.characters,
        start=start,
    )


@st.cache_resource(max_entries=4, show_spinner=False)
def text_of(run_id: str, sha256: str, _run: Run) -> str:
    """A run's whole text, one character per timestep."""
    return _run.characters


@st.cache_resource(max_entries=4, show_spinner=False)
def truth_of(run_id: str, _run: Run) -> Truth:
    """What is known of a run's text: one whole number a timestep, by name."""
    return _run.truth


@st.cache_resource(max_entries=4, show_spinner="Reading the text")
def decoded(key: str, _data: bytes) -> DecodedText:
    """An uploaded file's text; the key names the upload."""
    return decode_text(_data, "the file")


@st.cache_resource(max_entries=8, show_spinner="Counting characters")
def distinct(key: str, _text: str) -> str:
    """The distinct characters of a text, in order; the key names the text."""
    return "".join(Vocabulary.of(_text).characters)


@st.cache_resource(max_entries=8, show_spinner="Counting characters")
def timesteps(key: str, hangul: Hangul, _text: str) -> int:
    """How many characters a network reads of a text; the key names the text."""
    return len(_text) if hangul == "syllables" else len(decompose(_text))


@st.cache_resource(max_entries=4, show_spinner="Reading the text")
def corpus_text(name: str) -> CorpusText:
    """A text of the catalogue."""
    return find_corpus(name).read()


@st.cache_resource(max_entries=16, show_spinner="Counting n-grams")
def ngram_baseline(key: str, hangul: Hangul, _text: str) -> Baseline | None:
    """The n-gram model of a text that a network must beat; the key names the text."""
    alphabet = Alphabet.of(_text, hangul)
    return ngram.ngram_baseline(alphabet.encode(_text), len(alphabet.vocabulary))


@st.cache_resource(show_spinner=False)
def warm() -> None:
    """Load torch in the background, so that the first look inside a network does not wait."""
    Thread(target=load_torch, daemon=True).start()


def snapshot_key(run: Run, iteration: int) -> tuple[str, int, int]:
    """What a value read from a snapshot depends on: the folder, the iteration, the file's time."""
    file = run.folder.snapshot(iteration)
    with speaking_of(file):
        return str(run.folder.path.resolve()), iteration, file.stat().st_mtime_ns


@st.cache_resource
def leave_cores() -> None:
    """Compute with one thread in the server: the workers need the cores."""
    threads.leave_cores()


def load_torch() -> None:
    """Load torch, for one thread: the workers need the cores."""
    import torch

    torch.set_num_threads(1)


def _label(run_id: str, run: Run | RunError) -> str:
    if isinstance(run, RunError):
        return f"{run_id} · {DAMAGED}"
    try:
        state = run.status.state
    except RunError:
        return f"{run_id} · {DAMAGED}"
    model = run.model_config
    return f"{run.description.name} · {model.cell.upper()} {model.hidden_size} · {state}"


@st.cache_resource(max_entries=3, show_spinner="Reading the text with the network")
def _trace(folder: str, iteration: int, written: int, text: str, _run: Run) -> Trace:
    load_torch()
    return _run.trace(text, iteration)


@st.cache_resource(max_entries=12, show_spinner="Following gradients back")
def _gradients(folder: str, iteration: int, written: int, text: str, _run: Run) -> GradientFlow:
    load_torch()
    return _run.gradients(text, iteration)


@st.cache_resource(max_entries=30, show_spinner="Writing")
def _sample(folder: str, iteration: int, written: int, config: SamplingConfig, _run: Run) -> Sample:
    load_torch()
    return _run.sample(config, iteration)


@st.cache_resource(max_entries=8, show_spinner="Painting")
def _heatmap_payload(
    folder: str,
    iteration: int,
    written: int,
    text: str,
    name: str,
    layer: int,
    start: int,
    _run: Run,
    _trace: Trace,
) -> bytes:
    values = signal(_trace, name, layer)
    return heatmap.heatmap_payload(
        _trace,
        values,
        signal_name=name,
        layer=layer,
        scales=scales(values, bounds(_run.model_config, name)),
        orders={by: unit_order(values, by) for by in ORDERS},
        vocabulary=_run.vocabulary.characters,
        start=start,
    )
