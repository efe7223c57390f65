"""Files made by PyTorch and safetensors are read; hostile ones run nothing and are one sentence."""

from __future__ import annotations

import json
import os
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import save_file, save_model
from torch import nn

from rnnviz.models.adopted import NetworkError
from rnnviz.models.files.reading import read_networks
from rnnviz.models.state_dicts import from_state_dict
from tests.models.files.pickling import Hostile, save, saved

DISTINCT, UNITS = 6, 5


def network(seed: int = 0, kind: type[nn.RNNBase] = nn.GRU) -> nn.ModuleDict:
    torch.manual_seed(seed)
    return nn.ModuleDict({"rnn": kind(DISTINCT, UNITS), "out": nn.Linear(UNITS, DISTINCT)})


def as_state_dict(path: Path) -> None:
    save(network().state_dict(), path)


def as_checkpoint(path: Path) -> None:
    """As training scripts write it: the optimizer's state stands beside the network's."""
    optimizer = {"state": {0: {"exp_avg": torch.zeros(3)}}, "param_groups": [{"lr": 0.1}]}
    save({"model": network().state_dict(), "optimizer": optimizer, "step": 7}, path)


def as_safetensors(path: Path) -> None:
    save_file(network().state_dict(), path)


@pytest.mark.parametrize(
    ("name", "save"),
    [
        ("a.pt", as_state_dict),
        ("a.pth", as_checkpoint),
        ("a.safetensors", as_safetensors),
    ],
)
def test_a_file_of_its_own_library_is_read(
    tmp_path: Path, name: str, save: Callable[[Path], None]
) -> None:
    save(tmp_path / name)
    link = tmp_path / f"linked{Path(name).suffix}"  # as caches of downloads keep them
    link.symlink_to(tmp_path / name)
    found = read_networks([link])
    assert (list(found.networks), found.numbered, found.vocabulary) == ([1], False, None)
    expected = network().state_dict()["rnn.weight_hh_l0"].numpy()
    np.testing.assert_array_equal(found.networks[1].weights["rnn.weight_hh_l0"], expected)


def test_checkpoints_are_in_the_order_of_their_iterations(tmp_path: Path) -> None:
    paths = [tmp_path / f"gru2-{iteration}.pt" for iteration in (1000, 200)]
    for path in paths:
        as_state_dict(path)
    found = read_networks(paths)
    assert (list(found.networks), found.numbered) == ([200, 1000], True)


def test_a_folder_says_what_its_weights_do_not(tmp_path: Path) -> None:
    save_file(network(kind=nn.RNN).state_dict(), tmp_path / "model.safetensors")
    (tmp_path / "vocab.json").write_text('["a"]')
    for config, said in (
        ({"nonlinearity": "relu"}, ""),
        ({"nonlinearity": "relu", "hidden_size": 9}, "says hidden_size 9, the weights 5"),
        ({"nonlinearity": "relu", "max_norm": 1.0}, "max_norm 1.0, which changes numbers"),
        ({"nonlinearity": "relu", "cell": "gru"}, "says gru, the weights rnn"),
        ([], "is no JSON object"),
    ):
        (tmp_path / "config.json").write_text(json.dumps(config))
        if not said:
            found = read_networks([tmp_path])
            assert found.networks[1].model.nonlinearity == "relu"
            assert found.vocabulary == tmp_path / "vocab.json"
            continue
        with pytest.raises(NetworkError, match=said):
            read_networks([tmp_path])


def test_a_pickle_runs_nothing_and_is_told_how_to_convert(tmp_path: Path) -> None:
    mark, path = tmp_path / "mark", tmp_path / "evil.pt"
    evil = {**network().state_dict(), "x": Hostile(mark)}
    save(network(), module := tmp_path / "module.pt")
    for data in (*saved(evil), module.read_bytes()):
        path.write_bytes(data)
        with pytest.raises(NetworkError, match="nothing in it was run") as caught:
            read_networks([path])
        assert len(caught.value.lines) == 3
        assert not mark.exists()


def test_the_three_lines_convert(tmp_path: Path) -> None:
    tied = network()
    tied["again"] = tied["out"]
    whole, old = tmp_path / "whole.pth", tmp_path / "old.pt"
    save(tied, whole)
    old.write_bytes(saved(network().state_dict())[1])
    for path in (whole, old):
        with pytest.raises(NetworkError, match=r"older than PyTorch 1\.6") as caught:
            read_networks([path])
        exec("\n".join(caught.value.lines), {})
    made = tmp_path / "old-weights.pt"
    assert read_networks([made]).networks[1].model.hidden_size == UNITS
    assert (tmp_path / "whole-weights.pt").exists()


