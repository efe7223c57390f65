"""One finding closer: a way to its unit in the text, its values, and its score over training."""

from __future__ import annotations

import math
from functools import partial

import streamlit as st

from dashboard import appearance, charts, state
from dashboard.address import Among
from dashboard.finding.searches import Looked, scores_over_training
from dashboard.inspection.held import open_held
from dashboard.inspection.units import open_unit
from dashboard.view import run_of
from rnnviz import plots
from rnnviz.analysis.units.finding import Finding, Findings
from rnnviz.analysis.units.finding_words import property_words, score_words, sentence
from rnnviz.models.subject import Subject
from rnnviz.notation import loss_words
from rnnviz.plots.findings import unit_name


def one_finding(subject: Subject, looked: Looked, *, known: bool) -> None:
    """Ask which finding, and show it closer; all of it once everything else is known."""
    chosen = _ask(subject, looked)
    if isinstance(chosen, str):
        st.caption(appearance.plain(chosen))
        return
    if chosen is not looked.search.found.findings[0]:  # which the page begins with
        st.markdown(appearance.plain(sentence(chosen)))
    if said := _more(chosen):
        st.caption(appearance.plain(said))
    _lead_to_unit(subject, chosen)
    left, right = appearance.pair()
    with left:
        _values(subject, looked, chosen)
    with right:
        if known:
            _over_training(subject, looked, chosen)
        else:
            st.caption("Its score over training comes once the search is through.")


def _ask(subject: Subject, looked: Looked) -> Finding | str:
    """The finding of the property that is asked for, or why there is none; first the clearest."""
    found = looked.search.found
    known = {one.hypothesis: one for one in found.findings}
    names = [*known, *found.silent]
    chosen = st.selectbox(
        "Look closer at",
        names,
        key=state.linked("property", Among([None, *names]), None, key=_key(found)),
        format_func=lambda name: name if name in known else f"{name} (not asked)",
        index=None,
        placeholder="The clearest finding",
        persist_state="session",
    )
    if chosen is not None and chosen in found.silent:
        return f"“{chosen}” {found.silent[chosen]}."
    return found.findings[0] if chosen is None else known[chosen]


def look_at(found: Findings, one: Finding) -> None:
    """Show one of the findings closer, from the next rerun on."""
    state.wish(_key(found), one.hypothesis)


def _key(found: Findings) -> str:
    names = sorted((*found.silent, *(one.hypothesis for one in found.findings)))
    return f"property among {charts.digest_of(names)}"


def _more(one: Finding) -> str:
    """What several units hold of it, and what holding the unit costs beside five like it."""
    said = []
    if (whole := one.examined) is not None:
        known = not math.isnan(whole.probe_untrained)
        before = f" (untrained: {score_words(one, whole.probe_untrained)})" * known
        said.append(
            f"A linear probe of all units of this signal and layer reaches "
            f"{score_words(one, whole.probe['all'])}{before}, the best direction of five random "
            f"rotations of the units {score_words(one, whole.rotated)}."
        )
    if (cause := one.cause) is not None and cause.alike:
        alike = max(rise.labelled for rise in cause.alike)
        said.append(
            f"Holding the costliest of five other units of like variance costs {loss_words(alike)} "
            "at the same characters."
        )
    return " ".join(said)


def _lead_to_unit(subject: Subject, one: Finding) -> None:
    unit = unit_name(one.place, subject.model.num_layers)
    label = f"Look at {unit} in the text"
    if st.button(label, icon=":material/arrow_forward:", key="look at the unit"):
        open_unit(subject, one.place.signal, one.place.layer, one.place.unit)
    label = f"Hold {unit} and see what that costs"
    if st.button(label, icon=":material/back_hand:", key="hold the unit"):
        open_held(subject, one.place)


def _values(subject: Subject, looked: Looked, one: Finding) -> None:
    figure = partial(
        plots.unit_distribution,
        one,
        looked.values[one.hypothesis],
        layers=subject.model.num_layers,
        theme=appearance.theme(),
    )
    charts.show(figure, key="values of the unit", of=property_words(one))


def _over_training(subject: Subject, looked: Looked, one: Finding) -> None:
    then = scores_over_training(run_of(subject), subject, looked, one)
    figure = partial(
        plots.score_over_training,
        one,
        [score.iteration for score in then],
        [score.unit for score in then],
        [score.best for score in then],
        layers=subject.model.num_layers,
        theme=appearance.theme(),
    )
    charts.show(figure, key="score over training", of=property_words(one))
