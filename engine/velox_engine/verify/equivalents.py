"""Planted bugs that change nothing anybody could see: left out, so that strength is neither flattered nor belittled.

Some compile to the same code and are never planted. Others only look harmless, such as `<` for `<=` where the smaller
of two values is kept; they count when an input shows them and are left out when none does.
"""

from __future__ import annotations

import ast
from types import CodeType
from typing import Any

FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef
QUIET = frozenset({"debug", "info"})  # levels that logging drops unless somebody asks for them
LOGGERS = frozenset({"logger", "log", "logging", "_logger", "LOGGER", "LOG", "_log"})
_SYMMETRIC = frozenset({"gcd", "lcm", "hypot", "dist"})
_PREFIX = 2  # characters of "0b", "0o", "0x"
FLIPPED = {(ast.Lt, "<="), (ast.LtE, "<"), (ast.Gt, ">="), (ast.GtE, ">")}


def compiled(node: FunctionNode) -> Any:
    """What a function compiles to, without positions: equal for two texts that run the same. None where it does not."""
    try:
        module = ast.fix_missing_locations(ast.Module([node], []))
        return _essence(compile(module, "mutant", "exec", dont_inherit=True))
    except (SyntaxError, ValueError, RecursionError):
        return None


def _essence(code: CodeType) -> tuple[Any, ...]:
    constants = tuple(
        _essence(item) if isinstance(item, CodeType) else (type(item).__name__, repr(item))
        for item in code.co_consts
    )
    return (
        code.co_code,
        constants,
        code.co_names,
        code.co_varnames,
        code.co_freevars,
        code.co_flags,
        code.co_exceptiontable,
    )


