"""What is read off a curve by lag, as short as a legend needs it."""

from __future__ import annotations

from rnnviz.analysis.gradients.reach import Fall, Reach, Share
from rnnviz.analysis.gradients.reach_words import falls
from rnnviz.notation import share_words


def label(reach: Reach) -> str:
    """What a legend says of a curve.

    Example:
        >>> import numpy as np
        >>> from rnnviz.analysis.gradients.reach import read_curve
        >>> label(read_curve(0.5 ** np.arange(9.0) * np.ones((4, 1))))
        'half at lag 1, 1 % at lag 7, 0.39 % at lag 8'
        >>> label(read_curve(np.ones((4, 5))))
        'half beyond lag 4, 100 % at lag 4'
    """
    if not reach.norm > 0 or reach.edge.lag == 0:
        return falls(reach).removeprefix("is ").partition(" (")[0]
    edge = reach.edge
    said = ["half " + _place(reach.half, edge)]
    said += ["1 % " + _place(reach.hundredth, edge)] * (reach.half.lag is not None)
    return f"{', '.join(said)}, {share_words(edge.value)} at lag {edge.lag}"


def _place(fall: Fall, edge: Share) -> str:
    return f"beyond lag {edge.lag}" if fall.lag is None else f"at lag {fall.lag}"
