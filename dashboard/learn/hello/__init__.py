"""What the page about one word is made of."""
