"""What must hold of every source file, as functions that answer with what breaks it."""
