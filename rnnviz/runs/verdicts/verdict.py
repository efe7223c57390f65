"""What is to be said of a run, in one true sentence: how it stands, and what follows from that."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from rnnviz.notation import capitalised
from rnnviz.runs.imported import Imported
from rnnviz.runs.network.imported_check import check_of
from rnnviz.runs.run import Run
from rnnviz.runs.seen import seen_of
from rnnviz.runs.status import RunStatus
from rnnviz.runs.verdicts.by_heart import by_heart
from rnnviz.runs.verdicts.findings import Findings, findings_of
from rnnviz.runs.verdicts.headlines import Verdict, exploded, memorising, nothing_to_learn, plain
from rnnviz.runs.verdicts.validation import against_baseline
from rnnviz.training.advice import advice, against_memorising

if TYPE_CHECKING:
    import pandas as pd


def verdict_of(
    run: Run, status: RunStatus | None = None, snapshots: pd.DataFrame | None = None
) -> Verdict:
    """How a run stands, by what is recorded.

    Training is checked for what goes wrong first: a loss above that of guessing, which is
    ln(number of distinct characters), or half a bit above what it was before; then a validation
    loss that has risen while the training loss fell (see `Course`); then the number to beat.
    What to try is said where the text is learned by heart, and where losses leapt and came back.

    Args:
        run: the run.
        status: as read a moment ago.
        snapshots: as read before it.

    Raises:
        RunError: the history is damaged or gone.

    Example:
        >>> import tempfile
        >>> run = Run.create("to be or not to be", runs=tempfile.mkdtemp())
        >>> verdict_of(run).headline
        'Not begun: nothing is learned yet.'
    """
    snapshots = run.snapshots if snapshots is None else snapshots
    status = run.status if status is None else status  # last: nothing is newer than it
    if snapshots.empty or not (status.iteration or status.state == "diverged"):
        return Verdict("not begun", "Not begun: nothing is learned yet.")
    if (imported := run.description.imported) is not None:
        return _imported(run, imported)
    found = findings_of(run, status, snapshots)
    if why := run.vocabulary.nothing_to_learn:
        return nothing_to_learn(found, why)
    cause = advice(run.model_config, run.training_config)
    remedy = _remedy(run, found)
    verdict = exploded(found, cause) or memorising(found, remedy) or plain(found, remedy)
    spiked = found.spiked, cause if found.spiked and verdict.kind != "exploded" else ""
    warnings = *verdict.warnings, *spiked
    measured = *_measured(run, found), seen_of(run).words
    return replace(
        verdict,
        warnings=tuple(filter(None, warnings)),
        measured=tuple(filter(None, measured)),
        by_heart=by_heart(found),
    )


def _imported(run: Run, imported: Imported) -> Verdict:
    """Of a network from elsewhere: what it is, and whether it reads the text as it should."""
    found = check_of(run, imported, len(run.vocabulary))
    loss = "" if found is None else f"; {found.brief}"
    measured = () if found is None else (found.words,)
    warnings = (found.warning,) if found is not None and found.is_wrong else ()
    headline = f"{capitalised(imported.words)}{loss}."
    return Verdict("imported", headline, warnings, measured, imported.missing)


def _remedy(run: Run, found: Findings) -> str:
    """What to try where the text was learned by heart."""
    best = None if found.course is None else found.course.best
    characters = run.description.text_characters
    return against_memorising(run.model_config, run.training_config, characters, best)


def _measured(run: Run, found: Findings) -> tuple[str, ...]:
    """What the losses were measured on, and how they compare; what was recorded of an end."""
    ended = found.status.message if found.status.state == "diverged" else ""
    if found.validation is None or found.course is None:
        return (ended,)
    limit = found.course.limit_words if found.course.went_on and found.leap is None else ""
    return ended, against_baseline(run, found.validation), found.validation.words, limit
