"""What pages say of the tasks before a network is trained on one: known without PyTorch."""

from __future__ import annotations

from rnnviz.cells import Cell

# Recall: letters, the dots between a letter and its return, and the networks compared.
LETTERS = "abcd"
GAP = 24
RECALL_UNITS = 24
RECALL_ITERATIONS = 1200
# Measured by `python -m tests.benchmarks.recall`: from how many of the seeds 0 to 9 a cell gets at
# least nine in ten letters right, and the most letters that any of them gets right.
RECALLED, SEEDS = 0.9, 10
RECALLS: dict[Cell, tuple[int, float]] = {"rnn": (0, 0.51), "lstm": (10, 0.99)}
RECALL_CELLS: tuple[Cell, Cell] = ("rnn", "lstm")

# Forecast: of each curve, how large the random walk is, and how large the rhythm.
CURVES = {
    "random walk": (1.0, 0.0),
    "random walk with a rhythm": (0.6, 1.0),
    "rhythm with a little noise": (0.1, 1.0),
}

# Captions: what a picture's letters stand for. Scenes: pixels of a frame from side to side.
COLOURS = {"b": "blue", "o": "orange", "g": "green", "p": "purple"}
FRAME_SIDE = 5
