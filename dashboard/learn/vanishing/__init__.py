"""What the page about vanishing and exploding gradients is made of."""
