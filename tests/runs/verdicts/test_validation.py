"""A loss against the number to beat, and on which characters each is measured."""

from __future__ import annotations

import math

import pytest

from rnnviz.runs.verdicts.validation import Validation
from rnnviz.text.ngram import Baseline

BITS = math.log(2)
BASELINE = Baseline(order=5, loss=2 * BITS, characters=900_000)


@pytest.mark.parametrize(
    ("bits", "final", "verdict", "apart"),
    [
        (1.75, True, "has been beaten", "0.250 bits per character lower"),
        (1.75, False, "is beaten so far", "0.250 bits per character lower"),
        (2.5, True, "has not been beaten", "0.500 bits per character higher"),
        (2.5, False, "is not beaten yet", "0.500 bits per character higher"),
    ],
)
def test_a_loss_is_compared_in_bits(bits: float, final: bool, verdict: str, apart: str) -> None:
    found = Validation(bits * BITS, 40, measured=8_000, held_out=8_000, final=final)
    said = found.against(BASELINE, 8_000)
    assert f"{verdict}: the validation loss at iteration 40 is {apart}" in said
    assert "The number to beat (5-gram), 2.000 bits/char (1.386 nats), " in said


def test_what_each_is_measured_on_is_said() -> None:
    sample = Validation(1.0, 40, measured=8_192, held_out=100_000, final=False)
    assert "measured on 8,192 of its 100,000 characters." in sample.words
    said = sample.against(BASELINE, 100_000)
    assert "is measured on 100,000 characters, and the validation loss" in said
    assert "measured on 8,192 of them. Whether it has been beaten is known when training" in said
    whole = Validation(1.0, 40, measured=100_000, held_out=100_000, final=True)
    assert "measured on all its 100,000 characters." in whole.words
    said = whole.against(BASELINE, 100_000)
    assert "both are of the same 100,000 characters. How far chance may have moved the" in said


@pytest.mark.parametrize(
    ("bits", "margin", "said"),
    [
        (1.75, (0.2, 0.3), "has been beaten: the validation loss at iteration 40 is 0.250 bits "),
        (2.5, (-0.6, -0.4), "has not been beaten: the validation loss at iteration 40 is 0.500 "),
        (1.9, (-0.1, 0.3), "is neither beaten nor missed as far as so few characters can tell: "),
    ],
)
def test_a_difference_has_an_interval_and_none_that_holds_zero_is_one(
    bits: float, margin: tuple[float, float], said: str
) -> None:
    ends = margin[0] * BITS, margin[1] * BITS
    found = Validation(bits * BITS, 40, 9_000, held_out=9_000, final=True, margin=ends)
    assert said in found.against(BASELINE, 9_000)
    assert (found.below(BASELINE.loss) == 0) == found.undecided == (margin[0] < 0 < margin[1])
    between = {1.75: "0.200 to 0.300", 2.5: "0.400 to 0.600", 1.9: "−0.100 to 0.300"}[bits]
    assert f"the results lie from {between} bits/char." in found.against(BASELINE, 9_000)


@pytest.mark.parametrize(("measured", "said"), [(8_192, True), (100_000, False)])
def test_two_losses_of_one_snapshot_say_why_they_differ(measured: int, said: bool) -> None:
    found = Validation(1.0, 40, 100_000, held_out=100_000, final=True, before=(1.1, measured))
    because = "the 1.587 bits/char (1.100 nats) that stand at this snapshot, as at every other, are"
    assert (f"; {because} of 8,192 of them." in found.words) == said
