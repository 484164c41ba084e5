"""Computes a grid of NumPy elements with whole slices instead of one element per turn of nested loops.

What it does: loops over the rows and columns of an array (or over the inside of one, with neighbours) that set each
element from elements of other arrays become one assignment; `if` becomes `np.where`, a vector beside a matrix is
broadcast. A loop that adds up for each element stays, around additions of whole slices: each element gets the same
terms in the same order, so matrix products, distances and sums of rows keep every bit.

Example:
    import numpy as np


    def smooth(a: np.ndarray) -> np.ndarray:
        rows, cols = a.shape
        result = np.zeros((rows, cols))
        for i in range(1, rows - 1):
            for j in range(1, cols - 1):
                result[i, j] = (a[i - 1, j] + a[i + 1, j] + a[i, j - 1] + a[i, j + 1]) / 4
        return result

Result:
    import numpy as np


    def smooth(a: np.ndarray) -> np.ndarray:
        rows, cols = a.shape
        result = np.zeros((rows, cols))
        if type(a) is np.ndarray and a.dtype in (float, int):
            result[1:-1, 1:-1] = (a[:-2, 1:-1] + a[2:, 1:-1] + a[1:-1, :-2] + a[1:-1, 2:]) / 4
        else:
            for i in range(1, rows - 1):
                for j in range(1, cols - 1):
                    result[i, j] = (a[i - 1, j] + a[i + 1, j] + a[i, j - 1] + a[i, j + 1]) / 4
        return result

Inputs:
    (np.arange(20.0).reshape(4, 5),)
    (np.arange(9).reshape(3, 3),)
    (np.zeros((1, 2)),)
    (np.ones((3, 3), dtype=np.float32),)

When it is unsafe: when an element is computed from one that an earlier turn has set, when two arrays may share their
memory, for numbers of other types and sizes than the loops go over (they keep the loops), and for `**` and functions
such as `exp`, which NumPy may round differently for one number and for many.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from velox_engine.strategies.array_facts import made_array, made_is_like, made_type
from velox_engine.strategies.arrays import Axis, Vectors, axis_of, flat_index, over_array_loops
from velox_engine.strategies.base import BuiltinStrategy, FunctionContext, NotApplicable, Rewrite
from velox_engine.strategies.bindings import parameters
from velox_engine.strategies.effects import bindings_of
from velox_engine.strategies.guards import either
from velox_engine.strategies.loops import constant, read_outside
from velox_engine.strategies.positions import indent_lines

_SIGNS = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*"}


def _build(context: FunctionContext) -> Iterator[Rewrite]:
    return over_array_loops(context, lambda place, loop: _Grid(context, loop).rewrite())


class _Grid:
    """One nest of loops on its way to slices."""

    def __init__(self, context: FunctionContext, loop: ast.For) -> None:
        self.context, self.loop = context, loop
        nest, self.block = _nest(loop)
        self.totals: set[str] = set()
        """Names that start as a number,"""
        self.added: set[str] = set()
        """those that are added to,"""
        self.slices: set[str] = set()
        """and those that are set to what is read from arrays."""
        self.loops = [(one, axis) for one in nest if (axis := axis_of(context, one)) is not None]
        if len(self.loops) != len(nest):
            raise NotApplicable("not a nest of counted loops")

    def rewrite(self) -> Rewrite | None:
        """The slices in the place of the loops."""
        context = self.context
        final = self.block[-1]
        target = _target(final)
        if target is None:
            return None
        name, indices = flat_index(target)
        inner = self._inner()
        within = {axis.name: axis for _, axis in self.loops}
        wanted = [next((one for one in within if one in _names(index)), "") for index in indices]
        if name is None or "" in wanted or len(set(wanted)) != len(wanted) or len(wanted) > 2:
            return None
        axes = [within[one] for one in wanted]
        around = [(loop, axis) for loop, axis in self.loops if axis not in axes]
        scalars = {axis.name: axis for _, axis in around}
        if inner is not None:
            if around or _names(inner[1].size) & (within.keys() | set(_temporaries(self.block))):
                return None
            scalars[inner[1].name] = inner[1]
        counted, given = {*within, *scalars}, set(_temporaries(self.block))
        if (counted | given) & {one for _, axis in self.loops for one in _names(axis.size)}:
            return None
        if counted & given or any(read_outside(context, one, self.loop) for one in counted | given):
            return None
        vectors = Vectors(context, axes, scalars, name, indices, frozenset(given))
        place = vectors.element(target)
        if around and not _adds_up(final, name):
            return None
        fast = self._body(vectors, inner, final, place)
        for loop, _ in reversed(around):
            fast = self._loop(loop, fast)
        if len(self.loops) == 1 and not (inner or vectors.moved or vectors.may_warn):
            return None  # one loop over one element at a time is another strategy's
        tests = self._tests(vectors, name, final)
        if vectors.needs_elements:
            tests.append(f"{place}.size")
        edit = either(context, self.loop, self.loop, tests, fast, context.layout.block_text([self.loop]))
        return Rewrite((edit,), f"compute the elements of {name} at once") if edit else None

    def _loop(self, loop: ast.For, body: str) -> str:
        """A loop that stays, around new code."""
        head = f"for {self.context.text(loop.target)} in {self.context.text(loop.iter)}:"
        return f"{head}\n{indent_lines(body, self.context.layout.unit)}"

    def _inner(self) -> tuple[ast.For, Axis] | None:
        """The loop that adds up for one element, if the block is `total = 0`, that loop, and the element."""
        found = [one for one in self.block if isinstance(one, ast.For)]
        if not found:
            return None
        axis = axis_of(self.context, found[0])
        if len(found) > 1 or axis is None or self.block.index(found[0]) != len(self.block) - 2:
            raise NotApplicable("other loops inside")
        return found[0], axis

    def _body(self, vectors: Vectors, inner: tuple[ast.For, Axis] | None, final: ast.stmt, place: str) -> str:
        lines: list[str] = []
        for statement in self.block[:-1]:
            if inner is not None and statement is inner[0]:
                body = [self._step(vectors, one) for one in inner[0].body]
                lines.append(self._loop(inner[0], "\n".join(body)))
            else:
                lines.append(self._step(vectors, statement, starts=inner is not None))
        if isinstance(final, ast.AugAssign):
            lines.append(f"{place} {_SIGNS[type(final.op)]}= {vectors.write(final.value)}")
        else:
            stored = f"{place}[:]" if place.isidentifier() else place
            lines.append(f"{stored} = {self._value(vectors, final, place)}")
        if self.added & self.slices:
            raise NotApplicable("`+=` would change the slice that the name was set to")
        return "\n".join(lines)

    def _step(self, vectors: Vectors, statement: ast.stmt, *, starts: bool = False) -> str:
        """`diff = a[i] - b[j]`, `total = 0` or `total += …` over slices."""
        if isinstance(statement, ast.AugAssign) and isinstance(statement.target, ast.Name):
            if statement.target.id not in self.totals or type(statement.op) not in _SIGNS:
                raise NotApplicable("adds to an unknown name")
            value = vectors.write(statement.value)
            self.added.add(statement.target.id)
            if not _reads(statement.value, vectors):
                raise NotApplicable("adds what is the same for all elements")
            return f"{statement.target.id} {_SIGNS[type(statement.op)]}= {value}"
        if not isinstance(statement, ast.Assign) or len(statement.targets) != 1:
            raise NotApplicable("not an assignment")
        target = statement.targets[0]
        if not isinstance(target, ast.Name):
            raise NotApplicable("sets more than one name")
        is_number = type(constant(statement.value)) in (int, float)
        if not (starts and is_number) and not _reads(statement.value, vectors):
            raise NotApplicable("not of elements")
        (self.totals if is_number else self.slices).add(target.id)
        value = self.context.text(statement.value) if is_number else vectors.write(statement.value)
        vectors.makes_floats |= type(constant(statement.value)) is float
        vectors.values.add(target.id)
        return f"{target.id} = {value}"

    def _value(self, vectors: Vectors, statement: ast.stmt, place: str) -> str:
        """What the elements become: np.where for an `if`."""
        if isinstance(statement, ast.Assign):
            if isinstance(statement.value, ast.BoolOp):
                return vectors.test(statement.value)
            return vectors.write(statement.value)
        if isinstance(statement, ast.AugAssign):
            return f"{place} {_SIGNS[type(statement.op)]} ({vectors.write(statement.value)})"
        assert isinstance(statement, ast.If)
        otherwise = statement.orelse[0] if statement.orelse else None

        def both() -> tuple[str, str]:
            first = self._value(vectors, statement.body[0], place)
            return first, self._value(vectors, otherwise, place) if otherwise else place

        return vectors.choose(statement.test, both)

    def _tests(self, vectors: Vectors, name: str, final: ast.stmt) -> list[str]:
        """What must hold for the elements to get the same values as one by one."""
        context, made = self.context, made_array(self.context, name)
        others = [one for one in vectors.arrays if one != name]
        whole = vectors.makes_floats or bool(vectors.numbers)
        if made is None:
            # A caller's array may share its memory with any other.
            if name not in parameters(context.node) or bindings_of(context, name) or others:
                raise NotApplicable("the array may share its memory")
            kinds = ["float"] if whole else ["float", "int"]
        else:
            kind = made_type(context, made)
            if kind == "bool" and not _is_test(final):
                raise NotApplicable("numbers in an array of bools")
            if kind == "int" and vectors.makes_floats:
                raise NotApplicable("floats in an array of whole numbers")
            if kind == "like":
                source = made.args[0]
                if not isinstance(source, ast.Name) or source.id not in others or not made_is_like(made):
                    raise NotApplicable("an array of an unknown type")
                kinds = ["float"] if whole or len(others) > 1 else ["float", "int"]
            else:
                kinds = {"float": ["float", "int"], "bool": ["float", "int"], "int": ["int"]}.get(kind, [])
        if not kinds:
            raise NotApplicable("an array of an unknown type")
        for one in others:
            other = made_array(context, one)
            if other is not None and made_type(context, other) not in kinds:
                raise NotApplicable("an array of an unknown type")
        return vectors.tests(kinds)


def _nest(loop: ast.For) -> tuple[list[ast.For], list[ast.stmt]]:
    """Loops of which each holds nothing but the next one, and what the innermost does."""
    nest = [loop]
    while len(nest[-1].body) == 1 and isinstance(inner := nest[-1].body[0], ast.For):
        nest.append(inner)
    return nest, nest[-1].body


def _target(statement: ast.stmt) -> ast.Subscript | None:
    """The one element that a statement sets, whichever way an `if` goes."""
    if isinstance(statement, ast.Assign):
        one = statement.targets[0]
        return one if isinstance(one, ast.Subscript) and len(statement.targets) == 1 else None
    if isinstance(statement, ast.AugAssign):
        one = statement.target
        return one if isinstance(one, ast.Subscript) and type(statement.op) in _SIGNS else None
    if not isinstance(statement, ast.If) or len(statement.body) != 1 or len(statement.orelse) > 1:
        return None
    found = [_target(one) for one in (*statement.body, *statement.orelse)]
    dumped = {ast.dump(one) if one is not None else "" for one in found}
    return found[0] if len(dumped) == 1 else None


def _names(node: ast.AST) -> set[str]:
    return {part.id for part in ast.walk(node) if isinstance(part, ast.Name)}


def _temporaries(block: Sequence[ast.stmt]) -> list[str]:
    """The plain names that the block sets."""
    return list(
        dict.fromkeys(
            node.id
            for statement in block
            for node in ast.walk(statement)
            if isinstance(node, ast.Name)
            and not isinstance(node.ctx, ast.Load)
            and not _is_loop_name(block, node)
        )
    )


def _is_loop_name(block: Sequence[ast.stmt], node: ast.Name) -> bool:
    return any(isinstance(one, ast.For) and one.target is node for one in block)


def _reads(node: ast.expr, vectors: Vectors) -> bool:
    """Whether a value differs between elements."""
    return any(
        isinstance(part, ast.Subscript) or (isinstance(part, ast.Name) and part.id in vectors.values)
        for part in ast.walk(node)
    )


def _adds_up(statement: ast.stmt, name: str) -> bool:
    """Whether each turn of a loop that stays builds on what the one before has left."""
    if isinstance(statement, ast.AugAssign):
        return True
    return any(
        isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Load) and flat_index(node)[0] == name
        for node in ast.walk(statement)
    )


def _is_test(statement: ast.stmt) -> bool:
    """Whether the element becomes a truth value."""
    if isinstance(statement, ast.Assign):
        return isinstance(statement.value, ast.Compare | ast.BoolOp)
    return False


STRATEGY = BuiltinStrategy("numpy-grid", "vectorization", _build, __doc__ or "")
