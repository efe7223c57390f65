"""What the page about backpropagation says of a person's own network: formulas, by cell."""

from __future__ import annotations

from collections.abc import Mapping

from dashboard.learn.formulas import PHI_IN_LATEX
from rnnviz.cells import Cell, Nonlinearity

_BY_H, _BY_C = (rf"\frac{{\partial L}}{{\partial {state}_t}}" for state in "hc")
_FROM_LOSS = rf"{_BY_H} &= \underbrace{{W_{{hy}}^\top (p_t - x_{{t+1}})}}_{{\text{{from }} l_t}}"
_SUM = r"\underbrace{W_{hh}^\top \delta_{t+1}}_{\text{from } t + 1}"
_BACK: Mapping[Cell, str] = {
    "rnn": rf"{_FROM_LOSS} + {_SUM}",
    "gru": rf"{_FROM_LOSS} + "
    r"\underbrace{z_{t+1} \odot \frac{\partial L}{\partial h_{t+1}} + W_{hh}^\top \begin{bmatrix} "
    r"\delta^r_{t+1} \\ \delta^z_{t+1} \\ r_{t+1} \odot \delta^n_{t+1} \end{bmatrix}}"
    r"_{\text{from } t + 1}",
    "lstm": rf"{_FROM_LOSS} + {_SUM}\\ {_BY_C} &= "
    rf"\underbrace{{o_t \odot (1 - \tanh^2 c_t) \odot {_BY_H}}}_{{\text{{through }} h_t}}\\ "
    r"&\quad + \underbrace{f_{t+1} \odot \frac{\partial L}{\partial c_{t+1}}}"
    r"_{\text{from } t + 1}",
}
_DELTAS: Mapping[Cell, Mapping[str, str]] = {
    "rnn": {"h": rf"\PHI'(z_t) \odot {_BY_H}"},
    "gru": {
        "r": r"\delta^n_t \odot (W_{hn} h_{t-1} + b_{hn}) \odot r_t \odot (1 - r_t)",
        "z": rf"{_BY_H} \odot (h_{{t-1}} - n_t) \odot z_t \odot (1 - z_t)",
        "n": rf"{_BY_H} \odot (1 - z_t) \odot (1 - n_t^2)",
    },
    "lstm": {
        "i": rf"{_BY_C} \odot g_t \odot i_t \odot (1 - i_t)",
        "f": rf"{_BY_C} \odot c_{{t-1}} \odot f_t \odot (1 - f_t)",
        "g": rf"{_BY_C} \odot i_t \odot (1 - g_t^2)",
        "o": rf"{_BY_H} \odot \tanh(c_t) \odot o_t \odot (1 - o_t)",
    },
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


def backward(cell: Cell, nonlinearity: Nonlinearity) -> str:
    """How a state's gradient is made of two parts, in KaTeX."""
    inside = _BACK[cell].replace(r"\PHI", PHI_IN_LATEX[nonlinearity])
    return rf"\begin{{aligned}} {inside} \end{{aligned}}"


def deltas(cell: Cell, nonlinearity: Nonlinearity) -> Mapping[str, str]:
    """What each gate's delta is, in KaTeX; the plain RNN has one, called "h".

    Example:
        >>> list(deltas("lstm", "tanh"))
        ['i', 'f', 'g', 'o']
    """
    phi = PHI_IN_LATEX[nonlinearity]
    return {gate: formula.replace(r"\PHI", phi) for gate, formula in _DELTAS[cell].items()}


def delta(gate: str, t: object) -> str:
    r"""A gate's delta at a timestep, in KaTeX.

    Example:
        >>> print(delta("h", "t"), delta("f", 3))
        \delta_{t} \delta^f_{3}
    """
    return rf"\delta_{{{t}}}" if gate == "h" else rf"\delta^{gate}_{{{t}}}"


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
    sent = delta(gate, "t")
    if (kind, gate) == ("hh", "n"):
        sent = rf"(r_t \odot {sent})"
    met = r"h_{t-1}^\top" if kind == "hh" else r"x_t^\top"
    return rf"\frac{{\partial L}}{{\partial {letter}_{{{index}}}}} = \sum_t {sent} \, {met}"
