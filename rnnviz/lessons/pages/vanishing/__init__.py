"""The numbers of the page about vanishing and exploding gradients."""
