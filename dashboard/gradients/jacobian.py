"""What small changes of the state become: Jacobians, their singular values, Lyapunov exponents."""

from __future__ import annotations

from functools import partial

import streamlit as st

from dashboard import appearance, charts, state
from dashboard.address import Among, Flag
from dashboard.components.polling import polled
from dashboard.finding.ongoing import Ongoing, Stand
from dashboard.gradients.measuring import Exponents, Measured, exponents_over_training, spectra_of
from dashboard.gradients.stillness import stillness
from dashboard.inspection.opening import ask_layer
from dashboard.inspection.passage import choose_passage
from dashboard.view import run_of
from rnnviz import plots
from rnnviz.analysis.gradients.jacobian_records import MEAN, characters_for
from rnnviz.analysis.gradients.jacobian_words import (
    largest_words,
    lyapunov_words,
    matrix_words,
    singular_words,
)
from rnnviz.cells import CELLS
from rnnviz.models.subject import Subject

_POLL_SECONDS, _FIRST_SECONDS = 1.0, 1.5
_FAILED = "The measurement ended before anything was known; the server's log says why."
_SAYS = (
    "A small change of the state ${state}$ becomes another one a character later: it is multiplied "
    "by the Jacobian $J_t = \\partial s_t / \\partial s_{{t-1}}$, a table of how much every number "
    "of the state depends on every one before. Over many characters the Jacobians are multiplied "
    "with each other, and what becomes of gradients on their way back becomes of changes on their "
    "way on. Measured over the text chosen here, read from the zero state."
)
_NO_MEMORY = "which is explosion and by itself no memory"
_LONGER = {
    "values": "In a network that remembers longer the upper curve falls later; the others may fall "
    "as they do here, for a few directions suffice to remember with. One that rises all along is "
    f"of changes that grow, {_NO_MEMORY}.",
    "matrices": "In a network that remembers longer more eigenvalues of the mean Jacobian lie near "
    "the unit circle, those of directions that an average character leaves almost as they are. It "
    "is an average: what many characters do together, only products of their Jacobians say.",
    "exponents": "Exponents say what holds in the end: over a few characters a change may grow at "
    "first, as the upper curve by lag shows. They are means of logarithms, and tell what is usual "
    "along the text. The curve “By lag” under Gradients may stay higher for longer: it is a mean "
    "of the norms themselves, over losses, and few losses whose gradients last long can make up "
    "most of it. "
    "In a network that remembers longer the left end of the curve lies nearer to the dotted line, "
    f"or above it; above 0 changes grow, {_NO_MEMORY}.",
    "training": "In a network that learns to remember longer the curve rises towards 0; above 0 "
    f"changes grow, {_NO_MEMORY}. “By lag” "
    "under Gradients may say otherwise, as above. Here few directions are carried on, above "
    "every one of them: they begin otherwise, so that the numbers need not agree in every digit.",
}


def jacobian(subject: Subject) -> None:
    """Ask for a layer and a text, and show what Jacobians do along it."""
    both = CELLS[subject.model.cell].has_cell_state
    st.caption(_SAYS.format(state="s = (h, c)" if both else "s = h"))
    layer = ask_layer(subject, "layer")
    most = characters_for(subject.model.hidden_size * (1 + both))
    passage = choose_passage(subject, most=most, usual=most)
    if passage is None:
        st.caption("Type at least one character.")
        return
    ongoing = spectra_of(run_of(subject), subject, passage[0], layer)
    with st.spinner("Measuring Jacobians"):
        now = ongoing.look(_FIRST_SECONDS)
    if now.latest is not None:
        _values(subject, now.latest)
        _matrices(subject, now.latest)
    polled(None if now.done else _POLL_SECONDS)(_exponents)(subject, ongoing, _stage(now))
    _over_training(subject, passage[0], layer)
    stillness(subject, passage[0])


def _values(subject: Subject, measured: Measured) -> None:
    """Singular values by lag."""
    found = measured.now
    of = "s = (h, c)" if CELLS[subject.model.cell].has_cell_state else "h"
    draw = partial(plots.singular_values, found.singular, found.bound, of, theme=appearance.theme())
    charts.show(draw, key="singular values", of=subject.words)
    _say(singular_words(found.singular, f"the state {of}"), "values")


