"""Pictures of what was recorded: each takes a record or a table and gives a Plotly figure.

Texts with coloured characters come as HTML pages. Nothing here needs torch.
"""

from rnnviz.plots.coloured_text import coloured_text, sampled_text, surprise
from rnnviz.plots.decay_over_training import half_lives, lag_fits, over_training
from rnnviz.plots.frame import empty, frame
from rnnviz.plots.gradient_curves import by_lag, gradient_norms_by_timestep
from rnnviz.plots.gradient_flow import matrix, paths
from rnnviz.plots.hidden import hidden_heatmap
from rnnviz.plots.strips import hidden_strips
from rnnviz.plots.theme import DARK, LIGHT, THEMES, Theme
from rnnviz.plots.training import characters_per_second, loss, total_gradient_norm

__all__ = [
    "DARK",
    "LIGHT",
    "THEMES",
    "Theme",
    "by_lag",
    "characters_per_second",
    "coloured_text",
    "empty",
    "frame",
    "gradient_norms_by_timestep",
    "half_lives",
    "hidden_heatmap",
    "hidden_strips",
    "lag_fits",
    "loss",
    "matrix",
    "over_training",
    "paths",
    "sampled_text",
    "surprise",
    "total_gradient_norm",
]
