"""What Jacobians do, measured beside the pages and once for all visitors who ask the same."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import streamlit as st

from dashboard import server
from dashboard.finding.ongoing import Ongoing
from dashboard.finding.searches import turn
from rnnviz.analysis.gradients.jacobian_records import LyapunovSpectrum, Spectra
from rnnviz.analysis.gradients.stillness import FixedPoints
from rnnviz.models.subject import Subject
from rnnviz.plots.iterations import chosen_iterations
from rnnviz.runs.run import Run

_SNAPSHOTS = 20

Exponents = Mapping[int, LyapunovSpectrum]


@dataclass(frozen=True, slots=True, eq=False)
class Measured:
    """What is known so far.

    Attributes:
        now: of the network.
        before: the exponents of the network before training; None where they are not known (yet).
    """

    now: Spectra
    before: LyapunovSpectrum | None = None


def spectra_of(run: Run, subject: Subject, text: str, layer: int) -> Ongoing[Measured]:
    """Everything on one layer over a text, at first what is soon known."""
    begun = subject.origin.iteration > 0 and 0 in run.folder.snapshots_there()
    return _spectra(subject.key, text, layer, begun, _run=run, _subject=subject)


def exponents_over_training(run: Run, text: str, layer: int) -> Ongoing[Exponents]:
    """The largest exponents at snapshots of a run, 20 at most, one after the other."""
    there = tuple(chosen_iterations(sorted(run.folder.snapshots_there()), _SNAPSHOTS))
    return _exponents(run.id, there, text, layer, _run=run)


def fixed_points_of(subject: Subject, text: str, character: str) -> Ongoing[FixedPoints]:
    """The fixed points under a character, looked for from states over a text."""
    return _fixed_points(subject.key, text, character, _subject=subject)


@st.cache_resource(max_entries=8, show_spinner=False)
def _spectra(
    key: str, text: str, layer: int, begun: bool, _run: Run, _subject: Subject
) -> Ongoing[Measured]:
    before = _run.subject(0) if begun else None
    return Ongoing(lambda: steps_of(_subject, before, text, layer), turn())


@st.cache_resource(max_entries=8, show_spinner=False)
def _exponents(
    key: str, iterations: tuple[int, ...], text: str, layer: int, _run: Run
) -> Ongoing[Exponents]:
    return Ongoing(lambda: _largest(_run, iterations, text, layer), turn())


@st.cache_resource(max_entries=8, show_spinner=False)
def _fixed_points(key: str, text: str, character: str, _subject: Subject) -> Ongoing[FixedPoints]:
    return Ongoing(lambda: _by_start(_subject, text, character), turn())


def _by_start(subject: Subject, text: str, character: str) -> Iterator[FixedPoints]:
    server.load_torch()
    from rnnviz.analysis.gradients.fixed_points import fixed_points_by_start

    vocabulary = subject.alphabet.vocabulary
    yield from fixed_points_by_start(subject.network(), vocabulary, text, character)


def steps_of(subject: Subject, before: Subject | None, text: str, layer: int) -> Iterator[Measured]:
    """Everything on one layer, step by step; what was before training only when all of it is known.

    Args:
        subject: the network.
        before: likewise before training; None where it is not kept, or is this one.
        text: what both read.
        layer: counted from the input.
    """
    server.load_torch()
    from rnnviz.analysis.gradients.layer_spectra import layer_spectra

    vocabulary = subject.alphabet.vocabulary
    for found in layer_spectra(subject.network(), vocabulary, text, layer):
        yield Measured(found)
    if before is not None:
        from rnnviz.analysis.gradients.jacobian import step_jacobians
        from rnnviz.analysis.gradients.lyapunov import lyapunov_by_block

        steps = step_jacobians(before.network(), vocabulary, text, layer)
        for exponents in lyapunov_by_block(steps):
            whole = Measured(found, exponents)
            yield Measured(found)
        yield whole


def _largest(run: Run, iterations: tuple[int, ...], text: str, layer: int) -> Iterator[Exponents]:
    server.load_torch()
    from rnnviz.analysis.gradients.layer_spectra import largest_exponent

    found: dict[int, LyapunovSpectrum] = {}
    for iteration in iterations:
        found[iteration] = largest_exponent(run.model(iteration), run.vocabulary, text, layer)
        yield dict(found)
