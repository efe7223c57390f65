"""Networks as files that other programs read."""
