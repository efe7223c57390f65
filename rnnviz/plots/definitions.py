"""What pictures of gradients show: the definitions in words, and how the paths are told apart."""

from __future__ import annotations

from collections.abc import Iterable

# A: of the sum of all losses.
WINDOW = (
    "|∂(sum of l<sub>t</sub>)/∂{state}<sub>k</sub>|: what training uses. It mixes all lags. At the "
    "right edge fewer losses remain to be summed, and wherever a loss is near zero it adds little, "
    "so that a fall there need not be one with the distance."
)
# B: of the last loss alone.
LAST_LOSS = (
    "|∂l<sub>T</sub>/∂{state}<sub>k</sub>|: how the last loss depends on the state after each "
    "character before it."
)
# C: of every loss, by how far back the state is.
BY_LAG = "Mean over t of |∂l<sub>t</sub>/∂h<sub>t−lag</sub>|"

DASHES = {"h": "solid", "c": "dash"}


def defined(definition: str, paths: Iterable[str]) -> str:
    """A definition of A or B with the state that it is of, and what the paths are.

    Example:
        >>> defined("∂l/∂{state}", "h"), defined("∂l/∂{state}.", "hc")[:24]
        ('∂l/∂h', '∂l/∂state. The state is ')
    """
    both = "c" in paths
    which = " The state is h on the one path and c on the other." * both
    return definition.replace("{state}", "state" if both else "h") + which + paths_words(paths)


def paths_words(paths: Iterable[str]) -> str:
    """What the two ways back are, where a picture shows both.

    Example:
        >>> paths_words("h"), paths_words("hc")[:42]
        ('', ' Path h: what a small change of the hidden')
    """
    if "c" not in paths:
        return ""
    return (
        " Path h: what a small change of the hidden state h alone would do to the loss; path c: of "
        "the cell state c, from which the cell computes h, so that h changes with it."
    )


def path_name(path: str) -> str:
    """What legends call the way back through the hidden or the cell states.

    Example:
        >>> path_name("c")
        'path through c'
    """
    return f"path through {path}"
