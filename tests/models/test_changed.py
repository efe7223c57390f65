"""A changed copy is what its words say, the network it was made of stays as it is."""

from __future__ import annotations

import numpy as np
import pytest

from rnnviz.config import ModelConfig
from rnnviz.models.changed import Change, changed
from rnnviz.models.subject import RunSnapshot, Subject
from rnnviz.text.alphabet import Alphabet
from tests.networks import CELLS, READING, UNITS, make_network


def subject_of(cell: tuple[str, str]) -> Subject:
    network = make_network(cell, 2)
    weights = {name: w.numpy().copy() for name, w in network.parameters.items()}
    at = Alphabet.of("abcdef"), RunSnapshot("hamlet-0001", 20)
    return Subject("Hamlet", "hamlet 20", network.config, *at, lambda: weights)


def differing(one: Subject, other: Subject) -> set[str]:
    before, after = one.read_weights(), other.read_weights()
    return {name for name in before if not np.array_equal(before[name], after[name])}


@pytest.mark.parametrize("cell", READING, ids=str)
def test_only_w_hh_is_scaled_and_every_gate_by_the_same(cell: tuple[str, str]) -> None:
    subject = subject_of(cell)
    kept = {name: values.copy() for name, values in subject.read_weights().items()}
    copy = changed(subject, Change(scale=1.5))
    assert differing(subject, copy) == {"rnn.weight_hh_l0", "rnn.weight_hh_l1"}
    for name in differing(subject, copy):
        np.testing.assert_allclose(copy.read_weights()[name], 1.5 * kept[name], rtol=1e-12)
    for name, values in subject.read_weights().items():
        np.testing.assert_array_equal(values, kept[name])
    assert copy.key != subject.key and copy.model == subject.model


@pytest.mark.parametrize("cell", READING, ids=str)
def test_an_orthogonal_one_is_the_nearest_there_is(cell: tuple[str, str]) -> None:
    subject = subject_of(cell)
    copy = changed(subject, Change(scale=2.0, orthogonal=True))
    rotations = np.random.default_rng(1).normal(size=(20, UNITS, UNITS))
    for name in differing(subject, copy):
        for old, new in zip(
            *(
                np.split(s.read_weights()[name], len(s.read_weights()[name]) // UNITS)
                for s in (subject, copy)
            ),
            strict=True,
        ):
            np.testing.assert_allclose(np.linalg.svd(new)[1], 2.0, rtol=1e-12)
            away = np.linalg.norm(new / 2 - old)
            others = [np.linalg.norm(np.linalg.qr(each)[0] - old) for each in rotations]
            assert away < min(others)


@pytest.mark.parametrize(
    ("cell", "gate", "moved"), [("lstm", 1, 2.0), ("gru", 1, 2.0), ("mingru", 0, -2.0)]
)
def test_a_forget_bias_is_moved_towards_keeping(cell: str, gate: int, moved: float) -> None:
    subject = subject_of((cell, "tanh"))
    copy = changed(subject, Change(forget_bias=2.0))
    assert differing(subject, copy) == {"rnn.bias_ih_l0", "rnn.bias_ih_l1"}
    for name in differing(subject, copy):
        by = (copy.read_weights()[name] - subject.read_weights()[name]).reshape(-1, UNITS)
        expected = np.zeros_like(by)
        expected[gate] = moved
        np.testing.assert_allclose(by, expected, atol=1e-12)


def test_another_phi_leaves_all_weights() -> None:
    subject = subject_of(("rnn", "tanh"))
    copy = changed(subject, Change(nonlinearity="relu"))
    assert copy.model == ModelConfig("rnn", "relu", UNITS, 2) and not differing(subject, copy)
    assert changed(subject, Change()) is subject


@pytest.mark.parametrize(
    ("cell", "change", "said"),
    [
        ("rnn", Change(forget_bias=1), "an RNN .tanh. has no gate that says what is kept"),
        ("mingru", Change(orthogonal=True), "a minGRU has no W_hh: its gates do not read the st"),
        ("mingru", Change(scale=0.5), "a minGRU has no W_hh"),
        ("lstm", Change(nonlinearity="relu"), "an LSTM has its functions in fixed places; φ can"),
        ("rnn", Change(nonlinearity="sine"), "cannot be that of an RNN .tanh.; it can be tanh or"),  # type: ignore[arg-type]
        ("gru", Change(scale=11), "the factor is 11; it can be 0 to 10"),
        ("gru", Change(forget_bias=-21), "is moved by -21; it can be −20 to 20"),
    ],
)
def test_what_a_cell_has_not_is_refused(cell: str, change: Change, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        changed(subject_of((cell, "tanh")), change)


def test_every_change_has_a_key_and_words_of_its_own() -> None:
    subject = subject_of(CELLS[0])
    changes = [
        Change(scale=0.5),
        Change(orthogonal=True),
        Change(scale=0.5, orthogonal=True),
        Change(nonlinearity="relu"),
        Change(scale=0.501),
    ]
    assert len({changed(subject, each).key for each in changes}) == len(changes)
    assert [each.words for each in changes[:4]] == [
        "W_hh × 0.5",
        "W_hh orthogonal",
        "W_hh orthogonal, then × 0.5",
        "φ = relu",
    ]