class Harmless:
    """Recognises places in one function where a change may well show nowhere."""

    def __init__(self, node: FunctionNode) -> None:
        self.read = {
            item.id
            for item in ast.walk(node)
            if isinstance(item, ast.Name) and not isinstance(item.ctx, ast.Store)
        }
        self.read |= {
            name
            for item in ast.walk(node)
            if isinstance(item, ast.Global | ast.Nonlocal)
            for name in item.names
        }
        self._quiet: set[int] = set()  # nodes whose value nobody sees
        self._kept: set[int] = set()  # comparisons that keep one of two values
        self._exits: set[int] = set()  # breaks that only save time
        self._swaps: set[int] = set()  # calls whose two arguments may be swapped
        self._prefixed: set[int] = set()  # starts of slices that leave a prefix out which nobody counts
        self._idle: set[int] = set()  # ranges whose last turn does nothing
        self._starts: dict[int, str] = {}  # constants and the names that start with them
        self._negative: dict[int, str] = {}  # the same for what a minus stands before
        self._extremes: dict[str, int] = {}  # names that keep the largest (-1) or the smallest (1) of many
        self._symmetric = {
            item.name for item in ast.walk(node) if isinstance(item, ast.FunctionDef) and is_symmetric(item)
        }
        self._nodes = list(ast.walk(node))
        self._assigned = [item for item in self._nodes if isinstance(item, ast.Assign)]
        for item in self._nodes:
            self._look(item)

    def tie(self, node: ast.Compare, operator: type[ast.cmpop], new: str) -> bool:
        """Ex) `if item < best: best = item` with `<=`: equal values take each other's place."""
        return id(node) in self._kept and (operator, new) in FLIPPED

    def exits(self, node: ast.AST) -> bool:
        """Ex) `found = True; break` without the break: the rest of the loop can only do the same again."""
        return id(node) in self._exits

    def swap(self, node: ast.Call) -> bool:
        """Ex) `gcd(a, b)` with `gcd(b, a)`; `same(x, y) for x, y in zip(a, b)` where `same` does not mind."""
        return id(node) in self._swaps

    def start(self, node: ast.AST, step: int) -> bool:
        """Ex) `most = 0` with -1, where a loop keeps the largest: it shows only where nothing is larger."""
        keeps = self._extremes.get(self._starts.get(id(node), ""), 0)
        return keeps == step or self._extremes.get(self._negative.get(id(node), ""), 0) == -step

    def idle(self, node: ast.Call) -> bool:
        """Ex) `for i in range(n): for j in range(i + 1, n):` with `n - 1`: the last outer turn does nothing."""
        return id(node) in self._idle

    def prefix(self, node: ast.AST, value: int) -> bool:
        """Ex) `bin(n)[2:].count("1")` with 1 for 2: a little more of "0b", which holds no "1"."""
        return id(node) in self._prefixed and 0 <= value <= _PREFIX

    def unseen(self, node: ast.AST) -> bool:
        """A value that is never read, or goes to a log that is off."""
        return id(node) in self._quiet

    def _look(self, node: ast.AST) -> None:
        match node:
            case ast.Assign(targets=[ast.Name(id=name)]) | ast.AugAssign(target=ast.Name(id=name)) if (
                name not in self.read
            ):
                self._hide(node)
            case ast.Expr(value=ast.Call(func=ast.Attribute(value=ast.Name(id=owner), attr=level))):
                if owner in LOGGERS and level in QUIET:
                    self._hide(node)
            case ast.Call(func=ast.Name(id="cast"), args=[first, _]):
                self._hide(first)
            case ast.If(test=test, body=body, orelse=[]):
                for statement in body:
                    self._look_at_kept(test, statement, body)
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Constant() as first):
                self._starts[id(first)] = name
            case ast.Assign(
                targets=[ast.Name(id=name)], value=ast.UnaryOp(op=ast.USub(), operand=ast.Constant() as first)
            ):
                self._negative[id(first)] = name
            case ast.IfExp(
                test=ast.Compare(left=left, comparators=[right]) as test, body=body, orelse=orelse
            ):
                if {ast.dump(body), ast.dump(orelse)} == {ast.dump(left), ast.dump(right)}:
                    self._kept.add(id(test))
            case ast.Call(
                func=ast.Attribute(
                    value=ast.Subscript(
                        value=ast.Call(func=ast.Name(id="bin" | "oct" | "hex")),
                        slice=ast.Slice(lower=ast.Constant(value=2) as lower, upper=None, step=None),
                    ),
                    attr="count",
                ),
                args=[ast.Constant(value=str(counted))],
            ) if counted and not set(counted) & set("-0box"):
                self._prefixed.add(id(lower))
            case ast.Call(func=ast.Name(id=called) | ast.Attribute(attr=called)) as call:
                if called in _SYMMETRIC or called in self._symmetric:
                    self._swaps.add(id(call))
            case ast.For(
                target=ast.Name(id=name),
                iter=ast.Call() as outer,
                body=[ast.For(iter=ast.Call() as inner, orelse=[])],
                orelse=[],
            ) if _ends_idle(name, outer, inner):
                self._idle.add(id(outer))
            case ast.GeneratorExp(elt=elt, generators=[one]) | ast.ListComp(elt=elt, generators=[one]):
                self._look_at_pairs(elt, one)
            case ast.For(body=[ast.If(body=[*assigned, ast.Break() as leave], orelse=[])], orelse=[]):
                if all(_constant_assignment(item) for item in assigned):
                    self._exits.add(id(leave))

    def _look_at_kept(self, test: ast.expr, statement: ast.stmt, body: list[ast.stmt]) -> None:
        """Ex) `if count > most and name: most = count`; with `or` the other side may decide."""
        match statement:
            case ast.Assign(targets=[target], value=value):
                both = {ast.dump(_loaded(target)), ast.dump(value)}
            case _:
                return
        joined = test.values if isinstance(test, ast.BoolOp) and isinstance(test.op, ast.And) else [test]
        for part in joined:
            match part:
                case ast.Compare(left=left, ops=[asked], comparators=[right]):
                    if both != {ast.dump(left), ast.dump(right)}:
                        continue
                    self._keep(target, asked, ast.dump(left) == ast.dump(value))
                    if len(body) == 1:
                        self._kept.add(id(part))
                    elif isinstance(target, ast.Name) and target.id in self._extremes:
                        self._look_at_companions(body, target.id)
                        if isinstance(value, ast.Name):
                            self._look_at_rank({target.id, value.id})

    def _look_at_companions(self, body: list[ast.stmt], extreme: str) -> None:
        """Ex) `chosen = names[0]` where `chosen` goes along with an extreme: it shows where nothing is larger, too."""
        inside = {id(item) for statement in body for item in ast.walk(statement)}
        chosen = {
            item.targets[0].id
            for item in body
            if isinstance(item, ast.Assign) and isinstance(item.targets[0], ast.Name)
        } - {extreme}
        for name in chosen:
            others = [
                item
                for item in self._assigned
                if any(isinstance(one, ast.Name) and one.id == name for one in item.targets)
                and id(item) not in inside
            ]
            if len(others) == 1 and others[0].lineno < body[0].lineno:
                self._hide(others[0])

    def _look_at_rank(self, names: set[str]) -> None:
        """Ex) `count = 0`, `count += 1` where counts are only compared with each other: all may be doubled."""
        told = {
            id(item)
            for node in self._nodes
            for item in (
                [node.left, *node.comparators]
                if isinstance(node, ast.Compare) and _is_between(node, names)
                else [node.value]
                if isinstance(node, ast.Assign)
                and isinstance(node.targets[0], ast.Name)
                and node.targets[0].id in names
                else []
            )
        }
        if any(
            isinstance(item, ast.Name)
            and item.id in names
            and isinstance(item.ctx, ast.Load)
            and id(item) not in told
            for item in self._nodes
        ):
            return
        for node in self._nodes:
            match node:
                case (
                    ast.Assign(targets=[ast.Name(id=name)], value=ast.Constant() as written)
                    | ast.AugAssign(target=ast.Name(id=name), op=ast.Add(), value=ast.Constant() as written)
                ) if name in names:
                    self._hide(written)

    def _keep(self, target: ast.expr, asked: ast.cmpop, greater: bool) -> None:
        """Note whether the name keeps the largest or the smallest; `greater`: the new value stands on the left."""
        if isinstance(target, ast.Name) and isinstance(asked, ast.Gt | ast.GtE | ast.Lt | ast.LtE):
            largest = isinstance(asked, ast.Gt | ast.GtE) == greater
            self._extremes[target.id] = -1 if largest else 1

    def _look_at_pairs(self, made: ast.expr, loop: ast.comprehension) -> None:
        """Ex) `same(x, y) for x, y in zip(a, b)`: pairs the other way round give the same."""
        match made, loop:
            case (
                ast.Call(func=ast.Name(id=called), args=[ast.Name(id=one), ast.Name(id=other)], keywords=[]),
                ast.comprehension(
                    target=ast.Tuple(elts=[ast.Name(id=first), ast.Name(id=second)]),
                    iter=ast.Call(func=ast.Name(id="zip"), args=[_, _], keywords=[]) as pairs,
                    ifs=[],
                ),
            ) if called in self._symmetric and {one, other} == {first, second}:
                self._swaps.add(id(pairs))

    def _hide(self, node: ast.AST) -> None:
        self._quiet.update(id(item) for item in ast.walk(node))


