"""Files that hold networks trained elsewhere, read with limits: nothing in them is run."""