def test_shared_weights_are_found_under_both_names(tmp_path: Path) -> None:
    torch.manual_seed(1)
    parts = {"emb": nn.Embedding(DISTINCT, UNITS), "rnn": nn.GRU(UNITS, UNITS)}
    module = nn.ModuleDict({**parts, "out": nn.Linear(UNITS, DISTINCT)})
    module["out"].weight = module["emb"].weight
    save_model(module, str(path := tmp_path / "tied.safetensors"))
    (found,) = read_networks([path]).networks.values()
    expected = from_state_dict(module.state_dict())
    for name, weights in expected.weights.items():
        np.testing.assert_array_equal(found.weights[name], weights)


def bomb(path: Path) -> None:
    """A zip whose data, 32 MB of zeros, is packed into a few kB."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("archive/data.pkl", bytes(32 << 20))


def outside(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("../../evil/data.pkl", b"")


def woven(path: Path) -> None:
    """Mappings of a hundred times the same mapping: ten thousand million ways lead down."""
    held: dict[int, object] = {}
    held[0] = held
    for _ in range(5):
        held = dict.fromkeys(range(100), held)  # type: ignore[arg-type]
    save(held, path)


def endless(path: Path) -> None:
    """A key that is a tuple of two, each a tuple of two, ...: its hash would take years."""
    save({}, path)
    key = b")" + b"q\0h\0\x86" * 60
    with zipfile.ZipFile(path) as archive:
        parts = {each.filename: archive.read(each) for each in archive.infolist()}
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in parts.items():
            told = b"\x80\2}" + key + b"K\1s." if name.endswith(".pkl") else data
            archive.writestr(name, told)


def twice(path: Path) -> None:
    as_state_dict(path)
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr(next(n for n in archive.namelist() if n.endswith(".pkl")).upper(), b"N.")


def header(length: int, text: bytes = b"{}", data: bytes = b"") -> Callable[[Path], None]:
    return lambda path: _ignored(path.write_bytes(length.to_bytes(8, "little") + text + data))


def _ignored(_: int) -> None:
    """A file was written."""


CLAIM = json.dumps(
    {"rnn.weight_hh_l0": {"dtype": "F32", "shape": [23000, 23000], "data_offsets": [0, 2116000000]}}
).encode()
DEEP = b"[" * 100_000


@pytest.mark.parametrize(
    ("name", "save", "said"),
    [
        ("a.pt", bomb, "compressed, or claim"),
        ("a.pt", outside, "nothing in it was run"),
        ("a.pt", lambda path: save({"a": 1}, path), "holds no state dict"),
        ("a.pt", woven, "holds no state dict"),
        ("a.pt", endless, "tuples of more than can be counted"),
        ("a.pt", twice, "or two parts of one name"),
        (
            "a.pt",
            lambda path: save({"a": network().state_dict(), "b": network().state_dict()}, path),
            r"holds 2 networks \(a, b\)",
        ),
        ("a.safetensors", header(2_000_000_000), "claims a header of 2,000,000,000 bytes"),
        ("a.safetensors", header(2**63), "claims a header of"),
        ("a.safetensors", header(len(CLAIM), CLAIM), "no whole safetensors file"),
        ("a.safetensors", header(len(DEEP), DEEP), "no whole safetensors file"),
        ("a.safetensors", header(2, b"[]"), "no whole safetensors file"),
        ("a.safetensors", lambda path: _ignored(path.write_bytes(b"")), "no whole safetensors"),
        ("a.onnx", lambda path: _ignored(path.write_bytes(b"")), "files that are read end with"),
        ("a.pt", os.mkfifo, "cannot be read: it is no ordinary file"),
        ("a.pt", lambda path: path.mkdir(), "holds neither model.safetensors"),
        ("a.pt", lambda path: None, "cannot be read: No such file"),
    ],
)
def test_hostile_and_broken_files_are_one_sentence(
    tmp_path: Path, name: str, save: Callable[[Path], None], said: str
) -> None:
    save(tmp_path / name)
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(NetworkError, match=said) as caught:
        read_networks([tmp_path / name])
    assert "\n" not in caught.value.sentence
    assert sorted(tmp_path.rglob("*")) == before


def test_files_of_different_networks_or_kinds_are_refused(tmp_path: Path) -> None:
    save(network().state_dict(), one := tmp_path / "a1.pt")
    save(network(kind=nn.LSTM).state_dict(), two := tmp_path / "a2.pt")
    as_safetensors(three := tmp_path / "a3.safetensors")
    with pytest.raises(NetworkError, match=r"the networks differ: an? .*; a run has"):
        read_networks([one, two])
    with pytest.raises(NetworkError, match="are of PyTorch and safetensors; give one kind"):
        read_networks([one, three])
