"""The example that comes with the program: where it is offered, and what is said of it."""

from __future__ import annotations

import streamlit as st

from dashboard import actions, appearance, cache, navigation, state
from dashboard.looking import NEW_RUN, Deleted
from rnnviz.analysis.units.counting import CountingUnit
from rnnviz.analysis.units.finding import Place
from rnnviz.corpora.languages.quotes import WIDTH
from rnnviz.models.subject import Subject
from rnnviz.notation import fixed
from rnnviz.runs import example
from rnnviz.runs.documents import RunError
from rnnviz.runs.paths import EXAMPLE
from rnnviz.runs.store import runs_folder

LABEL = example.NAME
# Where it is kept at which stop of the tour through it a visitor is; 0 has asked for it.
TOUR = "tour"
_HIDDEN = "example hidden"


def is_offered() -> bool:
    """Whether it stands among the runs to choose from."""
    return not state.kept(_HIDDEN, False) and example.is_offered(runs_folder())


def is_looked_at() -> bool:
    """Whether it is what all pages look at."""
    return state.looking().run == EXAMPLE.id


def below_picker() -> None:
    """Say in the sidebar what is looked at, and let it be hidden; or called back."""
    if is_looked_at():
        st.caption("This run comes with rnnviz as an example. It is none of yours.")
        st.button("Hide the example", icon=":material/visibility_off:", on_click=_hide)
    elif state.looking().run in (None, NEW_RUN) and not is_offered() and EXAMPLE.json.is_file():
        st.button("Show the example", icon=":material/visibility:", on_click=_show)


def introduce() -> tuple[int, str]:
    """Say what to look at and where to go; the unit, and what is known, that is shown at first.

    On the tour, its stops say that.
    """
    run = cache.open_run(EXAMPLE.id)
    found = cache.counting_unit(run)
    if state.kept(TOUR) is None:
        _introduction(found)
    return found.unit, "column"


def _introduction(found: CountingUnit) -> None:
    with st.container(border=True):
        st.markdown("\n".join(f"1. {sentence}" for sentence in _sentences(found)))
        with st.container(horizontal=True, vertical_alignment="center"):
            if st.button("Train on a text of your own", type="primary", icon=":material/add:"):
                set_up_run()
            tour = "Take the tour: six stops"
            st.button(tour, icon=":material/tour:", key="tour-first", on_click=ask_tour)
            navigation.link("learn_cell", "Learn how a recurrent network works", forward=True)


def counting_place() -> Place:
    """The unit of the example that counts."""
    run = cache.open_run(EXAMPLE.id)
    return Place("h", run.model_config.num_layers - 1, cache.counting_unit(run).unit)


def evidence(subject: Subject, place: Place) -> list[str]:
    """What is known of a unit of the example that no single text shows; nothing of most units."""
    if subject.origin.run != EXAMPLE.id:
        return []
    run = cache.open_run(EXAMPLE.id)
    if place != counting_place() or subject.origin.iteration != run.best_iteration:
        return []
    return [
        f"That unit {place.unit} counts is known all the same: it was chosen on one half of the "
        "held-out text and judged on the other, beside the untrained network (the numbers stand "
        "at the top of this page)."
    ]


def lead_to_train(label: str) -> None:
    """A way to a run of one's own; where the example is looked at, Train would show that."""
    if not is_looked_at():
        navigation.link("train", label, forward=True)
    elif st.button(label, icon=":material/arrow_forward:", key=f"to a run: {label}"):
        set_up_run()


def ask_tour() -> None:
    """Let the tour begin with what is drawn next."""
    state.keep(TOUR, 0)


def set_up_run() -> None:
    """Show the form of a new run."""
    state.open_run(NEW_RUN)
    navigation.go("train")


def _sentences(found: CountingUnit) -> tuple[str, str, str]:
    model = cache.open_run(EXAMPLE.id).model_config
    way = "rises" if found.score > 0 else "falls"
    score, untrained = (fixed(abs(share), 2) for share in (found.score, found.untrained))
    return (
        f"**An example that comes with rnnviz.** A {model.kind} of {model.hidden_size} units "
        "learned to predict the next character of a text whose lines end at the first space after "
        f"the {WIDTH}th character. Nobody told it to count, but **unit {found.unit} does**.",
        f"**Look along a line of unit {found.unit}** (not the first line, which begins in its "
        f"middle): that unit {way} with the position in the line. On {found.characters:,} "
        "characters that the network was not trained on, nor the unit chosen on, their rank "
        f"correlation is **{score}** (1 would be a perfect count); that of the best unit before "
        f"training is {untrained}. Find units, which looks at all of the text and all signals, "
        "has numbers that differ a little, and says what chance and the characters alone reach.",
        "**Go on:** in the sidebar, move the snapshot to iteration 0, and the count is gone; the "
        "arrows beside “Unit” show other units; then train a network on a text of your own.",
    )


def _hide() -> None:
    _change(True)
    state.tell(Deleted(EXAMPLE.id))


def _show() -> None:
    _change(False)
    state.open_run(EXAMPLE.id)


def _change(hidden: bool) -> None:
    """For this visit in any case, and for good where that may be written down."""
    state.keep(_HIDDEN, hidden)
    try:
        actions.hide_example(hidden)
    except RunError as error:
        st.toast(appearance.plain(f"For this visit only: {error}"), icon=":material/info:")
