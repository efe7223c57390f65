"""The device that a run trains on, by its name."""

from __future__ import annotations

import torch


def device_of(name: str) -> torch.device:
    """The device of a name: "auto", "cpu" or "cuda".

    Raises:
        ValueError: CUDA is asked for where there is none.
    """
    available = torch.cuda.is_available()
    if name == "cuda" and not available:
        raise ValueError("device is 'cuda' but there is none here; use 'auto' or 'cpu'.")
    return torch.device("cuda" if available and name != "cpu" else "cpu")
