"""What is read and computed once and then kept for all visitors.

Keys name what the value depends on: the Subject's own key (its network and its alphabet) and the
characters read. Records are frozen and shared, so they are kept as resources: nothing is copied or
pickled.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from threading import Thread

import streamlit as st

from dashboard.components import heatmaps
from dashboard.components.text_heatmap.payload import Track
from rnnviz.analysis.gradients import reach
from rnnviz.analysis.gradients.reach import Reach
from rnnviz.analysis.units.counting import CountingUnit
from rnnviz.config import SamplingConfig
from rnnviz.corpora.catalogue import find_corpus
from rnnviz.corpora.corpus_text import CorpusText
from rnnviz.models.subject import Subject
from rnnviz.records import GradientFlow, Held, Sample, Surprise, Trace
from rnnviz.runs.copying import copied_by
from rnnviz.runs.copying import copying_control as copying_control_of
from rnnviz.runs.documents import RunError
from rnnviz.runs.index import Listed, RunIndex
from rnnviz.runs.moment import Following, Moment
from rnnviz.runs.paths import EXAMPLE
from rnnviz.runs.run import Run
from rnnviz.runs.store import find_folder, runs_folder
from rnnviz.runs.truth import Truth
from rnnviz.storage import followed
from rnnviz.text import composition, ngram
from rnnviz.text.alphabet import Alphabet, Hangul
from rnnviz.text.copied import Control, Copied
from rnnviz.text.hangul import decompose
from rnnviz.text.ngram import Baseline
from rnnviz.text.reading import DecodedText, TextError, decode_text
from rnnviz.text.seen import Seen
from rnnviz.text.vocabulary import Rare, distinct_of
from rnnviz.workers import threads
from rnnviz.workers.ready import Ready

# Characters whose n-grams are counted within a second.
QUICKLY_COUNTED = 250_000
# Modules that hold more objects than a page.
_MANY_MODULES = 50
# Characters that are searched within a second.
QUICKLY_SEARCHED = 20_000_000


def list_runs() -> list[Listed]:
    """Every run of the dashboard's folder as it stands now, newest first."""
    return _index(str(runs_folder())).look()


def open_run(run_id: str) -> Run:
    """A run by its id, among those of the dashboard's folder only, and the example.

    Raises:
        RunError: there is no such run, or it is damaged.
    """
    folder = EXAMPLE if run_id == EXAMPLE.id else find_folder(runs_folder(), run_id)
    if folder is None:
        raise RunError(f"there is no run {run_id!r} any more; choose another on the left.")
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


def sample(subject: Subject, config: SamplingConfig, held: tuple[Held, ...] = ()) -> Sample:
    """What a network writes, units held or not; the prompt is a person's text."""
    return _sample(subject.key, config, held, _subject=subject)


def surprise(subject: Subject, prompt: str, text: str) -> Surprise:
    """What each character of a text cost a network that has read the prompt; its own characters."""
    return _surprise(subject.key, prompt, text, _subject=subject)


def signal_payload(
    subject: Subject, trace: Trace, name: str, layer: int, start: int, track: Track | None
) -> bytes:
    """What the text heatmap shows of one signal in one layer; a track is one of the run's truth."""
    shown = name, layer, start, None if track is None else track.name
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
    """Which passages of samples stand in the text that a run learned from; None in a huge one."""
    if run.description.text_characters > QUICKLY_SEARCHED:
        return [None] * len(samples)
    return _copied(_text_key(run), samples, _run=run)


def copying_control(run: Run, characters: int) -> Control | None:
    """The same of passages of so many characters that no network wrote, to compare with."""
    return _copying_control(_text_key(run), characters, _run=run)


# A visitor's own text leaves with the visitor, as what is cached for a session does: the session's
# state is held until somebody else comes.
@st.cache_resource(max_entries=1, scope="session", show_spinner="Reading the text")
def found_reading(key: str, _read: Callable[[], bytes]) -> DecodedText | TextError:
    """An uploaded file's text, or why it is not certain; the key names the upload.

    Guesses take longer than a text that is certain, so that the error is kept too.
    """
    return _decoded(_read, None, replace=False)


@st.cache_resource(max_entries=2, scope="session", show_spinner="Reading the text")
def chosen_reading(
    key: str, encoding: str, replace: bool, _read: Callable[[], bytes]
) -> DecodedText | TextError:
    """The same in an encoding that was chosen: at first, and with what does not fit replaced."""
    return _decoded(_read, encoding, replace)


def _decoded(
    read: Callable[[], bytes], encoding: str | None, replace: bool
) -> DecodedText | TextError:
    try:
        return decode_text(read(), "the file", encoding, replace=replace)
    except TextError as error:
        return error.with_traceback(None)  # whose frames would hold the bytes


@st.cache_resource(max_entries=1, scope="session", show_spinner="Reading the text")
def composed(key: str, _text: str) -> tuple[str, int]:
    """A text with its letters composed, and how many characters fewer; the key names the text."""
    return composition.composed(_text)


@st.cache_resource(max_entries=8, show_spinner="Counting characters")
def distinct(key: str, _text: str) -> str:
    """The distinct characters of a text, in order; the key names the text."""
    return distinct_of(_text)


@st.cache_resource(max_entries=8, show_spinner="Counting characters")
def rare(key: str, hangul: Hangul, _text: str) -> Rare | None:
    """What of a text becomes one symbol, if anything; the key names the text."""
    return Alphabet.of(_text, hangul).vocabulary.rare


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
    found = ngram.ngram_baseline(alphabet.encode(_text), len(alphabet.vocabulary))
    return None if found is None else found.as_seen(Seen.of(alphabet.characters(_text)))


@st.cache_resource(show_spinner=False)
def warm() -> None:
    """Load torch in the background, so that the first look inside a network does not wait."""
    Thread(target=load_torch, daemon=True).start()


def settle() -> None:
    """Leave modules loaded since out of later searches for garbage, one after each redraw."""
    _settle(len(sys.modules) // _MANY_MODULES)


@st.cache_resource(show_spinner=False)
def ready() -> Ready:
    """The worker that is kept ready for whoever presses Start first."""
    return Ready()


@st.cache_resource
def leave_cores() -> None:
    """Compute with one thread in the server: the workers need the cores."""
    threads.leave_cores()
    sys.setswitchinterval(0.001)  # a product's thread would wait 5 ms for every other visitor's


def load_torch() -> None:
    """Load torch, for one thread: the workers need the cores."""
    import torch

    torch.set_num_threads(1)


@st.cache_resource(show_spinner=False)
def _settle(loaded: int) -> None:
    gc.collect()
    gc.freeze()


@st.cache_resource(max_entries=4, show_spinner=False)
def _index(folder: str) -> RunIndex:
    return RunIndex(Path(folder))


@st.cache_resource(max_entries=6, show_spinner=False)
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


@st.cache_resource(max_entries=8, show_spinner="Reading the curves")
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
    under: str | None,
    _subject: Subject,
    _trace: Trace,
    _track: Track | None,
) -> bytes:
    vocabulary = _subject.alphabet.vocabulary
    return heatmaps.signal_payload(_trace, name, layer, vocabulary, start, _track)
