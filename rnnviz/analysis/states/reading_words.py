"""How a text was read, in one sentence."""

from __future__ import annotations

from rnnviz.notation import magnitude
from rnnviz.records import Reading


def reading_words(reading: Reading) -> str:
    """How a network read a text, and how far off its states may be for that.

    Example:
        >>> print(reading_words(Reading()))
        Read exactly, character by character.
        >>> print(reading_words(Reading(streams=128, warm_up=256, error=2e-6)).partition(": ")[2])
        where one ends and the next began, their states differ by 2.0e−6 at most.
        >>> print(reading_words(Reading(refused=Reading(19, 2304, 0.25))).partition(": ")[2])
        parallel streams begun 2,304 characters early would be off by 0.25.
    """
    if reading.streams > 1:
        return (
            f"Read in {reading.streams:,} parallel streams, each but the first begun "
            f"{reading.warm_up:,} characters early: where one ends and the next began, their "
            f"states differ by {magnitude(reading.error)} at most."
        )
    if reading.refused is None:
        return "Read exactly, character by character."
    return (
        "Read exactly, character by character, for this network remembers long: parallel streams "
        f"begun {reading.refused.warm_up:,} characters early would be off by "
        f"{magnitude(reading.refused.error)}."
    )
