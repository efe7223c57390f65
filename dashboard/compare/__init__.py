"""What Compare is made of: many runs side by side."""
