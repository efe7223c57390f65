"""The command `sweep`: several networks that differ in what was asked, trained in turn."""

from __future__ import annotations

import argparse
import json
import shlex
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from rnnviz.commands.learned_text import text_to_learn
from rnnviz.commands.options.given import given
from rnnviz.commands.options.sweep import KINDS, SHARED
from rnnviz.commands.progress_bar import ProgressBar
from rnnviz.commands.speaking import DONE, FAILED, complain, say, table, tell
from rnnviz.commands.streams import give
from rnnviz.config import ModelConfig, TrainingConfig
from rnnviz.notation import are, capitalised, counted
from rnnviz.runs.compared.columns import COLUMNS, Row
from rnnviz.runs.compared.ranking import best_by_text
from rnnviz.runs.documents import RunError
from rnnviz.runs.index import Listed, RunIndex
from rnnviz.runs.lease import lay_down
from rnnviz.runs.run import Run
from rnnviz.runs.states import LIVING
from rnnviz.runs.store import runs_folder
from rnnviz.storage import StorageError
from rnnviz.text.alphabet import Alphabet
from rnnviz.training.grid import Budget, BudgetKind, TextSize, expand
from rnnviz.training.presets import suited
from rnnviz.workers import supervisor
from rnnviz.workers.cluster import Cluster
from rnnviz.workers.sweep import Here, group_name, make_all

_LOOK_SECONDS = 0.5
_ENDING_SECONDS = 30.0
_STAYING = (*LIVING, "finished", "diverged")  # these are not gone on with now
_SHOWN = ("name", "state", "units", "parameters", "iterations", "seconds", "bits", "nats", "run")
_TOLD = (*_SHOWN, "cell", "layers", "seed", "window", "dropout", "distance", "half", "group")


def sweep(options: argparse.Namespace) -> int:
    """Make all runs, then train them, or say how."""
    if options.text is None:
        raise ValueError("no text was given; give a text file, or corpus:NAME.")
    if options.scratch is not None and options.dask is None and not options.print:
        raise ValueError("--scratch is of runs trained elsewhere: give --dask or --print, too.")
    trains = _who_trains(options)
    runs = _make(options)
    if options.dask is not None or options.scratch is not None:
        for run in runs:  # others look at them before they are trained
            lay_down(run.folder.history)
    if options.print:
        _print(runs, options.scratch, as_json=options.json)
        return DONE
    tell(f"{len(runs)} runs are made and train in turn; Ctrl-C stops and keeps them.")
    rows = _train(runs, trains)
    _tell_outcome(rows, as_json=options.json)
    if all(row.listed.state == "finished" for row in rows) and len(rows) == len(runs):
        return DONE
    return complain(_left(rows, len(runs) - len(rows)), FAILED)


def _who_trains(options: argparse.Namespace) -> Here | Cluster:
    """Known before a run is made, so that none is where there is nobody to train it."""
    if options.dask is None or options.print:
        return Here(options.workers)
    found = Cluster(options.dask, options.scratch)
    if not found.workers:
        tell(f"The cluster at {options.dask} has no workers yet; runs begin once it has.")
    return found


def _make(options: argparse.Namespace) -> list[Run]:
    bar = ProgressBar()
    text, name, truth, reading = text_to_learn(options, bar)
    alphabet = Alphabet.of(text, options.hangul or "syllables")
    characters = len(alphabet.characters(text))
    size = TextSize(characters, len(alphabet.vocabulary))
    model, training = suited(options.preset, characters)
    planned = expand(
        model,
        _shared(training, options),
        _varied(options, model),
        _budget(options),
        size,
        matched=options.match_parameters,
    )
    return make_all(
        text,
        planned,
        options.name or group_name(planned, RunIndex(runs_folder(options.runs)).look()),
        name=name,
        truth=truth,
        encoding=reading,
        runs=options.runs,
        hangul=alphabet.hangul,
    )


def _varied(options: argparse.Namespace, model: ModelConfig) -> dict[str, list[Any]]:
    """The values of each setting that was given, the nonlinearity of a plain RNN understood."""
    found = {}
    for name, kind in KINDS.items():
        typed = getattr(options, f"varied_{name}")
        if typed is None:
            continue
        try:
            found[name] = list(dict.fromkeys(kind(each.strip()) for each in typed.split(",")))
        except ValueError as error:
            raise ValueError(
                f"--{name.replace('_', '-')} is {typed!r}; it must be values with commas between."
            ) from error
    if "nonlinearity" in found and "cell" not in found and model.cell != "rnn":
        found["cell"] = ["rnn"]
    return found


