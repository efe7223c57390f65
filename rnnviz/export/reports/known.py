"""What a report says of itself to programs: a small block of JSON near its beginning."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from rnnviz.export.reports.document import json_block
from rnnviz.export.reports.reported import Reported
from rnnviz.notation import counted
from rnnviz.runs.verdicts.validation import validation_of
from rnnviz.storage import read_file
from rnnviz.version import __version__

KEY, FORMAT = "rnnviz-report", 1
MOST_BYTES = 64_000_000
_HEAD = 200_000
_BLOCK = re.compile(rf'<script type="application/json" id="{KEY}">([^<]*)</script>')


@dataclass(frozen=True, slots=True)
class Known:
    """A report in a few words.

    Attributes:
        title: of the report.
        runs: what each run is called.
        network: of the run, or how many there are.
        text: what was learned.
        verdict: its sentence.
        loss: the best validation loss in nats per character; None where there is none.
        made: when, in ISO format.
        version: of rnnviz.
    """

    title: str
    runs: tuple[str, ...]
    network: str
    text: str
    verdict: str
    loss: float | None
    made: str
    version: str = __version__

    @property
    def block(self) -> str:
        """It in the head of the file."""
        return json_block(KEY, {"format": FORMAT, **asdict(self)})


def known_of(shown: Sequence[Reported], title: str, verdict: str, made: str) -> Known:
    """What is said of a report of these runs."""
    runs = [one.run for one in shown]
    model = runs[0].model_config
    network = f"{model.kind}, {counted(model.hidden_size, 'unit')}"
    found = [validation_of(run, run.status, run.snapshots) for run in runs]
    losses = [each.loss for each in found if each is not None]
    texts = dict.fromkeys(run.description.text_name for run in runs)
    return Known(
        title=title,
        runs=tuple(run.description.name for run in runs),
        network=network if len(runs) == 1 else f"{len(runs)} runs",
        text=", ".join(texts),
        verdict=verdict,
        loss=min(losses, default=None),
        made=made,
    )


def read_known(path: Path) -> Known:
    """What a report says of itself.

    Raises:
        ValueError: the file is no report, in words that go on from its name.
        OSError: it cannot be read.
    """
    data = read_file(path, MOST_BYTES)
    found = _BLOCK.search(data[:_HEAD].decode("utf-8", "replace"))
    if found is None:
        raise ValueError("is no report of rnnviz")
    if not data.rstrip().endswith(b"</html>"):
        raise ValueError("is a report that ends too soon; make or copy it again")
    try:
        return _known(json.loads(found[1]))
    except (KeyError, TypeError, ValueError, OverflowError, RecursionError) as error:
        raise ValueError("is damaged, or no report of rnnviz") from error


def _known(values: dict[str, Any]) -> Known:
    if values["format"] != FORMAT:
        raise ValueError("of another format")
    loss = values["loss"]
    names = values["runs"]
    if not isinstance(names, list):
        raise TypeError("runs are a list")
    words = {name: values[name] for name in ("title", "network", "text", "verdict", "made")}
    if not all(isinstance(each, str) for each in (*words.values(), *names)):
        raise TypeError("words are text")
    return Known(
        runs=tuple(names),
        loss=None if loss is None else float(loss),
        version=str(values["version"]),
        **words,
    )
