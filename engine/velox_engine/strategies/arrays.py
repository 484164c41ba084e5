"""Expressions over single elements of NumPy arrays, written as expressions over whole slices of them.

Everything here keeps each element's value to the bit: only operations are taken that NumPy carries out alike for one
element and for many. `**` is none of them (a square of an array is a product, that of a number a power).
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from velox_engine.strategies.array_facts import (
    is_array,
    is_dimension,
    is_size,
    known_dimensions,
    made_array,
    own_memory,
    shaped_like,
)
from velox_engine.strategies.errors import NotApplicable
from velox_engine.strategies.guards import has_fast_way
from velox_engine.strategies.loops import Place, constant, length_of, places, range_parts
from velox_engine.strategies.patterns import match_expr

if TYPE_CHECKING:
    from velox_engine.strategies.base import FunctionContext, Rewrite

_ARITHMETIC: Final = {
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
    ast.Div: "/",
    ast.Mod: "%",
    ast.FloorDiv: "//",
}
_COMPARE: Final = {ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=", ast.Eq: "==", ast.NotEq: "!="}
_SAME_FOR_MANY: Final = frozenset(
    {"sqrt", "abs", "absolute", "floor", "ceil", "square", "minimum", "maximum"}
)


@dataclass(frozen=True, slots=True)
class Axis:
    """What a loop `for i in range(start, size - short)` goes through."""

    name: str
    start: int
    size: ast.expr
    short: int


def over_array_loops(
    context: FunctionContext, rewrite: Callable[[Place, ast.For], Rewrite | None]
) -> Iterator[Rewrite]:
    """What `rewrite` makes of each `for` loop of a function that uses NumPy; not of loops inside of one it has made."""
    if not context.facts.numpy_names - context.scope.bound:
        return
    done: set[ast.AST] = set()
    for place in places(context.node):
        loop = place.statement
        if not isinstance(loop, ast.For) or loop in done or has_fast_way(context, loop, ".dtype"):
            continue
        try:
            made = rewrite(place, loop)
        except NotApplicable:
            continue
        if made:
            done.update(ast.walk(loop))
            yield made


def axis_of(context: FunctionContext, loop: ast.For) -> Axis | None:
    """The axis a counted loop stands for; None when its range is none of `range(1, n - 1)` and the like."""
    parts = range_parts(context, loop.iter)
    if parts is None or not isinstance(loop.target, ast.Name) or constant(parts[2]) != 1 or loop.orelse:
        return None
    start, size, short = constant(parts[0]), parts[1], 0
    found = match_expr("M_n - M_k", size)
    if found and type(constant(found["M_k"])) is int:
        size, short = found["M_n"], constant(found["M_k"])
    if type(start) is not int or start < 0 or not isinstance(short, int) or short < 0:
        return None
    if not isinstance(size, ast.Name | ast.Attribute | ast.Subscript | ast.Call) or any(
        isinstance(part, ast.Call) and length_of(context, part) is None for part in ast.walk(size)
    ):
        return None
    return Axis(loop.target.id, start, size, short)


@dataclass(slots=True)
class Vectors:
    """Writes expressions over the elements at `axes` as expressions over slices, and collects what must be tested."""

    context: FunctionContext
    axes: Sequence[Axis]
    """The loops that go away, in the order of the dimensions of the result."""
    scalars: Mapping[str, Axis]
    """The loops that stay."""
    target: str = ""
    """The array that is written to, read only where it is written."""
    written: Sequence[ast.expr] = ()
    """The indices at which it is."""
    changing: frozenset[str] = frozenset()
    """Names that the loops set."""
    elements: Mapping[str, str] = field(default_factory=dict)
    """Variables of loops over arrays of one dimension, with the array."""
    values: set[str] = field(default_factory=set)
    """Local names that hold whole slices in the new code."""
    arrays: dict[str, list[str]] = field(default_factory=dict)
    """Each array that is read, with the tests of its shape."""
    numbers: list[str] = field(default_factory=list)
    """Names that must hold plain numbers."""
    makes_floats: bool = False
    """Whether whole numbers may become others on the way: a float constant, a division, a root."""
    may_warn: bool = False
    """Whether an element may make NumPy warn, so that no other than those that were asked for may be computed."""
    needs_elements: bool = False
    """Whether what is computed may raise although there is no element."""
    whole: bool = False
    """Whether an element at all the positions was read, in the order of the loops."""
    moved: bool = False
    """Whether an element beside the one at the position was read."""

    def write(self, node: ast.expr) -> str:
        """The expression over slices; NotApplicable when it is more than what is the same for many elements."""
        if isinstance(node, ast.Subscript):
            return self.element(node)
        if isinstance(node, ast.BinOp) and type(node.op) in _ARITHMETIC:
            self.makes_floats |= isinstance(node.op, ast.Div)
            self.may_warn |= isinstance(node.op, ast.Div | ast.Mod | ast.FloorDiv)
            if isinstance(node.op, ast.Div | ast.Mod | ast.FloorDiv):
                # Of no elements the loop divides none; a slice is computed all the same.
                self.needs_elements |= not self.reads_elements(node.right) and not constant(node.right)
            sums = isinstance(node.op, ast.Add | ast.Sub)
            left = self.inside(
                node.left, (ast.BinOp,) if sums else (ast.Mult, ast.Div, ast.Mod, ast.FloorDiv)
            )
            right = self.inside(node.right, (ast.Mult, ast.Div) if sums else ())
            return f"{left} {_ARITHMETIC[type(node.op)]} {right}"
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
            return f"-{self.inside(node.operand)}"
        if isinstance(node, ast.Compare) and len(node.ops) == 1 and type(node.ops[0]) in _COMPARE:
            sign = _COMPARE[type(node.ops[0])]
            left, right = node.left, node.comparators[0]
            return f"{self.inside(left, (ast.BinOp,))} {sign} {self.inside(right, (ast.BinOp,))}"
        if isinstance(node, ast.IfExp):
            return self.choose(node.test, lambda: (self.write(node.body), self.write(node.orelse)))
        if isinstance(node, ast.Call):
            return self.called(node)
        if isinstance(node, ast.Name):
            return self.name(node)
        if isinstance(node, ast.Constant) and type(node.value) in (int, float):
            self.makes_floats |= type(node.value) is float
            return self.context.text(node)
        raise NotApplicable("not the same for many elements")

    @property
    def numpy(self) -> str:
        """The name of the module."""
        return sorted(self.context.facts.numpy_names)[0]

    def inside(self, node: ast.expr, bare: tuple[type[ast.AST], ...] = ()) -> str:
        """An operand, in parentheses unless its operator (or any arithmetic) is among those that need none."""
        text = self.write(node)
        if isinstance(node, bare) or (isinstance(node, ast.BinOp) and isinstance(node.op, bare)):
            return text
        return f"({text})" if isinstance(node, ast.BinOp | ast.Compare | ast.UnaryOp) else text

    def choose(self, test: ast.expr, both: Callable[[], tuple[str, str]]) -> str:
        """np.where; both sides are computed for all elements, so neither may warn."""
        condition, before = self.test(test), self.may_warn
        self.may_warn = False
        first, second = both()
        if self.may_warn:
            raise NotApplicable("an element that the loop does not compute might warn")
        self.may_warn = before
        return f"{self.numpy}.where({condition}, {first}, {second})"

    def reads_elements(self, node: ast.AST) -> bool:
        """Whether it reads an element: `~` of a plain bool is no bool."""
        return any(
            isinstance(part, ast.Subscript) or (isinstance(part, ast.Name) and part.id in self.elements)
            for part in ast.walk(node)
        )

    def test(self, node: ast.expr) -> str:
        """A condition: comparisons, joined by `and`, `or` and `not`."""
        if isinstance(node, ast.BoolOp):
            sign = " & " if isinstance(node.op, ast.And) else " | "
            first, before = self.test(node.values[0]), self.may_warn
            self.may_warn = False
            rest = [self.test(value) for value in node.values[1:]]
            if self.may_warn:
                raise NotApplicable("a comparison that the loop does not reach might warn")
            self.may_warn = before
            return sign.join(f"({one})" for one in (first, *rest))
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not) and self.reads_elements(node):
            return f"~({self.test(node.operand)})"
        if isinstance(node, ast.Compare):
            return self.write(node)
        raise NotApplicable("whether an element is true is no comparison")

    def called(self, node: ast.Call) -> str:
        """abs, min and max of two, and the functions of NumPy that round one element as they round many."""
        context = self.context
        if node.keywords:
            raise NotApplicable("a call with keywords")
        if match_expr("abs(M_x)", node) and context.is_builtin("abs"):
            return f"abs({self.write(node.args[0])})"
        for name, sign in (("min", "<"), ("max", ">")):
            if match_expr(f"{name}(M_a, M_b)", node) and context.is_builtin(name):
                first, second = (self.inside(one) for one in node.args)
                return f"{self.numpy}.where({second} {sign} {first}, {second}, {first})"
        func = node.func
        if (
            isinstance(func, ast.Attribute)
            and isinstance(func.value, ast.Name)
            and func.value.id in context.facts.numpy_names
            and func.attr in _SAME_FOR_MANY
            and len(node.args) == (2 if func.attr.startswith("m") else 1)
        ):
            self.makes_floats |= func.attr in ("sqrt", "floor", "ceil")
            self.may_warn |= func.attr == "sqrt"
            return f"{func.value.id}.{func.attr}({', '.join(self.write(one) for one in node.args)})"
        raise NotApplicable("a call of an unknown function")

    def name(self, node: ast.Name) -> str:
        """A local value that is a slice by now, or a number."""
        if node.id in self.values:
            return node.id
        if node.id in self.elements:
            self.whole = True
            return self.elements[node.id]
        axes = {axis.name for axis in self.axes} | set(self.scalars)
        if node.id in axes or node.id == self.target or is_array(self.context, node.id):
            raise NotApplicable("a position as a value, or a whole array")
        if node.id in self.changing:
            raise NotApplicable("a value that is not set yet")
        if node.id not in self.numbers and not is_dimension(self.context, node.id):
            self.numbers.append(node.id)
            self.needs_elements = True
        return node.id

    def element(self, node: ast.Subscript) -> str:
        """`a[i, j + 1]` or `a[i][j + 1]` as a slice."""
        base, indices = flat_index(node)
        if base is None or not is_array(self.context, base):
            raise NotApplicable("not an element of an array")
        if base != self.target and not own_memory(self.context, base):
            raise NotApplicable("an array that may share its memory")
        places = [self._place(one) for one in indices]
        order = [at for at, _ in places if at is not None]
        if not order or len(set(order)) != len(order):
            raise NotApplicable("an element that is the same in every turn, or on the diagonal")
        if base == self.target and list(map(ast.dump, indices)) != list(map(ast.dump, self.written)):
            raise NotApplicable("an element that another turn may have written")
        self._require(base, indices)
        turned = order != sorted(order)
        self.whole |= len(order) == len(self.axes)
        pieces = [text for _, text in places]
        while pieces and pieces[-1] == ":":
            pieces.pop()
        text = f"{base}[{', '.join(pieces)}]" if pieces else base
        if turned:
            return f"{text}.T"
        if len(self.axes) == 2 and order == [0]:
            pieces = [text for _, text in places]
            return f"{base}[{', '.join([*pieces, 'None'])}]"
        return text

    def _place(self, index: ast.expr) -> tuple[int | None, str]:
        """(which axis, the slice) of one index; the axis is None for an index that stays."""
        name, offset = _shifted(index)
        for at, axis in enumerate(self.axes):
            if axis.name == name:
                low, short = axis.start + offset, axis.short - offset
                self.moved |= offset != 0
                if low < 0 or short < 0:
                    raise NotApplicable("a position that may lie outside")
                return at, f"{low or ''}:{-short if short else ''}"
        if name in self.scalars:
            axis = self.scalars[name]
            if axis.start + offset < 0 or axis.short < offset:
                raise NotApplicable("a position that may lie outside")
            return None, self.context.text(index)
        value = constant(index)
        if type(value) is int and value >= 0:
            return None, self.context.text(index)
        raise NotApplicable("an unknown index")

    def _require(self, base: str, indices: Sequence[ast.expr]) -> None:
        """Remember the test that every dimension is exactly as long as its loop says."""
        tests = self.arrays.setdefault(base, [])
        like = shaped_like(self.context, base)
        if like is not None:
            self._require(like, indices)
            return
        sizes: list[str] = []
        single: list[str] = []
        known = known_dimensions(self.context, base) == len(indices)
        for at, index in enumerate(indices):
            own = f"{base}.shape[{at}]"
            if type(constant(index)) is int:
                single.append(f"{own} > {constant(index)}")
                sizes.append(own)
                continue
            name, _ = _shifted(index)
            axis = self.scalars.get(name) or next(axis for axis in self.axes if axis.name == name)
            known &= is_size(self.context, base, at, axis.size)
            sizes.append(self.context.text(axis.size))
        if not known:
            own_sizes = [f"{base}.shape[{at}]" for at in range(len(sizes))]
            lengths = [f"len({base})", *own_sizes[1:]]
            end = "," if len(sizes) == 1 else ""
            same = sizes in (own_sizes, lengths)
            single.insert(
                0,
                f"{base}.ndim == {len(sizes)}" if same else f"{base}.shape == ({', '.join(sizes)}{end})",
            )
            if not same and any(size in own_sizes for size in sizes):
                single.insert(0, f"{base}.ndim == {len(sizes)}")
        tests += [test for test in single if test not in tests]

    def tests(self, kinds: Sequence[str]) -> list[str]:
        """The conditions under which the new code does the same; `kinds` are the types its elements may have."""
        made = {name for name in self.arrays if made_array(self.context, name) is not None}
        names = [name for name in self.arrays if name not in made]
        known, kind = (f"in ({', '.join(kinds)})", "in") if len(kinds) > 1 else (f"== {kinds[0]}", "is")
        found: list[str] = []
        if len(names) == 1:
            found = [f"type({names[0]}) is {self.numpy}.ndarray", f"{names[0]}.dtype {known}"]
        elif names:
            one = self.context.fresh("array", "one_array")
            self.context.need_builtins("all")
            checks = f"type({one}) is {self.numpy}.ndarray and {one}.dtype {known}"
            found = [f"all({checks} for {one} in ({', '.join(names)}))"]
        self.context.need_builtins("type", "float", "int")
        found += [test for tests in self.arrays.values() for test in tests]
        right = f"({', '.join(kinds)})" if kind == "in" else kinds[0]
        found += [f"type({name}) {kind} {right}" for name in self.numbers]
        return found


def flat_index(node: ast.Subscript) -> tuple[str | None, list[ast.expr]]:
    """The array's name and the indices of `a[i, j]` or `a[i][j]`."""
    indices: list[ast.expr] = []
    inner: ast.expr = node
    while isinstance(inner, ast.Subscript):
        part = inner.slice.elts if isinstance(inner.slice, ast.Tuple) else [inner.slice]
        indices = [*part, *indices]
        inner = inner.value
    return (inner.id if isinstance(inner, ast.Name) else None), indices


def _shifted(index: ast.expr) -> tuple[str, int]:
    """(name, offset) of `i`, `i + 1` or `i - 1`; no name for anything else."""
    if isinstance(index, ast.Name):
        return index.id, 0
    if isinstance(index, ast.BinOp) and isinstance(index.left, ast.Name):
        offset = constant(index.right)
        if type(offset) is int and isinstance(index.op, ast.Add | ast.Sub):
            return index.left.id, offset if isinstance(index.op, ast.Add) else -offset
    return "", 0
