"""What the page about the cell says: formulas and sentences, by cell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dashboard.appearance import plain
from rnnviz.cells import CELLS, Cell

CALL: Mapping[Cell, str] = {
    "rnn": r"h_t = f_W(h_{t-1},\, x_t)",
    "gru": r"h_t = f_W(h_{t-1},\, x_t)",
    "lstm": r"(h_t,\, c_t) = f_W(h_{t-1},\, c_{t-1},\, x_t)",
}

CARRIED = (
    "An LSTM carries two vectors from timestep to timestep: the hidden state $h_t$, which is drawn "
    "below and from which $y_t$ is made, and the cell state $c_t$, which stays inside."
)

_GATE = (
    "A gate is a small layer of its own whose values lie between 0 (shut) and 1 (open); $\\odot$ "
    "multiplies entry by entry."
)
ABOUT: Mapping[Cell, str] = {
    "rnn": "The matrix has one row for each unit. Its first three columns meet $x_t$, its last two "
    "meet $h_{t-1}$: what is read now and what was kept are added up, and $\\tanh$ presses the sum "
    "into $-1 \\ldots 1$.",
    "gru": f"{_GATE} The "
    "update gate $z_t$ says how much of the old state is kept, the reset gate $r_t$ how much of it "
    "the candidate $n_t$ may see. Where $z_t = 1$ (open), $h_t$ is a plain copy "
    "of $h_{t-1}$; where it is 0 (shut), $h_t$ is the candidate alone.",
    "lstm": f"{_GATE} The cell state $c_t$ runs along the top and is only multiplied by the "
    "forget gate and added to: nothing squashes it on the way. The forget gate $f_t$ keeps or "
    "forgets, the input gate $i_t$ lets the candidate $g_t$ in, the output gate $o_t$ lets the "
    "result out.",
}

COLOURED = (
    "A number of a state or of a gate is the redder the further it lies above 0, the bluer the "
    "further below; 0 has no colour."
)

COUNTED = "Units are counted from 0, timesteps from 1: $h_0$ is the state before the first."

TRY: Mapping[Cell, str] = {
    "rnn": "Set all four entries of $W_{hh}$ to 0. Which of $h_1 \\ldots h_5$ can now tell that "
    "the review began with “slow”? Then set the first of them (first row, fourth column) to 5: "
    "does the network still change its mind?",
    "gru": "At “but” the update gate of unit 0 shuts: it falls to near 0, and the "
    "candidate takes the place of the old value. That is because of the $-6$ in $W_{iz}$: first "
    "row, third column, which meets “turn”. Choose the update gate z to work out and set it to 0: "
    "how much of “slow” is still in unit 0 when the review ends, and is the verdict still the "
    "same?",
    "lstm": "At “but” the forget gate of unit 0 shuts: it falls to near 0, and what the cell state "
    "held is forgotten. That is because of the $-6$ in $W_{if}$: first "
    "row, third column, which meets “turn”. Choose the forget gate f to work out and set it to 0: "
    "what is $c_t$ after “lovely” now, and what has become of the probability of “good”?",
}

HANDED_ON = (
    "A recurrent network uses the same numbers at every timestep, and only its state (in an LSTM "
    "two of them, h and c) is handed on: all that it knows of what it read before came through "
    "that."
)


def handed_on(who: str, cell: Cell, numbers: int, read: Sequence[str]) -> str:
    """The page in one sentence.

    Args:
        who: uses the numbers.
        cell: of which kind it is.
        numbers: how many weights and biases.
        read: what was read (time).

    Example:
        >>> handed_on("The module", "rnn", 12, ["slow", "but"])
        'The module used the same 12 numbers at all 2 timesteps, and only the state h was hand...
    """
    if len(read) < 2:
        return HANDED_ON
    states = "states h and c were" if CELLS[cell].has_cell_state else "state h was"
    return (
        f"{who} used the same {numbers:,} numbers at all {len(read)} timesteps, and only the "
        f"{states} handed on from each to the next: all that it knew of “{plain(read[0])}” when it "
        f"read “{plain(read[-1])}” came through that."
    )
