"""Programs that measure rnnviz beside the usual way; each is run by hand, as a module."""

import os

from rnnviz.workers.threads import set_waiting

# OpenMP reads this once, when torch is loaded; a package is imported before its modules.
set_waiting(os.environ)
