"""Training a network on a text: a generator of progress that knows nothing of disks or screens."""
