"""What a notebook shows and answers from: widgets for Jupyter, VS Code, Colab and marimo.

They need the package anywidget, which `pip install 'rnnviz[notebook]'` installs.
"""

from importlib.util import find_spec

if find_spec("anywidget") is None:
    raise ImportError(
        "rnnviz.widgets needs the package anywidget; install it: `pip install anywidget`."
    )

from rnnviz.widgets.text_heatmap import TextHeatmap

__all__ = ["TextHeatmap"]
