"""Gives a private class of which a loop makes many objects fixed slots instead of a dict for each object.

What it does: a class of the file whose name starts with an underscore, that a loop of the function instantiates, gets
`__slots__` with the attributes that its `__init__` sets. Each object then takes a third of the memory and a little less
time to make.

Example:
    class _Point:
        def __init__(self, x, y):
            self.x = x
            self.y = y


    def spread(count: int) -> int:
        points = []
        for number in range(count):
            points.append(_Point(number, number * 2))
        return sum(point.x + point.y for point in points)

Result:
    class _Point:
        __slots__ = ("x", "y")

        def __init__(self, x, y):
            self.x = x
            self.y = y


    def spread(count: int) -> int:
        points = []
        for number in range(count):
            points.append(_Point(number, number * 2))
        return sum(point.x + point.y for point in points)

Inputs:
    (3,)
    (0,)

When it is unsafe: when somebody sets another attribute, asks for `__dict__`, pickles or weakly refers to an object, or
derives from the class. So the class must be private to the file and the file must do none of this.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from velox_engine.strategies.base import BuiltinStrategy, FunctionContext, Rewrite
from velox_engine.strategies.loops import places

_REVEALING = frozenset(
    {"vars", "setattr", "delattr", "getattr", "pickle", "weakref", "copy", "deepcopy", "asdict"}
)


def _build(context: FunctionContext) -> Iterator[Rewrite]:
    made = {
        node.func.id
        for place in places(context.node)
        if place.loops or any(isinstance(part, ast.comprehension) for part in ast.walk(place.statement))
        for node in ast.walk(place.statement)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id.startswith("_")
    }
    for statement in context.module.body:
        if isinstance(statement, ast.ClassDef) and statement.name in made:
            names = _attributes(context, statement)
            if names:
                listed = ", ".join(f'"{name}"' for name in names)
                line = f"__slots__ = ({listed},)" if len(names) == 1 else f"__slots__ = ({listed})"
                edit = context.layout.insert_before(_first(statement), f"{line}\n")
                if edit:
                    yield Rewrite((edit,), f"fixed slots for {statement.name}")


def _first(owner: ast.ClassDef) -> ast.stmt:
    """The statement after the docstring."""
    first = owner.body[0]
    is_docstring = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)
    return owner.body[1] if is_docstring and len(owner.body) > 1 else first


def _attributes(context: FunctionContext, owner: ast.ClassDef) -> list[str] | None:
    """What `__init__` sets, in order; None when the class or the file does anything that slots would change."""
    if owner.bases or owner.keywords or owner.decorator_list:
        return None
    if any(not isinstance(statement, ast.FunctionDef | ast.Expr) for statement in owner.body):
        return None
    start = next(
        (one for one in owner.body if isinstance(one, ast.FunctionDef) and one.name == "__init__"), None
    )
    if start is None or not start.args.args:
        return None
    me = start.args.args[0].arg
    names = list(
        dict.fromkeys(
            node.attr
            for node in ast.walk(start)
            if isinstance(node, ast.Attribute)
            and isinstance(node.ctx, ast.Store)
            and isinstance(node.value, ast.Name)
            and node.value.id == me
        )
    )
    methods = {one.name for one in owner.body if isinstance(one, ast.FunctionDef)}
    if not names or set(names) & methods:
        return None
    for node in context.facts.nodes:
        if isinstance(node, ast.Name) and node.id in _REVEALING:
            return None
        if isinstance(node, ast.alias) and node.name.partition(".")[0] in _REVEALING:
            return None
        if isinstance(node, ast.Attribute):
            if node.attr in ("__dict__", "__slots__", "__weakref__", "__class__"):
                return None
            if not isinstance(node.ctx, ast.Load) and node.attr not in names:
                return None
        if isinstance(node, ast.ClassDef) and any(
            isinstance(base, ast.Name) and base.id == owner.name for base in node.bases
        ):
            return None
        if isinstance(node, ast.Constant) and node.value in ("__dict__", "__slots__"):
            return None
    return names


STRATEGY = BuiltinStrategy("slotted-class", "memory_layout", _build, __doc__ or "", ("VX802",))
