"""Makes the files of `made_by_keras` again, with Keras itself: `python -m tests.models.files...`.

Each is a model and, beside it, ids and the logits that Keras computes of them. It needs the
packages keras and h5py, and works with PyTorch as Keras' backend.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import numpy as np

FOLDER = Path(__file__).parent / "made_by_keras"
NAMES = ("gru.keras", "lstm.h5", "rnn.keras")
DISTINCT, TIMESTEPS = 7, 40


def make(folder: Path) -> None:
    """Write every model, and what it computes, into a folder."""
    os.environ.setdefault("KERAS_BACKEND", "torch")
    import keras

    keras.utils.set_random_seed(5)
    ids = np.random.default_rng(5).integers(0, DISTINCT, (1, TIMESTEPS))
    for name, model in zip(NAMES, _models(keras), strict=True):
        inputs = np.eye(DISTINCT, dtype="float32")[ids] if name == "lstm.h5" else ids
        weights = [np.random.default_rng(6).normal(0, 0.3, w.shape) for w in model.get_weights()]
        model.set_weights(weights)
        model.save(folder / name)
        logits = np.asarray(model.predict(inputs, verbose=0))[0]
        np.savez(folder / f"{name}.npz", ids=ids[0], logits=logits)


def _models(keras: Any) -> list[Any]:
    """Embedding and two layers; one-hot input, as a graph; relu, without biases.

    Decoders are written in the three ways there are.
    """
    layers = keras.layers
    gru = [layers.GRU(units, return_sequences=True) for units in (5, 5)]
    one_hot = keras.Input((None, DISTINCT))
    states = layers.LSTM(6, return_sequences=True)(one_hot)
    plain = layers.SimpleRNN(4, activation="relu", return_sequences=True, use_bias=False)

    def ids() -> Any:
        return keras.Input((None,), dtype="int32")

    first, second = (layers.Embedding(DISTINCT, 3) for _ in range(2))
    heads = [layers.Dense(DISTINCT) for _ in range(3)]
    timewise = [layers.TimeDistributed(head) for head in heads]
    return [
        keras.Sequential([ids(), first, gru[0], layers.Dropout(0.2), gru[1], heads[0]]),
        keras.Model(one_hot, timewise[1](states)),
        keras.Sequential([ids(), second, layers.GaussianNoise(0.1), plain, timewise[2]]),
    ]


if __name__ == "__main__":
    make(FOLDER)
