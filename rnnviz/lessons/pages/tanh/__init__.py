"""The numbers of the page that asks why tanh."""
