"""What weight matrices are called, and how they are told apart."""

from __future__ import annotations

import re
from typing import Any

from rnnviz.plots.theme import LINES, Theme, part_colour

_INTO = {"weight_ih": "xh", "weight_hh": "hh", "decoder.weight": "hy"}
_LAYERED = re.compile(r"(.+)_l(\d+)")


def layer_of(parameter: str) -> int | None:
    """The layer of a matrix by PyTorch's name, from 0; None of the decoder's.

    Example:
        >>> layer_of("weight_hh_l1"), layer_of("decoder.weight")
        (1, None)
    """
    found = _LAYERED.fullmatch(parameter)
    return None if found is None else int(found[2])


def weight_name(parameter: str, layers: int = 1, *, markup: bool = False) -> str:
    """What a matrix is called: by what it leads from and to, and its layer where there are several.

    Args:
        parameter: by PyTorch's name.
        layers: of the network.
        markup: for Plotly.

    Example:
        >>> weight_name("weight_ih_l0"), weight_name("weight_hh_l1", 2, markup=True)
        ('W_xh', 'W<sub>hh</sub>, layer 1')
        >>> weight_name("decoder.weight", 2)
        'W_hy'
    """
    kind, layer = parameter.rpartition("_l")[0] or parameter, layer_of(parameter)
    into = _INTO.get(kind, kind)
    name = f"W<sub>{into}</sub>" if markup else f"W_{into}"
    return name + f", layer {layer}" * (layers > 1 and layer is not None)


def weight_line(parameter: str, theme: Theme) -> dict[str, Any]:
    """Its colour, that of what it leads from, and by its layer the dashes.

    W_xh is wider: what lies over it does not hide it.
    """
    part = {"weight_ih": "x", "weight_hh": "h"}.get(parameter.rpartition("_l")[0], "y")
    dash = LINES[(layer_of(parameter) or 0) % len(LINES)]
    return {"color": part_colour(theme, part), "dash": dash, "width": 5 if part == "x" else 2}
