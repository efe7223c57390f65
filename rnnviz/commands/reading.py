"""The commands that read a run back: show, sample, trace, gradients."""

from __future__ import annotations

import argparse
import json
import math
from pathlib import Path
from typing import TYPE_CHECKING

from rnnviz.commands.holding import held_of
from rnnviz.commands.options.given import SAMPLING_OPTIONS, given
from rnnviz.commands.run_words import baseline_words
from rnnviz.commands.speaking import DONE, say, tell
from rnnviz.commands.texts import read_by, read_file
from rnnviz.config import SNAPSHOT_SAMPLING, SamplingConfig
from rnnviz.notation import bytes_words, counted, loss_words, percent
from rnnviz.runs.left_overs import disk_used
from rnnviz.runs.made_with import settings_of
from rnnviz.runs.network.copying import copied_by, copying_control
from rnnviz.runs.network.unmoved import unmoved_words
from rnnviz.runs.run import Run
from rnnviz.runs.seen import seen_of, table_as_seen
from rnnviz.runs.verdicts.verdict import verdict_of
from rnnviz.storage import speaking_of
from rnnviz.text.control import escaped
from rnnviz.text.windows import (
    FINAL_VALIDATION_CHARACTERS,
    VALIDATION_CHARACTERS,
    judged_of,
)

if TYPE_CHECKING:
    import pandas as pd

    from rnnviz.records import GradientFlow
    from rnnviz.runs.description import RunDescription
    from rnnviz.runs.status import RunStatus

_READ_CHARACTERS = 1000
_READ_ONLY = "its files may not be written from here: it can be looked at, no more"


def show(options: argparse.Namespace) -> int:
    """One run: settings, state, samples by iteration."""
    run = Run.open(options.run, options.runs)
    settings = _settings(run)
    width = max(len(head) for head, _ in settings) + 2
    say("\n".join(f"{head:<{width}}{escaped(text)}" for head, text in settings))
    snapshots = table_as_seen(run, run.snapshots)
    if len(snapshots):
        say("\n".join(["", *_reach_words(run)]))
        prompt = json.dumps(snapshots["prompt"].iloc[0], ensure_ascii=False)
        say(
            f"\nSamples from the prompt {prompt}, temperature {SNAPSHOT_SAMPLING.temperature}, "
            f"the same draws{_of_losses(run, snapshots)}:"
        )
    for snapshot in snapshots.itertuples():
        loss = snapshot.validation_loss_nats
        shown = "" if math.isnan(loss) else f"  {loss_words(loss)}"
        best = "  best" if shown and snapshot.best else ""
        first = json.dumps(snapshot.sample[:60], ensure_ascii=False)
        at = (
            f"iteration {snapshot.iteration:>7,}" if run.description.numbered else "its only sample"
        )
        say(f"\n{at}{shown}{best}\n  {first}")
    # What a network from elsewhere was trained on is not known, nor what it copied from that.
    if len(snapshots) and run.description.imported is None:
        say("\n" + "\n".join(_copied(run, snapshots)))
    return DONE


def _of_losses(run: Run, snapshots: pd.DataFrame) -> str:
    """What the losses beside the samples are of; "" where there are none."""
    if not snapshots["validation_loss_nats"].notna().any():
        return ""
    measured = judged_of(run.description.text_characters, VALIDATION_CHARACTERS)
    if run.description.imported is not None:
        return f"; losses on the same {measured:,} characters, of the last tenth of the given text"
    return f"; validation losses on the same {measured:,} held-out characters"


def _copied(run: Run, snapshots: pd.DataFrame) -> list[str]:
    """What of the best and the newest sample stands in the training text."""
    best, newest = snapshots[snapshots["best"]].iloc[0], snapshots.iloc[-1]
    samples = {int(one["iteration"]): str(one["sample"]) for one in (best, newest)}
    lines = [
        f"iteration {iteration:,}: {found.words('the sample')}."
        for iteration, found in zip(samples, copied_by(run, [*samples.values()]), strict=True)
    ]
    control = copying_control(run, len(str(newest["sample"])))
    return lines if control is None else [*lines, f"To compare: {control.words}."]


def sample(options: argparse.Namespace) -> int:
    """Let a trained network write."""
    run = Run.open(options.run, options.runs)
    settings = given(options, SAMPLING_OPTIONS)
    if options.prompt:
        settings["prompt"] = read_by(run, options.prompt, options)
    held = held_of(run, options.iteration, options.hold)
    written = run.sample(SamplingConfig(**settings), options.iteration, held)
    say(run.alphabet.shown(settings.get("prompt", "") + written.text))
    return DONE


def trace(options: argparse.Namespace) -> int:
    """Write every hidden state over a text to a .npz file."""
    from rnnviz.analysis.states.reading_words import reading_words
    from rnnviz.analysis.states.stored import stored_trace
    from rnnviz.export.arrays import save_trace

    run = Run.open(options.run, options.runs)
    check_out(options.out)
    found = stored_trace(
        run.model(options.iteration),
        run.vocabulary,
        text := _text_for(run, options),
        precision="full",
        exact=options.exact,
        beside=options.out,
    )
    save_trace(found, options.out)
    say(f"{counted(len(text), 'character')} traced into {options.out}")
    tell(reading_words(found.reading))
    return DONE


