"""The base of every figure: one look, and what is shown where there is nothing to show."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

import plotly.graph_objects as go

from rnnviz.notation import percent, unbroken
from rnnviz.plots.theme import LIGHT, SANS, TRANSPARENT, Theme

HEIGHT = 400
_LINE = 64
_LINE_HEIGHT = 21
_MARKUP = re.compile(r"</?su[bp]>")


def frame(
    title: str,
    subtitle: str = "",
    *,
    x: str = "",
    y: str = "",
    height: int = HEIGHT,
    theme: Theme = LIGHT,
) -> go.Figure:
    """A figure with nothing in it yet: transparent, title at the left, legend under the plot.

    Args:
        title: short; markup such as <sub> is allowed, so escape what others wrote.
        subtitle: what the picture shows, by its definition; broken into lines of 64 characters.
        x: title of the horizontal axis, units included.
        y: title of the vertical axis, units included.
        height: in pixels, the subtitle not counted; the width is that of the page.
        theme: the colours.

    Example:
        >>> figure = frame("Loss", x="iteration")
        >>> figure.layout.title.text, figure.layout.xaxis.title.text, len(figure.data)
        ('Loss', 'iteration', 0)
    """
    lines = _lines(subtitle, _LINE)
    above = _LINE_HEIGHT * (lines.count("<br>") + 1) + 8 if lines else 0
    layout = {
        **_base(theme, above),
        "title": _title(title, lines, theme),
        "height": height + above,
        "xaxis": _axis(theme, text=x),
        "yaxis": _axis(theme, text=y),
    }
    # Born whole: what is updated later costs Plotly ten times as much.
    return go.Figure(layout=layout)


def panels(
    title: str,
    subtitle: str = "",
    *,
    height: int,
    theme: Theme = LIGHT,
    rows: int = 1,
    cols: int = 1,
    **spacing: float,
) -> go.Figure:
    """A figure of several panels, all axes of one look; those under each other share their time.

    Args:
        title: as for `frame`.
        subtitle: likewise.
        height: likewise.
        theme: the colours.
        rows: of panels.
        cols: of panels.
        spacing: vertical_spacing or horizontal_spacing, as `make_subplots` takes them.

    Example:
        >>> figure = panels("States", height=500, rows=2)
        >>> figure.layout.yaxis2.ticks, figure.layout.xaxis.matches
        ('outside', 'x2')
    """
    figure = frame(title, subtitle, height=height, theme=theme)
    figure.set_subplots(rows=rows, cols=cols, shared_xaxes=rows > 1, **spacing)
    for axis in (*figure.select_xaxes(), *figure.select_yaxes()):
        figure.layout[axis.plotly_name] = {**axis.to_plotly_json(), **_axis(theme)}
    return figure


def share_ticks(shares: Iterable[float]) -> dict[str, Any]:
    """Where an axis of shares is named, as shares are written in sentences.

    Example:
        >>> share_ticks([0.5])["ticktext"]
        ['50\u00a0%']
    """
    values = list(shares)
    return {"tickvals": values, "ticktext": [unbroken(percent(share, 0)) for share in values]}


def empty(title: str, sentence: str, theme: Theme = LIGHT) -> go.Figure:
    """A titled figure with one sentence in its middle, for when there is nothing to show.

    Example:
        >>> empty("Loss", "Nothing has been trained yet.").layout.annotations[0].text
        'Nothing has been trained yet.'
    """
    figure = frame(title, height=240, theme=theme)
    figure.add_annotation(
        text=_lines(sentence, 48),
        x=0.5,
        y=0.5,
        xref="paper",
        yref="paper",
        showarrow=False,
        font={"size": 14, "color": theme.muted},
    )
    figure.update_xaxes(visible=False)
    figure.update_yaxes(visible=False)
    return figure


def has_legend(figure: go.Figure) -> bool:
    """Whether Plotly shows a legend: asked for, or more than one name to tell apart.

    Example:
        >>> figure = frame("Loss")
        >>> _ = figure.add_scatter(y=[1, 2], name="training")
        >>> has_legend(figure)
        False
        >>> _ = figure.add_scatter(y=[2, 3], name="validation")
        >>> has_legend(figure)
        True
    """
    if figure.layout.showlegend is not None:
        return bool(figure.layout.showlegend)
    named = [
        trace for trace in figure.data if trace.type != "heatmap" and trace.showlegend is not False
    ]
    return len(named) > 1 or any(one.showlegend for one in (*named, *figure.layout.shapes))


def colour_bar(title: str, theme: Theme, **more: Any) -> dict[str, Any]:
    """The numbers beside a heatmap; its title runs upwards, so that it takes little width."""
    small = {"size": 11, "color": theme.muted}
    return {
        "title": {"text": title, "side": "right", "font": small},
        "tickfont": small,
        "thickness": 12,
        "len": 1.0,
        "outlinewidth": 0,
        "x": 1.01,
        "xpad": 4,
        "ypad": 0,
        **more,
    }


def _base(theme: Theme, above: int) -> dict[str, Any]:
    return {
        "paper_bgcolor": TRANSPARENT,
        "plot_bgcolor": TRANSPARENT,
        "font": {"family": SANS, "size": 13, "color": theme.text},
        "margin": {"l": 70, "r": 22, "b": 48, "t": 44 + above + 4},
        "colorway": list(theme.series),
        "hoverlabel": {
            "bgcolor": theme.surface,
            "bordercolor": theme.grid,
            "font": {"family": SANS, "size": 12, "color": theme.text},
            "align": "left",
            "namelength": -1,
        },
        "legend": {
            "orientation": "h",
            "yref": "container",
            "y": 0,
            "yanchor": "bottom",
            "x": 0,
            "xanchor": "left",
            "font": {"size": 12},
            "bgcolor": TRANSPARENT,
            "maxheight": 0.7,  # of the figure: a taller one would be cut, and scroll
        },
        "modebar": {
            "bgcolor": TRANSPARENT,
            "color": theme.muted,
            "activecolor": theme.accent,
            # "Share chart" would send the figure to a third party.
            "remove": ["lasso2d", "select2d", "autoscale", "sendChartToCloud"],
        },
    }


def _title(title: str, lines: str, theme: Theme) -> dict[str, Any]:
    """Both in one text: Plotly's own subtitles stand at varying distances."""
    small = f'<br><span style="font-size:12px;color:{theme.muted}">{lines}</span>'
    return {
        "text": title + small if lines else title,
        "font": {"size": 16},
        "x": 0,
        "xanchor": "left",
        "xref": "container",
        "pad": {"l": 12, "t": 26 if lines else 14},
        "y": 1,
        "yanchor": "top",
        "yref": "container",
    }


def _axis(theme: Theme, **title: Any) -> dict[str, Any]:
    muted = {"size": 12, "color": theme.muted}
    return {
        "gridcolor": theme.grid,
        "linecolor": theme.muted,
        "zeroline": False,
        "ticks": "outside",
        "tickcolor": theme.grid,
        "ticklen": 4,
        "tickfont": muted,
        "title": {"font": muted, "standoff": 8, **title},
        "automargin": True,
    }


def _lines(text: str, width: int) -> str:
    """Broken between words; markup such as <sub> takes no width."""
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if len(_MARKUP.sub("", longer)) <= width:
            lines[-1] = longer
        else:
            lines.append(word)
    return "<br>".join(lines)
