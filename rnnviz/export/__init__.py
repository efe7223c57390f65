"""What leaves the program as files for others: arrays and tables."""
