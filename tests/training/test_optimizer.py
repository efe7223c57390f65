"""The optimizer against torch's own."""

from __future__ import annotations

import torch

from rnnviz.config import ModelConfig
from rnnviz.recurrent.char_rnn import CharRNN
from rnnviz.recurrent.parameters import Parameters
from rnnviz.training.optimizer import AdamW
from rnnviz.training.schedule import rate_share

DECAY = 0.1
RATES = (0.02, 0.01, 0.005, 0.001)


def _weights(generator: torch.Generator) -> tuple[Parameters, Parameters]:
    """A small LSTM's weights, drawn, and room for their gradients."""
    weights = CharRNN(ModelConfig(cell="lstm", hidden_size=5, num_layers=2), 7).parameters
    weights.flat.normal_(generator=generator)
    return weights, weights.zeros_like()


def test_equals_torch_adamw() -> None:
    """Every weight takes its share of the rate, and matrices alone decay."""
    generator = torch.Generator().manual_seed(0)
    weights, gradients = _weights(generator)
    theirs = {name: weight.clone().requires_grad_() for name, weight in weights.items()}
    optimizer = AdamW(weights, gradients, DECAY)
    groups = [
        {"params": [weight], "weight_decay": DECAY if weight.dim() > 1 else 0.0}
        for weight in theirs.values()
    ]
    reference = torch.optim.AdamW(groups, betas=(0.9, 0.99))
    for rate in RATES:
        gradients.flat.normal_(generator=generator)
        for group, name in zip(reference.param_groups, theirs, strict=True):
            group["lr"] = rate * rate_share(name)
            theirs[name].grad = gradients[name].clone()
        optimizer.update(rate)
        reference.step()
    for name, weight in theirs.items():
        torch.testing.assert_close(weights[name], weight.detach(), rtol=1e-5, atol=1e-6)


def test_goes_on_bit_for_bit() -> None:
    generator = torch.Generator().manual_seed(0)
    weights, gradients = _weights(generator)
    optimizer = AdamW(weights, gradients, DECAY)
    gradients.flat.normal_(generator=generator)
    optimizer.update(RATES[0])
    others = weights.zeros_like()
    others.load(weights)
    other = AdamW(others, gradients, DECAY)
    other.restore({name: kept.clone() for name, kept in optimizer.state().items()})
    for one in (optimizer, other):
        one.update(RATES[1])
    torch.testing.assert_close(others.flat, weights.flat, rtol=0, atol=0)
