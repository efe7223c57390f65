"""The numbers of the page about backpropagation through time."""
