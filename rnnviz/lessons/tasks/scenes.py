"""Many to many, aligned: frames of a simulated video in, the scene of each frame out."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

import torch
from torch import Tensor

from rnnviz.lessons.tasks.score import Score, accuracy, judge
from rnnviz.lessons.tasks.settings import FRAME_SIDE
from rnnviz.lessons.tasks.task_network import (
    AlignedNetwork,
    Reading,
    answered,
    loss_at_every_timestep,
    train,
)
from rnnviz.lessons.tasks.words import UnknownInputError, Words, words_of

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
            row, column = (row + down) % FRAME_SIDE, (column + right) % FRAME_SIDE
            places.append((row, column))
    return places


@dataclass(frozen=True, slots=True, eq=False)
class Scenes:
    """A trained network with its score."""

    network: AlignedNetwork
    score: Score

    def watch(self, text: str) -> tuple[list[tuple[int, int]], list[str], Reading]:
        """Film the scenes named: the ball's places, the true scene of each frame, the reading.

        Raises:
            UnknownInputError: a scene is unknown, or there is none, or there are over 8.
        """
        scenes = words_of(text)
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
        inputs = [f"{row},{column}" for row, column in places]
        return answered(inputs, h[:, 0], logits[:, 0], SCENES.known)


def learn(seed: int = 0) -> Scenes:
    """Train on generated videos; the first frame of a video has no scene to be known by."""
    random = Random(seed)
    videos, labels = [], []
    for _ in range(_VIDEOS + _HELD_OUT):
        scenes = random.choices(SCENES.known, k=_SCENES_OF_A_VIDEO)
        videos.append(film(scenes, (random.randrange(FRAME_SIDE), random.randrange(FRAME_SIDE))))
        labels.append([s for s in SCENES.ids(scenes) for _ in range(FRAMES_OF_A_SCENE)])
    frames, target = _pixels(videos), torch.tensor(labels).T
    network = AlignedNetwork(FRAME_SIDE**2, _UNITS, len(SCENES))

    def loss(rows: Tensor) -> Tensor:
        return loss_at_every_timestep(network(frames[:, rows])[1][1:], target[1:, rows])

    train(network, loss, _VIDEOS, seed=seed, iterations=_ITERATIONS)
    return Scenes(network, _score(network, frames, target, seed))


@torch.inference_mode()
def _score(network: AlignedNetwork, frames: Tensor, target: Tensor, seed: int) -> Score:
    truth = target[1:, _VIDEOS:].flatten().tolist()
    answers = network(frames[:, _VIDEOS:])[1][1:].argmax(-1).flatten().tolist()
    score = judge(answers, truth, target[1:, :_VIDEOS].flatten().tolist(), seed)
    alone = network(frames[1:, _VIDEOS:].reshape(1, -1))[1].argmax(-1).flatten().tolist()
    return score.beside("the same network, each frame alone", accuracy(alone, truth))


def _pixels(videos: list[list[tuple[int, int]]]) -> Tensor:
    """Which pixel is lit (time, video)."""
    return torch.tensor([[row * FRAME_SIDE + column for row, column in film] for film in videos]).T
