"""A network that leaves computes the same elsewhere, and comes back as it was."""

from __future__ import annotations

import os
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor

from rnnviz.config import ModelConfig
from rnnviz.export.networks.folder import module_lines, save_folder
from rnnviz.export.networks.keras import save_keras
from rnnviz.export.networks.onnx import save_onnx
from rnnviz.models.adopted import Adopted
from rnnviz.models.files.keras import read_keras
from rnnviz.models.files.reading import read_networks
from rnnviz.models.subject import RunSnapshot, Subject
from rnnviz.models.vocabularies import read_vocabulary
from rnnviz.recurrent.char_rnn import CharRNN
from rnnviz.runs.adopting import Learned
from rnnviz.runs.importing import import_files
from rnnviz.runs.run import Run
from rnnviz.text.alphabet import Alphabet
from rnnviz.text.vocabulary import Rare, Vocabulary
from tests.models.test_state_dicts import logits_of
from tests.networks import CELLS, READING, TORCH_CELLS, VOCAB, make_network

IDS = torch.from_numpy(np.random.default_rng(3).integers(0, VOCAB, 60))
LAYERS = {"rnn": 1, "gru": 2, "lstm": 2, "mingru": 2}


def subject_of(cell: tuple[str, str]) -> tuple[Subject, Tensor]:
    """A network to send away, and what it computes of ids (time, character)."""
    network = make_network(cell, LAYERS[cell[0]], units=9)
    network.flat.mul_(0.5)
    weights = {name: w.float().numpy() for name, w in network.parameters.items()}
    vocabulary = Vocabulary(tuple("\n〓bcaé"), Rare("〓", 3, 9))
    origin = RunSnapshot("hamlet-0001", 20)
    made = Subject("Hamlet", "", network.config, Alphabet(vocabulary), origin, lambda: weights)
    return made, logits_of(Adopted(made.model, VOCAB, weights), IDS)


@pytest.mark.parametrize("cell", CELLS)
def test_a_folder_comes_back_as_it_was(tmp_path: Path, cell: tuple[str, str]) -> None:
    subject, expected = subject_of(cell)
    save_folder(subject, folder := tmp_path / "here")
    save_folder(subject, folder)
    found = read_networks([folder])
    (adopted,) = found.networks.values()
    assert adopted.model == subject.model
    np.testing.assert_array_equal(logits_of(adopted, IDS), expected)
    vocabulary, _ = read_vocabulary(found.vocabulary or tmp_path, VOCAB)
    assert vocabulary.characters == subject.alphabet.vocabulary.characters
    assert vocabulary.rare is not None


def test_what_reads_jamo_comes_back_reading_jamo(tmp_path: Path) -> None:
    text = "하나 둘 한 번 더 " * 9
    made = Run.create(text, model=ModelConfig("gru", hidden_size=5), hangul="jamo", runs=tmp_path)
    network = CharRNN(made.model_config, len(made.vocabulary))
    weights = {name: w.numpy() for name, w in network.parameters.items()}
    origin = RunSnapshot(made.id, 20)
    away = Subject("Korean", "", made.model_config, made.alphabet, origin, lambda: weights)
    save_folder(away, folder := tmp_path / "away")
    back = import_files([folder], None, Learned(text), runs=tmp_path)
    assert (back.text, back.alphabet) == (text, made.alphabet)
    alone = import_files([folder], None, runs=tmp_path)
    assert alone.text == alone.alphabet.shown(alone.characters)


@pytest.mark.parametrize("cell", TORCH_CELLS)
def test_three_lines_make_a_module_of_it(tmp_path: Path, cell: tuple[str, str]) -> None:
    subject, expected = subject_of(cell)
    save_folder(subject, tmp_path)
    lines = module_lines(subject, tmp_path)
    exec("\n".join(lines), made := {})
    with torch.no_grad():
        network = made["network"]
        one_hot = torch.nn.functional.one_hot(IDS, VOCAB).float()
        found = network["decoder"](network["rnn"](one_hot)[0])
    assert len(lines) == 3
    torch.testing.assert_close(found, expected, atol=1e-5, rtol=1e-5)


def test_torch_has_no_sigmoid_rnn(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"torch.nn.RNN knows tanh and relu alone"):
        module_lines(subject_of(("rnn", "sigmoid"))[0], tmp_path)


@pytest.mark.parametrize(
    ("write", "holder"),
    [(module_lines, "torch.nn"), (save_keras, "Keras"), (save_onnx, "ONNX")],
)
def test_who_has_no_such_cell_is_named(tmp_path: Path, write: Any, holder: str) -> None:
    with pytest.raises(ValueError, match=f"minGRU, a cell that {holder} does not have; --format s"):
        write(subject_of(("mingru", "tanh"))[0], tmp_path / "a")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("cell", READING)
def test_keras_computes_the_same(tmp_path: Path, cell: tuple[str, str]) -> None:
    pytest.importorskip("h5py", reason="the package h5py is not installed")
    subject, expected = subject_of(cell)
    save_keras(subject, path := tmp_path / "a.keras")
    adopted = read_keras(path)
    assert adopted.model == subject.model
    torch.testing.assert_close(logits_of(adopted, IDS), expected, atol=1e-5, rtol=1e-5)
    if find_spec("keras") is None:
        pytest.skip("it came back as it was; Keras is not installed")
    os.environ.setdefault("KERAS_BACKEND", "torch")
    import keras

    one_hot = np.eye(VOCAB, dtype="float32")[IDS.numpy()][None]
    found = np.asarray(keras.models.load_model(path).predict(one_hot, verbose=0))[0]
    np.testing.assert_allclose(found, expected.numpy(), atol=1e-5, rtol=1e-5)


@pytest.mark.parametrize("cell", READING)
def test_onnx_computes_the_same(tmp_path: Path, cell: tuple[str, str]) -> None:
    pytest.importorskip("onnx", reason="the package onnx is not installed")
    runtime = pytest.importorskip("onnxruntime", reason="the package onnxruntime is not installed")
    subject, expected = subject_of(cell)
    save_onnx(subject, path := tmp_path / "a.onnx")
    (found,) = runtime.InferenceSession(path).run(None, {"ids": IDS.numpy()[:, None]})
    np.testing.assert_allclose(found[:, 0], expected.numpy(), atol=1e-5, rtol=1e-5)


@pytest.mark.parametrize(("package", "save"), [("h5py", save_keras), ("onnx", save_onnx)])
def test_a_package_that_is_missing_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, package: str, save: object
) -> None:
    monkeypatch.setitem(sys.modules, package, None)
    assert callable(save)
    with pytest.raises(ValueError, match=f"`pip install {package}`"):
        save(subject_of(("gru", "tanh"))[0], tmp_path / "a")
    assert list(tmp_path.iterdir()) == []
