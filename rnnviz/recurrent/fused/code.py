"""Code for vectors of float32 and indices into matrices, written down in LLVM's language.

What looks like arithmetic here, `f * c + i * g`, writes an instruction for each operation into the
`Code` its operands belong to. Whatever the loop, each result is rounded as it would be for one row
alone: so a batch gives the same bits whole and in parts.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass


class Code:
    """One function, as it is written.

    Attributes:
        lanes: how many numbers a vector has.

    Example:
        >>> code = Code(lanes=8)
        >>> matrix = Matrix(code, code.pointer("matrix"), code.index("width"))
        >>> with code.loop(0, matrix.width, 8) as column:
        ...     matrix.store(0, column, matrix.load(0, column) * 2.0)
        >>> print(code.text("doubled").splitlines()[0])
        define void @doubled(ptr %matrix, i64 %width) nounwind {
    """

    def __init__(self, lanes: int) -> None:
        self.lanes = lanes
        self.vector = f"<{lanes} x float>"
        self._parameters: list[str] = []
        self._variables: list[str] = []
        self._lines: list[str] = []
        self._names = 0

    def pointer(self, name: str) -> str:
        """The next parameter: where numbers lie."""
        self._parameters.append(f"ptr %{name}")
        return f"%{name}"

    def pointers(self, *names: str) -> list[str]:
        """The next parameters likewise."""
        return [self.pointer(name) for name in names]

    def index(self, name: str) -> Index:
        """The next parameter, a whole number."""
        return self.indices(name)[0]

    def indices(self, *names: str) -> list[Index]:
        """The next parameters, whole numbers."""
        self._parameters += [f"i64 %{name}" for name in names]
        return [Index(self, f"%{name}") for name in names]

    @property
    def declared(self) -> str:
        """What the function calls."""
        return f"declare {self.vector} @llvm.fma.v{self.lanes}f32({', '.join([self.vector] * 3)})"

    @property
    def parameters(self) -> int:
        """How many there are."""
        return len(self._parameters)

    def integer(self, pointer: str, place: Index) -> Index:
        """The whole number there."""
        found = self.gives(f"getelementptr i64, ptr {pointer}, i64 {place}")
        return Index(self, self.gives(f"load i64, ptr {found}"))

    def least(self, a: Index | int, b: Index | int) -> Index:
        """The lesser of two whole numbers."""
        less = self.gives(f"icmp slt i64 {a}, {b}")
        return Index(self, self.gives(f"select i1 {less}, i64 {a}, i64 {b}"))

    def does(self, instruction: str) -> None:
        """Write an instruction that gives nothing."""
        self._lines.append(f"  {instruction}")

    def gives(self, instruction: str) -> str:
        """Write an instruction; the name of what it gives."""
        name = self._name()
        self.does(f"{name} = {instruction}")
        return name

    def variable(self, kind: str) -> str:
        """A place for a value of this type: a register, once LLVM has read the code."""
        name = self._name()
        self._variables.append(f"  {name} = alloca {kind}")
        return name

    def constant(self, value: float) -> Vector:
        """A vector of the same number."""
        single = struct.unpack("f", struct.pack("f", value))[0]
        bits = struct.unpack("Q", struct.pack("d", single))[0]
        return Vector(self, self.alike(f"float 0x{bits:016X}"))

    def alike(self, value: str) -> str:
        """A constant of one value in each lane."""
        return f"<{', '.join([value] * self.lanes)}>"

    @contextmanager
    def loop(self, begin: Index | int, end: Index | int, step: int = 1) -> Iterator[Index]:
        """What is written within is done for begin, begin + step, ... below end."""
        place = self.variable("i64")
        head, body, after = (f"{part}{self._names}" for part in ("head", "body", "after"))
        self.does(f"store i64 {begin}, ptr {place}")
        self._label(head)
        now = Index(self, self.gives(f"load i64, ptr {place}"))
        goes_on = self.gives(f"icmp slt i64 {now}, {end}")
        self.does(f"br i1 {goes_on}, label %{body}, label %{after}")
        self._lines.append(f"{body}:")
        yield now
        self.does(f"store i64 {now + step}, ptr {place}")
        self.does(f"br label %{head}")
        self._lines.append(f"{after}:")

    def text(self, name: str) -> str:
        """The function under this name."""
        head = f"define void @{name}({', '.join(self._parameters)}) nounwind {{"
        return "\n".join([head, *self._variables, *self._lines, "  ret void", "}", ""])

    def _name(self) -> str:
        self._names += 1
        return f"%_{self._names}"

    def _label(self, name: str) -> None:
        self.does(f"br label %{name}")
        self._lines.append(f"{name}:")


@dataclass(frozen=True, slots=True)
class Index:
    """A whole number that the code computes with."""

    code: Code
    name: str

    def __str__(self) -> str:
        return self.name

    def __add__(self, other: Index | int) -> Index:
        return self._with("add nsw", other)

    def __radd__(self, other: int) -> Index:
        return self + other

    def __sub__(self, other: Index | int) -> Index:
        return self._with("sub nsw", other)

    def __mul__(self, other: Index | int) -> Index:
        return self._with("mul nsw", other)

    def __rmul__(self, other: int) -> Index:
        return self * other

    def __floordiv__(self, other: int) -> Index:
        return self._with("sdiv", other)

    def _with(self, operation: str, other: Index | int) -> Index:
        return Index(self.code, self.code.gives(f"{operation} i64 {self}, {other}"))


@dataclass(frozen=True, slots=True)
class Vector:
    """So many numbers at once."""

    code: Code
    name: str

    def __str__(self) -> str:
        return self.name

    def __add__(self, other: Vector | float) -> Vector:
        return self._with("fadd", other)

    def __radd__(self, other: float) -> Vector:
        return self + other

    def __sub__(self, other: Vector | float) -> Vector:
        return self._with("fsub", other)

    def __rsub__(self, other: float) -> Vector:
        return self.code.constant(other) - self

    def __mul__(self, other: Vector | float) -> Vector:
        return self._with("fmul", other)

    def __rmul__(self, other: float) -> Vector:
        return self * other

    def __truediv__(self, other: Vector | float) -> Vector:
        return self._with("fdiv", other)

    def __rtruediv__(self, other: float) -> Vector:
        return self.code.constant(other) / self

    def replaced_where(self, relation: str, bound: float, by: Vector | float) -> Vector:
        """`by` where the numbers stand in this relation ("ogt", "olt", "ole") to a bound.

        What is not a number stands in none, and stays.
        """
        code, vector = self.code, self.code.vector
        limit, other = code.constant(bound), _vector(code, by)
        where = code.gives(f"fcmp {relation} {vector} {self}, {limit}")
        mask = f"<{code.lanes} x i1> {where}"
        return Vector(code, code.gives(f"select {mask}, {vector} {other}, {vector} {self}"))

    def _with(self, operation: str, other: Vector | float) -> Vector:
        code, second = self.code, _vector(self.code, other)
        return Vector(code, code.gives(f"{operation} {code.vector} {self}, {second}"))


def _vector(code: Code, value: Vector | float) -> Vector:
    return value if isinstance(value, Vector) else code.constant(value)


def fma(a: Vector, b: Vector | float, c: Vector | float) -> Vector:
    """A b + c, rounded once."""
    code, kind = a.code, a.code.vector
    factors = f"{kind} {a}, {kind} {_vector(code, b)}, {kind} {_vector(code, c)}"
    return Vector(code, code.gives(f"call {kind} @llvm.fma.v{code.lanes}f32({factors})"))


@dataclass(frozen=True, slots=True)
class Matrix:
    """Numbers in rows of some width, from a pointer on."""

    code: Code
    pointer: str
    width: Index | int

    @property
    def columns(self) -> range:
        """Where each vector of a row begins; the width is known as the code is written."""
        assert isinstance(self.width, int)
        return range(0, self.width, self.code.lanes)

    def load(self, row: Index | int, column: Index | int) -> Vector:
        """The numbers from there on."""
        place = self._place(row, column)
        return Vector(self.code, self.code.gives(f"load {self.code.vector}, ptr {place}, align 4"))

    def store(self, row: Index | int, column: Index | int, value: Vector) -> None:
        """Put numbers there."""
        place = self._place(row, column)
        self.code.does(f"store {self.code.vector} {value}, ptr {place}, align 4")

    def spread(self, row: Index | int, column: Index | int) -> Vector:
        """The one number there, in every lane."""
        code, kind = self.code, self.code.vector
        one = code.gives(f"load float, ptr {self._place(row, column)}, align 4")
        first = code.gives(f"insertelement {kind} poison, float {one}, i32 0")
        lanes = f"<{code.lanes} x i32> zeroinitializer"
        return Vector(code, code.gives(f"shufflevector {kind} {first}, {kind} poison, {lanes}"))

    def down(self, row: Index, column: Index) -> Vector:
        """The numbers from there on down, of a row each."""
        code, kind, found = self.code, self.code.vector, "poison"
        for lane in range(code.lanes):
            one = code.gives(f"load float, ptr {self._place(row + lane, column)}, align 4")
            found = code.gives(f"insertelement {kind} {found}, float {one}, i32 {lane}")
        return Vector(code, found)

    def after(self, numbers: Index) -> Matrix:
        """The same, so many numbers further on."""
        place = self.code.gives(f"getelementptr float, ptr {self.pointer}, i64 {numbers}")
        return Matrix(self.code, place, self.width)

    def _place(self, row: Index | int, column: Index | int) -> str:
        number = row * self.width + column
        return self.code.gives(f"getelementptr float, ptr {self.pointer}, i64 {number}")


@dataclass(frozen=True, slots=True)
class Gates:
    """Rows of so many gates, each of a matrix's width."""

    matrix: Matrix
    count: int

    def load(self, row: Index, unit: Index) -> list[Vector]:
        """Each gate of some units."""
        return [self.matrix.load(*place) for place in self.places(row, unit)]

    def store(self, row: Index, unit: Index, gates: Iterable[Vector]) -> None:
        """Put each gate of some units there."""
        for place, gate in zip(self.places(row, unit), gates, strict=True):
            self.matrix.store(*place, gate)

    def places(self, row: Index, unit: Index) -> list[tuple[Index, Index]]:
        """Row and column of each gate in the matrix."""
        return [(row * self.count + gate, unit) for gate in range(self.count)]

    @property
    def rows(self) -> Matrix:
        """The same with all gates of a row in one."""
        return Matrix(self.matrix.code, self.matrix.pointer, self.matrix.width * self.count)
