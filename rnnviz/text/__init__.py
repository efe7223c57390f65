"""Bytes to text, text to ids, ids to windows of training."""
