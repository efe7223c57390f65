"""Runs as an HTML file, and many such files as a gallery: without a server, or Python."""
