"""What a trained network does: its states over a text, its units, how far gradients travel."""
