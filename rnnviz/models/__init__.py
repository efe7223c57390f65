"""What can be looked into: networks of runs, and those trained elsewhere."""
