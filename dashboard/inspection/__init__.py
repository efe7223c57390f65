"""What the Inspect pages are made of."""
