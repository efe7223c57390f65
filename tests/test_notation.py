"""Whatever the number, it is written as people write it, and one way in every medium."""

from __future__ import annotations

import math
import re

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from rnnviz.notation import (
    bits,
    clock,
    fixed,
    half_life_words,
    listed,
    loss_words,
    magnitude,
    short,
    significant,
)
from rnnviz.powers import shared_power, ten_to, typeset, typeset_power

PLAIN = re.compile(r"−?\d+(\.\d+)?(e−?[1-9]\d*)?")


def read(written: str) -> float:
    return float(written.replace("−", "-"))


@given(st.floats(allow_nan=False, allow_infinity=False))
@pytest.mark.parametrize("write", [significant, magnitude, short, lambda x: fixed(x, 3)])
def test_every_number_has_a_true_sign_and_an_exponent_without_zeros(
    write: object, value: float
) -> None:
    assert callable(write)
    written = write(value)
    assert PLAIN.fullmatch(written), written
    assert not written.startswith("−") or read(written) < 0  # there is no minus zero


@given(st.floats(1e-300, 1e300))
@example(0.015625)
@example(0.0995)
def test_what_is_written_is_near_what_is_meant(value: float) -> None:
    assert read(significant(value)) == pytest.approx(value, rel=0.006)
    assert read(magnitude(-value)) == pytest.approx(-value, rel=0.06)
    assert read(fixed(value % 100)) == pytest.approx(value % 100, abs=0.0051)


@given(st.floats(-1e9, 1e9))
def test_numbers_in_drawings_stay_short(value: float) -> None:
    assert len(short(value)) <= 6


@pytest.mark.parametrize(
    ("value", "said"), [(math.nan, "–"), (math.inf, "∞"), (-math.inf, "−∞"), (-0.0, "0")]
)
def test_what_is_no_number_is_written_alike(value: float, said: str) -> None:
    assert {significant(value), magnitude(value), fixed(value, 0)} == {said}


@given(st.integers(-400, 400))
def test_a_power_of_ten_is_the_same_in_every_medium(power: int) -> None:
    raised = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")
    plain = ten_to(power).removeprefix("10").translate(raised)
    html = re.fullmatch(r"10<sup>(.*)</sup>", ten_to(power, "html"))
    latex = re.fullmatch(r"10\^\{(.*)\}", ten_to(power, "latex"))
    if power in (0, 1):
        assert {ten_to(power), ten_to(power, "html"), ten_to(power, "latex")} == {f"{10**power}"}
    else:
        assert html is not None and latex is not None
        assert int(plain) == int(read(html[1])) == int(latex[1]) == power


@given(st.floats(1e-290, 1e290))
def test_a_shared_power_leaves_numbers_two_decimals_show(largest: float) -> None:
    assert 0.099 < largest / 10.0 ** shared_power(largest) < 100


def test_powers_round_up_to_the_next() -> None:
    assert typeset_power(math.log10(9.999e9)) == r"{1.00 \times 10^{10}}"
    assert typeset_power(math.log10(9999.9)) == r"{1.00 \times 10^{4}}"


@pytest.mark.parametrize("value", [0.001, 1.0, 9999.4, 24_200.0, 99_999.0, 1e5, 9.14e-14])
def test_no_number_is_typeset_as_a_machine_writes_it(value: float) -> None:
    assert "e" not in typeset(value).replace("times", "")
    assert typeset(-value) == f"-{typeset(value)}"


def test_bits_are_nats_by_the_logarithm_of_two() -> None:
    nats = np.log([2.0, 4.0, 8.0])
    np.testing.assert_allclose(bits(nats), [1, 2, 3])
    np.testing.assert_allclose(bits(pd.Series(nats)), [1, 2, 3])
    assert loss_words(math.log(4)) == "2.000 bits/char (1.386 nats)"


def test_times_and_half_lives_round_where_they_are_cut() -> None:
    assert [clock(seconds) for seconds in (0.4, 59.5, 3600.0)] == ["0:00", "1:00", "60:00"]
    assert half_life_words(99.94) == "99.9 characters"
    assert half_life_words(99.95) == "100 characters"


@given(st.integers(0, 12), st.integers(2, 9))
def test_a_list_names_each_or_counts_it_and_never_leaves_out_one(count: int, most: int) -> None:
    said = listed([f"n{place}" for place in range(count)], most)
    left_out = int(found[1]) if (found := re.search(r"(\d+) more", said)) else 0
    assert len(re.findall(r"n\d+", said)) + left_out == count
    assert left_out != 1 and said.count(" and ") == (count > 1)
