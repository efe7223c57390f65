"""What Jacobians do to small changes, in sentences that can be repeated."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np

from rnnviz.analysis.gradients.jacobian_records import (
    MEAN,
    SURVIVED,
    LyapunovSpectrum,
    SingularValues,
)
from rnnviz.analysis.gradients.matrix_spectrum import Spectrum
from rnnviz.notation import counted, fixed, magnitude, numbered, significant

_LAG = 10  # at which curves are read off
_GATED = (
    "This part of W_hh alone does not say whether gradients explode: what it does to a change is "
    "scaled by slopes and values of gates, and joined by what other ways from state to state do; "
    "the Jacobian counts them all."
)


def singular_words(found: SingularValues, state: str) -> list[str]:
    """What is left of a change after some characters, at best and in half of all directions.

    Args:
        found: what was measured.
        state: what changes, such as "the state h".

    Example:
        >>> values = np.array([[2.0, 0.5, 0.01], [0.25, 1e-5, np.nan]])
        >>> said = singular_words(SingularValues(np.array([1, 10]), values, 4), "the state h")
        >>> said[0]
        'After 10 characters a small change of the state h is multiplied by 0.25 in the direction \
that keeps it best, and in half of all directions by less than 1.0e−5.'
        >>> said[1]
        'One character stretches its best direction 200 times as much as its worst.'
    """
    place = int(np.flatnonzero(found.lags <= _LAG)[-1]) if found.lags[0] <= _LAG else 0
    best, middle, _ = map(float, found.values[place])
    after = counted(int(found.lags[place]), "character")
    half = f", and in half of all directions by less than {magnitude(middle)}"
    if math.isnan(middle):
        half = _lost_words(found.passages)
    said = [
        f"After {after} a small change of {state} is multiplied by {magnitude(best)} in the "
        f"direction that keeps it best{half}."
    ]
    if best == 0:
        said = [f"After {after} nothing is left of any small change of {state}."]
    return said + _condition_words(found)


def _lost_words(passages: int) -> str:
    """What is known of the median where it is lost in rounding, be it in one passage of several."""
    if passages == 1:
        return ", and in half of all directions by less than a million millionth of that"
    return (
        "; in the middle one of all directions what is left cannot be told from rounding in at "
        f"least one of {passages} passages, where it is less than a million millionth of what is "
        "left in the best"
    )


def _condition_words(found: SingularValues) -> list[str]:
    condition = float(found.condition[0])
    if found.lags[0] != 1 or math.isnan(condition):
        return []
    begin = "One character stretches its best direction"
    if math.isinf(condition):
        return [f"{begin}, and loses another one altogether."]
    rounded = float(f"{condition:.3g}")
    times = f"{rounded:,.0f}" if 100 <= rounded < 1e9 else significant(condition)
    return [f"{begin} {times} times as much as its worst."]


def matrix_words(found: Mapping[str, Spectrum]) -> list[str]:
    """What the numbers of W_hh and of the mean Jacobian are, and what each says.

    Example:
        >>> from rnnviz.analysis.gradients.matrix_spectrum import spectrum
        >>> both = {"W_hh": np.diag([1.5, 0.1]), MEAN: np.diag([0.5, 0.1])}
        >>> said = matrix_words({name: spectrum(matrix, 0) for name, matrix in both.items()})
        >>> said[0]
        'The spectral radius of W_hh, its largest absolute eigenvalue, is 1.5, its largest \
singular value 1.5.'
        >>> said[1][:73]
        'Of the mean Jacobian, which is what a character does on average over this'
        >>> gated = {"reset gate r": both["W_hh"], MEAN: both[MEAN]}
        >>> matrix_words({name: spectrum(matrix, 0) for name, matrix in gated.items()})[1][:65]
        'This part of W_hh alone does not say whether gradients explode: w'
    """
    said = []
    for name, of in found.items():
        if name != MEAN:
            whose = name if name == "W_hh" else f"W_hh of the {name}"
            said.append(
                f"The spectral radius of {whose}, its largest absolute eigenvalue, is "
                f"{significant(of.radius)}, its largest singular value {significant(of.sigma)}."
            )
    said += [_GATED] * bool(set(found) - {"W_hh", MEAN})
    mean = found[MEAN]
    edge = 1 - 1 / SURVIVED
    near = int(np.sum(np.abs(mean.eigenvalues) > edge))
    lie = f"{near or 'none'} of its {len(mean.eigenvalues):,} eigenvalues "
    lie += f"{'lies' if near < 2 else 'lie'} outside {significant(edge)}"
    said.append(
        "Of the mean Jacobian, which is what a character does on average over this text, the "
        f"spectral radius is {significant(mean.radius)}, the largest singular value "
        f"{significant(mean.sigma)}; {lie}, near the unit circle or beyond."
    )
    return said


def lyapunov_words(now: LyapunovSpectrum, before: LyapunovSpectrum | None = None) -> list[str]:
    """How many directions survive, how long the best lasts, and how it was before training.

    Example:
        >>> said = lyapunov_words(LyapunovSpectrum(np.log([[0.99, 0.9], [0.97, 0.8]]), 100, 50))
        >>> said[0]
        'Of 2 directions none survives 50 characters, that is, keeps more than 37 % of a small \
change over them, in the geometric mean over the text (in single blocks of 100 characters 0 to 1).'
        >>> said[1]
        'The direction that lasts longest has 37 % left after 49.4 characters and 1 % after 227 \
characters: its exponent is −0.0203 a character, standard error 0.010.'
    """
    count, alive = len(now.exponents), now.surviving()
    number = f"{alive:,}" if alive else "none"
    fewest, most = now.surviving_by_block()
    blocks = f"of {counted(now.timesteps, 'character')}"
    apart = f"in single blocks {blocks} {fewest:,} to {most:,}"
    if fewest == most:
        apart = f"in every single block {blocks} {fewest or 'none'}"
    read = now.timesteps * len(now.by_block)
    further = f" if it goes on as over these {counted(read, 'character')}" * (read < SURVIVED)
    said = [
        f"Of {counted(count, 'direction')} {number} "
        f"{'survive' if alive > 1 else 'survives'} {SURVIVED} characters, that is, "
        f"{'keep' if alive > 1 else 'keeps'} more than 37 % of a small change over "
        f"them{further}, in the geometric mean over the text ({apart}).",
        _longest_words(now),
    ]
    if before is not None:
        then = before.surviving()
        said.append(
            f"Before training {'none' if not then else f'{then:,}'} did; the largest exponent was "
            f"{_exponent(float(before.exponents[0]))}."
        )
    return said


def _longest_words(found: LyapunovSpectrum) -> str:
    """What becomes of a change along the first direction."""
    largest, error = float(found.exponents[0]), float(found.error[0])
    if largest == -math.inf:
        return "Nothing of any small change is left after one character."
    doubt = "" if math.isnan(error) else f", standard error {magnitude(error)}"
    number = f"its exponent is {_exponent(largest)} a character{doubt}"
    if largest > 0:
        doubles = counted_characters(math.log(2) / largest)
        return f"Along the first a small change grows and doubles every {doubles}: {number}."
    left = "any number of characters"
    if largest:
        left = counted_characters(-1 / largest)
        left += f" and 1 % after {counted_characters(math.log(0.01) / largest)}"
    return f"The direction that lasts longest has 37 % left after {left}: {number}."


def largest_words(found: Mapping[int, LyapunovSpectrum]) -> list[str]:
    """How the largest exponent changed from the first snapshot to the last.

    Example:
        >>> both = {at: LyapunovSpectrum(np.array([[-1 / at]]), 9, 1) for at in (2, 50)}
        >>> largest_words(both)[0]
        'From iteration 2 to 50 the largest exponent went from −0.5000 to −0.0200 a character: of \
a small change in the direction that lasts longest 37 % was left after 2 characters, and is \
after 50 characters.'
    """
    first, last = min(found), max(found)
    begun, now = (float(found[at].exponents[0]) for at in (first, last))
    if grown := [at for at, each in found.items() if math.isnan(each.exponents[0])]:
        known = {at: each for at, each in found.items() if at not in grown}
        return [*(largest_words(known) if known else []), _grown(grown)]
    if first == last:
        return [f"At iteration {first:,} the largest exponent is {_exponent(now)} a character."]
    said = (
        f"From iteration {first:,} to {last:,} the largest exponent went from {_exponent(begun)} "
        f"to {_exponent(now)} a character"
    )
    if not -math.inf < max(begun, now) < 0 or begun == -math.inf or now == -math.inf:
        return [f"{said}."]
    then, left = counted_characters(-1 / begun), counted_characters(-1 / now)
    return [
        f"{said}: of a small change in the direction that lasts longest 37 % was left after "
        f"{then}, and is after {left}."
    ]


def _grown(iterations: Sequence[int]) -> str:
    """That states at these iterations grew out of all numbers."""
    at = numbered("iteration", [f"{iteration:,}" for iteration in iterations])
    return (
        f"At {at} the states grow over this text until they are no longer finite "
        "numbers, and there is no exponent."
    )


def counted_characters(number: float) -> str:
    """A number of characters that need not be whole.

    Example:
        >>> counted_characters(9.41), counted_characters(1234.5), counted_characters(1.001)
        ('9.41 characters', '1,234 characters', '1 character')
    """
    written = f"{number:,.0f}" if number >= 1000 else significant(number)
    return f"{written} character{'s' * (written != '1')}"


def _exponent(value: float) -> str:
    return fixed(value, 4) if math.isfinite(value) else "−∞"
