"""The arguments of `train` that say what the recurrent weights begin as."""

from __future__ import annotations

import argparse
from typing import get_args

from rnnviz.config import CHRONO, RecurrentInit


def add_beginning(train: argparse.ArgumentParser) -> None:
    """Those that are not given take what is usual for the cell."""
    train.add_argument(
        "--recurrent-init",
        choices=get_args(RecurrentInit),
        help="what the recurrent weights begin as; default: orthogonal, of a relu's lowest layer "
        "half of it identity",
    )
    train.add_argument(
        "--recurrent-gain",
        type=float,
        help="what they are multiplied by: below 1 gradients vanish sooner; default: 1, for the "
        "sigmoid 4",
    )
    train.add_argument(
        "--forget-bias",
        type=_forget_bias,
        metavar="X",
        help="the bias that the gate begins with which keeps the state (LSTM, GRU); default: 1 for "
        f"the LSTM, 0 for the GRU; {CHRONO}: from unit to unit another, see --chrono-memory",
    )
    train.add_argument(
        "--chrono-memory",
        type=int,
        metavar="N",
        help=f"with --forget-bias {CHRONO}: units begin with memories of 2 to N timesteps",
    )


def _forget_bias(text: str) -> float | str:
    try:
        return text if text == CHRONO else float(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is neither a number nor {CHRONO}") from None
