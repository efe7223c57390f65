"""The numbers that only one Learn page shows, a folder for each page."""
