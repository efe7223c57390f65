"""What a run shows, in sentences that can be repeated: losses as the chances they stand for."""

from __future__ import annotations

import math

from rnnviz.notation import bits_words, counted, probability_words
from rnnviz.runs.run import Run
from rnnviz.runs.seen import baseline_as_seen, seen_of
from rnnviz.runs.verdicts.validation import Validation, validation_of
from rnnviz.text.windows import FINAL_VALIDATION_CHARACTERS, judged_of


def conclusion(run: Run) -> str:
    """How good its guesses of the next character are, beside others; "" before it has learned."""
    if nothing := run.vocabulary.nothing_to_learn:
        return nothing
    status = run.status
    best = validation_of(run, status, run.snapshots)
    if run.description.imported is not None:
        return "" if best is None else _from_elsewhere(run, best)
    loss = seen_of(run).loss(run.training_loss(status.iteration))
    if not status.iteration or not math.isfinite(loss):
        return ""
    if best is None:
        return (
            f"At iteration {status.iteration:,}, on the text it learned from, while it learned, "
            f"{_gives(run, loss)} {_without(run)} How well it would do on text it has not seen is "
            "not known: nothing is held out."
        )
    return (
        f"At iteration {best.iteration:,}, on {best.measured:,} {_own(run)} that it never learned "
        f"from, {_gives(run, best.loss)} {_without(run)}{_counting(run, best)}"
    )


def _from_elsewhere(run: Run, best: Validation) -> str:
    """Of a network that may have been trained on what it is judged on."""
    return (
        f"On {best.measured:,} {_own(run)} of this text, which it may have seen in training, "
        f"{_gives(run, best.loss)} {_without(run)}{_counting(run, best)}"
    )


def _own(run: Run) -> str:
    """What a network reads one by one; a jamo or an accent is no character as a person sees it."""
    return "characters of its own" if seen_of(run).words else "characters"


def _gives(run: Run, nats: float) -> str:
    model, power = run.model_config, bits_words(nats).removesuffix(" bits")
    each = "character as a person sees it" if seen_of(run).words else "character"
    layers = f" in each of {model.num_layers} layers" if model.num_layers > 1 else ""
    return (
        f"the network ({model.kind}, {counted(model.hidden_size, 'unit')}{layers}) gave each "
        f"{each} that came a chance of {probability_words(nats)} before it read it: 2 to the power "
        f"of −{power}, a geometric mean."
    )


def _without(run: Run) -> str:
    """What guessing among all characters alike would give."""
    characters = len(run.vocabulary)
    guess = probability_words(seen_of(run).loss(math.log(characters)))
    return f"Guessing among its {characters:,} characters alike gives {guess}."


def _counting(run: Run, best: Validation) -> str:
    """What the n-gram gives, where it is measured on the same characters."""
    baseline, characters = baseline_as_seen(run), run.description.text_characters
    if baseline is None or best.measured != judged_of(characters, FINAL_VALIDATION_CHARACTERS):
        return ""
    gives = probability_words(baseline.loss)
    chance = ""
    if best.undecided:
        chance = (
            f": which of the two is better cannot be told, because on {best.measured:,} characters "
            "chance may explain such a difference"
        )
    return f" Counting which characters follow which ({baseline.name}) gives {gives}{chance}."
