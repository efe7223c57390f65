"""Gradient flow: what a loss depends on, how far back, and what training leaves out of it."""
