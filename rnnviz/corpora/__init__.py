"""Texts to learn from: generated languages with known truth, sample files, real texts."""
