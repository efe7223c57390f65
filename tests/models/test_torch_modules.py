"""Networks trained elsewhere give the same states here."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor, nn
from torch.nn.utils.parametrizations import weight_norm

from rnnviz.analysis.states.trace import trace
from rnnviz.models.adopted import Adopted, NetworkError
from rnnviz.models.state_dicts import from_state_dict
from rnnviz.models.torch_modules import as_char_rnn
from rnnviz.text.vocabulary import Vocabulary
from tests.models.test_state_dicts import logits_of

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


class Stacked(nn.Module):
    """Cells that are called one after the other, as tutorials do."""

    def __init__(self, kind: type[nn.RNNCellBase], bias: bool = True) -> None:
        super().__init__()
        self.embed = nn.Embedding(6, 4)
        self.cells = nn.ModuleList([kind(4, 5, bias=bias), kind(5, 5, bias=bias)])
        self.out = nn.Linear(5, 6, bias=bias)

    def forward(self, ids: Tensor) -> Tensor:
        states: list[Any] = [None, None]
        logits = []
        for read in self.embed(ids)[:, None]:
            for number, cell in enumerate(self.cells):
                states[number] = cell(read, states[number])
                read = states[number][0] if isinstance(cell, nn.LSTMCell) else states[number]
            logits.append(self.out(read)[0])
        return torch.stack(logits)


@pytest.mark.parametrize("kind", [nn.RNNCell, nn.GRUCell, nn.LSTMCell])
@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_cells_are_layers_as_modules_and_as_weights(
    kind: type[nn.RNNCellBase], dtype: torch.dtype
) -> None:
    torch.manual_seed(5)
    module = Stacked(kind, bias=dtype == torch.float32).to(dtype)
    ids = torch.tensor([0, 3, 5, 1, 1, 2])
    network = as_char_rnn(module, 6, torch.float64)
    assert module.out.weight.dtype == dtype
    weights = {name: weight.double().numpy() for name, weight in network.parameters.items()}
    by_name = from_state_dict(module.state_dict(), "tanh" if kind is nn.RNNCell else None)
    with torch.no_grad():
        expected = module.float()(ids)
    for adopted in (Adopted.of(network.config, weights), by_name):
        assert adopted.model.num_layers == 2
        torch.testing.assert_close(logits_of(adopted, ids), expected, atol=1e-6, rtol=1e-5)


def test_cells_that_are_no_stack_are_refused_and_one_needs_none() -> None:
    def refused(*cells: nn.Module) -> str:
        module = nn.ModuleList([*cells, nn.Linear(3, 6)])
        with pytest.raises(ValueError, match="cells") as caught:
            as_char_rnn(module, 6)
        with pytest.raises(NetworkError, match="2 recurrent modules"):
            from_state_dict(nn.ModuleDict({"a": cells[0], "b": cells[1]}).state_dict(), "tanh")
        return str(caught.value)

    assert "keep them in one torch.nn.ModuleList" in refused(nn.GRUCell(6, 3), nn.GRUCell(3, 3))
    uneven = nn.ModuleList([nn.GRUCell(6, 3), nn.GRUCell(3, 4)])
    with pytest.raises(ValueError, match="differ in nonlinearity or hidden_size"):
        as_char_rnn(nn.ModuleList([uneven, nn.Linear(4, 6)]), 6)
    alone = nn.Sequential(nn.Identity(), nn.GRUCell(6, 3), nn.Linear(3, 6))
    assert as_char_rnn(alone, 6).config == from_state_dict(alone.state_dict()).model


def buffered() -> nn.Module:
    module = nn.ModuleList([nn.GRU(6, 3), nn.Linear(3, 6)])
    module.register_buffer("scale", torch.ones(3))
    return module


def normed(module: nn.Module, name: str, weight: str) -> nn.Module:
    weight_norm(module.get_submodule(name), weight)
    return module


@pytest.mark.parametrize(
    ("module", "said"),
    [
        (nn.Linear(3, 6), "0 of torch.nn.RNNBase"),
        (nn.ModuleList([nn.GRU(6, 3), nn.GRU(6, 3), nn.Linear(3, 6)]), "2 of torch.nn.RNNBase"),
        (nn.ModuleList([nn.GRU(6, 3), nn.Linear(3, 6), nn.Linear(3, 6)]), "2 of torch.nn.Linear"),
        (nn.ModuleList([nn.GRU(6, 3, bidirectional=True), nn.Linear(6, 6)]), "bidirectional"),
        (nn.ModuleList([nn.LSTM(6, 3, proj_size=2), nn.Linear(2, 6)]), "projects"),
        (nn.ModuleList([nn.GRU(6, 3), nn.LayerNorm(3), nn.Linear(3, 6)]), "LayerNorm .1., which"),
        (nn.ModuleList([nn.GRU(6, 3), nn.Tanh(), nn.Linear(3, 6)]), "Tanh .1., which changes"),
        (nn.ModuleList([nn.GRU(6, 3), nn.ParameterList([torch.ones(3)]), nn.Linear(3, 6)]), "besi"),
        (buffered(), "weights beside embedding, recurrence and decoder .scale"),
        (
            normed(nn.ModuleList([nn.GRU(6, 3), nn.Linear(3, 6)]), "0", "weight_hh_l0"),
            "from others",
        ),
        (normed(nn.ModuleList([nn.GRU(6, 3), nn.Linear(3, 6)]), "1", "weight"), "from others"),
        (nn.ModuleList([nn.GRU(6, 3), nn.Linear(3, 6)]).to("meta"), "on the device meta"),
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
