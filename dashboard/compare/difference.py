"""Is the difference real? Two of the runs on the same characters, block by block."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

import streamlit as st

from dashboard import appearance, charts, state
from dashboard.address import Among, Flag
from dashboard.compare.choice import Chosen
from dashboard.compare.measured import compared
from dashboard.components.called import hear, say
from rnnviz import plots
from rnnviz.notation import unbroken
from rnnviz.runs.compared.comparison import Comparison, is_quickly_compared
from rnnviz.runs.compared.judgement import Judgement
from rnnviz.runs.documents import RunError
from rnnviz.runs.run import Run

_WAITS = (
    "Where losses of both on the same characters are not kept, both networks have to read the "
    "held-out text again, which takes seconds."
)


def difference(chosen: Chosen, judgement: Judgement) -> None:
    """Two runs on the same characters, at first one of the next best setting and of the best."""
    if len(chosen.moments) < 2:
        return
    st.subheader("Is the difference real?", anchor=False)
    pair = _ask_pair(chosen, judgement)
    if pair[0].id == pair[1].id:
        st.caption("Choose two different runs.")
        return
    try:
        if not is_quickly_compared(pair) and not _is_asked(pair):
            return
        found = compared(*pair)
    except (ValueError, RunError) as error:
        st.info(appearance.plain(_sentence(chosen, str(error))))
        return
    ahead = {run.id: one.side.place for one in judgement.standings[:2] for run in one.side.runs}
    judged = len({ahead.get(run.id) for run in pair} - {None}) == 2
    _show(chosen, pair, found, found.measured_words if judged else found.words)


def _ask_pair(chosen: Chosen, judgement: Judgement) -> tuple[Run, Run]:
    ids = [run.id for run in chosen.moments]
    best = [one.side.runs[0].id for one in judgement.standings[:2]]
    usual = best[::-1] if len(best) == 2 else ids[:2]  # as the first sentence has judged them
    names = dict(zip(ids, chosen.labels, strict=True))
    asked = []
    for which, place, at_first in zip(("first", "second"), st.columns(2), usual, strict=True):
        with place:
            asked.append(_ask_run(which, names, at_first))
    runs = dict(zip(ids, chosen.moments, strict=True))
    return runs[asked[0]], runs[asked[1]]


def _ask_run(which: str, names: Mapping[str, str], usual: str) -> str:
    """One of them, by what they are called; where other runs are chosen, it is another widget."""
    ids, key = list(names), f"{which} of {' '.join(sorted(names))}"
    hear(key)
    return st.selectbox(
        f"{which.capitalize()} run",
        ids,
        key=state.linked(which, Among(ids), usual, key=key),
        format_func=say(key, names),
        persist_state="session",
    )


def was_asked(pair: tuple[Run, Run]) -> bool:
    """Whether somebody let both be read."""
    return bool(state.value_of(_name(pair)))


def _is_asked(pair: tuple[Run, Run]) -> bool:
    """The same, and the button that asks for it until then; the first sentence then says it too."""
    before = was_asked(pair)
    key = state.linked("judged", Flag(), False, key=_name(pair))
    if not was_asked(pair) and st.button("Judge both on the same characters", help=_WAITS):
        state.link("judged", Flag(), False, key=key, value=True)
    if was_asked(pair) and not before:
        st.rerun()
    return was_asked(pair)


def _name(pair: tuple[Run, Run]) -> str:
    return " ".join(["compared", *sorted(run.subject().key for run in pair)])


def _show(chosen: Chosen, pair: tuple[Run, Run], found: Comparison, said: str) -> None:
    """What was found, in words and block by block.

    Args:
        chosen: what is compared.
        pair: the two.
        found: of them.
        said: of it; what is to be heeded of the best two settings, the first sentence says.
    """
    places = {run.id: side.place for side in chosen.sides for run in side.runs}
    names = dict(zip([run.id for run in chosen.moments], chosen.labels, strict=True))
    st.markdown(unbroken(appearance.plain(_sentence(chosen, said))))
    figure = partial(
        plots.block_differences,
        found.by_block,
        found.difference,
        found.interval,
        (names[pair[0].id], names[pair[1].id]),
        places=(places[pair[0].id], places[pair[1].id]),
        theme=appearance.theme(),
    )
    charts.show(figure, key="difference by block")


def _sentence(chosen: Chosen, said: str) -> str:
    """What was said of runs by their ids, by what they are called here."""
    for run, label in zip(chosen.moments, chosen.labels, strict=True):
        said = said.replace(run.id, label)
    return said
