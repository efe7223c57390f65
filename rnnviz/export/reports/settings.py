"""What made a run, and what the words of a report mean."""

from __future__ import annotations

from collections.abc import Iterable

from rnnviz.cells import CELLS, Cell
from rnnviz.export.reports.markup import Section, paragraphs, says, table, words
from rnnviz.export.reports.reported import Reported
from rnnviz.notation import counted
from rnnviz.runs.made_with import settings_of

# What stands on this machine alone, and is nobody else's concern.
_OWN = ("where",)

DEFINITIONS = {
    "character": "what the network reads at one timestep, and predicts at the next",
    "iteration": "one update of all weights, from the gradient over a few stretches of the text",
    "snapshot": "the network as it was after so many iterations; 0 is before training",
    "loss": "how much the network was surprised by the character that came, −log of the "
    "probability that it had given it, on average: in nats with the natural logarithm, in bits "
    "with that of base 2 (1 nat is 1.443 bits). Lower is better",
    "validation loss": "the loss on the held-out part, the last tenth of the text, which is never "
    "trained on",
    "number to beat": "the loss of the best n-gram on the same characters: it only counts which "
    "characters follow which in the part that is trained on",
    "unit": "one number of a layer's state, which changes with every character",
    "state": "all that a layer carries from one character to the next: h, in an LSTM h and c",
    "hidden state h": "what a layer hands on after each character, to itself for the next one and "
    "upwards; in an LSTM, c is the memory behind it",
    "colour of a unit": "blue is negative, red positive, no colour zero",
    "gradient by lag": "|∂loss / ∂state| with the state so many characters before the loss, as a "
    "mean over many losses: how strongly a small change of what was remembered then would change "
    "the loss now. Where it is near zero, training cannot teach the network to remember so far",
    "path h, path c": "the state by which that derivative is: through h or, in an LSTM alone, "
    "through c, each followed back from the loss to the state so many characters before",
    "reset": "a network is begun at the zero state, as though nothing had been read before: what "
    "it then predicts worse shows how far back it used what it had read",
    "gate": "a number from 0 to 1 for each unit and character, which says how much is let through. "
    "The letter behind a unit says what its number is: h or c of the state, a gate, or the "
    "candidate, what may be taken into the state",
    "AUC": "how often the unit is higher where a property holds than where it does not, of all "
    "pairs of such places: 0.5 is guessing, 1 is always",
    "rho": "Spearman's rank correlation of the unit with a number such as the place in a line: 0 "
    "is nothing, 1 is perfect",
    "chance": "what the best of all units and properties stays below in 95 of 100 trials in "
    "which blocks of the text are paired with states of others",
    "sample": "what the network writes when each character is drawn by its own probabilities",
}


def settings(one: Reported) -> Section:
    """Every setting, and where the run comes from."""
    rows = [(name, said) for name, said in settings_of(one.run).items() if name not in _OWN]
    body = table([], [("run", one.run.id), *rows], "settings")
    key, title = f"settings-{one.place}", "Settings and origin"
    return Section(key, title, body + says(_learned(one)), "Settings")


def _learned(one: Reported) -> str:
    """What was done with them; of a network from elsewhere nobody knows."""
    run, training = one.run, one.run.training_config
    if run.description.imported is not None:
        return ""
    made = counted(run.status.iteration, "iteration")
    return (
        f"A network of the kind {run.model_config.kind} learned from this text in {made}, each of "
        f"which read {counted(training.batch_size, 'stretch', 'stretches')} of up to "
        f"{counted(training.sequence_length, 'character')} side by side."
    )


def definitions(cells: Iterable[Cell]) -> Section:
    """The words used, each in a sentence; of gates those that the cells of the report have."""
    gates = {
        f"{gate.name} ({CELLS[cell].title})": gate.does
        for cell in dict.fromkeys(cells)
        for gate in CELLS[cell].gates
    }
    listed = "".join(
        f"<dt>{words(name)}</dt><dd>{words(said)}.</dd>"
        for name, said in (DEFINITIONS | gates).items()
    )
    lead = paragraphs(["What the words and numbers on this page mean."], "note")
    return Section("words", "Definitions", f'{lead}<dl class="words">{listed}</dl>')
