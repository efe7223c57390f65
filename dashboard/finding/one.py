"""One finding closer: a way to its unit in the text, its values, and its score over training."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import partial

import streamlit as st

from dashboard import appearance, charts, state
from dashboard.address import Among
from dashboard.components.called import hear, say
from dashboard.finding.passage import in_the_text
from dashboard.finding.searches import Looked, scores_over_training
from dashboard.finding.words import grown
from dashboard.inspection.held import lead_to_hold
from dashboard.view import run_of
from rnnviz import plots
from rnnviz.analysis.units.finding import Finding
from rnnviz.analysis.units.finding_words import also, score_words, sentence
from rnnviz.models.subject import Subject
from rnnviz.runs.network.passage_labels import Own


def one_finding(subject: Subject, looked: Looked, own: Own, *, known: bool) -> None:
    """Ask which finding, and show it closer; all of it once everything else is known.

    Args:
        subject: the network.
        looked: what was found.
        own: the properties of a person's own; one that was just given is shown.
        known: whether the search is through.
    """
    st.subheader("One finding closer", anchor=False)
    chosen = _ask(subject, looked, own)
    if isinstance(chosen, str):
        st.caption(appearance.plain(chosen))
        return
    if chosen is not looked.search.found.clearest:  # which the page begins with
        st.markdown(appearance.plain(" ".join(filter(None, (sentence(chosen), also(chosen))))))
    if said := _more(chosen):
        st.caption(appearance.plain(said))
    in_the_text(subject, looked, chosen)
    lead_to_hold(subject, chosen.place)
    _charts(subject, looked, chosen)
    if known:
        _over_training(subject, looked, chosen)
    else:
        st.caption("Its score over training comes once the search is through.")


def _ask(subject: Subject, looked: Looked, own: Own) -> Finding | str:
    """The finding of the property that is asked for, or why there is none; first the clearest."""
    found = looked.search.found
    known = {one.hypothesis: one for one in found.findings}
    names = [*known, *found.silent]
    first = found.clearest or found.findings[0]
    key = _key(subject)
    hear(key)  # what cannot be asked so far may be found before it is drawn again
    _turn_to_own(key, names, own)
    chosen = st.selectbox(
        "Look closer at",
        names,
        key=state.linked("property", Among([None, *names]), None, key=key),
        format_func=say(key, {name: f"{name} (not asked)" for name in found.silent}),
        index=None,
        placeholder=f"The clearest finding: {appearance.seen(first.followed)}",
        persist_state="session",
    )
    if chosen is not None and chosen in found.silent:
        return f"“{chosen}” {found.silent[chosen]}."
    return first if chosen is None else known[chosen]


def _turn_to_own(key: str, names: Sequence[str], own: Own) -> None:
    """Turn to a property that was just given, and away from one that was taken back."""
    before = state.kept(f"own at {key}", own)
    state.keep(f"own at {key}", own)
    given = [name for name in own.names if name not in before.names]
    if own.table != before.table and own.table is not None:
        given = ["labels"]
    if given and given[0] in names and not state.is_asked(["property"]):
        state.choose("property", key, given[0])
    elif state.value_of(key) not in (None, *names):
        state.put(key, None)


def look_at(subject: Subject, one: Finding) -> None:
    """Show one of the findings closer, from the next rerun on."""
    state.wish(_key(subject), one.hypothesis)


def _key(subject: Subject) -> str:
    return f"property looked at of {subject.origin.run}"


def _more(one: Finding) -> str:
    """What several units hold of it."""
    if (whole := one.examined) is None:
        return ""
    known = not math.isnan(whole.probe_untrained)
    before = f" (before training: {score_words(one, whole.probe_untrained)})" * known
    return (
        f"A linear probe of all units of this signal and layer reaches "
        f"{score_words(one, whole.probe['all'])}{before}. Is this unit special? Of arbitrary "
        "mixtures of all units, as many as there are units, five times drawn, the best reaches "
        f"{score_words(one, whole.rotated)}."
    )


def _charts(subject: Subject, looked: Looked, one: Finding) -> None:
    """What values the unit has, and what each character does to it."""
    seen = looked.portraits[one.hypothesis]
    layers, theme = subject.model.num_layers, appearance.theme()
    values = partial(plots.unit_distribution, one, seen.values, layers=layers, theme=theme)
    changes = partial(plots.unit_changes, one, seen.changes, layers=layers, theme=theme)
    charts.show_pair((values, "values of the unit"), (changes, "changes of the unit"))


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
    charts.show(figure, key="score over training", of=one.followed)
    if said := grown(one, [score.iteration for score in then], [score.unit for score in then]):
        st.subheader("What this says", anchor=False)
        st.markdown(appearance.plain(said))
