"""The command that finds units: which follows what, beside what else would explain it."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from rnnviz.analysis.states.reading_words import reading_words
from rnnviz.analysis.units.conclusions import headline
from rnnviz.analysis.units.finding import Finding
from rnnviz.analysis.units.finding_words import found_in, number
from rnnviz.analysis.units.search import ABSENT
from rnnviz.commands.reading import check_out
from rnnviz.commands.speaking import DONE, say, table
from rnnviz.commands.texts import read_by, read_file
from rnnviz.export.tables import save_table
from rnnviz.models.subject import RunSnapshot
from rnnviz.notation import NOTHING, bits, fixed
from rnnviz.runs.network.passage_labels import Own
from rnnviz.runs.network.unit_search import UnitSearch, find_units
from rnnviz.runs.run import Run
from rnnviz.text.reading import read_text

_HEADS = (
    "hypothesis",
    "unit",
    "score",
    "untrained",
    "character",
    "two characters",
    "chance 95 %",
    "all units",
    "p",
    "found in",
    "held: bits (nats) there",
    "bits (nats) elsewhere",
)


def units(options: argparse.Namespace) -> int:
    """Which unit follows what, beside its controls."""
    run = Run.open(options.run, options.runs)
    if options.out is not None:
        check_out(options.out)
    text = None
    if options.text_file is not None:
        text = read_by(run, read_file(options.text_file, options).text, options)
    *_, found = find_units(
        run,
        options.iteration,
        text=text,
        names=options.hypothesis or (),
        own=Own(options.regex, None if options.labels is None else _labels(options.labels)),
    )
    if options.out is not None:
        save_table([_flat(one) for one in found.to_json()["findings"]], options.out)
    say(
        json.dumps(found.to_json())
        if options.json
        else _words(found, run.subject(found.iteration).origin)
    )
    if not options.json and found.found.findings:
        table([_HEADS, *(_row(one) for one in found.found.findings)])
    return DONE


def _labels(path: Path) -> str:
    return read_text(path).text


def _words(looked: UnitSearch, snapshot: RunSnapshot) -> str:
    """What was looked at, what stands out, and what was not asked."""
    found = looked.found
    lines = [
        f"{looked.run}, {snapshot.words}: {looked.passage.words}. "
        f"{reading_words(looked.trained.reading)}"
    ]
    lines += [headline(found)] if found.findings else []
    absent = [repr(name) for name, why in found.silent.items() if why == ABSENT]
    if absent:
        lines.append(f"In this text these do not occur: {', '.join(absent)}.")
    others = {name: why for name, why in found.silent.items() if why != ABSENT}
    lines += [f"Not asked: {name!r} {why}." for name, why in others.items()]
    return "\n".join([*lines, ""])


def _row(one: Finding) -> tuple[str, ...]:
    place, whole = one.place, one.examined
    return (
        one.followed,
        f"{place.signal} {place.layer}/{place.unit}",
        f"{'+' if one.score > 0 else '−'} {one.measure} {number(one, one.score)}",
        number(one, one.untrained),
        number(one, one.current_character),
        number(one, one.two_characters),
        number(one, one.chance_95_table),
        NOTHING if whole is None else number(one, whole.probe["all"]),
        fixed(one.p, 3),
        found_in(one),
        NOTHING if one.cause is None else _cost(one.cause.at_mean.labelled),
        NOTHING if one.cause is None else _cost(one.cause.at_mean.other),
    )


def _cost(nats: float) -> str:
    return f"{fixed(bits(nats), 3)} ({fixed(nats, 3)})"


def _flat(found: dict[str, Any]) -> dict[str, Any]:
    """A finding with each probe as a value of its own."""
    probes = {f"probe_{size}": score for size, score in (found.pop("probe") or {}).items()}
    return found | probes
