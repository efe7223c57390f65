"""In which order the units of a layer are shown."""
