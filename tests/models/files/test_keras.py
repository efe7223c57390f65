"""Keras' files give Keras' numbers; what changes numbers is refused by its name."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from rnnviz.models.adopted import NetworkError
from rnnviz.models.files.reading import read_networks
from tests.models.files.make_keras import FOLDER, NAMES, make
from tests.models.test_state_dicts import logits_of

h5py = pytest.importorskip("h5py", reason="the package h5py is not installed")


@pytest.fixture(scope="module", params=["stored", "made now"])
def folder(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Models of Keras and what it computes of them: as they were stored, and by Keras itself."""
    if request.param == "stored":
        return FOLDER
    if find_spec("keras") is None:
        pytest.skip("Keras is not installed")
    made = tmp_path_factory.mktemp("keras")
    make(made)
    return made


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", NAMES)
def test_keras_computes_the_same(folder: Path, name: str) -> None:
    (adopted,) = read_networks([folder / name]).networks.values()
    with np.load(folder / f"{name}.npz", allow_pickle=False) as kept:
        ids, expected = torch.from_numpy(kept["ids"]), kept["logits"]
    np.testing.assert_allclose(logits_of(adopted, ids).numpy(), expected, rtol=1e-5, atol=1e-5)


def changed(change: Callable[[dict[str, Any]], None]) -> Callable[[Path], None]:
    """Writes the GRU's archive with another configuration."""

    def write(path: Path) -> None:
        with zipfile.ZipFile(FOLDER / "gru.keras") as archive:
            config = json.loads(archive.read("config.json"))
            weights = archive.read("model.weights.h5")
        change(config)
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("config.json", json.dumps(config))
            archive.writestr("model.weights.h5", weights)

    return write


def layer(number: int, kind: str | None = None, **settings: Any) -> Callable[[Path], None]:
    """With other settings, or another class, of one layer: 1 is the embedding, 2 a GRU."""

    def change(config: dict[str, Any]) -> None:
        found = config["config"]["layers"][number]
        found["class_name"] = kind or found["class_name"]
        found["config"] |= settings

    return changed(change)


def with_weights(write: Callable[[Any], None], compressed: bool = False) -> Callable[[Path], None]:
    """With other weights, written by h5py."""

    def make_file(path: Path) -> None:
        with zipfile.ZipFile(FOLDER / "gru.keras") as archive:
            config, weights = archive.read("config.json"), archive.read("model.weights.h5")
        held = io.BytesIO(weights)
        with h5py.File(held, "r+") as file:
            write(file)
        kind = zipfile.ZIP_DEFLATED if compressed else zipfile.ZIP_STORED
        with zipfile.ZipFile(path, "w", kind) as archive:
            archive.writestr("config.json", config)
            archive.writestr("model.weights.h5", held.getvalue())
            archive.writestr("../../outside", b"x")

    return make_file


DENSE = "layers/dense/vars/0"


def linked(file: Any) -> None:
    del file[DENSE]
    file[DENSE] = h5py.ExternalLink("/etc/passwd", "x")


def external(file: Any) -> None:
    del file[DENSE]
    file.create_dataset(DENSE, (5, 7), "f4", external=[("/etc/passwd", 0, 140)])


def packed(file: Any) -> None:
    del file[DENSE]
    file.create_dataset(DENSE, (1 << 14, 1 << 14), "f4", chunks=True, compression="gzip")


def claimed(file: Any) -> None:
    del file[DENSE]
    file.create_dataset(DENSE, (1 << 15, 1 << 14), "f4")  # 2 GB of which none is there


def wrong(file: Any) -> None:
    del file[DENSE]
    file[DENSE] = np.zeros((5, 8), np.float32)


@pytest.mark.parametrize(
    ("save", "said"),
    [
        (layer(2, reset_after=False), "its GRU has reset_after=False"),
        (layer(2, recurrent_activation="hard_sigmoid"), "recurrent_activation 'hard_sigmoid'"),
        (layer(2, activation="relu"), "its GRU has the activation 'relu'; tanh is understood"),
        (layer(2, go_backwards=True), "reads backwards"),
        (layer(2, units=6), r"the weights of its layer gru have the shapes"),
        (layer(2, kind="Bidirectional"), "is of the class Bidirectional, which is not understood"),
        (layer(3, kind="LayerNormalization"), "class LayerNormalization"),
        (layer(3, kind="Lambda"), "class Lambda"),
        (layer(3, kind="MultiHeadAttention"), "class MultiHeadAttention"),
        (layer(2, kind="LSTM"), "all must be of one kind"),
        (layer(1, mask_zero=True), "mask_zero=True, which passes over"),
        (layer(5, activation="relu"), "its Dense layer has the activation 'relu'"),
        (
            changed(lambda config: config.update(class_name="Poet")),
            "is of the class Poet, whose co",
        ),
        (changed(lambda config: config["config"]["layers"].pop()), "its layers are Embedding, GRU"),
        (changed(lambda config: config.clear()), "no model as Keras saves it"),
        (with_weights(linked), "is a link to something else"),
        (with_weights(external), "is packed, or lies in another file"),
        (with_weights(packed), "is packed, or lies in another file"),
        (with_weights(claimed), "claims 536,870,912 numbers, and has not"),
        (with_weights(wrong), r"its layer dense have the shapes \[\(5, 8\), \(7,\)\]"),
        (with_weights(wrong, compressed=True), "is compressed, or claims"),
        (lambda path: path.write_bytes(b"PK\3\4"), "no whole .keras archive"),
        (lambda path: path.write_bytes(b"text"), "no whole HDF5 file"),
    ],
)
def test_what_is_not_understood_or_hostile_is_one_sentence(
    tmp_path: Path, save: Callable[[Path], Any], said: str
) -> None:
    save(path := tmp_path / "a.keras")
    with pytest.raises(NetworkError, match=said) as caught:
        read_networks([path])
    assert "\n" not in str(caught.value)
    assert list(tmp_path.iterdir()) == [path]


def test_damage_anywhere_is_one_sentence(tmp_path: Path) -> None:
    data, draw = (FOLDER / "lstm.h5").read_bytes(), np.random.default_rng(1)
    path, refused = tmp_path / "damaged.h5", 0
    for _ in range(60):
        damaged = np.frombuffer(data, np.uint8).copy()
        damaged[draw.integers(0, len(data), 20)] = draw.integers(0, 256, 20)
        path.write_bytes(damaged.tobytes())
        try:
            read_networks([path])
        except NetworkError as error:
            assert "\n" not in error.sentence
            refused += 1
    assert refused > 30


def test_a_graph_that_forks_is_refused(tmp_path: Path) -> None:
    data = (FOLDER / "lstm.h5").read_bytes()
    (path := tmp_path / "fork.h5").write_bytes(data)
    with h5py.File(path, "r+") as file:
        config = json.loads(file.attrs["model_config"])
        last = config["config"]["layers"][-1]
        nodes = json.dumps(last["inbound_nodes"])
        assert '"lstm"' in nodes
        last["inbound_nodes"] = json.loads(nodes.replace('"lstm"', '"elsewhere"'))
        file.attrs["model_config"] = json.dumps(config)
    with pytest.raises(NetworkError, match="the one before it, is understood"):
        read_networks([path])


def test_weights_without_a_model_are_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(FOLDER / "gru.keras") as archive:
        (path := tmp_path / "a.h5").write_bytes(archive.read("model.weights.h5"))
    with pytest.raises(NetworkError, match="weights without the model they belong to"):
        read_networks([path])
