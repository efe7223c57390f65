"""Layers in machine code of our own: products and element-wise steps of a whole window at once."""
