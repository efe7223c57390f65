"""Texts to learn from."""
