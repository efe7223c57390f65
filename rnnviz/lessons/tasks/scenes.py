"""Many to many, aligned: frames of a simulated video in, the scene of each frame out."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

import torch
from torch import Tensor, nn

from rnnviz.lessons.tasks.task_network import (
    Reading,
    Score,
    UnknownInputError,
    Words,
    accuracy,
    controls,
    train,
)

SIDE = 5
MOVES = {"left": (0, -1), "right": (0, 1), "up": (-1, 0), "down": (1, 0), "still": (0, 0)}
SCENES = Words(tuple(MOVES))
FRAMES_OF_A_SCENE = 4
MOST_SCENES = 8
_UNITS = 48
_VIDEOS = 400
_HELD_OUT = 100
_SCENES_OF_A_VIDEO = 4
_ITERATIONS = 300


def film(scenes: list[str], start: tuple[int, int] = (2, 2)) -> list[tuple[int, int]]:
    """Where the ball is in every frame (row, column); what leaves on one side comes in opposite.

    Each scene moves it one pixel a frame, for four frames.

    Example:
        >>> film(["right"], start=(0, 3))
        [(0, 4), (0, 0), (0, 1), (0, 2)]
    """
    row, column = start
    places = []
    for scene in scenes:
        down, right = MOVES[scene]
        for _ in range(FRAMES_OF_A_SCENE):
            row, column = (row + down) % SIDE, (column + right) % SIDE
            places.append((row, column))
    return places


class Network(nn.Module):
    """A GRU over frames, one pixel of which is lit: W_xh x is a column of W_xh."""

    def __init__(self) -> None:
        super().__init__()
        self.frame = nn.Embedding(SIDE**2, _UNITS)
        self.gru = nn.GRU(_UNITS, _UNITS)
        self.out = nn.Linear(_UNITS, len(SCENES))

    def forward(self, places: Tensor) -> tuple[Tensor, Tensor]:
        """Hidden states (time, batch, unit) and logits (time, batch, scene)."""
        h, _ = self.gru(self.frame(places))
        return h, self.out(h)


@dataclass(frozen=True, slots=True, eq=False)
class Scenes:
    """A trained network with its score."""

    network: Network
    score: Score

    def watch(self, text: str) -> tuple[list[tuple[int, int]], list[str], Reading]:
        """Film the scenes named: the ball's places, the true scene of each frame, the reading.

        Raises:
            UnknownInputError: a scene is unknown, or there is none, or there are over 8.
        """
        scenes = text.lower().replace(",", " ").split()
        SCENES.ids(scenes)
        if len(scenes) > MOST_SCENES:
            raise UnknownInputError(
                f"a film has at most {MOST_SCENES} scenes here; these are {len(scenes)}."
            )
        truth = [scene for scene in scenes for _ in range(FRAMES_OF_A_SCENE)]
        return film(scenes), truth, self.read(film(scenes))

    @torch.inference_mode()
    def read(self, places: list[tuple[int, int]]) -> Reading:
        """Name the scene of every frame from the frames up to it; a frame reads as row, column."""
        h, logits = self.network(_pixels([places]))
        sure, best = logits[:, 0].softmax(-1).max(-1)
        inputs = tuple(f"{row},{column}" for row, column in places)
        return Reading(inputs, tuple(SCENES.known[i] for i in best), h[:, 0].numpy(), sure.numpy())


def learn(seed: int = 0) -> Scenes:
    """Train on generated videos; the first frame of a video has no scene to be known by."""
    random = Random(seed)
    videos, labels = [], []
    for _ in range(_VIDEOS + _HELD_OUT):
        scenes = random.choices(SCENES.known, k=_SCENES_OF_A_VIDEO)
        videos.append(film(scenes, (random.randrange(SIDE), random.randrange(SIDE))))
        labels.append([s for s in SCENES.ids(scenes) for _ in range(FRAMES_OF_A_SCENE)])
    frames, target = _pixels(videos), torch.tensor(labels).T
    network = Network()

    def loss(rows: Tensor) -> Tensor:
        logits = network(frames[:, rows])[1][1:]
        return nn.functional.cross_entropy(logits.flatten(0, 1), target[1:, rows].flatten())

    train(network, loss, _VIDEOS, seed=seed, iterations=_ITERATIONS)
    return Scenes(network, _score(network, frames, target, seed))


@torch.inference_mode()
def _score(network: Network, frames: Tensor, target: Tensor, seed: int) -> Score:
    truth = target[1:, _VIDEOS:].flatten().tolist()
    answers = network(frames[:, _VIDEOS:])[1][1:].argmax(-1).flatten().tolist()
    chance = controls(answers, truth, target[1:, :_VIDEOS].flatten().tolist(), seed)
    alone = network(frames[1:, _VIDEOS:].reshape(1, -1))[1].argmax(-1).flatten().tolist()
    chance["the same network, each frame alone"] = accuracy(alone, truth)
    return Score(accuracy(answers, truth), len(truth), chance)


def _pixels(videos: list[list[tuple[int, int]]]) -> Tensor:
    """Which pixel is lit (time, video)."""
    return torch.tensor([[row * SIDE + column for row, column in film] for film in videos]).T
