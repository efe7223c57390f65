"""The command `train`."""

from __future__ import annotations

import argparse
import json
import math
import signal
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from rnnviz.commands.learned_text import text_to_learn
from rnnviz.commands.options.given import (
    FILE_OPTIONS,
    MODEL_OPTIONS,
    TEXT_OPTIONS,
    TRAINING_OPTIONS,
    given,
)
from rnnviz.commands.progress_bar import ProgressBar
from rnnviz.commands.run_words import baseline_words
from rnnviz.commands.speaking import (
    DONE,
    FAILED,
    complain,
    say,
)
from rnnviz.commands.streams import give
from rnnviz.config import ModelConfig, TrainingConfig
from rnnviz.models.subject import Subject
from rnnviz.notation import bits, counted, loss_words
from rnnviz.runs.example import check_changeable
from rnnviz.runs.extending import check_trained_here, extend
from rnnviz.runs.run import Run
from rnnviz.runs.seen import seen_of
from rnnviz.runs.verdicts.verdict import verdict_of
from rnnviz.text.hangul import decompose
from rnnviz.text.windows import Split
from rnnviz.training.presets import settled, suited, why
from rnnviz.training.progress import RankError
from rnnviz.workers.apart import work_apart
from rnnviz.workers.ranks import check_shared, follow, ranks_of
from rnnviz.workers.ready import HANDED, handed_run
from rnnviz.workers.worker import Outcome, work

if TYPE_CHECKING:
    from rnnviz.training.ranks import Ranks


def train(options: argparse.Namespace) -> int:
    """Train a new run, or go on with one."""
    if options.resume == HANDED:
        options.resume = handed_run()
        if options.resume is None:
            return DONE
    if (ranks := ranks_of()) is None:
        return _train(options)
    try:
        with ranks:
            return _train(options, ranks) if ranks.rank == 0 else _follow(ranks)
    except RankError as error:
        return complain(error, FAILED)


def _follow(ranks: Ranks) -> int:
    """Train along; whoever asks this process to stop asks all of them."""
    for number in (signal.SIGINT, signal.SIGTERM, *_CLOSED):
        signal.signal(number, lambda *_: ranks.wish())
    follow(ranks)
    return DONE


def _train(options: argparse.Namespace, ranks: Ranks | None = None) -> int:
    bar = ProgressBar()
    run = _run_to_train(options, bar, 1 if ranks is None else ranks.count)
    bar.meter.seen = seen_of(run)
    bar.say(f"{run.id}: {_described(run, ranks)}")
    if bar.meter.seen.words:
        bar.say(bar.meter.seen.words)
    if (rare := run.vocabulary.rare) is not None:
        bar.say(f"{rare.words(run.description.text_characters)}.")
    with _Stopping(bar, ranks) as stopping:
        how: dict[str, Any] = {"report": bar.report, "notice": bar.say, "ranks": ranks}
        how["should_stop"] = stopping
        if options.scratch is None:
            outcome = work(run, **how)
        else:
            outcome = work_apart(run, options.scratch, **how)
    bar.close()
    _tell_outcome(run, outcome, options.json)
    code = FAILED if outcome.state == "diverged" else DONE
    return complain(outcome.message, code) if outcome.message else code


def _run_to_train(options: argparse.Namespace, bar: ProgressBar, ranks: int) -> Run:
    if options.resume is not None:
        return _run_to_resume(options, bar, ranks)
    if options.text is None:
        raise ValueError("no text was given; give a text file, or --resume RUN.")
    begin = None if options.begin is None else _snapshot_to_begin_with(options)
    text, name, truth, reading = text_to_learn(options, bar)
    read = decompose(text) if options.hangul == "jamo" else text
    if begin is not None:
        read = begin.alphabet.characters(text)
    model, training = _settings(options, len(read))
    check_shared(training, len(read), ranks)
    if begin is not None:
        model = replace(begin.model, dropout=model.dropout)
    run = Run.create(
        text,
        name=name,
        model=model,
        training=training,
        runs=options.runs,
        truth=truth,
        encoding=reading,
        group=options.group,
        begin=begin,
        **given(options, TEXT_OPTIONS),
    )
    if run.description.origin is not None:
        bar.say(f"It begins with {run.description.origin.words}.")
    as_suited = (model, training) == suited(options.preset, len(read))
    if as_suited and (reason := why(options.preset, len(read))):
        bar.say(reason)
    return run


def _snapshot_to_begin_with(options: argparse.Namespace) -> Subject:
    """The snapshot of `--from`; what belongs to it cannot be chosen as well."""
    taken = given(options, (*MODEL_OPTIONS, *TEXT_OPTIONS)).keys() - {"dropout"}
    if taken:
        named = ", ".join(f"--{name.replace('_', '-')}" for name in sorted(taken))
        raise ValueError(
            f"--from takes the network and the alphabet of its run: leave out {named}."
        )
    run, _, iteration = options.begin.rpartition("@")
    if not (run and iteration.isdecimal()):
        return Run.open(options.begin, options.runs).subject()
    return Run.open(run, options.runs).subject(int(iteration))


