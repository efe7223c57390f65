"""The processes that train: starting, waiting in line, recording, pausing, stopping."""
