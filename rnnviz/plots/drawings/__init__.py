"""Drawings as SVG: boxes, arrows and letters, without Plotly."""
