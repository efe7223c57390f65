"""Bringing a network that was trained elsewhere: its files, its characters, a text."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Sequence
from pathlib import Path

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from dashboard import actions, appearance, state
from dashboard.turns import turns
from rnnviz.models.adopted import NetworkError
from rnnviz.runs.adopting import Learned
from rnnviz.runs.documents import RunError
from rnnviz.runs.run import Run
from rnnviz.text.reading import EncodingError, TextError, decode_text

_KINDS = ["safetensors", "pt", "pth", "bin", "keras", "h5"]
_SORTED, _FILE, _TYPED = "Those of the text, sorted", "In a file", "Typed here"
_PLAIN = ("tanh", "relu", "sigmoid")
_Characters = str | UploadedFile | None
_CHARACTERS = (
    "In the order of their ids. Many scripts take the distinct characters of the training text, "
    "sorted: then give that text above. A file is JSON with a list (Keras' StringLookup too) or an "
    "object of characters and ids, or has one character a line (Keras' vocabulary.txt)."
)


def bring_network() -> None:
    """Ask for files, vocabulary and text, and make a run of them."""
    with st.expander("Bring a network trained elsewhere", icon=":material/move_to_inbox:"):
        st.caption(
            "One RNN, GRU or LSTM, of one or more layers, with a linear decoder that predicts the "
            "next character. All pages work on it but for the training curve, which it has not. "
            "Nothing in a file is run; what would change numbers is refused by its name."
        )
        grid = st.grid(2, min_column_width=380, gap="large")
        with grid.cell():
            files, phi = _ask_weights()
        with grid.cell():
            text = st.file_uploader(
                "A text to read",
                ["txt"],
                help="Best what it was trained on, or is like it. Without one, the network writes "
                "5,000 characters itself.",
            )
            vocabulary = _ask_vocabulary()
        if st.button("Make a run of it", icon=":material/move_to_inbox:", disabled=not files):
            _bring(files, vocabulary, text, phi)


def _ask_weights() -> tuple[list[UploadedFile], str | None]:
    """Its files, and the nonlinearity where they may not say it."""
    files = st.file_uploader(
        "Its weights",
        _KINDS,
        accept_multiple_files=True,
        help="safetensors or a state dict, by PyTorch's names with any prefix; Keras' .keras and "
        ".h5. Several are checkpoints of one network: a snapshot each, with iterations in their "
        "names.",
    )
    phi = st.selectbox(
        "Nonlinearity of a plain RNN",
        _PLAIN,
        index=None,
        placeholder="Its file says it, or it is a GRU or LSTM",
    )
    return files, phi


def _ask_vocabulary() -> _Characters:
    """The characters as typed, a file of them, or None where they are those of the text."""
    kind = st.segmented_control(
        "Its characters",
        [_SORTED, _FILE, _TYPED],
        default=_SORTED,
        required=True,
        wrap=True,
        help=_CHARACTERS,
    )
    if kind == _TYPED:
        return st.text_input("The characters in the order of their ids", placeholder="abc…")
    return (
        (st.file_uploader("A file of its characters", ["json", "txt"]) or "")
        if kind == _FILE
        else None
    )


def _bring(
    files: Sequence[UploadedFile],
    vocabulary: _Characters,
    text: UploadedFile | None,
    phi: str | None,
) -> None:
    """Make the run and go there; or say why not, and leave nothing."""
    turns().stand_aside()  # others draw meanwhile, however large it is
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        try:
            with st.spinner("Reading it, and measuring its snapshots"):
                run = _imported(folder, files, vocabulary, text, phi)
        except NetworkError as error:
            _refuse(folder, error.sentence)
            if error.lines:
                st.code(_without(folder, "\n".join(error.lines)), language="python")
            return
        except EncodingError as error:
            _refuse(folder, f"{error} Save the text in UTF-8.")
            return
        except (TextError, RunError, ValueError) as error:
            _refuse(folder, str(error))
            return
        except (OSError, MemoryError) as error:
            _refuse(folder, f"{getattr(error, 'strerror', None) or 'out of memory'}.")
            return
    state.open_run(run.id)
    st.rerun()


def _imported(
    folder: Path,
    files: Sequence[UploadedFile],
    vocabulary: _Characters,
    text: UploadedFile | None,
    phi: str | None,
) -> Run:
    paths = [_kept(folder / str(number), given) for number, given in enumerate(files)]
    learned = None
    if text is not None:
        decoded = decode_text(text.getvalue(), "the text")
        learned = Learned(decoded.text, text.name, decoded.reading)
    given = _file_of(folder, vocabulary, text)
    return actions.bring(paths, given, learned, nonlinearity=phi)


def _file_of(folder: Path, vocabulary: _Characters, text: UploadedFile | None) -> Path | str:
    """The characters themselves, or a file of them."""
    if isinstance(vocabulary, str):  # what is typed is never taken for a path
        return vocabulary
    given = text if vocabulary is None else vocabulary
    if given is None:
        raise NetworkError("its characters are those of the text, sorted, but no text was given.")
    return _kept(folder / "characters", given)


def _kept(folder: Path, given: UploadedFile) -> Path:
    """An upload as a file, which is gone with its folder; of its name, what does no harm."""
    folder.mkdir()
    name = re.sub(r"[^\w.=-]", "_", given.name, flags=re.ASCII).lstrip(".")[-80:] or "file"
    (folder / name).write_bytes(given.getbuffer())
    return folder / name


def _refuse(folder: Path, sentence: str) -> None:
    """Say why no run was made."""
    appearance.complain(f"No run was made: {_without(folder, sentence)}")


def _without(folder: Path, words: str) -> str:
    """Words that name files as the visitor does, not where they were kept."""
    return re.sub(re.escape(str(folder)) + r"/\w+/", "", words)
