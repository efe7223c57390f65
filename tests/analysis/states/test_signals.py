"""Signals are the trace's own numbers; scales say what they do; orders find planted structure."""

from __future__ import annotations

import numpy as np
import pytest

from rnnviz.analysis.states.signals import bounds, scales, signal, signal_names
from rnnviz.analysis.states.trace import trace
from rnnviz.notation import significant
from rnnviz.records import Trace
from rnnviz.text.vocabulary import Vocabulary
from tests.networks import CELLS, UNITS, make_network


def traced(cell: tuple[str, str]) -> Trace:
    return trace(make_network(cell, 2), Vocabulary.of("abcdef"), "facadebead")


@pytest.mark.parametrize("cell", CELLS)
def test_every_signal_stays_within_its_bounds(cell: tuple[str, str]) -> None:
    record = traced(cell)
    names = signal_names(record)
    assert names == ("h", *(("c",) if cell[0] == "lstm" else ()), *record.gates, "change of h")
    for name in names:
        values = signal(record, name, 1)
        assert values.shape == (10, UNITS)
        limits = bounds(record, name)
        endless = cell[1] == "relu" or (cell[0] == "mingru" and name != "z")
        assert (limits is None) == (name == "c" or endless)
        if limits is not None:
            assert limits[0] <= values.min()
            assert values.max() <= limits[1]


def test_signals_are_the_recorded_numbers() -> None:
    record = traced(("lstm", "tanh"))
    assert record.c is not None
    np.testing.assert_array_equal(signal(record, "h", 1), record.h[1])
    np.testing.assert_array_equal(signal(record, "c", 0), record.c[0])
    np.testing.assert_array_equal(signal(record, "f", 1), record.gates["f"][1])
    change = signal(record, "change of h", 0)
    np.testing.assert_allclose(np.cumsum(change, axis=0), record.h[0], atol=1e-6)


def test_what_is_not_there_is_named() -> None:
    record = traced(("rnn", "tanh"))
    with pytest.raises(ValueError, match="signal is 'c'; this network has h, change of h"):
        signal(record, "c", 0)
    with pytest.raises(ValueError, match="layer is 2; this network has layers 0 to 1"):
        signal(record, "h", 2)


def test_scales_say_their_limits() -> None:
    values = np.linspace(-3.0, 1.0, 1001)[:, None] * [1.0, 0.0]
    percentile, own = scales(values, None)
    np.testing.assert_allclose(percentile.limit, np.percentile(np.abs(values), 99))
    assert significant(percentile.limit[0]) in percentile.name
    np.testing.assert_allclose(own.limit, [3.0, 1.0])  # a unit that is always zero has any scale
    gate = scales(values.clip(0), (0.0, 1.0))
    assert [scale.centre for scale in gate] == [0.0, 0.5, 0.0, 0.0]
    np.testing.assert_array_equal(gate[1].limit, 0.5)
    assert (
        gate[1].name == "fixed: 0 to 1, centred at 0.5"
        and "no colour the value is 0.5" in gate[1].means
    )
    assert len({scale.means for scale in gate} - {""}) == len(gate)
