"""What is asked of a run's network, over which text, and how its answers are said."""
