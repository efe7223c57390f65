"""Figures as SVG that stands still: no script draws it, so that a file can hold it."""
