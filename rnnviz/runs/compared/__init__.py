"""Many runs: as rows of a table, as curves over each other, and which is better."""
