"""What the page about backpropagation through time is made of."""
