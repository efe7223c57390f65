"""The loss: softmax cross-entropy of the next character, and its derivative written out."""

from __future__ import annotations

import torch
from torch import Tensor

from rnnviz.recurrent.arena import Arena
from rnnviz.recurrent.char_rnn import CharRNN, Unroll
from rnnviz.recurrent.parameters import Parameters


def next_character_loss(logits: Tensor, targets: Tensor) -> Tensor:
    """l_t = -log p(target_t) in nats (...), from logits (..., vocab) and target ids (...).

    Example:
        >>> next_character_loss(torch.zeros(1, 4), torch.tensor([2])).exp()  # perplexity
        tensor([4.])
    """
    return -logits.log_softmax(-1).gather(-1, targets.unsqueeze(-1)).squeeze(-1)


def decoder_backward(
    network: CharRNN,
    unroll: Unroll,
    targets: Tensor,
    counted: Tensor | None,
    gradients: Parameters,
    arena: Arena,
    characters: int,
) -> tuple[Tensor, Tensor]:
    """The mean loss over so many characters, and its derivatives through the decoder.

    d l_t / d logits_t = softmax(logits_t) - onehot(target_t).

    Args:
        network: whose decoder reads the output.
        unroll: the forward run.
        targets: ids (time, batch).
        counted: which targets count (time, batch); None counts all.
        gradients: decoder.weight and decoder.bias are written here.
        arena: where buffers come from.
        characters: what the mean is over: how many targets count. Where the unroll is of some
            streams only, those of all streams, so that the parts' losses and derivatives add up.

    Returns:
        The sum of the losses over `characters`, in nats (scalar), and its derivative by the output
        (time + 1, batch, unit), zero at index 0.
    """
    timesteps, batch, units = unroll.output.shape
    output = unroll.output.reshape(timesteps * batch, units)
    target = targets.reshape(-1, 1)
    log_p = torch.log_softmax(network.logits(output), 1)
    loss = log_p.gather(1, target).neg_()
    d_logits = log_p.exp_()
    d_logits.scatter_add_(1, target, loss.new_full((len(target), 1), -1.0))
    if counted is not None:
        d_logits.mul_(counted.reshape(-1, 1))
        loss.mul_(counted.reshape(-1, 1))
    d_logits.div_(characters)
    mean = loss.sum().div_(characters)
    network.ways.multiply(d_logits.t(), output, gradients["decoder.weight"])
    torch.sum(d_logits, 0, out=gradients["decoder.bias"])
    d_output = arena.empty(timesteps + 1, batch, units)
    d_output[0].zero_()
    decoder = network.parameters["decoder.weight"]
    network.ways.multiply(d_logits, decoder, d_output[1:].flatten(0, 1))
    return mean, d_output
