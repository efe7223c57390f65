"""All that is measured of a layer's Jacobians over one text, as it comes to be known."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from rnnviz.analysis.gradients.bound import step_bound
from rnnviz.analysis.gradients.jacobian import StepJacobians, in_float64, step_jacobians
from rnnviz.analysis.gradients.jacobian_records import MEAN, LyapunovSpectrum, Spectra
from rnnviz.analysis.gradients.lyapunov import lyapunov, lyapunov_by_block
from rnnviz.analysis.gradients.matrix_spectrum import Spectrum, recurrent_blocks, spectrum
from rnnviz.analysis.gradients.singular_values import singular_values
from rnnviz.analysis.states.signals import NOT_FINITE
from rnnviz.recurrent.char_rnn import CharRNN
from rnnviz.text.vocabulary import Vocabulary

# Of which the largest is kept: beside others it is found sooner than alone.
_FEW = 4


def layer_spectra(
    network: CharRNN, vocabulary: Vocabulary | Sequence[str], text: str, layer: int
) -> Iterator[Spectra]:
    """Singular values and matrices at first, then the exponents block by block.

    Raises:
        ValueError: the weights or the states over this text are no finite numbers.

    Example:
        >>> from rnnviz.config import ModelConfig
        >>> network = CharRNN(ModelConfig(cell="gru", hidden_size=3), vocab_size=2)
        >>> *_, last = layer_spectra(network, "ab", "abba" * 9, 0)  # weights of zero: z is a half
        >>> last.lyapunov.exponents.round(3), list(last.matrices)[-1], last.done
        (array([-0.693, -0.693, -0.693]), 'mean Jacobian', True)
    """
    steps = step_jacobians(network, vocabulary, text, layer)
    if not steps.finite:
        raise ValueError(NOT_FINITE)
    bounds = step_bound(in_float64(network))
    found = Spectra(
        singular_values(steps),
        None if bounds is None else float(bounds[layer]),
        _matrices(network, steps, layer),
    )
    yield found
    for exponents in lyapunov_by_block(steps):
        found = replace(found, lyapunov=exponents)
        yield found
    yield replace(found, done=True)


def largest_exponent(
    network: CharRNN, vocabulary: Vocabulary | Sequence[str], text: str, layer: int
) -> LyapunovSpectrum:
    """The largest exponents alone, which take a small part of the time of all."""
    steps = step_jacobians(network, vocabulary, text, layer)
    return lyapunov(steps, directions=min(_FEW, steps.size))


def _matrices(network: CharRNN, steps: StepJacobians, layer: int) -> dict[str, Spectrum]:
    weight = network.parameters.get(f"rnn.weight_hh_l{layer}")
    named = {} if weight is None else recurrent_blocks(weight.cpu().numpy(), network.config.cell)
    named[MEAN] = steps.mean().numpy()
    return {name: spectrum(matrix, 0) for name, matrix in named.items()}
