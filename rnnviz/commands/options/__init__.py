"""The arguments of the command line, in files by what commands have them."""
