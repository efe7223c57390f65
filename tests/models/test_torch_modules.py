"""Networks trained elsewhere give the same states here."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import nn

from rnnviz.analysis.states.trace import trace
from rnnviz.models.torch_modules import as_char_rnn
from rnnviz.text.vocabulary import Vocabulary

VOCABULARY = Vocabulary.of("abcdef")
TEXT = "fadebcafedab"


class Embedded(nn.Module):
    """As people write it: embedding, recurrence, decoder, with their own forward."""

    def __init__(self) -> None:
        super().__init__()
        self.embed = nn.Embedding(6, 4)
        self.lstm = nn.LSTM(4, 5, num_layers=2)
        self.out = nn.Linear(5, 6)


@pytest.mark.parametrize("kind", [nn.RNN, nn.GRU, nn.LSTM])
@pytest.mark.parametrize("bias", [True, False])
def test_a_plain_module_is_traced(kind: type[nn.RNNBase], bias: bool) -> None:
    torch.manual_seed(3)
    rnn = kind(6, 7, num_layers=2, bias=bias)
    decoder = nn.Linear(7, 6, bias=bias)
    record = trace(nn.ModuleDict({"rnn": rnn, "decoder": decoder}), VOCABULARY, TEXT)
    ids = torch.tensor(VOCABULARY.encode(TEXT).astype(np.int64))
    with torch.no_grad():
        output, _ = rnn(nn.functional.one_hot(ids, 6).float())
        loss = nn.functional.cross_entropy(decoder(output[:-1]), ids[1:], reduction="none")
    np.testing.assert_allclose(record.h[1], output.numpy(), atol=1e-6)
    np.testing.assert_allclose(record.loss[:-1], loss.numpy(), atol=1e-5)
    assert np.isnan(record.loss[-1])


def test_an_embedding_is_multiplied_into_the_input_weights() -> None:
    torch.manual_seed(4)
    module = Embedded()
    record = trace(module, VOCABULARY, TEXT)
    ids = torch.tensor(VOCABULARY.encode(TEXT).astype(np.int64))
    with torch.no_grad():
        output, (_, c) = module.lstm(module.embed(ids))
    np.testing.assert_allclose(record.h[1], output.numpy(), atol=1e-6)
    assert record.c is not None
    np.testing.assert_allclose(record.c[:, -1], c.numpy(), atol=1e-6)


@pytest.mark.parametrize(
    ("module", "said"),
    [
        (nn.Linear(3, 6), "0 of torch.nn.RNNBase"),
        (nn.ModuleList([nn.GRU(6, 3), nn.GRU(6, 3), nn.Linear(3, 6)]), "2 of torch.nn.RNNBase"),
        (nn.ModuleList([nn.GRU(6, 3), nn.Linear(3, 6), nn.Linear(3, 6)]), "2 of torch.nn.Linear"),
        (nn.ModuleList([nn.GRU(6, 3, bidirectional=True), nn.Linear(6, 6)]), "bidirectional"),
        (nn.ModuleList([nn.LSTM(6, 3, proj_size=2), nn.Linear(2, 6)]), "projects"),
        (nn.ModuleList([nn.GRU(6, 3), nn.LayerNorm(3), nn.Linear(3, 6)]), "weights beside"),
        (nn.ModuleList([nn.Embedding(6, 5), nn.GRU(4, 3), nn.Linear(3, 6)]), "embedding_dim"),
        (
            nn.ModuleList([nn.Embedding(6, 4, max_norm=0.5), nn.GRU(4, 3), nn.Linear(3, 6)]),
            "max_norm 0.5, which changes its rows",
        ),
        (nn.ModuleList([nn.GRU(6, 3), nn.Linear(3, 6)]).bfloat16(), "weights are bfloat16; all"),
        (nn.ModuleList([nn.GRU(6, 3), nn.Linear(3, 6)]).half(), "weights are float16; all must"),
        (
            nn.ModuleList([nn.GRU(6, 3), nn.Linear(3, 6).double()]),
            "weights are float32 and float64; all must",
        ),
        (nn.ModuleList([nn.GRU(6, 3), nn.Linear(3, 5)]), "the decoder has 5 characters"),
        (nn.ModuleList([nn.GRU(5, 3), nn.Linear(3, 6)]), "the input has 5 characters"),
    ],
)
def test_other_modules_are_refused(module: nn.Module, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        as_char_rnn(module, 6)


def test_what_is_no_module_is_refused() -> None:
    with pytest.raises(TypeError, match="of type str"):
        as_char_rnn("lstm", 6)  # type: ignore[arg-type]
