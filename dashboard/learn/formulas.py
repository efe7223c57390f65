"""The equations of the cells as the Learn pages write them, and what is said of their numbers."""

from __future__ import annotations

from collections.abc import Mapping

from rnnviz.cells import Cell, Nonlinearity

FORMULAS: Mapping[Cell, str] = {
    "rnn": r"""\begin{aligned}
h_t &= \PHI\left(\begin{bmatrix} W_{xh} & W_{hh} \end{bmatrix}
\begin{bmatrix} x_t \\ h_{t-1} \end{bmatrix} + b\right)\\
&= \PHI\left(W_{xh}\,x_t + W_{hh}\,h_{t-1} + b\right)
\end{aligned}""",
    "gru": r"""\begin{aligned}
r_t &= \sigma(W_{ir}\,x_t + b_{ir} + W_{hr}\,h_{t-1} + b_{hr})\\
z_t &= \sigma(W_{iz}\,x_t + b_{iz} + W_{hz}\,h_{t-1} + b_{hz})\\
n_t &= \tanh(W_{in}\,x_t + b_{in} + r_t \odot (W_{hn}\,h_{t-1} + b_{hn}))\\
h_t &= (1 - z_t) \odot n_t + z_t \odot h_{t-1}
\end{aligned}""",
    "lstm": r"""\begin{aligned}
i_t &= \sigma(W_{ii}\,x_t + b_{ii} + W_{hi}\,h_{t-1} + b_{hi})\\
f_t &= \sigma(W_{if}\,x_t + b_{if} + W_{hf}\,h_{t-1} + b_{hf})\\
g_t &= \tanh(W_{ig}\,x_t + b_{ig} + W_{hg}\,h_{t-1} + b_{hg})\\
o_t &= \sigma(W_{io}\,x_t + b_{io} + W_{ho}\,h_{t-1} + b_{ho})\\
c_t &= f_t \odot c_{t-1} + i_t \odot g_t, \qquad h_t = o_t \odot \tanh(c_t)
\end{aligned}""",
}

PHI_IN_LATEX: Mapping[Nonlinearity, str] = {
    "tanh": r"\tanh",
    "sigmoid": r"\sigma",
    "relu": r"\operatorname{relu}",
}

ROUNDED = (
    "Numbers are rounded for display and calculated unrounded, so they need not follow from each "
    "other to the last digit."
)


def formula(cell: Cell, nonlinearity: Nonlinearity = "tanh") -> str:
    """The cell's equations in KaTeX, with PyTorch's names for gates.

    Example:
        >>> "tanh" in formula("rnn")
        True
    """
    return FORMULAS[cell].replace(r"\PHI", PHI_IN_LATEX[nonlinearity])
