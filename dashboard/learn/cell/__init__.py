"""What the page about the recurrent cell is made of."""
