"""What runs had to learn with: two are not alike where one read more, or is a larger network."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rnnviz.recurrent.shapes import parameter_count
from rnnviz.runs.documents import within
from rnnviz.runs.history import History
from rnnviz.runs.run import Run
from rnnviz.runs.seen import seen_of
from rnnviz.training.grid import WITHIN, is_one_budget


@dataclass(frozen=True, slots=True)
class Effort:
    """What a run had to learn with, or several on average that are alike but for their seed.

    Attributes:
        label: what it is called.
        iterations: made so far.
        characters: that it learned from in them, each as often as it was read.
        parameters: weights and biases.
        seconds: the budget, where that is a time.
        unknown: whether it was trained elsewhere, so that nothing is known but its parameters.
        begun: whose weights it begins with, which have learned before; "" where they were drawn.
    """

    label: str
    iterations: float
    characters: float
    parameters: int
    seconds: float | None = None
    unknown: bool = False
    begun: str = ""


def effort_of(*runs: Run, label: str = "") -> Effort:
    """What a run had to learn with; of several, which are alike but for their seed, on average.

    Args:
        runs: at least one.
        label: what they are called, the id of the first where nothing is given.
    """
    first = runs[0]
    return Effort(
        label or first.id,
        _mean([run.status.iteration for run in runs]),
        _mean([_read(run) for run in runs]),
        parameter_count(first.model_config, len(first.vocabulary)),
        first.training_config.seconds,
        any(run.description.imported for run in runs),
        "" if first.description.origin is None else first.description.origin.words,
    )


def efforts_words(best: Effort, other: Effort) -> str:
    """Whether both had the same to learn with, in sentences.

    Example:
        >>> small, large = Effort("A", 300, 9_600, 3_493), Effort("B", 2_154, 68_928, 10_309)
        >>> efforts_words(small, small)
        'Both made 300 iterations.'
        >>> print(efforts_words(large, small).replace(". ", "." + chr(10)))
        Their budgets differ: B made 2,154 iterations and read 68,928 characters, A 300 and 9,600.
        B has 10,309 parameters, A 3,493.
        That alone may make a difference.
    """
    alike = is_one_budget(best.characters, other.characters)
    unlike = abs(best.parameters - other.parameters) > WITHIN * max(
        best.parameters, other.parameters
    )
    said = [_budgets(best, other, alike=alike)]
    if unlike:
        said.append(
            f"{best.label} has {best.parameters:,} parameters, {other.label} {other.parameters:,}."
        )
    said += _begun(best, other)
    if unlike or not alike or best.begun != other.begun:
        said.append("That alone may make a difference.")
    return " ".join(said)


def _budgets(best: Effort, other: Effort, *, alike: bool) -> str:
    if best.unknown or other.unknown:
        whose = " and ".join(one.label for one in (best, other) if one.unknown)
        return (
            f"{whose} came from elsewhere: how long it was trained, and whether on the text that "
            "both are judged on, is not known."
        )
    if alike and round(best.iterations) == round(other.iterations):
        return f"Both made {best.iterations:,.0f} iterations."
    if alike:
        return f"Both read about {best.characters:,.0f} characters."
    if best.seconds is not None and best.seconds == other.seconds:
        return (
            f"Both had {best.seconds:g} s, in which {best.label} read {best.characters:,.0f} "
            f"characters, {other.label} {other.characters:,.0f}."
        )
    return (
        f"Their budgets differ: {best.label} made {best.iterations:,.0f} iterations and read "
        f"{best.characters:,.0f} characters, {other.label} {other.iterations:,.0f} and "
        f"{other.characters:,.0f}."
    )


def _begun(best: Effort, other: Effort) -> list[str]:
    """Whose weights they begin with: what was learned before is not among what they read."""
    if best.begun == other.begun:
        return [f"Both begin with {best.begun}."] * bool(best.begun)
    return [
        f"{one.label} begins with {one.begun}, and what these had learned before is not counted."
        for one in (best, other)
        if one.begun
    ]


def _read(run: Run) -> float:
    """How many characters a run has learned from so far, as a person sees them."""
    with within(run.folder.path), History(run.folder.history, reading=True) as history:
        characters, _ = history.spent or (0, 0.0)
    return characters / seen_of(run).ratio


def _mean(numbers: Sequence[float]) -> float:
    return sum(numbers) / len(numbers)