def _is_between(node: ast.Compare, names: set[str]) -> bool:
    """Whether only these names are compared."""
    return all(isinstance(side, ast.Name) and side.id in names for side in (node.left, *node.comparators))


def is_symmetric(node: ast.FunctionDef) -> bool:
    """Whether a function of two parameters reads the same with the two swapped. Ex) one that asks `a == b`"""
    shape = node.args
    names = [item.arg for item in shape.args]
    if (
        len(names) != 2
        or shape.vararg
        or shape.kwarg
        or shape.kwonlyargs
        or shape.posonlyargs
        or shape.defaults
    ):
        return False
    swapped = dict(zip(names, reversed(names), strict=True))
    return [_ordered(item, {}) for item in node.body] == [_ordered(item, swapped) for item in node.body]


def _ordered(node: ast.AST, names: dict[str, str]) -> str:
    """A statement as text under other names, with the sides of `==` and `!=` in one order."""
    copied = ast.parse(ast.unparse(node))
    for item in ast.walk(copied):
        if isinstance(item, ast.Name):
            item.id = names.get(item.id, item.id)
    for item in ast.walk(copied):
        match item:
            case ast.Compare(left=left, ops=[ast.Eq() | ast.NotEq()], comparators=[right]):
                item.left, item.comparators[0] = sorted((left, right), key=ast.dump)
    return ast.dump(copied)


def _ends_idle(name: str, outer: ast.Call, inner: ast.Call) -> bool:
    """Whether the inner range starts behind the outer index and ends where the outer one does."""
    match outer, inner:
        case (
            ast.Call(func=ast.Name(id="range"), args=[*_, stop], keywords=[]),
            ast.Call(
                func=ast.Name(id="range"),
                args=[
                    ast.BinOp(left=ast.Name(id=index), op=ast.Add(), right=ast.Constant(value=int(step))),
                    last,
                ],
                keywords=[],
            ),
        ):
            return len(outer.args) <= 2 and index == name and step > 0 and ast.dump(stop) == ast.dump(last)
    return False


def _loaded(node: ast.expr) -> ast.expr:
    """The same name or place as something that is read."""
    return ast.parse(ast.unparse(node), mode="eval").body


def _constant_assignment(node: ast.stmt) -> bool:
    return isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
