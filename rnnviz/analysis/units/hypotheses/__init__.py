"""What a unit might follow: properties of a text, each computed from its characters alone."""
