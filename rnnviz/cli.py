"""The command line: train on a text, and read back what a run recorded."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable, Sequence

from rnnviz.commands import managing, reading, streams
from rnnviz.commands.corpora import list_corpora
from rnnviz.commands.dashboard import dashboard
from rnnviz.commands.options import parser
from rnnviz.commands.speaking import FAILED, WRONG, complain
from rnnviz.commands.texts import ask_for_encoding
from rnnviz.commands.training import train
from rnnviz.corpora.downloads import DownloadError
from rnnviz.storage import StorageError
from rnnviz.text.reading import EncodingError
from rnnviz.workers.threads import set_waiting


def _units(options: argparse.Namespace) -> int:
    from rnnviz.commands.units import units  # which loads torch

    return units(options)


_COMMANDS: dict[str, Callable[[argparse.Namespace], int]] = {
    "train": train,
    "corpora": list_corpora,
    "list": reading.list_runs,
    "show": reading.show,
    "sample": reading.sample,
    "trace": reading.trace,
    "gradients": reading.gradients,
    "units": _units,
    "rename": managing.rename,
    "tag": managing.tag,
    "thin": managing.thin,
    "delete": managing.delete,
    "dashboard": dashboard,
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the exit code: 0 done, 1 failed, 2 wrong arguments or unreadable text.

    Who reads the output, and whether it can be written, changes the code only where stdout itself
    cannot take what somebody would read.
    """
    streams.prepare()
    set_waiting(os.environ)
    try:
        return _run(arguments)
    finally:
        streams.let_go()


def _run(arguments: Sequence[str] | None) -> int:
    try:
        options = parser().parse_args(arguments)
        return _COMMANDS[options.command](options)
    except (StorageError, DownloadError) as error:
        return complain(error, FAILED)
    except EncodingError as error:
        return ask_for_encoding(error)
    except ValueError as error:
        return complain(error, WRONG)
    except (MemoryError, RuntimeError) as error:  # torch says so when memory or a device fails
        return complain(f"out of memory or device trouble: {error or 'no memory'}.", FAILED)
    except OSError as error:
        return complain(f"{error.strerror or error}.", FAILED)
    except KeyboardInterrupt:
        return complain("interrupted.", FAILED)
