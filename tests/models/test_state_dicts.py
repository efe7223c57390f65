"""Weights by PyTorch's names are the same network here; what is not understood is refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from rnnviz.models.adopted import NetworkError
from rnnviz.models.state_dicts import from_state_dict
from rnnviz.recurrent.arena import Arena
from rnnviz.recurrent.char_rnn import CharRNN

DISTINCT, UNITS, EMBEDDED = 6, 5, 4
KINDS = {"rnn": nn.RNN, "gru": nn.GRU, "lstm": nn.LSTM}
Weights = dict[str, Any]


def logits_of(adopted: Any, ids: Tensor) -> Tensor:
    """What the network that was taken over computes of ids (time)."""
    network = CharRNN(adopted.model, adopted.vocab_size)
    network.parameters.load(adopted.weights)
    unroll = network.unroll(ids[:, None], network.zero_state(1), Arena(network.flat))
    return network.logits(unroll.output)[:, 0]


def embedded(cell: str, bias: bool, layers: int, seed: int) -> tuple[nn.Module, nn.Module, Any]:
    torch.manual_seed(seed)
    embedding = nn.Embedding(DISTINCT, EMBEDDED)
    rnn = KINDS[cell](EMBEDDED, UNITS, num_layers=layers, bias=bias)
    return embedding, rnn, nn.Linear(UNITS, DISTINCT, bias=bias)


@pytest.mark.parametrize("cell", KINDS)
@pytest.mark.parametrize(("bias", "layers"), [(True, 2), (False, 1)])
@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_it_computes_the_same(cell: str, bias: bool, layers: int, dtype: torch.dtype) -> None:
    embedding, rnn, decoder = (part.to(dtype) for part in embedded(cell, bias, layers, 3))
    named = nn.ModuleDict({"encoder": embedding, "core": rnn, "head": decoder}).state_dict()
    given = {f"module._orig_mod.{name}": values for name, values in named.items()}
    adopted = from_state_dict(given, "tanh" if cell == "rnn" else None)
    assert (adopted.model.cell, adopted.model.num_layers) == (cell, layers)
    assert all(values.dtype == np.float32 for values in adopted.weights.values())
    ids = torch.tensor([0, 3, 5, 1, 1, 2, 4])
    with torch.no_grad():
        expected = decoder.float()(rnn.float()(embedding.float()(ids)[:, None])[0])[:, 0]
    torch.testing.assert_close(logits_of(adopted, ids), expected, atol=1e-6, rtol=1e-5)


def good() -> Weights:
    embedding, rnn, decoder = embedded("lstm", True, 1, 4)
    return nn.ModuleDict({"encoder": embedding, "rnn": rnn, "decoder": decoder}).state_dict()


def plain() -> Weights:
    embedding, rnn, decoder = embedded("rnn", True, 1, 4)
    return nn.ModuleDict({"encoder": embedding, "rnn": rnn, "decoder": decoder}).state_dict()


def reverse() -> Weights:
    rnn = nn.GRU(DISTINCT, UNITS, bidirectional=True)
    return nn.ModuleDict({"rnn": rnn, "out": nn.Linear(2 * UNITS, DISTINCT)}).state_dict()


def projected() -> Weights:
    rnn = nn.LSTM(DISTINCT, UNITS, proj_size=3)
    return nn.ModuleDict({"rnn": rnn, "out": nn.Linear(3, DISTINCT)}).state_dict()


def with_(**more: Any) -> Callable[[], Weights]:
    return lambda: {**good(), **{name.replace("__", "."): value for name, value in more.items()}}


def without(*names: str) -> Callable[[], Weights]:
    return lambda: {name: values for name, values in good().items() if name not in names}


def many_characters() -> Weights:
    """A product of its embedding and input weights would have a hundred million numbers."""
    read, written = torch.zeros(10**6, 1), torch.zeros(10**6, UNITS)
    inner = torch.zeros(4 * UNITS, 1)
    return {**good(), "encoder.weight": read, "rnn.weight_ih_l0": inner, "decoder.weight": written}


def shared() -> Weights:
    """A matrix of 28 MB, thirty times."""
    return {f"a{number}": one for one in [torch.zeros(7_000_000)] for number in range(30)}


NAN = torch.full((DISTINCT,), torch.nan)


@pytest.mark.parametrize(
    ("weights", "said"),
    [
        (reverse, "bidirectional"),
        (projected, r"projects the state \(proj_size\)"),
        (plain, "do not tell its nonlinearity; say which"),
        (with_(attn__weight=torch.zeros(3, 3)), "attn.weight 3 x 3 is neither recurrence, decoder"),
        (with_(norm__weight=torch.zeros(UNITS)), "norm.weight 5 is neither"),
        (with_(h0=torch.zeros(1, 1, UNITS)), "h0 1 x 1 x 5 is neither"),
        (with_(epoch=3), "epoch is of type int"),
        (with_(**{"a\nb\x1b[2J": 3}), r"^a\\nb\\x1b\[2J is of type int[^\n]*$"),
        (with_(decoder__bias=NAN), "decoder.bias holds 6 numbers that are NaN"),
        (with_(decoder__bias=torch.zeros(4)), r"decoder.bias has shape \(4,\)"),
        (with_(decoder__bias=torch.zeros(DISTINCT).int()), "holds int32; weights must be float16"),
        (with_(rnn__bias_hh_l0=torch.zeros(20, dtype=torch.complex64)), "holds complex64"),
        (with_(decoder__weight=torch.zeros(1, 1).expand(10**9, UNITS)), "claims 5,000,000,000 num"),
        (with_(decoder__weight=np.zeros(3, object)), "decoder.weight is no array that PyTorch re"),
        (lambda: {**good(), 5: torch.zeros(3)}, "a weight has 5 for a name"),
        (with_(rnn__weight_ih_l9999999999=torch.zeros(3, 3)), "_l9999999999 3 x 3 is neither recu"),
        (many_characters, "tells 1,000,000 characters apart; 4,000 are allowed"),
        (shared, "the weights are 210,000,000 numbers; 200,000,000 are allowed"),
        (with_(rnn__weight_hh_l0=torch.zeros(10, UNITS)), "its rows must be one, three or four"),
        (with_(rnn__weight_hh_l0=torch.zeros(())), "is a single number; it must be a matrix"),
        (with_(rnn__weight_ih_l2=torch.zeros(20, UNITS)), "weight_hh_l1 is missing|_l1 is missing"),
        (
            with_(rnn__0__weight_hh=torch.zeros(20, UNITS)),
            "of rnn.0.weight_hh, two are of one layer",
        ),
        (
            with_(rnn2__weight_hh_l0=torch.zeros(20, UNITS)),
            r"2 recurrent modules \(rnn. and rnn2.\)",
        ),
        (without("decoder.weight", "decoder.bias"), "no telling which matrix is the decoder"),
        (without("rnn.weight_hh_l0"), "there is no weight_hh_l0 or weight_ih_l0"),
        (without("encoder.weight"), "reads 4 characters, but decoder.weight tells 6 apart"),
    ],
)
def test_what_is_not_understood_is_refused(weights: Callable[[], Weights], said: str) -> None:
    with pytest.raises(NetworkError, match=said):
        from_state_dict(weights())


def test_of_two_matrices_alike_the_decoder_is_told_by_its_bias_or_its_name() -> None:
    torch.manual_seed(6)
    embedding, rnn = nn.Embedding(DISTINCT, UNITS), nn.GRU(UNITS, UNITS)
    for bias in (True, False):
        head = nn.Linear(UNITS, DISTINCT, bias=bias)
        parts = nn.ModuleDict({"a_emb": embedding, "rnn": rnn, "z": head})
        found = from_state_dict(parts.state_dict()).weights["decoder.weight"]
        np.testing.assert_array_equal(found, head.weight.detach().numpy())
    parts = nn.ModuleDict({"a": embedding, "rnn": rnn, "z": head})
    with pytest.raises(NetworkError, match="no telling which matrix is the decoder"):
        from_state_dict(parts.state_dict())
