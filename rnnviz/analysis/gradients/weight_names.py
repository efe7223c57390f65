"""What a network's weights are called in pictures and sentences, by PyTorch's names."""

from __future__ import annotations

import re

_KINDS = {
    "weight_ih": "W_xh",
    "weight_hh": "W_hh",
    "decoder.weight": "W_hy",
    "bias_ih": "b_xh",
    "bias_hh": "b_hh",
    "decoder.bias": "b_hy",
}
_LAYERED = re.compile(r"(.+)_l(\d+)")


def layer_of(parameter: str) -> int | None:
    """The layer of weights by PyTorch's name, from 0; None of the decoder's.

    Example:
        >>> layer_of("weight_hh_l1"), layer_of("decoder.weight")
        (1, None)
    """
    found = _LAYERED.fullmatch(parameter)
    return None if found is None else int(found[2])


def weight_name(parameter: str, layers: int = 1, *, markup: bool = False) -> str:
    """What weights are called: by what they lead from and to, and their layer of several.

    A bias is called as the matrix that it stands beside.

    Args:
        parameter: by PyTorch's name.
        layers: of the network.
        markup: for Plotly.

    Example:
        >>> weight_name("weight_ih_l0"), weight_name("weight_hh_l1", 2, markup=True)
        ('W_xh', 'W<sub>hh</sub>, layer 1')
        >>> weight_name("decoder.weight", 2), weight_name("rnn.bias_hh_l0")
        ('W_hy', 'b_hh')
    """
    kind, layer = parameter.removeprefix("rnn."), layer_of(parameter)
    kind = kind if layer is None else kind.rpartition("_l")[0]
    name = _KINDS.get(kind, kind)
    if markup and kind in _KINDS:
        name = f"{name[0]}<sub>{name[2:]}</sub>"
    return name + f", layer {layer}" * (layers > 1 and layer is not None)
