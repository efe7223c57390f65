"""What LLVM makes of code on this machine."""

from __future__ import annotations

import ctypes
import platform
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from functools import cache
from threading import Lock
from typing import Any

from torch import Tensor

from rnnviz.recurrent.fused.code import Code

_NAME = "window"
_compiling = Lock()


@cache
def lanes() -> int:
    """How many float32 a vector has here; 0 where code of our own is not made.

    It is made where it has been tried: for x86 with AVX-512 or AVX2.
    """
    if platform.machine().lower() not in ("x86_64", "amd64"):
        return 0
    try:
        features = _llvm().get_host_cpu_features()
    except (ImportError, OSError, RuntimeError):
        return 0
    if features.get("avx512f"):
        return 16
    return 8 if features.get("avx2") and features.get("fma") else 0


class Function:
    """Code as the machine's own, to be called from any thread, while others run in Python."""

    def __init__(self, code: Code) -> None:
        """Compile it: 20 milliseconds for an LSTM's way forward."""
        with _compiling:
            self._engine = _engine(_llvm(), code)  # the code is there as long as this is
        kind = ctypes.CFUNCTYPE(None, *[ctypes.c_int64] * code.parameters)
        self._call = kind(self._engine.get_function_address(_NAME))

    def __call__(self, *arguments: Tensor | int) -> None:
        """Call it with what it takes, in its order.

        Tensors are given as the place their numbers lie at: float32 on the CPU, or int64 where
        whole numbers are read.

        Raises:
            ValueError: numbers do not lie one after the other.
        """
        self._call(*(_place(each) if isinstance(each, Tensor) else each for each in arguments))


def in_parallel(calls: Sequence[Callable[[], object]]) -> None:
    """Make calls side by side: the first here, each of the others by a thread that is kept."""
    others = [_threads(len(calls) - 1).submit(call) for call in calls[1:]]
    try:
        calls[0]()
    finally:
        wait(others)
    for other in others:
        other.result()


@cache
def _threads(count: int) -> ThreadPoolExecutor:
    return ThreadPoolExecutor(count, "rows")


def _place(tensor: Tensor) -> int:
    if not tensor.is_contiguous():
        raise ValueError(f"numbers of shape {tuple(tensor.shape)} do not lie one after the other.")
    return tensor.data_ptr()


@cache
def _llvm() -> Any:
    """The library, ready for this machine."""
    import llvmlite.binding as llvm

    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    return llvm


def _engine(llvm: Any, code: Code) -> Any:
    target = llvm.Target.from_default_triple().create_target_machine(
        cpu=llvm.get_host_cpu_name(), features=llvm.get_host_cpu_features().flatten(), opt=2
    )
    module = llvm.parse_assembly(code.text(_NAME) + code.declared)
    # Variables become registers; all else is written as it should be, and more passes take long.
    passes = llvm.create_new_module_pass_manager()
    passes.add_sroa_pass()
    passes.run(module, llvm.create_pass_builder(target, llvm.create_pipeline_tuning_options()))
    engine = llvm.create_mcjit_compiler(module, target)
    engine.finalize_object()
    return engine
