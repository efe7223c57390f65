"""The numbers of the page about one word."""
