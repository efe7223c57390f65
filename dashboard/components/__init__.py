"""What pages are made of: widgets that ask, and parts that show."""
