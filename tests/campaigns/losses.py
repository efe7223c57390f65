"""What is lost when a worker is killed, the power fails, or a file is damaged or crafted.

* kills: a worker in a process of its own is killed (-9) after a random time, and its run goes on;
  in the end all that was recorded must equal a run that nobody disturbed, bit for bit;
* power cuts: the folder is copied while it trains, its log is cut at a random length, as
  a disk that was not written out leaves it, and the copy goes on, to the same end;
* damages: one bit of one file of a stopped run is flipped, or the file is cut. All numbers and
  words are asked for, and training goes on: each answer is a sentence or the right one;
* crafted: something else stands where a file belongs: JSON a million brackets deep, values of
  wrong types, views that never end, pipes, folders, links, pickles under the names of weights.

Beside a changed run another lies, which must not notice. "lost" is what was recorded and is not
there, "silently wrong" what differs and nobody said, "executed" what a file made the program run.

A long campaign is run in parts: `--part 1 --of 8 --kept table.json`, then `--part 2`, and so on.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout, suppress
from functools import partial
from io import StringIO
from pathlib import Path

import numpy as np
import torch

from rnnviz.cli import main as command_line
from rnnviz.runs.documents import RunError
from rnnviz.runs.index import RunIndex
from rnnviz.runs.run import Run
from rnnviz.text.reading import TextError
from rnnviz.training.progress import Progress
from rnnviz.workers import recorder
from rnnviz.workers.worker import work
from tests.campaigns.crafted import CRAFTED, MARK
from tests.workers.recorded import assert_same, assert_whole, make

ITERATIONS, STOPPED = 24, 17
COLUMNS = "tried", "as undisturbed", "a sentence", "lost", "silently wrong", "executed", "raised"
LOOK_SECONDS = 1.0

Trial = Callable[[Path, random.Random, int], str]


class Campaign:
    """The runs that trials are compared with.

    Attributes:
        straight: trained without a disturbance.
        copies: its folder after every iteration and snapshot.
        stopped: a run that stopped before its end.
        answers: all that is asked of that.
        resumed: the same, gone on with.
        seconds: what training takes.
    """

    def __init__(self, home: Path) -> None:
        self.straight, self.copies = make(home / "runs", iterations=ITERATIONS), list[Run]()
        begun = time.monotonic()
        work(make(home / "timed", iterations=ITERATIONS))
        self.seconds = time.monotonic() - begun
        recorder._RESUME_SECONDS = 0.05  # or a run this small is kept with its snapshots alone

        def copy(progress: Progress) -> None:
            self.copies.append(copied(self.straight, home / f"{len(self.copies)}"))

        work(self.straight, report=copy)
        self.stopped, seen = make(home / "stopped", iterations=ITERATIONS), list[Progress]()
        work(self.stopped, report=seen.append, should_stop=lambda: bool(seen) and done(seen))
        self.answers = asked(self.stopped)
        self.resumed = copied(self.stopped, home / "resumed")
        work(self.resumed)

    def kill(self, home: Path, chance: random.Random, number: int) -> str:
        """Kill once, and let it go on; nothing recorded may be gone in between."""
        run = make(home, iterations=ITERATIONS)
        while not died(partial(work, run), chance.random() * self.seconds):
            shutil.rmtree(run.folder.path)  # it was quicker
            run = make(home, iterations=ITERATIONS)
        kept = set(run.snapshots["iteration"])
        work(run)
        return self._judged(run, kept)

    def cut_power(self, home: Path, chance: random.Random, number: int) -> str:
        """Cut the log of a copy anywhere, leave a file half written, and go on."""
        run = copied(chance.choice(self.copies), home)
        (log, *_) = run.folder.history_logs
        if log.exists():
            os.truncate(log, chance.randint(0, log.stat().st_size))
        with (run.folder.path / f".1-{chance.getrandbits(32):08x}.part").open("wb") as half:
            half.write(b"half")
        kept = set(run.snapshots["iteration"])
        try:
            work(run)
        except RunError:
            return "a sentence"
        return self._judged(run, kept)

    def damage(self, home: Path, chance: random.Random, number: int) -> str:
        """Flip a bit of a file, the history as often as all others, or cut it."""
        run = copied(self.stopped, home)
        there = [path for path in run.folder.files() if path.exists() and path.stat().st_size]
        path = chance.choice([run.folder.history, chance.choice(there)])
        data = bytearray(path.read_bytes())
        if chance.random() < 0.9:
            data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
        else:
            del data[chance.randrange(len(data)) :]
        path.write_bytes(data)
        return self._beside(run, home)

    def craft(self, home: Path, chance: random.Random, number: int) -> str:
        """Put something else where a file belongs, each kind in turn."""
        run = copied(self.stopped, home)
        name = list(CRAFTED)[number % len(CRAFTED)]
        CRAFTED[name](run.folder)
        became = self._beside(run, home)
        for words in ("list", f"show {run.id}", f"train --resume {run.id}", f"sample {run.id}"):
            with redirect_stdout(StringIO()), redirect_stderr(StringIO()) as said:
                command_line([*words.split(), "--runs", str(home)])
            if "Traceback" in said.getvalue():
                return "raised"
        return "executed" if MARK.exists() else became

    def _beside(self, run: Run, home: Path) -> str:
        """What a changed run answers, and whether another in the same folder notices."""
        other = home / self.straight.id
        shutil.copytree(self.stopped.folder.path, other)
        begun = time.monotonic()
        listed = {each.folder.path: each for each in RunIndex(home).look()}
        if time.monotonic() - begun > LOOK_SECONDS:
            return "raised"
        good = listed[other]
        if (good.state, good.error) != ("stopped", None) or asked(Run.open(other)) != self.answers:
            return "lost"
        return self._answers(run)

    def _answers(self, run: Run) -> str:
        kept = set(self.stopped.snapshots["iteration"])
        try:
            again = Run.open(run.folder.path)
            if asked(again) != self.answers:
                return "silently wrong"
            work(again)
            return self._judged(again, kept)
        except (RunError, TextError):
            return "a sentence"

    def _judged(self, run: Run, kept: set[int]) -> str:
        """How a run that went on compares with one that nobody disturbed."""
        if not kept <= set(run.snapshots["iteration"]):
            return "lost"
        try:
            assert_whole(run)
            assert_same(run, self.resumed if STOPPED in kept else self.straight)
        except AssertionError:
            return "silently wrong"
        return "as undisturbed"


def done(seen: list[Progress]) -> bool:
    """Whether it is time to stop."""
    return seen[-1].iteration >= STOPPED


def died(act: Callable[[], object], seconds: float) -> bool:
    """Whether a process that does this had to be killed after so long."""
    child = os.fork()
    if child == 0:
        signal.signal(signal.SIGALRM, lambda *_: os.kill(os.getpid(), signal.SIGKILL))
        signal.setitimer(signal.ITIMER_REAL, max(seconds, 0.001))
        with suppress(BaseException):
            act()
        os._exit(0)
    return os.WIFSIGNALED(os.waitpid(child, 0)[1])


def asked(run: Run) -> list[object]:
    """All numbers and words that are read or computed from the files of a run."""
    traced = [run.trace("To be", at).h.tobytes() for at in sorted(run.folder.snapshots_there())]
    frames = run.history, run.snapshots, run.gradient_norms(), run.gradient_norms_by_lag()
    read = [frame.to_csv() for frame in frames]
    status = run.status
    said = status.state, status.iteration, status.fraction, status.validation_loss
    return [*traced, *read, *said, run.baseline, run.text, run.description]


def copied(run: Run, home: Path) -> Run:
    """A copy of its files as they are now."""
    path = home / run.id
    shutil.copytree(run.folder.path, path, ignore=shutil.ignore_patterns("*-shm", "*.lock"))
    return Run.open(path)


def tried(name: str, numbers: range, seed: int, trial: Trial) -> Counter[str]:
    """What became of these trials, each in a folder of its own, with chances of its own."""
    found: Counter[str] = Counter()
    for number in numbers:
        with tempfile.TemporaryDirectory() as home:
            try:
                became = trial(Path(home), random.Random(f"{seed} {name} {number}"), number)
            except Exception as error:
                became = "raised"
                sys.stderr.write(f"{name} {number}: {error!r}\n")
        if became not in COLUMNS[1:3]:
            sys.stderr.write(f"{name} {number}: {became}\n")
        found[became] += 1
    return found


def table(rows: dict[str, Counter[str]]) -> str:
    """The table of all parts."""
    lines = [("", *COLUMNS)]
    for name, found in rows.items():
        cells = (sum(found.values()), *(found[column] for column in COLUMNS[1:]))
        lines.append((name, *map(str, cells)))
    return "".join("".join(f"{cell:>16}" for cell in line) + "\n" for line in lines)


def main() -> None:
    """Run the campaign, or a part of it, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    counts = {"kills": 200, "cuts": 100, "damages": 300, "crafted": len(CRAFTED)}
    for name, count in counts.items():
        parser.add_argument(f"--{name}", type=int, default=count)
    for name, number in (("seed", 0), ("part", 1), ("of", 1)):
        parser.add_argument(f"--{name}", type=int, default=number)
    parser.add_argument("--kept", type=Path, help="a file that collects what the parts found")
    options = parser.parse_args()
    torch.set_num_threads(1)
    rows = {name: Counter[str]() for name in counts}
    if options.kept and options.kept.exists():
        rows = {name: Counter(of) for name, of in json.loads(options.kept.read_text()).items()}
    with tempfile.TemporaryDirectory() as folder:
        campaign = Campaign(Path(folder))
        trials: dict[str, Trial] = {
            "kills": campaign.kill,
            "cuts": campaign.cut_power,
            "damages": campaign.damage,
            "crafted": campaign.craft,
        }
        for name, trial in trials.items():
            numbers = range(options.part - 1, getattr(options, name), options.of)
            rows[name] += tried(name, numbers, options.seed, trial)
    if options.kept:
        options.kept.write_text(json.dumps(rows))
    sys.stdout.write(table(rows))
    sys.stdout.write(f"numpy {np.__version__}, torch {torch.__version__}\n")


if __name__ == "__main__":
    main()
