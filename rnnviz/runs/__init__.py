"""Runs on disk: a folder each, written so that nothing is lost."""
