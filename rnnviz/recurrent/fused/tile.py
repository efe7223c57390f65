"""Products of rows and a matrix in panels, a tile at a time, summed up in registers."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from rnnviz.recurrent.fused.code import Code, Gates, Index, Matrix, Vector, fma

# Vectors beside each other in a wide panel.
_WIDE = 4

# Where a row's vectors of a panel lie: row and column of each.
Places = Callable[[Index], list[tuple[Index, Index]]]


def add_panel(
    rows: Matrix, panel: Matrix, first: Index, count: Index, target: Matrix, places: Places
) -> None:
    """Target += rows @ panel (inner, columns), for so many rows from the first on."""

    def tile(row: Index, height: int) -> None:
        there = [places(row + number) for number in range(height)]
        found = _multiply(rows.after(row * rows.width), height, panel)
        for own, sums in zip(there, found, strict=True):
            for place, total in zip(own, sums, strict=True):
                target.store(*place, target.load(*place) + total)

    _by_rows(rows.code, first, count, tile)


def add_product(rows: Matrix, panels: str, first: Index, count: Index, target: Matrix) -> None:
    """Target += rows @ a matrix in panels, for so many rows from the first on."""
    for column, panel in by_panels(rows.code, panels, rows.width, target.width):
        columns = [column + step for step in panel.columns]

        def places(row: Index, columns: list[Index] = columns) -> list[tuple[Index, Index]]:
            return [(row, column) for column in columns]

        add_panel(rows, panel, first, count, target, places)


def by_panels(
    code: Code, panels: str, inner: Index | int, columns: Index | int
) -> Iterator[tuple[Index, Matrix]]:
    """What the loop's body writes is done for all panels: (first column, panel), narrow ones last.

    A panel (inner, some columns) is as wide as a tile's registers; what is left is of one vector.
    """
    narrow, wide = code.lanes, _WIDE * code.lanes
    border = columns // wide * wide
    for begin, end, width in ((0, border, wide), (border, columns, narrow)):
        with code.loop(begin, end, width) as column:
            yield column, Matrix(code, panels, width).after(column * inner)


def each_unit(
    h: Matrix, panels: str, gates: Gates, first: Index, count: Index
) -> Iterator[tuple[Index, Index]]:
    """What the loop's body writes is done for (row, units), once gates += h @ panels of units."""
    code, width = h.code, gates.count * h.code.lanes
    with code.loop(0, h.width, code.lanes) as unit:
        panel = Matrix(code, panels, width).after(unit * gates.count * h.width)
        add_panel(h, panel, first, count, gates.matrix, lambda row: gates.places(row, unit))
        with code.loop(0, count) as number:
            yield first + number, unit


def each_row(first: Index, count: Index, columns: Index) -> Iterator[tuple[Index, Index]]:
    """What the loop's body writes is done for (row, columns) of so many rows."""
    code = first.code
    with code.loop(0, count) as number, code.loop(0, columns, code.lanes) as column:
        yield first + number, column


def read_rows(table: Matrix, ids: str, target: Matrix, first: Index, count: Index) -> None:
    """Put the rows of a table that a timestep reads into its rows of the target."""
    code = table.code
    with code.loop(0, count) as number:
        row = first + number
        id_read = code.integer(ids, row)
        with code.loop(0, table.width, code.lanes) as column:
            target.store(row, column, table.load(id_read, column))


def _multiply(rows: Matrix, count: int, panel: Matrix) -> list[list[Vector]]:
    """The first so many rows @ panel (inner, columns): for each row, vectors of its columns.

    They are summed up from zero: what they are to be added to may be much larger.
    """
    code = rows.code
    sums = [[_Sum(code.constant(0.0)) for _ in panel.columns] for _ in range(count)]
    with code.loop(0, rows.width) as k:
        weights = [panel.load(k, column) for column in panel.columns]
        for number, own in enumerate(sums):
            factor = rows.spread(number, k)
            for total, weight in zip(own, weights, strict=True):
                total.now = fma(factor, weight, total.now)
    return [[total.now for total in own] for own in sums]


class _Sum:
    """A vector that is added to, in a register."""

    def __init__(self, begin: Vector) -> None:
        self._code, self._place = begin.code, begin.code.variable(begin.code.vector)
        self.now = begin

    @property
    def now(self) -> Vector:
        """Its value."""
        code = self._code
        return Vector(code, code.gives(f"load {code.vector}, ptr {self._place}"))

    @now.setter
    def now(self, value: Vector) -> None:
        self._code.does(f"store {self._code.vector} {value}, ptr {self._place}")


def _by_rows(code: Code, first: Index, count: Index, action: Callable[[Index, int], None]) -> None:
    """Do the action for so many rows: (row, how many from there), as registers hold."""
    most = 4 if code.lanes == 16 else 2
    whole = count // most * most
    with code.loop(0, whole, most) as row:
        action(first + row, most)
    with code.loop(whole, count) as row:
        action(first + row, 1)
