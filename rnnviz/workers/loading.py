"""What of PyTorch a process of this program does without."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType

_FOR_COMPILERS = "torch._meta_registrations"


def leave_out_compilers() -> None:
    """Have PyTorch loaded without what only its compilers ask: an eighth sooner, 12 MB smaller.

    For processes that are this program's own: whoever uses the library beside `torch.compile` has a
    whole PyTorch. Where it is loaded, nothing changes.
    """
    if "torch" not in sys.modules:
        sys.meta_path.insert(0, _Stand())


class _Stand(MetaPathFinder, Loader):
    """Gives another module for the one that tells compilers the shapes of what operators give.

    PyTorch loads that last and takes nothing from it; but it brings all operators once more, in
    Python, and among them what `torch.Generator` cannot do without.
    """

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """That of a module that this is the loader of; of any other, nothing."""
        return ModuleSpec(name, self) if name == _FOR_COMPILERS else None

    def exec_module(self, module: ModuleType) -> None:
        """Load what `torch.Generator` needs."""
        import torch._prims.rng_prims  # noqa: F401
