"""What the page that asks why tanh is made of."""
