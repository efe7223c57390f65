"""A microscope for recurrent networks: train one on a text, look at its states and gradients."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from rnnviz.showing import PICTURES
from rnnviz.version import __version__ as __version__

if TYPE_CHECKING:  # what _HOMES and _ROOMS say, for type checkers
    from rnnviz import plots as plots
    from rnnviz import widgets as widgets
    from rnnviz.analysis.gradients.flow import gradient_flow as gradient_flow
    from rnnviz.analysis.states.stored import stored_trace as stored_trace
    from rnnviz.analysis.states.trace import trace as trace
    from rnnviz.analysis.units.holding import cost_of_holding as cost_of_holding
    from rnnviz.config import ModelConfig as ModelConfig
    from rnnviz.config import SamplingConfig as SamplingConfig
    from rnnviz.config import TrainingConfig as TrainingConfig
    from rnnviz.records import Held as Held
    from rnnviz.runs.run import Run as Run
    from rnnviz.text.copied import copied as copied
    from rnnviz.text.vocabulary import Vocabulary as Vocabulary
    from rnnviz.workers.interactive import fit as fit
    from rnnviz.workers.interactive import work as work

# Looked up when first used: `import rnnviz` loads neither torch nor pandas.
_HOMES = {
    "Held": "rnnviz.records",
    "ModelConfig": "rnnviz.config",
    "Run": "rnnviz.runs.run",
    "SamplingConfig": "rnnviz.config",
    "TrainingConfig": "rnnviz.config",
    "Vocabulary": "rnnviz.text.vocabulary",
    "copied": "rnnviz.text.copied",
    "cost_of_holding": "rnnviz.analysis.units.holding",
    "fit": "rnnviz.workers.interactive",
    "gradient_flow": "rnnviz.analysis.gradients.flow",
    "stored_trace": "rnnviz.analysis.states.stored",
    "trace": "rnnviz.analysis.states.trace",
    "work": "rnnviz.workers.interactive",
}

__all__ = [*_HOMES]

PICTURES["Trace"] = "rnnviz.plots.trace_picture.trace_picture"

_ROOMS = {"plots": "rnnviz.plots", "widgets": "rnnviz.widgets"}  # likewise


def __dir__() -> list[str]:
    return sorted([*_HOMES, *_ROOMS, "__version__"])


def __getattr__(name: str) -> Any:
    if name in _ROOMS:
        return import_module(_ROOMS[name])
    if name not in _HOMES:
        raise AttributeError(f"module 'rnnviz' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
