"""Eigenvalues and singular values of a recurrent matrix: examples, or those of the run."""

from __future__ import annotations

from functools import partial
from typing import cast

import streamlit as st

from dashboard import appearance, charts
from dashboard.components.polling import part
from dashboard.learn import choices, readings
from dashboard.learn.lesson import OWN
from dashboard.view import own_subject
from rnnviz import plots
from rnnviz.analysis.gradients.matrix_spectrum import Spectrum, spectrum
from rnnviz.cells import CELLS
from rnnviz.lessons.pages.vanishing.example_matrices import KINDS, Kind, example_matrix
from rnnviz.models.subject import Subject
from rnnviz.notation import an, significant
from rnnviz.powers import typeset_power

_POWERS = 100
_NAMES = {"non-normal": "strongly non-normal"}
_KINDS = {
    "rotation": "Every direction is stretched alike: ρ = σ.",
    "symmetric": "Real eigenvalues, directions at right angles: ρ = σ.",
    "random": r"Independent normal entries, a non-normal matrix too: $\sigma$ is "
    r"${ratio:.2f} \rho$ here, and near $2 \rho$ in a very large matrix of this kind.",
    "non-normal": "In each pair of units the second feeds 4 times itself into the first: the first "
    "timesteps amplify, whatever ρ says.",
}


@part
def many_units() -> None:
    """The complex plane beside the norms of the powers."""
    st.markdown(
        r"With many units the factor is a **Jacobian**, the table of every unit's slope by every "
        r"unit before: $\partial h_t / \partial h_{t-1} = \mathrm{diag}(\varphi'(z_t))\, W_{hh}$. "
        r"Without the bend it is $W_{hh}$ itself, and $k$ timesteps multiply by $W_{hh}^k$. Two "
        r"numbers, never to be mixed up:"
        "\n\n"
        r"* An **eigenvalue** is the factor of a direction that the matrix only scales (a complex "
        r"one also turns). The largest absolute value of one is the **spectral radius** $\rho$: it "
        r"rules in the end."
        "\n"
        r"* A **singular value** is what a vector's length, its **norm**, is multiplied by along "
        r"one of the matrix's own perpendicular directions. The **largest singular value** "
        r"$\sigma$ (here not the sigmoid) is the most that one timestep can stretch, and the norm "
        r"$\lVert W \rVert$ of the matrix."
        "\n\n"
        r"Always $\rho \leq \sigma$ and $\rho^k \leq \lVert W_{hh}^k \rVert \leq \sigma^k$. In a "
        r"**non-normal** matrix, whose eigenvectors do not stand at right angles, $\sigma$ is "
        r"usually above $\rho$; in every other the two are equal."
    )
    found, about = _choose()
    theme = appearance.theme()
    st.info(_sentence(found) + about)
    plane = partial(plots.complex_plane, found.eigenvalues, found.sigma, theme=theme)
    powers = partial(plots.power_norms, found.log_norms, found.radius, found.sigma, theme=theme)
    charts.show_pair((plane, "complex plane"), (powers, "power norms"))


def _choose() -> tuple[Spectrum, str]:
    """What the matrix does, and what there is to say about it."""
    subject = own_subject()
    if subject is not None and not CELLS[subject.model.cell].reads_state:
        st.caption(
            f"Your network is {an(subject.model.kind)}, which has no $W_{{hh}}$ to look at: its "
            "gates do not read the state, as is shown further below."
        )
        subject = None
    kind = choices.one_of(
        "matrix",
        "Matrix",
        [*KINDS, OWN] if subject else KINDS,
        "random",
        of="" if subject is None else OWN,
        format_func=lambda kind: _NAMES.get(kind, kind),
    )
    if subject and kind == OWN:
        return _own(subject)
    with st.container(horizontal=True):
        units = choices.number("units", "Units", 2, 64, 16, width=180)
        radius = choices.number("radius", "Spectral radius ρ", 0.2, 1.5, 0.9, 0.05, width=220)
    found = spectrum(example_matrix(cast(Kind, kind), units, radius), _POWERS)
    return found, f" {_KINDS[kind].format(ratio=found.sigma / found.radius)}"


def _own(subject: Subject) -> tuple[Spectrum, str]:
    names = list(readings.recurrent_matrices(subject))
    name = names[0]
    if len(names) > 1:
        name = choices.one_of(
            "which", "Which", names, name, widget=st.selectbox, of=names, width=240
        )
    gated = bool(CELLS[subject.model.cell].gates)
    about = (
        " In a gated cell no single matrix carries the gradient: this is one of several, and the "
        "cell state goes around all of them."
        if gated
        else " This is the linear part alone: the slopes of $\\varphi$ come between two timesteps. "
        "They are at most 1, so that $\\sigma^k$ stays an upper bound; $\\rho^k$ and the norm need "
        "not."
    )
    return readings.recurrent_spectrum(subject, name, _POWERS), about


def _sentence(found: Spectrum) -> str:
    radius, sigma, logs = found.radius, found.sigma, found.log_norms
    highest, last = int(logs.argmax()), float(logs[-1])
    start = rf"$\rho = {significant(radius)}$, $\sigma = {significant(sigma)}$. "
    end = rf"After {len(logs) - 1} timesteps the norm is ${typeset_power(last)}$."
    if 0 < highest < len(logs) - 1 and logs[highest] > 0.01:
        top = typeset_power(float(logs[highest]))
        return (
            f"{start}Although $\\rho$ is below 1, the norm **first grows** to ${top}$ at "
            f"$k = {highest}$, and only then falls. {end}"
            if radius < 1
            else f"{start}The norm is largest at $k = {highest}$: ${top}$. {end}"
        )
    return f"{start}{end}"