def _run_to_resume(options: argparse.Namespace, bar: ProgressBar, ranks: int) -> Run:
    """A run to go on with, its budget raised where a larger one is given."""
    budget = given(options, ("iterations", "seconds"))
    if options.text is not None or options.preset or given(options, _ALL_OPTIONS).keys() - budget:
        raise ValueError(
            "--resume goes on with the run's own text and settings; give it alone, or with a "
            "larger --iterations or --seconds."
        )
    run = Run.open(options.resume, options.runs)
    check_changeable(run.folder.path)
    check_trained_here(run.folder, run.description)
    check_shared(run.training_config, run.description.text_characters, ranks)
    if not budget:
        return run
    bar.say(extend(run.folder, **budget))
    return Run(run.folder)


_ALL_OPTIONS = ("begin", "group", *FILE_OPTIONS, *TEXT_OPTIONS, *MODEL_OPTIONS, *TRAINING_OPTIONS)


def _settings(options: argparse.Namespace, characters: int) -> tuple[ModelConfig, TrainingConfig]:
    """What suits the text, by the preset if one was given, overlaid by what was given."""
    chosen = given(options, (*MODEL_OPTIONS, *TRAINING_OPTIONS))
    for name in ("clip_norm", "patience"):
        if chosen.get(name) == 0:
            chosen[name] = None
    return settled(options.preset, characters, chosen)


def _described(run: Run, ranks: Ranks | None) -> str:
    model, training = run.model_config, run.training_config
    together = "" if ranks is None else f" in {ranks.count} processes"
    return (
        f"{model.cell} of {model.hidden_size} units on {run.description.text_characters:,} "
        f"{run.alphabet.unit}, {training.budget_words}{together}; Ctrl-C stops and keeps the run."
    )


def _tell_outcome(run: Run, outcome: Outcome, as_json: bool) -> None:
    summary = _summary(run, outcome)
    if as_json:
        give(json.dumps(summary) + "\n")
        return
    loss = summary["validation_loss"]
    shown = "" if loss is None else f", validation loss {loss_words(seen_of(run).loss(loss))}"
    say(
        f"{run.id}: {outcome.state} after {counted(summary['iterations'], 'iteration')} and "
        f"{summary['seconds']:.0f} s{shown}, {_best(run, outcome)}."
    )
    if baseline := baseline_words(run):
        say(f"{baseline}.")
    verdict = verdict_of(run)
    if verdict.kind != "not begun":
        say("\n".join(verdict.sentences))


def _best(run: Run, outcome: Outcome) -> str:
    if outcome.iteration is None:
        return "without a snapshot yet"
    judged = Split.held_out_of(run.description.text_characters) > 0
    return f"{'best' if judged else 'newest snapshot'} at iteration {outcome.iteration:,}"


def _summary(run: Run, outcome: Outcome) -> dict[str, Any]:
    history = run.history
    iterations, characters, seconds = (
        float(history[name].max()) if len(history) else 0.0
        for name in ("iteration", "characters", "seconds")
    )
    loss, seen = _finite(outcome.validation_loss), seen_of(run)
    return {
        "run": run.id,
        "state": outcome.state,
        "cell": run.model_config.cell,
        "iterations": int(iterations),
        "train_loss": _finite(outcome.train_loss),
        "validation_loss": loss,
        "bits_per_char": None if loss is None else bits(loss),
        "timesteps_per_seen_char": seen.ratio,
        "bits_per_seen_char": None if loss is None else bits(seen.loss(loss)),
        "characters_per_second": characters / seconds if seconds else None,
        "seconds": seconds,
    }


def _finite(loss: float | None) -> float | None:
    """JSON knows neither NaN nor infinity."""
    return loss if loss is not None and math.isfinite(loss) else None


# What a terminal sends when it is closed; not every system has it.
_CLOSED = [signal.SIGHUP] if hasattr(signal, "SIGHUP") else []


class _Stopping:
    """Ctrl-C asks for a clean stop; a second one ends at once. A closed terminal ends nothing.

    But what torchrun started: that ends with its terminal, and all it has started a while later.
    """

    def __init__(self, bar: ProgressBar, ranks: Ranks | None) -> None:
        self._bar, self._ranks = bar, ranks
        self._asked = self._said = False
        self._before: list[tuple[signal.Signals, Any]] = []

    def __call__(self) -> bool:
        if self._asked and not self._said:
            self._said = True
            self._bar.say("Stopping after this iteration; Ctrl-C once more ends at once.")
        return self._asked or (self._ranks is not None and self._ranks.asked)

    def __enter__(self) -> _Stopping:
        for number in (signal.SIGINT, signal.SIGTERM):
            self._before.append((number, signal.signal(number, self._ask)))
        for number in _CLOSED:
            how = signal.SIG_IGN if self._ranks is None else self._ask
            self._before.append((number, signal.signal(number, how)))
        return self

    def __exit__(self, *_: object) -> None:
        for number, handler in self._before:
            signal.signal(number, handler)

    def _ask(self, number: int, frame: object) -> None:
        if self._asked:
            raise KeyboardInterrupt
        self._asked = True  # said later: a handler must not write while something is written
