"""What the gradients of one passage say, in sentences that can be repeated."""

from __future__ import annotations

import numpy as np

from rnnviz.notation import counted, significant
from rnnviz.records import Floats, Ids


def whole_words(where: str, norms: Floats) -> str:
    """What is seen of the window gradient.

    Args:
        where: it was measured.
        norms: by the state h at every timestep (time).

    Example:
        >>> whole_words("Here", np.array([np.inf, np.inf, 2.0]))[-58:]
        'together is not finite by the state h at 2 of 3 timesteps.'
    """
    if grown := int(np.sum(~np.isfinite(norms))):
        return (
            f"{where}, the gradient of all {len(norms):,} losses together is not finite by the "
            f"state h at {grown:,} of {counted(len(norms), 'timestep')}."
        )
    largest = int(np.argmax(norms))
    return (
        f"{where}, all {len(norms):,} losses together have a gradient of norm "
        f"{significant(float(norms[0]))} by the state h at the first timestep, of "
        f"{significant(float(norms[-1]))} at the last, and the largest, "
        f"{significant(float(norms[largest]))}, at timestep {largest + 1:,}."
    )


def passage_words(single: bool, losses: Ids, judged: str) -> str:
    """What one passage is, beside the losses that By lag is the mean of.

    Args:
        single: whether only the last loss of the passage is looked at.
        losses: on how many By lag stands (lag).
        judged: of which part of the text those are.

    Example:
        >>> said = passage_words(True, np.full(65, 256), "on the held-out part of the text")
        >>> said[:80]
        'This is measured on the last loss of one passage, which begins at the zero state'
        >>> said[151:205]
        'each at least 64 characters after the state is zero: t'
    """
    here = (
        "the last loss of one passage, which begins at the zero state"
        if single
        else "one passage, which begins at the zero state: its first losses have few states before "
        "them, states that have just begun, and a lag further back stands on fewer losses. "
        "Brackets say what the choice among these losses does, not what another passage would give"
    )
    before = f", each at least {len(losses) - 1} characters after the state is zero"
    every = before * bool(losses[-1] == losses[0])
    return (
        f"This is measured on {here}. “By lag” is measured on {int(losses[0]):,} losses "
        f"{judged}{every}: the two need not agree, even within brackets. Of the network, quote "
        f"“By lag”; these numbers are of this passage."
    )
