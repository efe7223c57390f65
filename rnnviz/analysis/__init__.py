"""What a trained network does: its states over a text, and how far its gradients travel."""