def _shared(training: TrainingConfig, options: argparse.Namespace) -> TrainingConfig:
    how = given(options, SHARED)
    if how.get("clip_norm") == 0:
        how["clip_norm"] = None
    return replace(training, **how)


def _budget(options: argparse.Namespace) -> Budget:
    kinds: tuple[BudgetKind, ...] = ("iterations", "characters", "seconds")
    kind = next(kind for kind in kinds if getattr(options, kind) is not None)
    return Budget(kind, getattr(options, kind))


def _print(runs: Sequence[Run], scratch: Path | None, *, as_json: bool) -> None:
    more = "" if scratch is None else f" --scratch {shlex.quote(str(scratch))}"
    commands = {run: f"{run.resume_command}{more}" for run in runs}
    if not as_json:
        say("\n".join(commands.values()))
        return
    told = [
        {"run": run.id, "name": run.description.name, "command": command}
        for run, command in commands.items()
    ]
    give(json.dumps({"group": runs[0].description.group, "runs": told}) + "\n")


def _train(runs: Sequence[Run], trains: Here | Cluster) -> list[Row]:
    """The rows of all that are still there once none trains, or all have been asked to stop."""
    index = RunIndex(runs[0].folder.path.parent)
    try:
        trains.begin(runs)
        _watch(index, runs, trains)
    except (StorageError, ConnectionError, KeyboardInterrupt) as error:
        reason = "" if isinstance(error, KeyboardInterrupt) else f"{capitalised(str(error))} "
        tell(f"{reason}Stopping all; what they have learned is kept.")
        trains.cancel()
        _stop(index, runs)
    for sentence in trains.end():
        tell(sentence)
    return [Row(run) for run in _listed(index, runs)]


def _watch(index: RunIndex, runs: Sequence[Run], trains: Here | Cluster) -> None:
    """Wait until none trains; how many do is said whenever that changes."""
    said = ""
    while trains.goes_on():
        words = _counted(Counter(run.state for run in _listed(index, runs)))
        if words != said:
            tell(words)
            said = words
        time.sleep(_LOOK_SECONDS)


def _listed(index: RunIndex, runs: Sequence[Run]) -> list[Listed]:
    """Those of them that are still there, in their order."""
    found = {run.folder.id: run for run in index.look()}
    return [found[run.id] for run in runs if run.id in found]


def _stop(index: RunIndex, runs: Sequence[Run]) -> None:
    """Ask all to stop, the last in line first, and wait until they have.

    They are asked at every look: one may have begun after the first.
    """
    deadline = time.monotonic() + _ENDING_SECONDS
    while True:
        for run in reversed(_living(index, runs)):
            with suppress(RunError):  # it has ended
                supervisor.stop(run)
        if not _living(index, runs) or time.monotonic() >= deadline:
            return
        time.sleep(_LOOK_SECONDS)


def _living(index: RunIndex, runs: Sequence[Run]) -> list[Run]:
    return [Run(found.folder) for found in _listed(index, runs) if found.state in LIVING]


def _counted(states: Counter[str]) -> str:
    return ", ".join(f"{number} {state}" for state, number in states.items())


def _left(rows: Sequence[Row], gone: int) -> str:
    """Why that is not all, and what goes on with the first that can."""
    states = Counter(row.listed.state for row in rows)
    said = [f"not all are finished: {_counted(states)}"] * bool(set(states) - {"finished"})
    if gone:
        said.append(f"{_are(gone)} gone: somebody deleted or moved them meanwhile")
    if living := sum(states[state] for state in LIVING):
        said.append(f"{_are(living)} asked to stop, but not at the end yet: `list` shows when")
    able = (row for row in rows if row.listed.state not in _STAYING)
    if (first := next(able, None)) is not None:
        state, command = first.listed.state, Run(first.listed.folder).resume_command
        said.append(f"`{command}` goes on with the first that is {state}")
    return f"{'; '.join(said)}."


def _are(count: int) -> str:
    return f"{counted(count, 'run')} {are(count)}"


def _tell_outcome(rows: Sequence[Row], *, as_json: bool) -> None:
    if as_json:
        told = [{name: COLUMNS[name].value(row) for name in _TOLD} for row in rows]
        give(json.dumps({"runs": told}) + "\n")
        return
    if not rows:
        return
    heads = tuple(COLUMNS[name].head for name in _SHOWN)
    table([heads, *(tuple(COLUMNS[name].said(row) for name in _SHOWN) for row in rows)])
    for best in best_by_text(rows):
        say(best.words)
