"""How long a run's gradients were, what clipping did to them, and the first that leapt."""

from __future__ import annotations

from rnnviz.analysis.gradients.leaps import (
    BEFORE,
    LEAST,
    TIMES,
    clipping_words,
    first_leap,
    long_words,
)
from rnnviz.recurrent.shapes import parameter_shapes
from rnnviz.runs.run import Run


def said_of_clipping(run: Run) -> list[str]:
    """How often its gradients were clipped, whether all were long, and which leapt first.

    Nothing of a run that has not trained.
    """
    history = run.history
    if history.empty:
        return []
    at = history["iteration"].to_numpy()
    norms = history["total_gradient_norm"].to_numpy(float)
    names = list(parameter_shapes(run.model_config, len(run.vocabulary)))
    layers, clip_norm = run.model_config.num_layers, run.training_config.clip_norm
    given = at, norms, clip_norm, names, run.parameter_norms()
    found = first_leap(*given)
    said = [clipping_words(at, norms, history["clip_factor"].to_numpy(float))]
    said += [words] if (words := long_words(*given, layers)) else []
    said.append(_none(clip_norm, min(LEAST, len(at))) if found is None else found.words(layers))
    if run.status.state == "diverged":
        said.append(
            "Training ended where its loss or gradient was no longer a finite number: "
            f"{run.status.message}"
        )
    return said


def _none(clip_norm: float | None, first: int) -> str:
    longer = "longer than clip_norm and " * (clip_norm is not None)
    return (
        f"No recorded gradient leapt: none was {longer}{TIMES} times as long as the median of "
        f"up to {BEFORE} iterations before it (of the first {first}: of all {first})."
    )
