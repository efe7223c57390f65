"""The calculus of a recurrent network by hand in NumPy, every intermediate number kept."""
