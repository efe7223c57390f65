"""Plotly figures that only Learn pages show."""
