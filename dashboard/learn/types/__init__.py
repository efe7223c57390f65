"""What the page about the types of RNN is made of."""
