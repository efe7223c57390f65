"""What the Learn pages are made of: a folder for each, and here what several share."""
