"""The command line: train on a text, and read back what a run recorded."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence

from rnnviz.commands import reading
from rnnviz.commands.corpora import list_corpora
from rnnviz.commands.dashboard import dashboard
from rnnviz.commands.options import parser
from rnnviz.commands.speaking import DONE, FAILED, WRONG, complain
from rnnviz.commands.training import train
from rnnviz.corpora.downloads import DownloadError
from rnnviz.storage import StorageError
from rnnviz.workers.threads import set_waiting

_COMMANDS: dict[str, Callable[[argparse.Namespace], int]] = {
    "train": train,
    "corpora": list_corpora,
    "list": reading.list_runs,
    "show": reading.show,
    "sample": reading.sample,
    "trace": reading.trace,
    "gradients": reading.gradients,
    "delete": reading.delete,
    "dashboard": dashboard,
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the exit code: 0 done, 1 failed, 2 wrong arguments or unreadable text."""
    set_waiting(os.environ)
    options = parser().parse_args(arguments)
    try:
        return _COMMANDS[options.command](options)
    except (StorageError, DownloadError) as error:
        return complain(error, FAILED)
    except ValueError as error:
        return complain(error, WRONG)
    except (MemoryError, RuntimeError) as error:  # torch says so when memory or a device fails
        return complain(f"out of memory or device trouble: {error or 'no memory'}.", FAILED)
    except BrokenPipeError:  # the reader of our output has gone, e.g. `| head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE
    except OSError as error:
        return complain(f"{error.strerror or error}.", FAILED)
    except KeyboardInterrupt:
        return complain("interrupted.", FAILED)
