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
from rnnviz.models.files import apart
from rnnviz.models.files.keras import read_keras
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
    adopted = read_keras(folder / name)
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
        (
            layer(3, kind="Softmax"),
            "its layers are Embedding, GRU, Softmax, GRU, Dense; understood",
        ),
        (layer(3, kind="Activation", activation="relu"), "is the activation 'relu', which is not"),
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
        read_keras(path)
    assert "\n" not in str(caught.value)
    assert list(tmp_path.iterdir()) == [path]


def test_what_changes_no_logits_is_passed_over(tmp_path: Path) -> None:
    expected = read_keras(FOLDER / "gru.keras")
    for number, kind in ((3, "GaussianNoise"), (3, "ActivityRegularization"), (3, "Activation")):
        layer(number, kind, activation="linear")(path := tmp_path / "a.keras")
        found = read_keras(path)
        assert found.weights.keys() == expected.weights.keys()
    softmax = {"class_name": "Activation", "config": {"name": "end", "activation": "softmax"}}
    changed(lambda config: config["config"]["layers"].append(softmax))(path)
    assert read_keras(path).model == expected.model

    def twice(config: dict[str, Any]) -> None:
        config["config"]["layers"][-1]["config"]["activation"] = "softmax"
        config["config"]["layers"].append(softmax)

    changed(twice)(path)
    with pytest.raises(NetworkError, match="at most one softmax"):
        read_keras(path)


def test_bfloat16_is_what_it_says(tmp_path: Path) -> None:
    def shorten(file: Any) -> None:
        whole = np.asarray(file[DENSE][()])
        del file[DENSE]
        file[DENSE] = (whole.view(np.uint32) >> 16).astype(np.uint16).view("V2")

    with_weights(shorten)(path := tmp_path / "a.keras")
    expected = read_keras(FOLDER / "gru.keras")
    found = read_keras(path)
    decoder = expected.weights["decoder.weight"]
    np.testing.assert_allclose(found.weights["decoder.weight"], decoder, rtol=2**-7)


def test_a_file_that_hangs_or_crashes_ends_a_process_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (expected,) = read_networks([FOLDER / "gru.keras"]).networks.values()
    assert expected.weights.keys() == read_keras(FOLDER / "gru.keras").weights.keys()
    damaged = bytearray((FOLDER / "lstm.h5").read_bytes())
    damaged[5336] = 130  # the library that reads HDF5 goes round for ever, and lets nobody else run
    (path := tmp_path / "damaged.h5").write_bytes(damaged)
    monkeypatch.setattr(apart, "_SECONDS", 1.5)
    with pytest.raises(NetworkError, match=r"damaged.h5 could not be read in 1.5 s; it is damaged"):
        read_networks([path])
    monkeypatch.setattr(apart, "_SECONDS", 60.0)
    with pytest.raises(NetworkError, match=r"gone.h5 cannot be read: No such file"):
        read_networks([tmp_path / "gone.h5"])
    monkeypatch.setattr(apart.sys, "executable", "/bin/false")
    with pytest.raises(NetworkError, match=r"lstm.h5 is no whole HDF5 file of Keras: .* crashed"):
        read_networks([FOLDER / "lstm.h5"])


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
        read_keras(path)


def test_weights_without_a_model_are_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(FOLDER / "gru.keras") as archive:
        (path := tmp_path / "a.h5").write_bytes(archive.read("model.weights.h5"))
    with pytest.raises(NetworkError, match="weights without the model they belong to"):
        read_keras(path)
