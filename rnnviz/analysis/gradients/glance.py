"""What a network does over a short text, quick enough to be asked at every click.

Loss and states come from reading the text once, gradients by lag from passages cut out of it, and
the Jacobian is the mean of d s_t / d s_{t-1} over its characters.
"""

from __future__ import annotations

import math

import numpy as np
import torch

from rnnviz.analysis.gradients.changed_copy import Glance
from rnnviz.analysis.gradients.jacobian import step_jacobians
from rnnviz.analysis.gradients.matrix_spectrum import eigenvalues, largest_singular_value
from rnnviz.analysis.gradients.passages import cut_passages, norms_by_passage
from rnnviz.analysis.gradients.reach import read_curve
from rnnviz.analysis.states.trace import trace
from rnnviz.models.subject import Subject


@torch.inference_mode()
def glance(subject: Subject, text: str, layer: int = -1) -> Glance:
    """Look at a network while it reads a text.

    Args:
        subject: the network, and its alphabet.
        text: in characters of that alphabet, two at least.
        layer: whose gradients and Jacobian; -1 is the top one.

    Raises:
        TextError: the text is too short, or has a character that the network does not know.
    """
    network, vocabulary = subject.network(), subject.alphabet.vocabulary
    record = trace(network, vocabulary, text, exact=True)
    norms = norms_by_passage(network, cut_passages(record.ids))
    reaches = {
        path: read_curve(found[layer].reshape(-1, found.shape[-1])) for path, found in norms.items()
    }
    if not np.isfinite(record.h).all():
        return Glance(record, reaches, np.empty(0, np.complex128), math.nan)
    mean = step_jacobians(network, vocabulary, text, layer).mean().numpy()
    return Glance(record, reaches, eigenvalues(mean), largest_singular_value(mean))
