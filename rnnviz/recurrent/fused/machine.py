"""What LLVM makes of code on this machine."""

from __future__ import annotations

import ctypes
import platform
from collections.abc import Mapping
from functools import cache
from threading import Lock
from typing import Any

from torch import Tensor

from rnnviz.recurrent.fused.code import Code

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


class Machine:
    """Functions as machine code: it is there as long as this is."""

    def __init__(self, functions: Mapping[str, Code]) -> None:
        """Compile: 80 milliseconds for an LSTM's two."""
        llvm = _llvm()
        with _compiling:
            self._engine = _engine(llvm, functions)
        self._calls = {name: self._call(name, code) for name, code in functions.items()}

    def __call__(self, name: str, *arguments: Tensor | int) -> None:
        """Call one by its name; others may run in Python meanwhile.

        Tensors are given as the place their numbers lie at: they must be contiguous float32 on the
        CPU, or int64 where whole numbers are read.
        """
        given = [_place(each) if isinstance(each, Tensor) else each for each in arguments]
        self._calls[name](*given)

    def _call(self, name: str, code: Code) -> Any:
        kind = ctypes.CFUNCTYPE(None, *[ctypes.c_int64] * code.parameters)
        return kind(self._engine.get_function_address(name))


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


def _engine(llvm: Any, functions: Mapping[str, Code]) -> Any:
    target = llvm.Target.from_default_triple().create_target_machine(
        cpu=llvm.get_host_cpu_name(), features=llvm.get_host_cpu_features().flatten(), opt=3
    )
    written = [code.text(name) for name, code in functions.items()]
    module = llvm.parse_assembly(
        "\n".join([*written, *{code.declared for code in functions.values()}])
    )
    tuning = llvm.create_pipeline_tuning_options(speed_level=2)
    tuning.loop_unrolling = False
    passes = llvm.create_pass_builder(target, tuning)
    passes.getModulePassManager().run(module, passes)
    engine = llvm.create_mcjit_compiler(module, target)
    engine.finalize_object()
    return engine
