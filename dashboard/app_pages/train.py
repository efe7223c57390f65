"""Train: choose a text and a network, then watch it learn."""

from __future__ import annotations

from dashboard.train.live import show_run
from dashboard.train.new_run import new_run
from dashboard.view import chosen_run

run = chosen_run()
if run is None:
    new_run()
else:
    show_run(run)