def gradients(options: argparse.Namespace) -> int:
    """Write how far gradients travel back to a .npz file."""
    from rnnviz.export.arrays import save_gradients
    from rnnviz.export.gradient_arrays import OF_FLOW, Asked, gradient_arrays, names_of

    names, run = names_of(options.only), Run.open(options.run, options.runs)
    check_out(options.out)
    text = _text_for(run, options)
    window = _window(run, text, options.window)
    subject = run.subject(options.iteration)
    asked = Asked(subject.network(), run.vocabulary, text, window)
    save_gradients(asked.passage, gradient_arrays(asked, names), options.out)
    written = options.only or f"gradients of {counted(window, 'loss', 'losses')}"
    say(f"{written} written to {options.out}")
    if nothing := run.vocabulary.nothing_to_learn:
        say(nothing)
    elif set(names) & set(OF_FLOW):
        where = f"On this text, in the top layer {subject.origin.at}"
        say("\n".join(_flow_words(where, asked.flow)))
    return DONE


def _settings(run: Run) -> list[tuple[str, str]]:
    """How it stands, and every setting that made it."""
    status, about = run.status, run.description
    loss, verdict, seen = status.validation_loss, verdict_of(run), seen_of(run)
    reached = "" if loss is None else f"{about.loss_name} {loss_words(seen.loss(loss))}"
    measured = judged_of(about.text_characters, FINAL_VALIDATION_CHARACTERS)
    said = {
        "run": f"{run.id} ({about.name}), made {about.created}",
        "state": _state(status, about),
        "": status.message,
        "worker": f"trained {status.elsewhere}" if status.elsewhere and not status.unseen else "",
        "access": _READ_ONLY if status.read_only else "",
        "loss": f"{reached} at the best snapshot, on {_judged(about, measured)}" if reached else "",
        "counted": seen.words,
        "baseline": baseline_words(run),
        "verdict": " ".join(verdict.sentences),
        "units": unmoved_words(run),
    }
    said |= settings_of(run) | {"disk": bytes_words(disk_used([run.folder]))}
    return [(head, text) for head, text in said.items() if text]


def _judged(about: RunDescription, characters: int) -> str:
    """Which characters the best snapshot was judged on."""
    if about.imported is None:
        return f"{characters:,} held-out characters"
    return f"{characters:,} characters of its last tenth"


def _state(status: RunStatus, about: RunDescription) -> str:
    """What it is doing, and how far it has come."""
    if about.imported is not None:
        return f"{status.standing}: {about.imported.words}"
    at = f"{status.standing} at iteration {status.iteration:,}"
    return f"{at}, {percent(status.fraction, 0)} of {about.training.budget_words}"


def _reach_words(run: Run) -> list[str]:
    """How far gradients reach back at the best snapshot."""
    from rnnviz.analysis.gradients.reach import reaches
    from rnnviz.analysis.gradients.reach_words import basis, sentences

    best = run.best_iteration
    found = {path: reach for (_, path), reach in reaches(run.lag_norms([best])).items()}
    where = f"In this network, in the top layer {run.subject(best).origin.at}"
    of = run.description.judged_words
    return [*sentences(where, found), basis(found["h"], of)] if found else []


def _window(run: Run, text: str, given: int | None) -> int:
    """How many losses: as many as were asked for, else those of a training window."""
    if len(text) < 2:
        raise ValueError(
            f"the text has {counted(len(text), 'character')} that the network knows; a loss takes "
            "2 at least. Give a longer --text-file."
        )
    window = given or min(run.training_config.sequence_length, len(text) - 1)
    if window >= len(text):
        raise ValueError(
            f"--window is {window:,}, but the text has {len(text):,} characters; a window of n "
            "losses needs n + 1. Give a smaller one, or a longer --text-file."
        )
    return window


def _flow_words(where: str, flow: GradientFlow) -> list[str]:
    """How far gradients reach back in the top layer, over this text."""
    from rnnviz.analysis.gradients.reach import by_loss, read_curve
    from rnnviz.analysis.gradients.reach_words import basis, factor, sentences

    paths = {"h": flow.h, "c": flow.c}
    found = {
        path: read_curve(*by_loss(norms.matrix[-1]))
        for path, norms in paths.items()
        if norms is not None
    }
    factors = [f"Path {path}: {factor(reach)}" for path, reach in found.items()]
    return [*sentences(where, found), basis(found["h"]), *factors]


def check_out(out: Path) -> None:
    """Refuse a place for a file that is none, before anything is computed for it.

    Raises:
        ValueError: the folder is missing, or what is there is no file.
        StorageError: the system takes no such name.
    """
    with speaking_of(out):
        out.exists()  # where a name is too long, the system says so now
    if not out.parent.is_dir():
        raise ValueError(f"--out is {out}, but {out.parent} is not a folder; make it first.")
    if out.is_dir():
        raise ValueError(f"--out is {out}, which is a folder; name a file in it.")
    if out.exists() and not out.is_file():
        raise ValueError(
            f"--out is {out}, which is a device or a pipe: it is written as a file, whole or "
            "not at all. Name one."
        )


def _text_for(run: Run, options: argparse.Namespace) -> str:
    """The file's text, or the beginning of the held-out part (of the text, where there is none).

    It is in the network's characters: their number is that of the timesteps.
    """
    if options.text_file is not None:
        return read_by(run, read_file(options.text_file, options).text, options)
    return run.held_out_text[:_READ_CHARACTERS]
