"""What single units follow, and how they relate to each other."""
