"""The command line: train on a text, and read back what a run recorded."""

from __future__ import annotations

import argparse
import json
import math
import os
import signal
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from rnnviz.config import PRESETS, ModelConfig, SamplingConfig, TrainingConfig
from rnnviz.options import MODEL_OPTIONS, SAMPLING_OPTIONS, TRAINING_OPTIONS, parser
from rnnviz.progress_bar import ProgressBar
from rnnviz.runs.files import RunError, speaking_of
from rnnviz.runs.folder import folder_of, runs_folder
from rnnviz.runs.run import Run, find_runs
from rnnviz.runs.threads import set_waiting
from rnnviz.runs.worker import Outcome, work
from rnnviz.text.reading import read_text

DONE, FAILED, WRONG = 0, 1, 2

_READ_CHARACTERS = 1000


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the exit code: 0 done, 1 failed, 2 wrong arguments or unreadable text."""
    set_waiting(os.environ)
    options = parser().parse_args(arguments)
    try:
        return _COMMANDS[options.command](options)
    except RunError as error:
        return _complain(error, FAILED)
    except ValueError as error:
        return _complain(error, WRONG)
    except BrokenPipeError:  # the reader of our output has gone, e.g. `| head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE
    except KeyboardInterrupt:
        return _complain("interrupted.", FAILED)


def _complain(sentence: object, code: int) -> int:
    sys.stderr.write(f"rnnviz: {sentence}\n")
    return code


def _train(options: argparse.Namespace) -> int:
    run = _run_to_train(options)
    bar = ProgressBar(sys.stderr)
    stopping = _Stopping()
    with stopping:
        outcome = work(run, report=bar.report, notice=bar.say, should_stop=stopping)
    bar.close()
    _tell_outcome(run, outcome, options.json)
    code = FAILED if outcome.state == "diverged" else DONE
    return _complain(outcome.message, code) if outcome.message else code


def _run_to_train(options: argparse.Namespace) -> Run:
    given = [name for name in (*MODEL_OPTIONS, *TRAINING_OPTIONS) if _is_given(options, name)]
    if options.resume is not None:
        if options.text is not None or given or options.preset:
            raise ValueError(
                "--resume goes on with the run's own text and settings; give it alone."
            )
        return Run.open(options.resume, options.runs)
    if options.text is None:
        raise ValueError("no text was given; give a text file, or --resume RUN.")
    text = read_text(options.text).text
    model, training = _settings(options)
    return Run.create(
        text, name=options.text.name, model=model, training=training, runs=options.runs
    )


def _is_given(options: argparse.Namespace, name: str) -> bool:
    return getattr(options, name) is not None


def _settings(options: argparse.Namespace) -> tuple[ModelConfig, TrainingConfig]:
    """Defaults, overlaid by the preset, overlaid by what was given."""
    model, training = PRESETS[options.preset] if options.preset else (ModelConfig(), None)
    chosen = {n: getattr(options, n) for n in MODEL_OPTIONS if _is_given(options, n)}
    how = {n: getattr(options, n) for n in TRAINING_OPTIONS if _is_given(options, n)}
    if how.get("clip_norm") == 0:
        how["clip_norm"] = None
    if training is not None and "iterations" in how:
        how.setdefault("seconds", None)
    base = training.to_json() if training is not None else {}
    return replace(model, **chosen), TrainingConfig(**(base | how))


def _tell_outcome(run: Run, outcome: Outcome, as_json: bool) -> None:
    summary = _summary(run, outcome)
    if as_json:
        sys.stdout.write(json.dumps(summary) + "\n")
        return
    loss, bits = summary["validation_loss"], summary["bits_per_char"]
    held_out = "" if loss is None else f", held-out loss {loss:.3f} nats ({bits:.3f} bits/char)"
    sys.stdout.write(
        f"{run.id}: {outcome.state} after {summary['iterations']:,} iterations and "
        f"{summary['seconds']:.0f} s{held_out}, best at iteration {outcome.iteration:,}.\n"
    )


def _summary(run: Run, outcome: Outcome) -> dict[str, Any]:
    history = run.history
    iterations, characters, seconds = (
        float(history[name].max()) if len(history) else 0.0
        for name in ("iteration", "characters", "seconds")
    )
    loss = _finite(outcome.validation_loss)
    return {
        "run": run.id,
        "state": outcome.state,
        "cell": run.model_config.cell,
        "iterations": int(iterations),
        "train_loss": _finite(outcome.train_loss),
        "validation_loss": loss,
        "bits_per_char": None if loss is None else loss / math.log(2),
        "characters_per_second": characters / seconds if seconds else None,
        "seconds": seconds,
    }


def _finite(loss: float | None) -> float | None:
    """JSON knows neither NaN nor infinity."""
    return loss if loss is not None and math.isfinite(loss) else None


class _Stopping:
    """Ctrl-C asks for a clean stop; a second one ends at once."""

    def __init__(self) -> None:
        self._asked = False
        self._before: list[tuple[signal.Signals, Any]] = []

    def __call__(self) -> bool:
        return self._asked

    def __enter__(self) -> None:
        for number in (signal.SIGINT, signal.SIGTERM):
            self._before.append((number, signal.signal(number, self._ask)))

    def __exit__(self, *_: object) -> None:
        for number, handler in self._before:
            signal.signal(number, handler)

    def _ask(self, number: int, frame: object) -> None:
        if self._asked:
            raise KeyboardInterrupt
        self._asked = True


def _list(options: argparse.Namespace) -> int:
    rows = [_row(name, run) for name, run in find_runs(options.runs)]
    if not rows:
        sys.stdout.write("There are no runs yet; `rnnviz train TEXT` makes one.\n")
        return DONE
    heads = ("run", "state", "cell", "iteration", "validation loss (nats)", "name")
    table = [heads, *rows]
    widths = [max(len(row[column]) for row in table) for column in range(len(heads))]
    for row in table:
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        sys.stdout.write("  ".join(cells).rstrip() + "\n")
    return DONE


def _row(name: str, run: Run | RunError) -> tuple[str, ...]:
    if isinstance(run, RunError):
        return name, "damaged", "", "", "", str(run)
    try:
        status, snapshots = run.status, run.snapshots
    except RunError as error:
        return name, "damaged", run.model_config.cell, "", "", str(error)
    loss = snapshots["validation_loss_nats"].min() if len(snapshots) else math.nan
    shown = "" if math.isnan(loss) else f"{loss:.3f}"
    cell = f"{run.model_config.cell} {run.model_config.hidden_size}"
    return name, status.state, cell, f"{status.iteration:,}", shown, run.description.name


def _show(options: argparse.Namespace) -> int:
    run = Run.open(options.run, options.runs)
    status, about = run.status, run.description
    model, training = about.model, about.training
    cell = model.cell if model.cell != "rnn" else f"rnn ({model.nonlinearity})"
    lines = [
        f"{run.id} ({about.name}): {status.state}, iteration {status.iteration:,}, "
        f"{status.fraction:.0%} of the budget. {status.message}".rstrip(),
        f"text      {about.text_name}: {about.text_characters:,} characters, "
        f"{len(about.vocabulary):,} distinct",
        f"network   {cell}, {model.hidden_size} units, {model.num_layers} layers, "
        f"dropout {model.dropout:g}",
        f"training  sequence_length {training.sequence_length}, batch_size {training.batch_size}, "
        f"clip_norm {training.clip_norm}, seed {training.seed}",
        f"made      {about.created}",
        "",
    ]
    sys.stdout.write("\n".join(lines))
    for snapshot in run.snapshots.itertuples():
        loss, bits = snapshot.validation_loss_nats, snapshot.bits_per_char
        shown = "" if math.isnan(loss) else f"  {loss:.3f} nats  {bits:.3f} bits/char"
        best = "  best" if snapshot.best else ""
        first = json.dumps(snapshot.sample[:60], ensure_ascii=False)
        sys.stdout.write(f"\niteration {snapshot.iteration:>7,}{shown}{best}\n  {first}\n")
    return DONE


def _sample(options: argparse.Namespace) -> int:
    run = Run.open(options.run, options.runs)
    given = {n: getattr(options, n) for n in SAMPLING_OPTIONS if _is_given(options, n)}
    written = run.sample(SamplingConfig(**given), options.iteration)
    sys.stdout.write(written.prompt + written.text + "\n")
    return DONE


def _trace(options: argparse.Namespace) -> int:
    from rnnviz.analysis.export import save_trace
    from rnnviz.analysis.trace import trace_blocks

    run = Run.open(options.run, options.runs)
    _check_out(options.out)
    text = _text_for(run, options.text_file)
    blocks = trace_blocks(run.model(options.iteration), run.vocabulary, text)
    with speaking_of(options.out):
        save_trace(blocks, len(text), options.out)
    sys.stdout.write(f"{len(text):,} characters traced into {options.out}\n")
    return DONE


def _gradients(options: argparse.Namespace) -> int:
    from rnnviz.analysis.export import save_flow
    from rnnviz.analysis.gradient_flow import fit_decay

    run = Run.open(options.run, options.runs)
    _check_out(options.out)
    window = options.window or run.training_config.sequence_length
    text = _text_for(run, options.text_file)[: window + 1]
    flow = run.gradients(text, options.iteration)
    with speaking_of(options.out):
        save_flow(flow, options.out)
    fit = fit_decay(flow.h.by_lag[-1])
    sys.stdout.write(
        f"gradients of {len(text) - 1} losses written to {options.out}; top layer: factor "
        f"{fit.factor:.3f} a timestep, half-life {fit.half_life:.1f} characters\n"
    )
    return DONE


def _check_out(out: Path) -> None:
    if not out.parent.is_dir():
        raise ValueError(f"--out is {out}, but {out.parent} is not a folder; make it first.")


def _text_for(run: Run, file: Path | None) -> str:
    """The file's text, or the beginning of the held-out part (of the text, where there is none)."""
    if file is not None:
        return read_text(file).text
    from rnnviz.text.windows import Split

    text = run.text
    begin = len(text) - Split.held_out_of(len(text))
    return text[begin % len(text) :][:_READ_CHARACTERS]


def _delete(options: argparse.Namespace) -> int:
    folder = folder_of(runs_folder(options.runs), options.run)  # not opened: it may be damaged
    if not options.yes:
        sys.stderr.write(f"Delete run {folder.id} and all in it? [y/N] ")
        sys.stderr.flush()
        if sys.stdin.readline().strip().lower() not in ("y", "yes"):
            return _complain("nothing was deleted; answer y, or give --yes.", FAILED)
    folder.delete()
    sys.stdout.write(f"{folder.id} deleted\n")
    return DONE


_COMMANDS: dict[str, Callable[[argparse.Namespace], int]] = {
    "train": _train,
    "list": _list,
    "show": _show,
    "sample": _sample,
    "trace": _trace,
    "gradients": _gradients,
    "delete": _delete,
}
