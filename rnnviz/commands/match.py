"""The command that matches: who is high or low throughout a selection, and where else."""

from __future__ import annotations

import argparse
import json
import re
from dataclasses import dataclass
from typing import Any

import numpy as np

from rnnviz.analysis.states.reading_words import reading_words
from rnnviz.analysis.states.signals import NOT_FINITE
from rnnviz.analysis.units.coincidence import Coincidence, coincidence
from rnnviz.analysis.units.following import Follower, followers
from rnnviz.analysis.units.matching import Matching, Place, matching
from rnnviz.analysis.units.matching_words import chance_words, in_context, sentence, threshold_words
from rnnviz.analysis.units.stretches import Stretch
from rnnviz.analysis.units.switching import MOST_OUTER, Side, Switching, switching
from rnnviz.commands.speaking import DONE, say, table
from rnnviz.notation import share_words
from rnnviz.runs.network.long_text import LongText, read_long
from rnnviz.runs.run import Run

_CHOSEN = 3
_HEADS = ("unit", "is", "places elsewhere", "share of the text")
_PLACE_HEADS = ("position", "characters", "like it", "others", "in the text")


@dataclass(frozen=True, slots=True, eq=False)
class _Asked:
    """A selection in what was read, and what was found of it."""

    run: Run
    iteration: int
    signal: str
    layer: int
    read: LongText
    own: Switching
    stretch: Stretch
    followers: list[Follower]
    matched: Matching | None
    chance: Coincidence | None

    @property
    def selected(self) -> str:
        return self.read.trace.text[self.stretch.start : self.stretch.end]


def match(options: argparse.Namespace) -> int:
    """Which units follow a selection, and the places most like it."""
    found = _ask(options)
    if options.json:
        say(json.dumps({**_asked(found), **_found(found)}))
        return DONE
    say(f"Read: {found.read.words}. {reading_words(found.read.trace.reading)}")
    say(f"{threshold_words(found.own.outer)}\n")
    if found.matched is None:
        say("No unit is high or low throughout the selection.")
    else:
        _say(found, found.matched)
    return DONE


def _ask(options: argparse.Namespace) -> _Asked:
    run = Run.open(options.run, options.runs)
    iteration = run.best_iteration if options.iteration is None else options.iteration
    layer, first, end = _layer(run, options.layer), *_selection(options.selection)
    if not 1 <= options.outer <= 100 * MOST_OUTER:
        raise ValueError(f"outer is {options.outer}; give a part of the range, 1 to 49 %.")
    *_, read = read_long(run, iteration, options.signal)
    if not read.start <= first < end <= read.of:
        raise ValueError(
            f"{options.selection} is no part of {read.words}; give two positions from "
            f"{read.start:,} to {read.of - 1:,} such as 120-131."
        )
    values = read.trace.signals[options.signal].codes[layer]
    if not np.isfinite(values[-1]).any():  # what is no number once, stays none
        raise ValueError(NOT_FINITE)
    own = switching(values, options.outer / 100)
    stretch = Stretch(first - read.start, end - read.start, options.before, options.after)
    found = followers(own, stretch)
    sides = _set(options.set, found)
    matched = matching(own, sides, stretch, most=options.most) if sides else None
    chance = coincidence(own, sides, stretch) if sides else None
    signal = options.signal
    return _Asked(run, iteration, signal, layer, read, own, stretch, found, matched, chance)


def _selection(said: str) -> tuple[int, int]:
    """From the first position to behind the last."""
    if (numbers := re.fullmatch(r"([0-9]{1,12})(?:-([0-9]{1,12}))?", said)) is None:
        raise ValueError(f"the selection is {said!r}; give two positions such as 120-131.")
    first = int(numbers[1])
    return first, int(numbers[2] or first) + 1


def _layer(run: Run, layer: int | None) -> int:
    layers = run.model_config.num_layers
    found = layers - 1 if layer is None else layer
    if not 0 <= found < layers:
        raise ValueError(f"the layer is {found}; this network has layers 0 to {layers - 1}.")
    return found


def _set(said: str | None, found: list[Follower]) -> tuple[Side, ...]:
    """The sides of a set, which all follow the selection; at first the rarest."""
    sides = [one.side for one in found]
    if said is None:
        return tuple(sides[:_CHOSEN])
    by_unit = {str(side.unit): side for side in sides}
    names = said.split(",")
    if strange := [name for name in names if name not in by_unit]:
        there = ", ".join(by_unit) or "none"
        raise ValueError(
            f"{strange[0]!r} is no unit that is high or low throughout the selection; those are: "
            f"{there}."
        )
    return tuple(by_unit[name] for name in names)


def _asked(found: _Asked) -> dict[str, Any]:
    """What was asked, and of which text."""
    reading = found.read.trace.reading
    return {
        "run": found.run.id,
        "iteration": found.iteration,
        "signal": found.signal,
        "layer": found.layer,
        "text": {
            "characters": len(found.read.trace.text),
            "position": found.read.start,
            "warm_up": reading.warm_up,
            "trace_error": reading.error,
        },
        "selection": _stretch(found, found.stretch),
        "outer": found.own.outer,
        "quiet_before": found.stretch.before,
        "quiet_after": found.stretch.after,
    }


def _found(found: _Asked) -> dict[str, Any]:
    """Who follows, where else, and what chance would do; null where nothing is known."""
    matched, chance = found.matched, found.chance
    places = () if matched is None else matched.places
    return {
        "units": [
            {**_side(one.side), "places_elsewhere": one.runs, "share": one.share}
            for one in found.followers
        ],
        "set": [] if matched is None else [_side(side) for side in matched.sides],
        "places_elsewhere": None if matched is None else matched.whole,
        "chance_mean": None if chance is None else chance.mean,
        "chance_95": None if chance is None else chance.line,
        "places": [
            {
                **_stretch(found, one),
                "on": [_side(side) for side in one.on],
                "others": one.others,
            }
            for one in places
        ],
    }


def _stretch(found: _Asked, one: Stretch | Place) -> dict[str, Any]:
    return {
        "position": found.read.start + one.start,
        "characters": len(one),
        "text": found.read.trace.text[one.start : one.end],
    }


def _side(side: Side) -> dict[str, Any]:
    return {"unit": side.unit, "is": "high" if side.high else "low"}


def _say(found: _Asked, matched: Matching) -> None:
    """The units, what the set does, and the places."""
    text, start = found.read.trace.text, found.read.start
    units = [
        (str(one.side.unit), _side(one.side)["is"], f"{one.runs:,}", share_words(one.share))
        for one in found.followers
    ]
    table([_HEADS, *units])
    said = sentence(matched, (found.signal, found.layer), found.selected, text, start)
    say(f"\n{said} {chance_words(matched, found.chance)}\n")
    places = [
        (
            f"{start + one.start:,}",
            f"{len(one):,}",
            f"{len(one.on)} of {len(matched.sides)}",
            f"{one.others:,}",
            in_context(text, one.start, one.end),
        )
        for one in matched.places
    ]
    table([_PLACE_HEADS, *places])
