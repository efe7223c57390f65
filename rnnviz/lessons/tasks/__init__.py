"""Small networks that are trained for one task each."""
