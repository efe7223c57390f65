"""What is known of every cell without running it: gates in their order, functions, bounds, slopes.

A cell is made of one entry here, under a name that `Cell` lists, and one file in
`rnnviz/recurrent/` of that name. Nothing else lists cells but where other programs' formats are
read and written, and where lessons explain the cells they were written for.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal, TypeVar

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Cell = Literal["rnn", "gru", "lstm", "mingru"]
Nonlinearity = Literal["tanh", "relu", "sigmoid"]
# What a gate's sum may go through; "positive" is x + 1/2 from 0 on and sigma(x) below (Feng et al.
# 2024): always positive, without an upper end.
Function = Literal["tanh", "relu", "sigmoid", "positive"]
Bounds = tuple[float, float]
_Value = TypeVar("_Value", float, "NDArray[np.floating[Any]]")

# Between which values each function stays; None where nothing bounds it.
BOUNDS: Mapping[Function, Bounds | None] = MappingProxyType(
    {"tanh": (-1.0, 1.0), "relu": None, "sigmoid": (0.0, 1.0), "positive": None}
)
LARGEST_SLOPE: Mapping[Nonlinearity, float] = MappingProxyType(
    {"tanh": 1.0, "relu": 1.0, "sigmoid": 0.25}
)


@dataclass(frozen=True, slots=True)
class Gate:
    """One gate of a cell, or its candidate: a function of x_t and h_{t-1}.

    Attributes:
        symbol: as in the equations; recordings keep it under this name.
        role: what it is for.
        function: what its sum goes through.
        bias: where training begins with the bias of its sum.
        keeps: 1 where its value is the share of the old state that is kept, -1 where it is that of
            the new which is let in; 0 where it is neither.
        does: what its values mean, in a sentence.

    Example:
        >>> Gate("f", "forget gate", "sigmoid").name
        'forget gate f'
    """

    symbol: str
    role: str
    function: Function
    bias: float = 0.0
    keeps: int = 0
    does: str = ""

    @property
    def name(self) -> str:
        """What pages call it."""
        return f"{self.role} {self.symbol}"

    @property
    def bias_words(self) -> str:
        """Whose bias `forget_bias` is, which is counted towards keeping.

        Example:
            >>> CELLS["lstm"].keeping.bias_words, CELLS["mingru"].keeping.bias_words
            ('of the forget gate f', 'of 1 − z, z being the update gate')
        """
        if self.keeps == 1:
            return f"of the {self.name}"
        return f"of 1 − {self.symbol}, {self.symbol} being the {self.role}"

    def kept(self, value: _Value) -> _Value:
        """The share of the old state that is kept, by a gate that says it.

        Example:
            >>> CELLS["lstm"].keeping.kept(0.25), CELLS["mingru"].keeping.kept(0.25)
            (0.25, 0.75)
        """
        return value if self.keeps == 1 else 1 - value


@dataclass(frozen=True, slots=True)
class CellFacts:
    """What is known of one cell.

    Attributes:
        title: what pages call it.
        gates: in the order of their rows in PyTorch's weights. The plain RNN has none: its rows
            make h_t itself.
        has_cell_state: whether there is a c_t beside h_t.
        reads_state: whether its blocks read h_{t-1}, through W_hh. Where not, there are no such
            weights: the old h is kept by the gates alone, unit by unit.
        keeps: the gate that says how much of the old c, or h where there is none, is kept; ""
            where nothing is kept by a gate.
        h_is: the function that bounds h, where that is not phi.
        learning_rates: the usual peak rate, for each nonlinearity that may be chosen for phi;
            chosen by measurement, see the table in the README.
    """

    title: str
    gates: tuple[Gate, ...] = ()
    has_cell_state: bool = False
    reads_state: bool = True
    keeps: str = ""
    h_is: Function | None = None
    learning_rates: Mapping[Nonlinearity, float] = field(default_factory=dict)

    @property
    def blocks(self) -> tuple[str, ...]:
        """What the blocks of rows in the weights make, by symbol.

        Example:
            >>> CELLS["gru"].blocks, CELLS["rnn"].blocks
            (('r', 'z', 'n'), ('h',))
        """
        return tuple(gate.symbol for gate in self.gates) or ("h",)

    @property
    def keeping(self) -> Gate | None:
        """The gate that says how much of the old state is kept; None where nothing does.

        Example:
            >>> [facts.keeping and facts.keeping.symbol for facts in CELLS.values()]
            [None, 'z', 'f', 'z']
        """
        return next((gate for gate in self.gates if gate.symbol == self.keeps), None)

    @property
    def forget_bias(self) -> float | None:
        """The usual bias of that gate towards keeping: its negative where it lets the new in.

        Example:
            >>> [facts.forget_bias for facts in CELLS.values()]
            [None, 0.0, 1.0, 0.0]
        """
        gate = self.keeping
        return None if gate is None else gate.keeps * gate.bias + 0.0  # which leaves no -0.0

    @property
    def names(self) -> dict[str, str]:
        """What pages call each gate, by its symbol.

        Example:
            >>> CELLS["gru"].names["z"]
            'update gate z'
        """
        return {gate.symbol: gate.name for gate in self.gates}

    def function(self, block: str, nonlinearity: Nonlinearity = "tanh") -> Function:
        """What the sum of a block of rows goes through; phi where it makes h_t itself.

        Example:
            >>> CELLS["lstm"].function("g"), CELLS["rnn"].function("h", "relu")
            ('tanh', 'relu')
        """
        return next((g.function for g in self.gates if g.symbol == block), nonlinearity)

    def bounds(self, nonlinearity: Nonlinearity = "tanh") -> dict[str, Bounds | None]:
        """Between which values each recorded signal must stay; None where nothing bounds it.

        Example:
            >>> CELLS["lstm"].bounds()["f"], CELLS["lstm"].bounds()["c"]
            ((0.0, 1.0), None)
        """
        cell_state = {"c": None} if self.has_cell_state else {}
        of_gates = {gate.symbol: BOUNDS[gate.function] for gate in self.gates}
        return {"h": BOUNDS[self.h_is or nonlinearity], **cell_state, **of_gates}


CELLS: Mapping[Cell, CellFacts] = MappingProxyType(
    {
        "rnn": CellFacts("RNN", learning_rates={"tanh": 4e-3, "relu": 2e-3, "sigmoid": 5e-3}),
        "gru": CellFacts(
            "GRU",
            gates=(
                Gate(
                    "r",
                    "reset gate",
                    "sigmoid",
                    does="how much of the old h counts for the candidate: 0 nothing, 1 all of it",
                ),
                Gate(
                    "z",
                    "update gate",
                    "sigmoid",
                    keeps=1,
                    does="how much of the old h is kept: 0 nothing, the candidate takes its place; "
                    "1 all of it",
                ),
                Gate("n", "candidate", "tanh", does="what h would become if nothing were kept"),
            ),
            keeps="z",
            learning_rates={"tanh": 8e-3},
        ),
        "lstm": CellFacts(
            "LSTM",
            gates=(
                Gate(
                    "i",
                    "input gate",
                    "sigmoid",
                    keeps=-1,
                    does="how much of the candidate is added to c: 0 nothing, 1 all of it",
                ),
                Gate(
                    "f",
                    "forget gate",
                    "sigmoid",
                    bias=1.0,
                    keeps=1,
                    does="how much of the old c is kept: 0 forgets it, 1 keeps all of it",
                ),
                Gate("g", "candidate", "tanh", does="what could be added to c"),
                Gate(
                    "o",
                    "output gate",
                    "sigmoid",
                    does="how much of tanh(c) is shown as h: 0 nothing, 1 all of it",
                ),
            ),
            has_cell_state=True,
            keeps="f",
            learning_rates={"tanh": 8e-3},
        ),
        "mingru": CellFacts(
            "minGRU",
            gates=(
                Gate(
                    "z",
                    "update gate",
                    "sigmoid",
                    keeps=-1,
                    does="how much of the candidate is let in: 0 nothing, the old h stays; 1 the "
                    "candidate takes its place",
                ),
                Gate("n", "candidate", "positive", does="what h would become if all were let in"),
            ),
            reads_state=False,
            keeps="z",
            h_is="positive",
            learning_rates={"tanh": 1.6e-2},
        ),
    }
)
