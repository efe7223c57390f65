"""Which runs are compared, along which axis, and at which snapshots: chosen above all charts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from dashboard import appearance, cache, example, state
from dashboard.address import Among, Flag, Runs
from dashboard.components.called import hear, say
from dashboard.components.leading import MOST_COMPARED
from dashboard.looking import NEW_RUN
from rnnviz.cells import CELLS
from rnnviz.notation import capitalised
from rnnviz.plots.theme import LINES
from rnnviz.runs.compared.courses import Along, Side, snapshot_at
from rnnviz.runs.compared.differences import alike_but_for_the_seed, called
from rnnviz.runs.documents import RunError
from rnnviz.runs.index import Listed
from rnnviz.runs.labels import lasting_labels
from rnnviz.runs.moment import Moment
from rnnviz.runs.paths import EXAMPLE
from rnnviz.text.control import escaped

MOST_SIDES = len(LINES)
BEST = "best"
_AXES: tuple[Along, ...] = ("iterations", "characters read", "seconds")
_RUNS, _FILLED = "runs compared", "compare was filled"


@dataclass(frozen=True, slots=True, eq=False)
class Chosen:
    """What is compared.

    Attributes:
        moments: the runs that can be read, as they stand now.
        lost: what is wrong with the others, a sentence each.
        sides: the runs, several seeds of one setting together or each alone.
    """

    moments: tuple[Moment, ...]
    lost: tuple[str, ...]
    sides: tuple[Side, ...]

    @property
    def alive(self) -> bool:
        """Whether more is to come."""
        return any(now.status.alive for now in self.moments)

    @property
    def labels(self) -> list[str]:
        """What each run alone is called."""
        return [
            label
            for side in self.sides
            for label in ([side.label] if len(side.runs) == 1 else _by_seeds(side))
        ]


def choose() -> Chosen:
    """Ask for the runs, and read them."""
    ids = _ask_runs()
    moments, lost = read(ids)
    sides = _sides(moments, together=_ask_together(moments))
    if len(sides) > MOST_SIDES:
        lost = (*lost, f"{len(sides)} are chosen; the first {MOST_SIDES} are compared.")
    sides = sides[:MOST_SIDES]
    kept = tuple(run for side in sides for run in side.runs if isinstance(run, Moment))
    return Chosen(kept, lost, sides)


def read(ids: Sequence[str]) -> tuple[tuple[Moment, ...], tuple[str, ...]]:
    """The runs as they stand now, and what is wrong with those that cannot be read."""
    moments, lost = [], []
    there = {run.folder.id for run in cache.list_runs()} | {EXAMPLE.id}
    for run_id in ids:
        if run_id not in there:
            lost.append(
                f"There is no run {escaped(run_id)} here; it was deleted, or lies elsewhere."
            )
            continue
        try:
            now = cache.moment(cache.open_run(run_id))
            _ = now.baseline, now.best_iteration if len(now.snapshots) else None
            moments.append(now)
        except RunError as error:
            lost.append(f"{escaped(run_id)} is left out: {capitalised(str(error))}")
    return tuple(moments), tuple(lost)


def ask_axis() -> Along:
    """What the level axis of training counts."""
    asked = st.segmented_control(
        "Along",
        _AXES,
        required=True,
        key=state.linked("along", Among(_AXES), _AXES[0], key="compared along"),
        persist_state="session",
        help="Equal iterations are unequal characters where windows or batches differ, and unequal "
        "seconds where networks or machines do.",
    )
    return asked or _AXES[0]


def ask_path(moments: Sequence[Moment]) -> str:
    """Through which state gradients are followed, where some have two."""
    if not any(CELLS[now.model_config.cell].has_cell_state for now in moments):
        return "h"
    return str(
        st.segmented_control(
            "Path of gradients",
            ["h", "c"],
            required=True,
            key=state.linked("path", Among(["h", "c"]), "h", key="path compared"),
            persist_state="session",
            help="Back through the hidden state h, or through the cell state c, which only an LSTM "
            "has.",
        )
    )


def ask_snapshots(chosen: Chosen) -> list[int | None]:
    """Of each run, the snapshot that is looked at; None where there is none yet."""
    known = sorted({int(at) for now in chosen.moments for at in now.looked_into["iteration"]})
    options: list[str | int] = [BEST, *known]
    key = state.linked("at", Among(options), BEST, key="compared at")
    if state.value_of(key) not in options:
        state.put(key, BEST)
    if known:
        st.select_slider(
            "Snapshots: the best of each, or the last of each up to an iteration",
            options,
            key=key,
            persist_state="session",
            format_func=lambda each: f"{each:,}" if isinstance(each, int) else "best of each",
        )
    at = state.value_of(key)
    found = [snapshot_at(now, None if at == BEST else int(at)) for now in chosen.moments]
    st.caption(appearance.plain(_which(chosen, found)))
    return found


def _by_seeds(side: Side) -> list[str]:
    """What runs taken together are called one by one; which it is, where others share its seed."""
    seeds = [run.training_config.seed for run in side.runs]
    return [
        f"{side.label[0]} (seed {seed}{f', run {at + 1}' * (seeds.count(seed) > 1)})"
        for at, seed in enumerate(seeds)
    ]


def _which(chosen: Chosen, found: Sequence[int | None]) -> str:
    """Which snapshot of each that is."""
    said = [
        f"{label}: {'none yet' if at is None else run.subject(at).origin.words}"
        for label, run, at in zip(chosen.labels, chosen.moments, found, strict=True)
    ]
    return "Looked at below: " + "; ".join(said) + "." if said else ""


def _ask_runs() -> list[str]:
    listed = cache.list_runs()
    hear(_RUNS)
    key = state.linked("runs", Runs(MOST_COMPARED), [], key=_RUNS)
    if not state.value_of(key) and not state.kept(_FILLED, False):
        state.link("runs", Runs(MOST_COMPARED), [], key=key, value=_usual(listed))
    state.keep(_FILLED, True)
    labels = {**lasting_labels(listed), EXAMPLE.id: example.LABEL}
    labels |= {
        each: f"{escaped(each)} · gone" for each in state.value_of(key) if each not in labels
    }
    asked: list[str] = st.multiselect(
        "Runs",
        list(labels),
        key=key,
        format_func=say(key, labels),
        max_selections=MOST_COMPARED,
        persist_state="session",
        placeholder="Choose two runs or more",
        help=f"Up to {MOST_SIDES}, each with a colour and a line of its own. Several seeds of one "
        "setting can be taken together, and count as one.",
    )
    return asked


def _usual(listed: Sequence[Listed]) -> list[str]:
    """What is compared at first: the group of the run looked at, else it and the newest like it."""
    whole = [run for run in listed if run.error is None and run.description is not None]
    own = [run for run in whole if run.description is not None and run.description.lesson is None]
    looked = state.looking().run
    first = next((run for run in own if run.folder.id == looked), own[0] if own else None)
    if first is None or first.description is None or (looked == NEW_RUN and not own):
        return []
    group, text = first.description.group, first.description.text_sha256
    if group is not None:
        return [run.folder.id for run in own if _of(run, "group") == group][::-1][:MOST_COMPARED]
    others = [run for run in own if _of(run, "text_sha256") == text and run is not first]
    return [run.folder.id for run in (first, *others[:1])]


def _of(run: Listed, name: str) -> object:
    return getattr(run.description, name)


def _ask_together(moments: Sequence[Moment]) -> bool:
    """Whether seeds of one setting are one curve; asked only where there are some.

    Where there is but one setting, a single curve would compare nothing.
    """
    settings = alike_but_for_the_seed(moments)
    if all(len(own) == 1 for own in settings):
        return False
    several = len(settings) > 1 or len(moments) > MOST_SIDES
    key = "seeds together" if several else "seeds of one setting together"
    return bool(
        st.toggle(
            "Seeds of one setting together",
            key=state.linked("together", Flag(), several, key=key),
            persist_state="session",
            help="Runs that share every setting but the seed become one curve: their mean, and "
            "the range in which they lie.",
        )
    )


def _sides(moments: Sequence[Moment], *, together: bool) -> tuple[Side, ...]:
    groups = alike_but_for_the_seed(moments) if together else [(k,) for k in range(len(moments))]
    names = called(moments, groups if together else None)
    return tuple(
        Side(place, name, tuple(moments[each] for each in own))
        for place, (name, own) in enumerate(zip(names, groups, strict=True))
    )
