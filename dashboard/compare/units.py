"""What the units of each run follow: the clearest findings, as far as they are known."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence

import pandas as pd
import streamlit as st

from dashboard import appearance
from dashboard.compare.choice import Chosen
from dashboard.compare.sections import is_asked, take_along
from dashboard.components.polling import polled
from dashboard.finding.searches import known_findings, search_of
from rnnviz.analysis.units.finding import Finding, shown
from rnnviz.analysis.units.finding_words import number, score_words
from rnnviz.models.subject import Subject
from rnnviz.notation import NOTHING, are, listed
from rnnviz.runs.network.passage_labels import NOTHING as NO_OWN
from rnnviz.runs.run import Run
from rnnviz.text.marks import marked

_SECONDS, _CLEAREST = 1.0, 3
_ABOUT = (
    "The unit of each run that follows a property of the text best, on text it was not chosen on: "
    "AUC 0.5 is guessing and 1 always right, rho 0 is nothing and 1 perfect. In brackets the best "
    "unit before training. Shown are the properties, up to three of each run, in which a unit does "
    "better than chance, than the characters alone and than any unit before training; beside them, "
    "what is above chance in the others. Find units says more of each."
)

Found = Mapping[str, tuple[Finding, ...]]  # of each run, by what it is called


def units(chosen: Chosen, at: Sequence[int | None]) -> None:
    """The clearest findings of one run of each side."""
    st.subheader("What their units follow", anchor=False)
    iterations = dict(zip([run.id for run in chosen.moments], at, strict=True))
    looked = [
        (side.label, side.runs[0], side.runs[0].subject(iteration))
        for side in chosen.sides
        if (iteration := iterations[side.runs[0].id]) is not None
    ]
    missing = [side.label for side in chosen.sides if iterations[side.runs[0].id] is None]
    if missing:
        st.caption(appearance.plain(f"No snapshot to look into yet: {', '.join(missing)}."))
    if not looked:
        return
    if any(len(side.runs) > 1 for side in chosen.sides):
        st.caption("Of several seeds, the first.")
    known = all(known_findings(subject) for _, _, subject in looked)
    if not is_asked("units", "Look for units in all of them", known=known):
        return
    done = not _waiting(looked)
    polled(None if done else _SECONDS)(_follow)(looked, done)


def _follow(looked: Sequence[tuple[str, Run, Subject]], drawn: bool) -> None:
    waiting = _waiting(looked)
    if (not waiting) != drawn:
        st.rerun()
    if waiting:
        done = len(looked) - len(waiting)
        said = f"{done} of {len(looked)} runs {are(done)} searched; still going on: "
        st.caption(f":material/hourglass_top: {appearance.plain(said + ', '.join(waiting))}")
    found = {label: known_findings(subject) for label, _, subject in looked}
    rows = _rows(found)
    if rows:
        st.dataframe(
            pd.DataFrame.from_dict(rows, orient="index"),
            width="stretch",
            alt="Units by property and run",
        )
        st.caption(_ABOUT)
        take_along(_numbers(found, rows), "units-of-runs")
    elif searched := [label for label, own in found.items() if own]:
        st.caption(appearance.plain(_none_follows(searched, len(found))))


def _none_follows(searched: Sequence[str], many: int) -> str:
    """Of those that were searched, and of no others."""
    those = "them" if len(searched) == many else listed(searched)
    return f"In none of {those} does a unit clearly follow a property better than its controls do."


def _waiting(looked: Sequence[tuple[str, Run, Subject]]) -> list[str]:
    """Which searches have not looked at all of their text yet; each goes on by this look.

    One that has is not looked at any longer: what else it would compute is not shown here.
    """
    found = []
    for label, run, subject in looked:
        if known_findings(subject):
            continue
        now = search_of(run, subject, NO_OWN).look()
        if now.latest is None and not now.done:
            found.append(label)
    return found


def _rows(found: Found) -> dict[str, dict[str, str]]:
    """The clearest properties, each with the best unit of every run."""
    clear = {label: [one for one in own if one.beyond_all] for label, own in found.items()}
    better = [[one for one in own if one.stands][:_CLEAREST] for own in clear.values()]
    names = dict.fromkeys(one.followed for own in better for one in own)
    return {
        marked(name): {
            label: next((_said(one) for one in own if one.followed == name), NOTHING)
            for label, own in clear.items()
        }
        for name in names
    }


def _numbers(found: Found, rows: Collection[str]) -> list[dict[str, object]]:
    """What stands in the table, a row for each run and property."""
    return [
        {
            "property": one.followed,
            "run": label,
            "layer": one.place.layer,
            "signal": one.place.signal,
            "unit": one.place.unit,
            "measure": "AUC" if one.measure == "auc" else "rho",
            "score": shown(abs(one.score), one.measure),
            "before training": None
            if math.isnan(one.untrained)
            else shown(abs(one.untrained), one.measure),
        }
        for label, own in found.items()
        for one in own
        if one.beyond_all and marked(one.followed) in rows
    ]


def _said(one: Finding) -> str:
    before = "" if math.isnan(one.untrained) else f" ({number(one, one.untrained)})"
    return f"{score_words(one, one.score)}, unit {one.place.unit} of {one.place.signal}{before}"
