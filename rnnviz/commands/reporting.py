"""The commands that write pages for others: `report` and `gallery`."""

from __future__ import annotations

import argparse

from rnnviz.commands.reading import check_out
from rnnviz.commands.speaking import DONE, say, tell
from rnnviz.commands.texts import read_file
from rnnviz.notation import bytes_words, counted
from rnnviz.runs.run import Run


def report(options: argparse.Namespace) -> int:
    """Write one file about runs, and say what is done meanwhile."""
    from rnnviz.export.report import save_report

    runs = [Run.open(run, options.runs) for run in options.run]
    check_out(options.out)
    text = None
    if options.text_file is not None:
        text = read_file(options.text_file, options).text
    size = save_report(
        runs,
        options.out,
        iteration=options.iteration,
        text=text,
        tell=lambda said: tell(f"{said} ..."),
    )
    say(f"{options.out}: {bytes_words(size)}; it opens in any browser, without a network.")
    return DONE


def gallery(options: argparse.Namespace) -> int:
    """Write the page of a folder, and name the files that are no reports."""
    from rnnviz.export.gallery import INDEX, save_gallery

    found = save_gallery(options.folder)
    for name, why in found.skipped.items():
        tell(f"{name} {why}; it is left out.")
    say(f"{options.folder / INDEX}: {counted(len(found.reports), 'report')}.")
    return DONE
