"""The command line: train on a text, and read back what a run recorded."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable, Sequence
from importlib import import_module

from rnnviz.commands import streams
from rnnviz.commands.options.parser import parser
from rnnviz.commands.speaking import FAILED, WRONG, complain
from rnnviz.corpora.downloads import DownloadError
from rnnviz.storage import StorageError
from rnnviz.text.reading import EncodingError
from rnnviz.workers.loading import leave_out_compilers
from rnnviz.workers.threads import set_waiting

# Where each stands: it is loaded once it is asked for.
_COMMANDS = {
    "train": "rnnviz.commands.training:train",
    "sweep": "rnnviz.commands.sweep:sweep",
    "corpora": "rnnviz.commands.corpora:list_corpora",
    "list": "rnnviz.commands.listing:list_runs",
    "show": "rnnviz.commands.reading:show",
    "sample": "rnnviz.commands.reading:sample",
    "trace": "rnnviz.commands.reading:trace",
    "gradients": "rnnviz.commands.reading:gradients",
    "units": "rnnviz.commands.units:units",
    "match": "rnnviz.commands.match:match",
    "compare": "rnnviz.commands.compare:compare",
    "import": "rnnviz.commands.importing:import_networks",
    "export": "rnnviz.commands.exporting:export",
    "report": "rnnviz.commands.reporting:report",
    "gallery": "rnnviz.commands.reporting:gallery",
    "rename": "rnnviz.commands.managing:rename",
    "tag": "rnnviz.commands.managing:tag",
    "thin": "rnnviz.commands.managing:thin",
    "delete": "rnnviz.commands.managing:delete",
    "dashboard": "rnnviz.commands.dashboard:dashboard",
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the exit code: 0 done, 1 failed, 2 wrong arguments or unreadable text.

    Who reads the output, and whether it can be written, changes the code only where stdout itself
    cannot take what somebody would read.
    """
    streams.prepare()
    set_waiting(os.environ)
    if arguments is None:
        leave_out_compilers()  # the process is this program's own
    try:
        return _run(arguments)
    finally:
        streams.let_go()


def _run(arguments: Sequence[str] | None) -> int:
    try:
        options = parser().parse_args(arguments)
        return _command(options.command)(options)
    except (StorageError, DownloadError) as error:
        return complain(error, FAILED)
    except EncodingError as error:
        from rnnviz.commands.texts import ask_for_encoding

        return ask_for_encoding(error)
    except ValueError as error:
        return complain(error, WRONG)
    except (MemoryError, RuntimeError) as error:  # torch says so when memory or a device fails
        return complain(f"out of memory or device trouble: {error or 'no memory'}.", FAILED)
    except OSError as error:
        return complain(f"{error.strerror or error}.", FAILED)
    except KeyboardInterrupt:
        return complain("interrupted.", FAILED)


def _command(name: str) -> Callable[[argparse.Namespace], int]:
    module, _, function = _COMMANDS[name].partition(":")
    found: Callable[[argparse.Namespace], int] = getattr(import_module(module), function)
    return found
