"""What the page about backpropagation says of a person's own network: formulas, by cell."""

from __future__ import annotations

from collections.abc import Mapping

from dashboard.learn.cell_words import NONLINEARITIES
from rnnviz.config import Cell

_FROM_LOSS = (
    r"\frac{\partial L}{\partial h_t} &= \underbrace{W_{hy}^\top (p_t - x_{t+1})}"
    r"_{\text{from } l_t}"
)
_SUM = r"\underbrace{W_{hh}^\top \delta_{t+1}}_{\text{from } t + 1}"
_BACK: Mapping[Cell, str] = {
    "rnn": rf"{_FROM_LOSS} + {_SUM}\\"
    r"\delta_t &= \PHI'(z_t) \odot \frac{\partial L}{\partial h_t}",
    "gru": rf"{_FROM_LOSS} + "
    r"\underbrace{z_{t+1} \odot \frac{\partial L}{\partial h_{t+1}} + W_{hh}^\top \begin{bmatrix} "
    r"\delta^r_{t+1} \\ \delta^z_{t+1} \\ r_{t+1} \odot \delta^n_{t+1} \end{bmatrix}}"
    r"_{\text{from } t + 1}",
    "lstm": rf"{_FROM_LOSS} + {_SUM}\\"
    r"\frac{\partial L}{\partial c_t} &= \underbrace{o_t \odot (1 - \tanh^2 c_t) \odot "
    r"\frac{\partial L}{\partial h_t}}_{\text{through } h_t} + \underbrace{f_{t+1} \odot "
    r"\frac{\partial L}{\partial c_{t+1}}}_{\text{from } t + 1}",
}
ABOUT: Mapping[Cell, str] = {
    "rnn": r"$\delta_t$ is the derivative by $z_t$, what the function is applied to.",
    "gru": r"$\delta^k_t$ is the derivative by what gate $k$'s function is applied to. From "
    r"$t + 1$ the gradient comes back by two ways: beside the weights, where $z_{t+1}$ keeps the "
    r"old state, and through the three gates.",
    "lstm": r"$\delta_t$ is the derivative by what the four gates' functions are applied to, one "
    r"below the other. Two states are carried, so the gradient comes back by two ways. "
    r"$\partial L / \partial h_t$ counts what leaves $h_t$: to $l_t$, and to the gates of "
    r"$t + 1$. What passes from $c_t$ to $c_{t+1}$ beside $h_t$ is in "
    r"$\partial L / \partial c_t$.",
}


def backward(cell: Cell, nonlinearity: str) -> str:
    """How a state's gradient is made of two parts, in KaTeX."""
    inside = _BACK[cell].replace(r"\PHI", NONLINEARITIES[nonlinearity])
    return rf"\begin{{aligned}} {inside} \end{{aligned}}"


def weight_of(kind: str, gate: str) -> str:
    """A weight's block: its letters, with an index after an underscore.

    Example:
        >>> weight_of("hh", "f"), weight_of("hh", "h"), weight_of("ih", "h")
        ('W_hf', 'W_hh', 'W_xh')
    """
    if gate == "h":
        return "W_hh" if kind == "hh" else "W_xh"
    return f"W_{kind[0]}{gate}"


def sum_of_terms(kind: str, gate: str) -> str:
    """The gradient of a block as a sum over timesteps, in KaTeX.

    Args:
        kind: "ih" or "hh".
        gate: whose block; "h" in the plain RNN.
    """
    letter, index = weight_of(kind, gate).split("_")
    delta = r"\delta_t" if gate == "h" else rf"\delta^{gate}_t"
    if (kind, gate) == ("hh", "n"):
        delta = rf"(r_t \odot {delta})"
    met = r"h_{t-1}^\top" if kind == "hh" else r"x_t^\top"
    return rf"\frac{{\partial L}}{{\partial {letter}_{{{index}}}}} = \sum_t {delta} \, {met}"
