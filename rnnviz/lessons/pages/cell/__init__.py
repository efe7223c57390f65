"""The numbers of the page about the recurrent cell."""
