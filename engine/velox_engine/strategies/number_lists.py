"""Expressions over single numbers of lists, written as expressions over NumPy arrays made of these lists.

Only what gives the same numbers either way is taken: sums, differences and products of numbers so small that nothing
is rounded that Python would not round. How small they must be follows from the expression, and is asked before.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final, Literal

from velox_engine.strategies.bindings import all_names, parameters, stores_of, written_names
from velox_engine.strategies.effects import bindings_of, keeps_contents, only_binding
from velox_engine.strategies.errors import NotApplicable
from velox_engine.strategies.loops import constant, length_of, range_parts
from velox_engine.strategies.magnitudes import Size, bits_for, plus, times
from velox_engine.strategies.patterns import match_expr
from velox_engine.strategies.purity import is_pure

if TYPE_CHECKING:
    from velox_engine.strategies.base import FunctionContext

_SIGNS: Final = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Mod: "%", ast.FloorDiv: "//", ast.Div: "/"}
_COMPARE: Final = {ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=", ast.Eq: "==", ast.NotEq: "!="}

_FEW: Final = 30
"""Numbers that a loop has gone through while NumPy is called."""

Kind = Literal["ints", "floats", "numbers"]
"""What is in the lists: only ints, only floats, or both, which is fine where numbers are compared and none is kept."""


@dataclass(frozen=True, slots=True)
class Number:
    """An expression over arrays, or over plain numbers where it does not vary with the loop."""

    text: str
    size: Size
    varies: bool
    atom: bool = True
    """Whether it can stand beside any operator without parentheses."""
    whole: bool = False
    """Whether Python computes it as an int even where the lists hold floats."""

    @property
    def operand(self) -> str:
        return self.text if self.atom else f"({self.text})"


@dataclass(slots=True)
class NumberLists:
    """Writes what an inner loop computes for one number as what it computes for all, and collects what to ask first."""

    context: FunctionContext
    nest: ast.For | ast.While
    """The outermost loop that leaves the lists as they are: what stands before it is done once."""
    inner: ast.For
    numpy: str
    kind: Kind
    arrays: dict[str, str] = field(default_factory=dict)
    """Lists that are made into arrays, with the array's name."""
    listed: dict[str, None] = field(default_factory=dict)
    """All lists whose numbers are looked at."""
    scalars: dict[str, None] = field(default_factory=dict)
    """Parameters that must hold a number."""
    tests: dict[str, None] = field(default_factory=dict)
    positions: dict[str, None] = field(default_factory=dict)
    """Ends of ranges whose numbers are computed with."""
    values: dict[str, Number] = field(default_factory=dict)
    """Names that hold arrays in the new code."""
    sizes: list[Size] = field(default_factory=list)
    _resolving: set[str] = field(default_factory=set)

    def enter(self) -> list[str]:
        """The variables of the inner loop; the lines that give what its positions are."""
        iterated, target = self.inner.iter, self.inner.target
        parts = range_parts(self.context, iterated)
        if parts is not None and isinstance(target, ast.Name) and constant(parts[2]) == 1:
            return self._over_range(target.id, parts[0], parts[1])
        if isinstance(target, ast.Name):
            self.values[target.id] = Number(self._elements(iterated), (0, 1), varies=True)
            return []
        raise NotApplicable("not a loop over numbers")

    def _over_range(self, name: str, start: ast.expr, stop: ast.expr) -> list[str]:
        self._start, self._stop = start, stop
        for bound in (start, stop):
            if not self._is_whole(bound):
                raise NotApplicable("a range of unknown ends")
        self._position = name
        used = [
            node
            for statement in self.inner.body
            for node in ast.walk(statement)
            if isinstance(node, ast.Name) and node.id == name
        ]
        as_index = {
            node.slice
            for statement in self.inner.body
            for node in ast.walk(statement)
            if isinstance(node, ast.Subscript)
        }
        if all(node in as_index for node in used):
            return []
        fresh = self.context.fresh(f"{name}_values", "positions")
        self.values[name] = Number(fresh, (0, 1), varies=True, whole=True)
        self._bounded(stop)
        first = "" if constant(start) == 0 else f"{self.context.text(start)}, "
        return [f"{fresh} = {self.numpy}.arange({first}{self.context.text(stop)}, dtype={self._dtype})"]

    @property
    def _dtype(self) -> str:
        return f"{self.numpy}.int64" if self.kind == "ints" else "float"

    _position: str = ""
    _start: ast.expr = field(default_factory=lambda: ast.Constant(0))
    _stop: ast.expr = field(default_factory=lambda: ast.Constant(0))

    def _is_whole(self, node: ast.expr) -> bool:
        """Whether it is a whole number, not below zero, that the inner loop leaves alone."""
        value = constant(node)
        if value is not ...:
            return type(value) is int and 0 <= value < 2**30
        if (held := length_of(self.context, node)) is not None:
            return isinstance(held, ast.Name) and self._keeps(held.id)
        found = match_expr("M_a + M_b", node)
        if found:
            return self._is_whole(found["M_a"]) and self._is_whole(found["M_b"])
        if not isinstance(node, ast.Name) or node.id in written_names([self.inner]):
            return False
        if node.id in parameters(self.context.node) and not bindings_of(self.context, node.id):
            if node.id in written_names([self.nest]):
                return False  # `n -= 1` in the loops
            self.tests[f"type({node.id}) is int"] = None
            self.tests[f"{node.id} >= 0"] = None
            return True
        bound = only_binding(self.context, node.id)
        if bound is not None:
            return length_of(self.context, bound) is not None
        return self._walked_range(node.id) is not None

    def _walked_range(self, name: str) -> ast.expr | None:
        """The end of the one range, from zero or more on, that a loop variable goes through."""
        loops = [
            node
            for node in self.context.own
            if isinstance(node, ast.For) and isinstance(node.target, ast.Name) and node.target.id == name
        ]
        if len(loops) != 1 or len(stores_of(name, self.context.own)) != 1 or name in self._resolving:
            return None
        parts = range_parts(self.context, loops[0].iter)
        if parts is None or constant(parts[2]) != 1:
            return None
        self._resolving.add(name)
        try:
            return parts[1] if self._is_whole(parts[0]) else None
        finally:
            self._resolving.discard(name)

    def _bounded(self, stop: ast.expr) -> None:
        """Remember that the positions below `stop` must be small, where they are computed with."""
        less = match_expr("M_n - M_k", stop)
        end = less["M_n"] if less and type(constant(less["M_k"])) is int else stop
        if not self._is_whole(end) or written_names([self.nest]) & all_names([end]):
            raise NotApplicable("positions without a known end")
        self.positions[self.context.operand(end)] = None

    def _keeps(self, name: str) -> bool:
        return name not in written_names([self.nest]) and keeps_contents(self.context, name, [self.nest])

    def _list(self, name: str) -> str:
        """A list of numbers that the loops leave alone."""
        shape = self.context.inference.of(ast.Name(name, ast.Load()))
        if shape.name not in ("list", "tuple", "", "!") or not self._keeps(name):
            raise NotApplicable("not a list that stays as it is")
        fitting = {"ints": ("int",), "floats": ("float",), "numbers": ("int", "float")}[self.kind]
        if shape.element.name not in (*fitting, "number", "", "!"):
            raise NotApplicable("not a list of numbers")
        self.listed[name] = None
        return name

    def _array(self, name: str) -> str:
        self._list(name)
        if name not in self.arrays:
            self.arrays[name] = self.context.fresh(f"{name}_array")
        return self.arrays[name]

    def _elements(self, node: ast.expr) -> str:
        """`xs` or `xs[i + 1:]` as an array."""
        if isinstance(node, ast.Name):
            return self._array(node.id)
        if (
            isinstance(node, ast.Subscript)
            and isinstance(node.value, ast.Name)
            and isinstance(node.slice, ast.Slice)
            and node.slice.step is None
            and all(part is None or self._is_whole(part) for part in (node.slice.lower, node.slice.upper))
        ):
            return f"{self._array(node.value.id)}[{self.context.text(node.slice)}]"
        raise NotApplicable("not a list")

    def write(self, node: ast.expr) -> Number:
        """The expression over all numbers; NotApplicable when it is more than exact arithmetic."""
        number = self._write(node)
        self.sizes.append(number.size)
        return number

    def _write(self, node: ast.expr) -> Number:
        value = constant(node)
        if value is not ...:
            if type(value) not in (int, float) or abs(value) >= 2**30:  # type: ignore[arg-type]
                raise NotApplicable("not a small number")
            if type(value) is float and self.kind == "ints":
                raise NotApplicable("floats among ints")
            size: Size = (abs(value),)  # type: ignore[arg-type]
            return Number(self.context.text(node), size, False, value >= 0, type(value) is int)  # type: ignore[operator]
        if isinstance(node, ast.Name):
            return self.values.get(node.id) or self._scalar(node)
        if isinstance(node, ast.Subscript):
            return self._element(node)
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
            inner = self.write(node.operand)
            return Number(f"-{inner.operand}", inner.size, inner.varies, False, inner.whole)
        if isinstance(node, ast.Call):
            return self._called(node)
        if isinstance(node, ast.BinOp):
            return self._calculated(node)
        raise NotApplicable("not exact for all numbers at once")

    def _calculated(self, node: ast.BinOp) -> Number:
        if isinstance(node.op, ast.Pow) and constant(node.right) == 2:
            # A float's power is no product: C libraries round it in their own ways.
            self.need_ints()
            base = self.write(node.left)
            return Number(f"{base.operand} ** 2", times(base.size, base.size), base.varies, atom=False)
        sign = _SIGNS.get(type(node.op))
        if sign is None:
            raise NotApplicable("not exact for all numbers at once")
        left, right = self.write(node.left), self.write(node.right)
        if sign in ("%", "//", "/"):
            by = constant(node.right)
            if type(by) is not int or by < 1 or (sign == "/" and self.kind == "ints"):
                raise NotApplicable("divides by what may be zero")
            size: Size = left.size if sign != "%" else (float(by),)
        else:
            size = times(left.size, right.size) if sign == "*" else plus(left.size, right.size)
        bare = isinstance(node.left, ast.BinOp) and (
            sign in "+-" or type(node.left.op) in (ast.Mult, ast.Div, ast.Mod, ast.FloorDiv)
        )
        first = left.text if bare else left.operand
        last = (
            right.text
            if sign in "+-" and isinstance(node.right, ast.BinOp) and isinstance(node.right.op, ast.Mult)
            else right.operand
        )
        whole = left.whole and right.whole and sign != "/"
        return Number(f"{first} {sign} {last}", size, left.varies or right.varies, False, whole)

    def need_ints(self) -> None:
        """Give up unless the numbers are looked at as ints from the start."""
        if self.kind != "ints":
            raise NotApplicable("exact for ints only")

    def _called(self, node: ast.Call) -> Number:
        if match_expr("abs(M_x)", node) and self.context.is_builtin("abs"):
            inner = self.write(node.args[0])
            return Number(f"abs({inner.text})", inner.size, inner.varies, whole=inner.whole)
        for name in ("min", "max"):
            if match_expr(f"{name}(M_a, M_b)", node) and self.context.is_builtin(name):
                self.need_ints()
                left, right = (self.write(one) for one in node.args)
                function = f"{self.numpy}.{name}imum" if left.varies or right.varies else name
                size = plus(left.size, right.size)
                return Number(f"{function}({left.text}, {right.text})", size, left.varies or right.varies)
        if (held := length_of(self.context, node)) is not None and isinstance(held, ast.Name):
            if not self._keeps(held.id):
                raise NotApplicable("a length that changes")
            self.positions[self.context.text(node)] = None
            return Number(self.context.text(node), (0, 1), varies=False, whole=True)
        raise NotApplicable("calls a function")

    def _element(self, node: ast.Subscript) -> Number:
        if not isinstance(node.value, ast.Name) or isinstance(node.slice, ast.Slice | ast.Tuple):
            raise NotApplicable("not a number of a list")
        name, index = node.value.id, node.slice
        varying = all_names([index]) & {*self.values, self._position}
        if not varying:
            if not is_pure(self.context, index):
                raise NotApplicable("an index with effects")
            self._reaches(name, index)
            return Number(f"{self._list(name)}[{self.context.text(index)}]", (0, 1), varies=False)
        if not isinstance(index, ast.Name) or index.id != self._position:
            raise NotApplicable("a place that is computed")
        array, stop = self._array(name), self.context.text(self._stop)
        start = "" if constant(self._start) == 0 else self.context.text(self._start)
        whole = self._is_length_of(self._stop, name)
        if not whole:
            if written_names([self.nest]) & all_names([self._stop]):
                raise NotApplicable("an end that changes")
            self.tests[f"len({name}) >= {stop}"] = None
        end = "" if whole else stop
        return Number(array if not start + end else f"{array}[{start}:{end}]", (0, 1), varies=True)

    def _reaches(self, name: str, index: ast.expr) -> None:
        """Ask for a list long enough for an index, which is now read where the inner loop has no turn as well."""
        at = constant(index)
        if type(at) is int and isinstance(at, int) and at >= 0:
            self.tests[f"len({name}) > {at}"] = None
            return
        back = match_expr("M_i - M_k", index)
        if back and isinstance(by := constant(back["M_k"]), int) and by >= 0:
            # Below zero it counts from the end, which is far enough away.
            index = back["M_i"]
            if by > 1:
                self.tests[f"len({name}) >= {by}"] = None
        end, seen = index, set[str]()
        while isinstance(end, ast.Name) and (further := self._walked_range(end.id)) is not None:
            if end.id in seen:
                raise NotApplicable("ranges that end where each other do")
            seen.add(end.id)
            less = match_expr("M_n - M_k", further)
            end = less["M_n"] if less and type(constant(less["M_k"])) is int else further
        if end is index or written_names([self.nest]) & all_names([end]):
            raise NotApplicable("an index that may be too large")
        if not self._is_length_of(end, name):
            self.tests[f"len({name}) >= {self.context.operand(end)}"] = None

    def _is_length_of(self, node: ast.expr, name: str) -> bool:
        held = length_of(self.context, node)
        if held is None and isinstance(node, ast.Name):
            bound = only_binding(self.context, node.id)
            if bound is None or not self._settled(name):
                return False
            held = length_of(self.context, bound)
        return isinstance(held, ast.Name) and held.id == name

    def _settled(self, name: str) -> bool:
        """Whether a list is the same from the start of the function to the end of the loops."""
        return (
            name in parameters(self.context.node)
            and not bindings_of(self.context, name)
            and keeps_contents(self.context, name, self.context.node.body)
        )

    def _scalar(self, node: ast.Name) -> Number:
        """A plain number that the inner loop leaves alone."""
        name, context = node.id, self.context
        if name in written_names([self.inner]) or name in self._resolving:
            raise NotApplicable("a number that changes")
        number = Number(name, (0, 1), varies=False)
        bound = bindings_of(context, name)
        if not bound:
            if name not in parameters(context.node) or name in written_names([self.nest]):
                raise NotApplicable("not a name of this function, or `k *= 10` in its loops")
            self.scalars[name] = None
            # It may be the end of a range, too, and then is an int.
            return replace(number, whole=True)
        if (stop := self._walked_range(name)) is not None:
            self._bounded(stop)
            return replace(number, whole=True)
        within = set(ast.walk(self.nest))
        for store in context.own:
            if not isinstance(store, ast.Name) or store.id != name or isinstance(store.ctx, ast.Load):
                continue
            parent = context.parents.get(store)
            if parent not in within:
                raise NotApplicable("a number from before the loops")
            if isinstance(parent, ast.For) and parent.target is store and isinstance(parent.iter, ast.Name):
                self._list(parent.iter.id)
            elif isinstance(parent, ast.Assign) and len(parent.targets) == 1:
                self._resolving.add(name)
                value = self.write(parent.value)
                if value.varies:
                    raise NotApplicable("a number of the inner loop")
                self._resolving.discard(name)
                size = plus(number.size, value.size)
                number = Number(name, size, varies=False, whole=number.whole or value.whole)
            else:
                raise NotApplicable("a number of unknown origin")
        return number

    def test(self, node: ast.expr) -> Number:
        """A condition on the numbers: comparisons, joined by `and`, `or` and `not`."""
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
            inner = self.test(node.operand)
            # Of a plain bool `~` would make a number.
            text = f"~{inner.operand}" if inner.varies else f"not {inner.operand}"
            return Number(text, (1,), inner.varies, atom=False)
        if isinstance(node, ast.BoolOp):
            sign = " & " if isinstance(node.op, ast.And) else " | "
            return _joined([self.test(value) for value in node.values], sign)
        if not isinstance(node, ast.Compare):
            raise NotApplicable("not a comparison")
        sides = [node.left, *node.comparators]
        compared: list[Number] = []
        for first, operator, second in zip(sides, node.ops, sides[1:], strict=False):
            sign = _COMPARE.get(type(operator))
            if sign is None:
                raise NotApplicable("not a comparison of numbers")
            left, right = self.write(first), self.write(second)
            varies = left.varies or right.varies
            compared.append(Number(f"{left.text} {sign} {right.text}", (1,), varies, atom=False))
        return _joined(compared, " & ")

    def all_of(self, tests: Sequence[Number]) -> Number:
        """What holds where all of these hold."""
        return _joined(tests, " & ")

    def conditions(self, *, sums: bool) -> list[str]:
        """What must hold for the same numbers to come out, cheapest first."""
        context = self.context
        context.need_builtins("type", "set", "map", "max", "abs", "len", "int", "float", "list", "tuple")
        room = 62 - (31 if sums else 0) if self.kind == "ints" else 52
        if self.kind == "floats" and not self.positions:
            room = 1000  # floats round alike however large they are; only of infinities NumPy warns
        if (bits := bits_for(self.sizes, room)) is None:
            raise NotApplicable("numbers that grow beyond what is exact")
        asked = [f"type({name}) in (list, tuple)" for name in self.listed if not self._is_list(name)]
        asked += self.tests
        asked += self._long()
        asked += [f"{end} < 2**{bits}" for end in self.positions if not end.isdigit()]
        whole = {name for name in self.scalars if f"type({name}) is int" in self.tests}
        asked += [f"{name} < 2**{bits}" for name in whole if name not in self.positions]
        parts = [*(f"*{name}" for name in self.listed), *(one for one in self.scalars if one not in whole)]
        if parts:
            held = parts[0][1:] if len(parts) == 1 and parts[0].startswith("*") else f"[{', '.join(parts)}]"
            kinds = {"ints": "== {int}", "floats": "== {float}", "numbers": "<= {int, float}"}[self.kind]
            asked += [f"set(map(type, {held})) {kinds}", f"max(map(abs, {held}), default=0) < 2**{bits}"]
        return asked

    def _long(self) -> list[str]:
        """The test that the inner loop has some length: to call NumPy for a handful of numbers takes longer."""
        steady = not all_names([self._stop]) & written_names([self.nest])
        if self._position and steady:
            return [] if constant(self._stop) is not ... else [f"{self.context.operand(self._stop)} > {_FEW}"]
        return [f"len({next(iter(self.arrays))}) > {_FEW}"] if self.arrays else []

    def _is_list(self, name: str) -> bool:
        shape = self.context.inference.of(ast.Name(name, ast.Load()))
        return shape.name in ("list", "tuple") and shape.evidence != "use"

    def made(self) -> list[str]:
        """The lines that make the arrays."""
        return [
            f"{array} = {self.numpy}.array({name}, dtype={self._dtype})"
            for name, array in self.arrays.items()
        ]


def _joined(tests: Sequence[Number], sign: str) -> Number:
    if len(tests) == 1:
        return tests[0]
    return Number(sign.join(one.operand for one in tests), (1,), any(one.varies for one in tests), atom=False)
