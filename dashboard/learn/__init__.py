"""What the Learn pages are made of: a file begins with the name of its page."""
