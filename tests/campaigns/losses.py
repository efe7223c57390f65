"""What is lost when a worker is killed, the power fails, or a file is damaged.

* kills: a worker in a process of its own is killed (-9) after a random time, and goes on; in the
  end all that was recorded must equal a run that nobody disturbed, bit for bit;
* power cuts: the folder is copied while it trains, its log is cut at a random length, as
  a disk that was not written out leaves it, and the copy goes on;
* damage: one bit of one file is flipped, or the file is cut. What is read afterwards must be a
  sentence or the right numbers, and no other run may notice.

"lost" is what was recorded and is not there, "silently wrong" what differs and nobody said.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import sys
import tempfile
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from shutil import copytree, ignore_patterns

import numpy as np
import torch

from rnnviz.runs.documents import RunError
from rnnviz.runs.index import RunIndex
from rnnviz.runs.run import Run
from rnnviz.text.reading import TextError
from rnnviz.training.progress import Progress
from rnnviz.workers import recorder
from rnnviz.workers.worker import work
from tests.workers.recorded import assert_same, assert_whole, make

ITERATIONS = 24
COLUMNS = "tried", "as undisturbed", "a sentence", "lost", "silently wrong", "raised"


def died(act: Callable[[], object], seconds: float) -> bool:
    """Whether a process that does this had to be killed after so long."""
    child = os.fork()
    if child == 0:
        signal.setitimer(signal.ITIMER_REAL, seconds)
        signal.signal(signal.SIGALRM, lambda *_: os.kill(os.getpid(), signal.SIGKILL))
        with suppress(BaseException):
            act()
        os._exit(0)
    return os.WIFSIGNALED(os.waitpid(child, 0)[1])


def judged(run: Run, straight: Run, kept: set[int]) -> str:
    """How a run that went on compares with one that nobody disturbed."""
    if not kept <= set(run.snapshots["iteration"]):
        return "lost"
    try:
        assert_whole(run)
        assert_same(run, straight)
    except AssertionError:
        return "silently wrong"
    return "as undisturbed"


def kill(home: Path, straight: Run, chance: random.Random) -> str:
    """Kill until it has ended by itself; nothing recorded may be gone in between."""
    run = make(home, iterations=ITERATIONS)
    kept: set[int] = set()
    while died(lambda: work(Run.open(run.folder.path)), chance.uniform(0.1, 1.5)):
        kept |= set(run.snapshots["iteration"])
    return judged(run, straight, kept)


def cut_power(copies: list[Run], home: Path, straight: Run, chance: random.Random) -> str:
    """Cut the log of a copy anywhere, leave a file half written, and go on."""
    source = chance.choice(copies)
    run = copied(source, home)
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
    return judged(run, straight, kept)


def damage(source: Run, home: Path, answers: object, chance: random.Random) -> str:
    """Flip a bit of a file, or cut it; ask for everything."""
    run, other = copied(source, home), copied(source, home / "other")
    path = chance.choice([p for p in run.folder.files() if p.exists() and p.stat().st_size])
    data = bytearray(path.read_bytes())
    if chance.random() < 0.8:
        data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
    else:
        del data[chance.randrange(len(data)) :]
    path.write_bytes(data)
    list(RunIndex(home).look())
    if asked(other) != answers:
        return "lost"
    try:
        return "as undisturbed" if asked(Run.open(run.folder.path)) == answers else "silently wrong"
    except (RunError, TextError):
        return "a sentence"


def asked(run: Run) -> list[object]:
    """All numbers that are computed from files under a digest, and the network's alphabet."""
    traced = [run.trace("To be", at).h.tobytes() for at in sorted(run.folder.snapshots_there())]
    return [*traced, run.text, run.vocabulary, run.model_config, run.training_config]


def copied(run: Run, home: Path) -> Run:
    """A copy of its files as they are now."""
    path = home / run.id
    copytree(run.folder.path, path, ignore=ignore_patterns("*-shm", "*.lock"))
    return Run.open(path)


def tried(count: int, act: Callable[[Path], str]) -> Counter[str]:
    """What became of so many trials, each in a folder of its own."""
    found: Counter[str] = Counter()
    for number in range(count):
        with tempfile.TemporaryDirectory() as home:
            try:
                found[act(Path(home))] += 1
            except Exception as error:
                found["raised"] += 1
                sys.stderr.write(f"trial {number}: {error!r}\n")
    return found


def main() -> None:
    """Run the campaign, and print its table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    for name, count in (("kills", 200), ("cuts", 100), ("damages", 300), ("seed", 0)):
        parser.add_argument(f"--{name}", type=int, default=count)
    options = parser.parse_args()
    torch.set_num_threads(1)
    chance = random.Random(options.seed)
    with tempfile.TemporaryDirectory() as folder:
        straight, copies = make(Path(folder) / "runs", iterations=ITERATIONS), list[Run]()
        recorder._RESUME_SECONDS = 0.05  # or a run this small is kept with its snapshots alone

        def copy(progress: Progress) -> None:
            copies.append(copied(straight, Path(folder) / f"{len(copies)}"))

        work(straight, report=copy)
        answers = asked(straight)
        rows = {
            "kills": tried(options.kills, lambda home: kill(home, straight, chance)),
            "power cuts": tried(options.cuts, lambda h: cut_power(copies, h, straight, chance)),
            "damages": tried(options.damages, lambda h: damage(straight, h, answers, chance)),
        }
    sys.stdout.write("".join(f"{head:>16}" for head in ("", *COLUMNS)) + "\n")
    for name, found in rows.items():
        cells = (sum(found.values()), *(found[column] for column in COLUMNS[1:]))
        sys.stdout.write("".join(f"{cell:>16}" for cell in (name, *cells)) + "\n")
    sys.stdout.write(f"numpy {np.__version__}, torch {torch.__version__}\n")


if __name__ == "__main__":
    main()
