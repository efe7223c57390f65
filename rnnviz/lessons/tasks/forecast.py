"""Forecasting a series: one day ahead, and far ahead by reading one's own answers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn

from rnnviz.lessons.tasks.settings import CURVES
from rnnviz.lessons.tasks.task_network import train
from rnnviz.records import Floats

DAYS = 700
TRAINED_DAYS = 500
HORIZON = 40
_WARM_UP = 10  # days of reading before errors count
_WINDOW = 60
_UNITS = 16
_ITERATIONS = 200
_PERIOD = 25


@dataclass(frozen=True, slots=True, eq=False)
class Forecast:
    """A curve, a network trained on its first 500 days, and its errors among the other 200.

    Errors are root mean squares over all starts among the held-out days, in units of the curve.

    Attributes:
        curve: the value of every day (day).
        one_step: the network's value for each day, from all true values before it (day); NaN
            for the first two.
        network_error: of the rolled-out forecast 1 ... 40 days ahead (lead).
        naive_error: of "it stays as it is today", likewise.
        rolled: the rolled-out forecast from every held-out start (start, lead).
        trained_error: one day ahead on the days it was trained on.
    """

    curve: Floats
    one_step: Floats
    network_error: Floats
    naive_error: Floats
    rolled: Floats
    trained_error: float

    def sentences(self) -> list[str]:
        """What the errors say, in words made from the numbers."""
        return [_one_day(self), _far(self), _seen(self)]


class ForecastNetwork(nn.Module):
    """A GRU reads each day's change and says the next."""

    def __init__(self) -> None:
        super().__init__()
        self.gru = nn.GRU(1, _UNITS)
        self.out = nn.Linear(_UNITS, 1)

    def forward(self, changes: Tensor, h: Tensor | None = None) -> tuple[Tensor, Tensor]:
        """Hidden states (time, batch, unit), and the next changes (time, batch)."""
        states, _ = self.gru(changes.unsqueeze(-1), h)
        return states, self.out(states).squeeze(-1)


def simulate(kind: str, seed: int) -> Floats:
    """A stock-like curve of 700 days around 100: a random walk, a rhythm, or both.

    Args:
        kind: a name of `CURVES`.
        seed: of the draws.

    Example:
        >>> simulate("random walk", seed=1).shape, float(simulate("random walk", seed=1)[0])
        ((700,), 100.0)
    """
    walk, rhythm = CURVES[kind]
    days = np.arange(DAYS)
    drawn = np.random.default_rng(seed).standard_normal(DAYS - 1)
    wave = 5 * rhythm * np.sin(2 * np.pi * days / _PERIOD)
    return 100 + np.concatenate([[0.0], np.cumsum(walk * drawn)]) + wave


def learn(kind: str, seed: int = 0) -> Forecast:
    """Train on the changes of the first 500 days, then forecast among the last 200."""
    curve = simulate(kind, seed)
    changes = np.diff(curve)
    spread = float(changes[: TRAINED_DAYS - 1].std())
    scaled = torch.tensor(changes / spread, dtype=torch.float32)
    network, known = ForecastNetwork(), scaled[: TRAINED_DAYS - 1]

    def loss(rows: Tensor) -> Tensor:
        windows = torch.stack([known[row : row + _WINDOW + 1] for row in rows.tolist()], 1)
        return nn.functional.mse_loss(network(windows[:-1])[1], windows[1:])

    starts = len(known) - _WINDOW
    train(network, loss, starts, seed=seed, iterations=_ITERATIONS, batch_size=32)
    return _forecast(network, curve, scaled, spread)


@torch.inference_mode()
def _forecast(network: ForecastNetwork, curve: Floats, scaled: Tensor, spread: float) -> Forecast:
    h, following = network(scaled[:, None])
    one_step = np.full(DAYS, np.nan)
    one_step[2:] = curve[1:-1] + spread * following[:-1, 0].numpy()
    first, last = TRAINED_DAYS - 1, DAYS - 1 - HORIZON  # days from which a roll-out starts
    rolled = _roll_out(network, h[first - 1 : last], following[first - 1 : last, 0])
    today = curve[first : last + 1, None]
    ahead = today + spread * np.cumsum(rolled, axis=1)
    leads = np.arange(1, HORIZON + 1)
    truth = curve[np.arange(first, last + 1)[:, None] + leads]
    seen = slice(_WARM_UP, TRAINED_DAYS)
    trained = float(_error(one_step[seen, None], curve[seen, None])[0])
    return Forecast(curve, one_step, _error(ahead, truth), _error(today, truth), ahead, trained)


def _roll_out(network: ForecastNetwork, h: Tensor, change: Tensor) -> Floats:
    """Changes foretold (start, lead), each the next input of its own start."""
    found, state = [change], h[:, 0].unsqueeze(0)
    for _ in range(HORIZON - 1):
        state, following = network(found[-1].unsqueeze(0), state)
        found.append(following[0])
    return torch.stack(found, 1).double().numpy()


def _error(forecast: Floats, truth: Floats) -> Floats:
    found: Floats = np.sqrt(np.mean((forecast - truth) ** 2, axis=0))
    return found


def _one_day(found: Forecast) -> str:
    network, naive = float(found.network_error[0]), float(found.naive_error[0])
    verdict = (
        "the network knows something about tomorrow."
        if network < 0.95 * naive
        else "the network knows nothing that “as today” does not know."
    )
    return (
        f"One day ahead it is off by {network:.2f}, “tomorrow equals today” by {naive:.2f}: "
        f"{verdict} On the chart its line hugs the curve in either case, because every day it "
        "starts again from the true value."
    )


def _far(found: Forecast) -> str:
    network, naive = float(found.network_error[-1]), float(found.naive_error[-1])
    grown = round(network, 2) / max(round(float(found.network_error[0]), 2), 0.01)  # as shown
    better = "better" if network < naive else "worse"
    return (
        f"Rolled out {HORIZON} days it is off by {network:.2f}, {grown:.1f} times its error of "
        f"one day: it reads its own answers, errors and all. “As today” is off by {naive:.2f}, so "
        f"the rolled-out forecast is {better} than that."
    )


def _seen(found: Forecast) -> str:
    seen, unseen = found.trained_error, float(found.network_error[0])
    if seen < 0.9 * unseen:
        return (
            f"On the days it was trained on, its error of one day is {seen:.2f} only: it may "
            "have learned some of the noise of these days by heart."
        )
    return f"On the days it was trained on, its error of one day is {seen:.2f}: much the same."
