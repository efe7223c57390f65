"""Generated languages: every character's probability is known, so the lowest loss is too."""