def _matrices(subject: Subject, measured: Measured) -> None:
    """Eigenvalues of W_hh, where there is one, beside those of the mean Jacobian."""
    found = measured.now.matrices
    names = _ask_gate(subject, [name for name in found if name != MEAN])
    draws = [
        partial(
            plots.complex_plane,
            found[name].eigenvalues,
            found[name].sigma,
            f"Eigenvalues of {_called(name)}",
            theme=appearance.theme(),
        )
        for name in (*names, MEAN)
    ]
    if len(draws) == 1:
        charts.show(draws[0], key="plane of the mean Jacobian", of=subject.words)
    else:
        weights, mean = zip(draws, ("plane of weights", "plane of the mean Jacobian"), strict=True)
        charts.show_pair(weights, mean, of=subject.words)
        st.caption("Planes have scales of their own; compare each with its unit circle.")
    _say(matrix_words({name: found[name] for name in (*names, MEAN)}), "matrices")


def _ask_gate(subject: Subject, names: list[str]) -> list[str]:
    """The part of W_hh that is shown, of one gate where there are several; none without W_hh."""
    if len(names) < 2:
        return names
    asked = st.segmented_control(
        "W_hh of the",
        names,
        required=True,
        wrap=True,
        key=state.linked("gate", Among(names), names[0], key=f"gate of {subject.model.cell}"),
        persist_state="session",
    )
    return [str(asked)]


def _called(name: str) -> str:
    called = {"W_hh": "W_hh", MEAN: "the mean Jacobian"}
    return called.get(name, f"W_hh of the {name}")


def _stage(now: Stand[Measured]) -> tuple[bool, bool]:
    """What changes the whole page, not only numbers in it."""
    return now.done, now.latest is None


def _exponents(subject: Subject, ongoing: Ongoing[Measured], drawn: tuple[bool, bool]) -> None:
    """Lyapunov exponents, as far as they are known."""
    now = ongoing.look()
    if _stage(now) != drawn:
        st.rerun()
    if now.latest is not None and (found := now.latest.now.lyapunov) is not None:
        before, theme = now.latest.before, appearance.theme()
        draw = partial(plots.lyapunov_exponents, found, before, theme=theme)
        charts.show(draw, key="lyapunov exponents", of=subject.words)
        if said := exponents_said(now.latest):
            _say(said, "exponents")
    if not now.done:
        st.caption(f":material/hourglass_top: {_still(now.latest)} …")
    elif now.error is not None or now.latest is None:
        appearance.complain(now.error or _FAILED)


def exponents_said(measured: Measured) -> list[str]:
    """What exponents say over the whole text; nothing while parts of it are missing."""
    found = measured.now.lyapunov
    if found is None or not measured.now.done:
        return []
    return lyapunov_words(found, measured.before)


def _still(latest: Measured | None) -> str:
    """What is being measured."""
    if latest is None:
        return "The network reads the text"
    if latest.now.done:
        return "Now the exponents of the network before training"
    known = 0 if latest.now.lyapunov is None else len(latest.now.lyapunov.by_block)
    return f"Lyapunov exponents: {known} of 10 blocks of the text known"


def _over_training(subject: Subject, text: str, layer: int) -> None:
    """The largest exponent at snapshots, where somebody asks for it."""
    if not st.toggle(
        "The largest exponent over training",
        key=state.linked("exponents", Flag(), False, key="exponents over training"),
        persist_state="session",
        help="Measured at up to 20 snapshots over the same text, in about a second each.",
    ):
        return
    ongoing = exponents_over_training(run_of(subject), text, layer)
    now = ongoing.look(_FIRST_SECONDS)
    polled(None if now.done else _POLL_SECONDS)(_largest)(subject, ongoing, now.done)


def _largest(subject: Subject, ongoing: Ongoing[Exponents], drawn: bool) -> None:
    now = ongoing.look()
    if now.done != drawn:
        st.rerun()
    found = now.latest or {}
    draw = partial(plots.largest_exponents, found, theme=appearance.theme())
    charts.show(draw, key="largest exponents", of=subject.name)
    if not now.done:
        st.caption(f":material/hourglass_top: {len(found)} snapshots measured …")
    elif now.error is not None:
        appearance.complain(now.error)
    elif found:
        _say(largest_words(found), "training")


def _say(said: list[str], longer: str) -> None:
    """What a picture says, and what would look different in a network that remembers longer."""
    st.markdown(appearance.plain(" ".join(said)))
    st.caption(_LONGER[longer])
