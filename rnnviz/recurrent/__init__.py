"""Recurrent networks and their calculus: cells, explicit backpropagation through time, samples."""
