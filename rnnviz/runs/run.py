"""A run, opened: everything a worker recorded, as numbers, text and networks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from rnnviz.config import ModelConfig, SamplingConfig, TrainingConfig
from rnnviz.models.subject import Subject
from rnnviz.records import GradientFlow, Held, Ids, Sample, Trace
from rnnviz.runs import store
from rnnviz.runs.description import RunDescription, read_description, rename
from rnnviz.runs.documents import RunError, read_text
from rnnviz.runs.imported import Imported
from rnnviz.runs.paths import RunFolder
from rnnviz.runs.recorded import Table, recorded
from rnnviz.runs.recordings import Recordings
from rnnviz.runs.snapshots import snapshot_subject
from rnnviz.runs.status import RunStatus, status_of
from rnnviz.runs.store import create_folder, folder_of, runs_folder
from rnnviz.runs.tags import checked, retag
from rnnviz.runs.truth import Truth, check_truth, read_truth
from rnnviz.text.alphabet import Alphabet, Hangul
from rnnviz.text.reading import Reading, check_text
from rnnviz.text.vocabulary import Vocabulary
from rnnviz.text.windows import Split

if TYPE_CHECKING:
    from rnnviz.recurrent.char_rnn import CharRNN


class Run(Recordings):
    """A training run on disk.

    Example:
        >>> import tempfile
        >>> folder = tempfile.mkdtemp()
        >>> run = Run.create("hello " * 40, runs=folder, training=TrainingConfig(iterations=3))
        >>> run.status.state, run.vocabulary.characters
        ('created', (' ', 'e', 'h', 'l', 'o'))
    """

    def __init__(self, folder: RunFolder) -> None:
        self.folder = folder
        self._description = read_description(folder)

    @classmethod
    def create(
        cls,
        text: str,
        *,
        name: str = "text",
        model: ModelConfig | None = None,
        training: TrainingConfig | None = None,
        runs: str | Path | None = None,
        hangul: Hangul = "syllables",
        truth: Truth | None = None,
        lesson: str | None = None,
        encoding: str | Reading | None = None,
        group: str | None = None,
        begin: Subject | None = None,
    ) -> Self:
        """A new run on a text, ready to train.

        Args:
            text: what to learn; at least two characters.
            name: where the text came from, e.g. a file's name.
            model: the network; None takes what suits the text, see `training.presets`.
            training: how it is trained; likewise.
            runs: the folder of all runs; by default $RNNVIZ_RUNS, else ./runs.
            hangul: with "jamo", the network reads Hangul syllables as two or three letters each;
                a person goes on seeing syllables. See `Alphabet`.
            truth: what is known to be true once each character of `text` is read, by name: whole
                numbers (time); kept with the run, for every jamo that of its syllable.
            lesson: the lesson that makes the run for itself; None for a person.
            encoding: that of the text's file, or all of how it was read; kept with the run.
            group: what the runs made with it are called together; as a tag, see `tags`.
            begin: a snapshot of another run, `other.subject(iteration)`, whose weights, network and
                alphabet it takes (fine-tuning): of `model`, the dropout alone may differ then.

        Raises:
            TextError: the text is too short, has too many distinct characters, or some that the
                snapshot's network has never seen.
            ValueError: CUDA is asked for where there is none, `hangul` is something else, `truth`
                does not fit the text, or the machine has too little memory.
            RunError: the folder cannot be written.
        """
        if training is not None and training.device == "cuda":
            from rnnviz.training.device import device_of

            device_of(training.device)
        known = check_truth(truth or {}, len(check_text(text)))
        how = Reading(encoding) if isinstance(encoding, str) else encoding
        where = runs_folder(runs)
        group = None if group is None else checked(group, "group")
        made = where, text, name, model, training, hangul, known, lesson, how, group, begin
        return cls(create_folder(*made))

    @classmethod
    def adopt(
        cls,
        network: Any,
        vocabulary: Any,
        *,
        text: str | None = None,
        name: str | None = None,
        runs: str | Path | None = None,
        nonlinearity: str | None = None,
        text_name: str | None = None,
        reading: Reading | None = None,
        source: Imported | None = None,
    ) -> Self:
        """A run of a network that was trained elsewhere: all but a training curve is there.

        Args:
            network: a `torch.nn.Module` with one RNN, GRU or LSTM and a linear decoder, its state
                dict, or what `models.files.reading.read_networks` gives; or several, by the
                iterations they were saved at: one snapshot each.
            vocabulary: its characters in the order of their ids: a string, a list (Keras'
                StringLookup too), a mapping of characters and ids, or a `Vocabulary`.
            text: what is read on all pages; without one, the network writes it.
            name: what the run is called.
            runs: the folder of all runs; by default $RNNVIZ_RUNS, else ./runs.
            nonlinearity: of a plain RNN in a state dict, which does not say it: tanh, relu or
                sigmoid.
            text_name: where the text came from.
            reading: how it was read.
            source: the files that the network was read from.

        Raises:
            NetworkError: it is not understood, or the vocabulary is of another size.
            TextError: the text is too short, or has characters that the network does not know.
            RunError: the folder cannot be written.

        Example:
            >>> import tempfile
            >>> from torch import nn
            >>> module = nn.ModuleDict({"rnn": nn.GRU(4, 3), "decoder": nn.Linear(3, 4)})
            >>> run = Run.adopt(module, "ehlo", text="hello", runs=tempfile.mkdtemp())
            >>> run.status.state, run.trace("hello").h.shape
            ('imported', (1, 5, 3))
        """
        from rnnviz.runs.adopting import Learned, adopt, networks_of

        found, known = networks_of(network, vocabulary, nonlinearity)
        kind = source or Imported("PyTorch", numbered=len(found) > 1)
        source = replace(kind, written=text is None)
        how = Learned(text, text_name, reading)
        return cls(adopt(runs_folder(runs), found, known, source, how, name))

    @classmethod
    def open(cls, run: str | Path, runs: str | Path | None = None) -> Self:
        """An existing run: by id, by the beginning of its id, or by the path of its folder.

        Raises:
            RunError: there is no such run, or it is damaged.
        """
        return cls(folder_of(runs_folder(runs), run))

    def __repr__(self) -> str:
        return f"Run({str(self.folder.path)!r}, {self.model_config.words}, {self.status.state})"

    @property
    def id(self) -> str:
        """The run's id."""
        return self.folder.id

    @property
    def description(self) -> RunDescription:
        """What was decided when the run was made."""
        return self._description

    @property
    def model_config(self) -> ModelConfig:
        """The network's configuration."""
        return self._description.model

    @property
    def training_config(self) -> TrainingConfig:
        """The training's configuration."""
        return self._description.training

    @property
    def window(self) -> int | None:
        """How far back training followed a loss; None where it was elsewhere."""
        about = self._description
        return None if about.imported else about.training.sequence_length

    @property
    def vocabulary(self) -> Vocabulary:
        """The characters the network knows."""
        return self.alphabet.vocabulary

    @property
    def alphabet(self) -> Alphabet:
        """How a person's text becomes the characters the network reads, and what is shown."""
        return self._description.alphabet

    @property
    def text(self) -> str:
        """The training text, as a person gave it."""
        return read_text(self.folder.text, self._description.text_sha256)

    @property
    def characters(self) -> str:
        """The training text as the network reads it: one character per timestep."""
        return self.alphabet.characters(self.text)

    @property
    def truth(self) -> dict[str, Ids]:
        """What is known to be true once each character is read: whole numbers by name (time).

        Empty where nothing is known, that is for every text but generated ones.
        """
        return read_truth(self.folder, self._description.text_characters)

    @property
    def has_truth(self) -> bool:
        """Whether anything is known; nothing is read."""
        return self.folder.truth.exists()

    @property
    def status(self) -> RunStatus:
        """What the run is doing now."""
        return status_of(self.folder)

    def model(self, iteration: int | None = None) -> CharRNN:
        """The network at a snapshot; None takes the best.

        Raises:
            RunError: there is no such snapshot, or its file is damaged.
        """
        return self.subject(iteration).network()

    def subject(self, iteration: int | None = None) -> Subject:
        """A snapshot as something to be looked into; None takes the best. Weights are read later.

        Raises:
            RunError: there is no such snapshot.
        """
        return snapshot_subject(self.folder, self._description, self._snapshot(iteration))

    def trace(self, text: str, iteration: int | None = None) -> Trace:
        """Every state over a text, by `characters`; see `rnnviz.analysis.states.trace.trace`."""
        from rnnviz.analysis.states.trace import trace

        return trace(self.model(iteration), self.vocabulary, self.alphabet.characters(text))

    def gradients(self, text: str, iteration: int | None = None) -> GradientFlow:
        """Gradient flow over a text; see `rnnviz.analysis.gradients.flow.gradient_flow`."""
        from rnnviz.analysis.gradients.flow import gradient_flow

        characters = self.alphabet.characters(text)
        return gradient_flow(self.model(iteration), self.vocabulary, characters)

    def sample(
        self,
        config: SamplingConfig | None = None,
        iteration: int | None = None,
        held: Sequence[Held] = (),
    ) -> Sample:
        """Let the network write; without a prompt, from that of the snapshots' samples.

        Prompt, text and length are in the network's characters, one for each probability:
        `alphabet.shown(prompt + text)` is for people. See `rnnviz.recurrent.sampling.sample`.
        """
        from rnnviz.recurrent.sampling import sample

        config, network = config or SamplingConfig(), self.model(iteration)
        prompt = config.prompt or str(self.snapshots["prompt"].iloc[0])
        config = replace(config, prompt=self.alphabet.characters(prompt))
        return sample(network, self.vocabulary, config, held)

    @property
    def resume_command(self) -> str:
        """What goes on with this run, typed where its folder was made or found."""
        return store.resume_command(self.folder)

    @property
    def held_out_text(self) -> str:
        """The last part of `characters`, never trained on; all of them if none is held out."""
        characters = self.characters
        return characters[-Split.held_out_of(len(characters)) :]

    def export_csv(self, folder: str | Path) -> list[Path]:
        """Write all that was recorded as .csv files; see `rnnviz.runs.recorded.COLUMNS`.

        Raises:
            StorageError: one cannot be written.
        """
        from rnnviz.runs.table_files import save_csv

        return save_csv(self._tables, Path(folder))

    def export_parquet(self, folder: str | Path) -> list[Path]:
        """The same as .parquet files, whose columns say their units; it needs pyarrow."""
        from rnnviz.runs.table_files import save_parquet

        about = {"run": self.id, "name": self.description.name}
        return save_parquet(self._tables, Path(folder), about)

    @property
    def _tables(self) -> list[Table]:
        from rnnviz.recurrent.shapes import parameter_shapes

        names = parameter_shapes(self.model_config, len(self.vocabulary))
        return recorded(self, list(names))

    def rename(self, name: str) -> None:
        """Give the run another name; its id stays.

        Raises:
            ValueError: the name is empty or longer than 100 characters.
            RunError: the folder cannot be written.
        """
        self._description = rename(self.folder, name)

    def tag(self, *put: str, take: Iterable[str] = ()) -> None:
        """Put tags on the run, and take others off; see `rnnviz.runs.tags.retag`."""
        self._description = retag(self.folder, put=put, take=take)

    def delete(self) -> list[Path]:
        """Delete the files that the run is made of; a worker that ends is waited for.

        Returns:
            What is left in its folder: files that are not the run's, as a rule none.

        Raises:
            RunError: a worker is still training or ending, or the disk refuses.
        """
        return store.delete(self.folder)

    def _snapshot(self, iteration: int | None) -> int:
        if iteration is None:
            return self.best_iteration
        if iteration in self.folder.snapshots_there():  # a damaged history is no hindrance
            return iteration
        known = list(self.snapshots["iteration"])
        if iteration not in known:
            listed = ", ".join(map(str, known)) or "none yet"
            raise RunError(
                f"run {self.id} has no snapshot at iteration {iteration}; there are: {listed}."
            )
        return iteration
