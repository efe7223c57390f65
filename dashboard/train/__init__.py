"""What the Train page is made of: a text and settings are chosen, a run is watched."""
