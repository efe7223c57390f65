"""Pictures of what was recorded: each takes a record or a table and gives a Plotly figure.

Texts with coloured characters come as HTML pages. Nothing here needs torch.
"""

from plotly.graph_objects import Figure

from rnnviz.plots.block_differences import block_differences
from rnnviz.plots.coloured_text import coloured_text, sampled_text, surprise
from rnnviz.plots.compared_memory import compared_memory
from rnnviz.plots.compared_training import compared_lags, compared_losses, compared_reach
from rnnviz.plots.decay_over_training import over_training
from rnnviz.plots.definitions_abreast import definitions_abreast
from rnnviz.plots.drawings.bptt_windows import bptt_windows
from rnnviz.plots.drawings.gradient_terms import gradient_terms
from rnnviz.plots.drawings.kept_states import kept_states
from rnnviz.plots.drawings.unrolled_graph import UnrolledNumbers, unrolled_graph
from rnnviz.plots.findings import findings
from rnnviz.plots.fixed_points import fixed_points
from rnnviz.plots.frame import empty, frame
from rnnviz.plots.gradient_curves import MAX_CURVES, by_lag, gradient_norms_by_timestep
from rnnviz.plots.gradient_flow import matrix, paths
from rnnviz.plots.health import characters_kept, gate_shares, half_lives, saturation
from rnnviz.plots.held_cost import held_by_character, held_costs
from rnnviz.plots.hidden import hidden_heatmap
from rnnviz.plots.itemised import angles, itemised
from rnnviz.plots.jacobian import largest_exponents, lyapunov_exponents, singular_values
from rnnviz.plots.lag_surface import lag_surface
from rnnviz.plots.lessons.clipping import clipping
from rnnviz.plots.lessons.gradient_check import gradient_check
from rnnviz.plots.lessons.kept_states import theory_and_measurement
from rnnviz.plots.lessons.lag_comparison import lag_comparison
from rnnviz.plots.lessons.matrix_powers import complex_plane, power_norms
from rnnviz.plots.lessons.scalar_recurrence import scalar_recurrence
from rnnviz.plots.lessons.truncation import truncation_cost
from rnnviz.plots.marked_text import marked_text, parted_text
from rnnviz.plots.matrix_readouts import matrix_readouts
from rnnviz.plots.mattered import mattered
from rnnviz.plots.strips import hidden_strips
from rnnviz.plots.theme import DARK, LIGHT, THEMES, Theme
from rnnviz.plots.training import characters_per_second, loss, total_gradient_norm
from rnnviz.plots.truncation import timestep_shares, truncation
from rnnviz.plots.unit_findings import score_over_training, unit_changes, unit_distribution
from rnnviz.plots.what_if import changed_by_lag, changed_eigenvalues

__all__ = [
    "DARK",
    "LIGHT",
    "MAX_CURVES",
    "THEMES",
    "Figure",
    "Theme",
    "UnrolledNumbers",
    "angles",
    "block_differences",
    "bptt_windows",
    "by_lag",
    "changed_by_lag",
    "changed_eigenvalues",
    "characters_kept",
    "characters_per_second",
    "clipping",
    "coloured_text",
    "compared_lags",
    "compared_losses",
    "compared_memory",
    "compared_reach",
    "complex_plane",
    "definitions_abreast",
    "empty",
    "findings",
    "fixed_points",
    "frame",
    "gate_shares",
    "gradient_check",
    "gradient_norms_by_timestep",
    "gradient_terms",
    "half_lives",
    "held_by_character",
    "held_costs",
    "hidden_heatmap",
    "hidden_strips",
    "itemised",
    "kept_states",
    "lag_comparison",
    "lag_surface",
    "largest_exponents",
    "loss",
    "lyapunov_exponents",
    "marked_text",
    "matrix",
    "matrix_readouts",
    "mattered",
    "over_training",
    "parted_text",
    "paths",
    "power_norms",
    "sampled_text",
    "saturation",
    "scalar_recurrence",
    "score_over_training",
    "singular_values",
    "surprise",
    "theory_and_measurement",
    "timestep_shares",
    "total_gradient_norm",
    "truncation",
    "truncation_cost",
    "unit_changes",
    "unit_distribution",
    "unrolled_graph",
]
