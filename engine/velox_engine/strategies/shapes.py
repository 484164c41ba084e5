"""Local, flow-insensitive type inference on `ast`: what the names and expressions of one function hold.

It follows literals, constructors, annotations, known methods and how parameters are used, and gives up (an
unknown shape) where two bindings disagree. Its answers are evidence for a rewrite, never a proof for callers
that ignore the annotations.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from velox_engine.strategies.annotations import shape_of_annotation
from velox_engine.strategies.bindings import own_nodes, parameters
from velox_engine.strategies.known_results import (
    BOOL,
    BUILTIN_RESULTS,
    COPIES,
    INT,
    MODULE_RESULTS,
    SEQUENCES,
    STR,
    STR_METHODS,
    arithmetic_result,
)
from velox_engine.strategies.shape import BOTTOM, UNKNOWN, Shape, element_of, join, join_all
from velox_engine.strategies.uses import shape_by_use

__all__ = ["BOTTOM", "UNKNOWN", "Inference", "Shape"]


@dataclass(frozen=True, slots=True)
class _Item:
    """A binding to the elements of an iterable, `depth` unpackings deep."""

    iterable: ast.expr
    path: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class _Known:
    shape: Shape


_Binding = ast.expr | _Item | _Known


class Inference:
    """The shapes of one function's names and expressions."""

    def __init__(
        self,
        function: ast.FunctionDef | ast.AsyncFunctionDef,
        is_builtin: Callable[[str], bool],
        module: ast.Module,
    ) -> None:
        self._is_builtin = is_builtin
        self._imports = _imports(module, function)
        self._bindings: dict[str, list[_Binding]] = {}
        self._elements: dict[str, list[_Binding]] = {}
        self._values: dict[str, list[_Binding]] = {}
        self._keys: dict[str, list[_Binding]] = {}
        self._function = function
        self._collect(function)
        self._module_constants(module)
        self.names: dict[str, Shape] = dict.fromkeys(self._bindings, BOTTOM)
        self._solve()

    def of(self, node: ast.expr) -> Shape:
        """The shape of an expression; `UNKNOWN` when nothing is known."""
        shape = self._of(node)
        return UNKNOWN if shape is BOTTOM else shape

    def _solve(self) -> None:
        # Rounds of propagation from "no value yet"; shapes only grow, so a few rounds settle real functions.
        for _ in range(8):
            changed = False
            for name, bindings in self._bindings.items():
                shape = join_all(self._binding(binding) for binding in bindings)
                shape = self._with_elements(name, shape)
                if shape != self.names[name]:
                    self.names[name] = shape
                    changed = True
            if not changed:
                break
        else:
            self.names = dict.fromkeys(self.names, UNKNOWN)
        self.names = {name: UNKNOWN if shape is BOTTOM else shape for name, shape in self.names.items()}

    def _with_elements(self, name: str, shape: Shape) -> Shape:
        if shape is BOTTOM or shape is UNKNOWN:
            return shape
        element, value = shape.element, shape.value
        for binding in self._elements.get(name, ()):
            element = join(element, self._binding(binding))
        # d[key] = value adds a key only where d is a mapping; for a list the key is a position.
        for binding in self._keys.get(name, ()) if shape.is_mapping else ():
            element = join(element, self._binding(binding))
        for binding in self._values.get(name, ()):
            if shape.name in ("list", "deque", "bytearray"):
                element = join(element, self._binding(binding))
            else:
                value = join(value, self._binding(binding))
        return Shape(shape.name, element, value, shape.evidence)

    def _binding(self, binding: _Binding) -> Shape:
        if isinstance(binding, _Known):
            return binding.shape
        if isinstance(binding, _Item):
            return self._item(binding.iterable, binding.path)
        return self._of(binding)

    def _item(self, iterable: ast.expr, path: tuple[int, ...]) -> Shape:
        """The shape of the elements, unpacked along `path`."""
        if isinstance(iterable, ast.Call) and isinstance(iterable.func, ast.Name) and iterable.args and path:
            called = iterable.func.id
            if called == "enumerate" and self._is_builtin(called):
                if path[0] == 0:
                    return INT
                return self._item(iterable.args[0], path[1:])
            if called == "zip" and self._is_builtin(called) and path[0] < len(iterable.args):
                return self._item(iterable.args[path[0]], path[1:])
        if (
            path
            and isinstance(iterable, ast.Call)
            and isinstance(iterable.func, ast.Attribute)
            and iterable.func.attr == "items"
            and not iterable.args
        ):
            mapping = self._of(iterable.func.value)
            inner = mapping.element if path[0] == 0 else mapping.value
            return _unpack(inner, path[1:]) if mapping.is_mapping else UNKNOWN
        shape = self._of(iterable)
        return shape if shape is BOTTOM else _unpack(element_of(shape), path)

    def _of(self, node: ast.expr) -> Shape:
        if isinstance(node, ast.Constant):
            kind = "none" if node.value is None else type(node.value).__name__
            return Shape(kind, INT if kind == "bytes" else None).with_characters()
        if isinstance(node, ast.JoinedStr):
            return STR.with_characters()
        if isinstance(node, ast.Name):
            return self.names.get(node.id, UNKNOWN)
        if isinstance(node, ast.List | ast.Tuple | ast.Set):
            if any(isinstance(item, ast.Starred) for item in node.elts):
                return Shape(type(node).__name__.lower(), UNKNOWN)
            return Shape(type(node).__name__.lower(), join_all(self._of(item) for item in node.elts))
        if isinstance(node, ast.Dict):
            if None in node.keys:
                return Shape("dict", UNKNOWN, UNKNOWN)
            keys = join_all(self._of(key) for key in node.keys if key)
            return Shape("dict", keys, join_all(self._of(value) for value in node.values))
        if isinstance(node, ast.ListComp | ast.SetComp | ast.GeneratorExp):
            name = {ast.ListComp: "list", ast.SetComp: "set", ast.GeneratorExp: "generator"}[type(node)]
            return Shape(name, self._of(node.elt))
        if isinstance(node, ast.DictComp):
            return Shape("dict", self._of(node.key), self._of(node.value))
        if isinstance(node, ast.IfExp):
            return join(self._of(node.body), self._of(node.orelse))
        if isinstance(node, ast.BoolOp):
            return join_all(self._of(value) for value in node.values)
        if isinstance(node, ast.NamedExpr):
            return self._of(node.value)
        if isinstance(node, ast.UnaryOp):
            inner = self._of(node.operand)
            if isinstance(node.op, ast.Not):
                return BOOL
            return INT if inner.name == "bool" else inner if inner.is_number or inner is BOTTOM else UNKNOWN
        if isinstance(node, ast.Compare):
            return self._compare(node)
        if isinstance(node, ast.BinOp):
            return arithmetic_result(self._of(node.left), node.op, self._of(node.right))
        if isinstance(node, ast.Subscript):
            return self._subscript(node)
        if isinstance(node, ast.Call):
            return self._call(node)
        return UNKNOWN

    def _compare(self, node: ast.Compare) -> Shape:
        plain = all(isinstance(op, ast.In | ast.NotIn | ast.Is | ast.IsNot) for op in node.ops)
        sides = [self._of(side) for side in (node.left, *node.comparators)]
        if plain or any(side.is_builtin_value for side in sides):
            return BOOL
        return BOTTOM if any(side is BOTTOM for side in sides) else UNKNOWN

    def _subscript(self, node: ast.Subscript) -> Shape:
        base = self._of(node.value)
        if base is BOTTOM:
            return BOTTOM
        if isinstance(node.slice, ast.Slice):
            return base if base.name in SEQUENCES else UNKNOWN
        if base.is_mapping:
            return base.value.weakened(base.evidence)
        return element_of(base) if base.name in SEQUENCES else UNKNOWN

    def _call(self, node: ast.Call) -> Shape:
        func = node.func
        if isinstance(func, ast.Name):
            return self._name_call(func.id, node)
        if not isinstance(func, ast.Attribute):
            return UNKNOWN
        if isinstance(func.value, ast.Name) and func.value.id in self._imports:
            module = self._imports[func.value.id]
            return MODULE_RESULTS.get((module[0], func.attr), UNKNOWN) if module[1] == "" else UNKNOWN
        receiver = self._of(func.value)
        if receiver is BOTTOM:
            return BOTTOM
        if receiver.name == "str":
            return STR_METHODS.get(func.attr, UNKNOWN).with_characters().weakened(receiver.evidence)
        if receiver.is_mapping:
            views = {"keys": receiver.element, "values": receiver.value}
            if func.attr in views:
                return Shape("view", views[func.attr], UNKNOWN, receiver.evidence)
            if func.attr == "items":
                return Shape("view", Shape("tuple"), UNKNOWN, receiver.evidence)
        if func.attr == "copy" and receiver.is_container:
            return receiver
        if func.attr in ("pop", "popleft") and receiver.name in ("list", "deque", "set"):
            return element_of(receiver)
        if func.attr in ("count", "index") and receiver.name in SEQUENCES:
            return INT
        return UNKNOWN

    def _name_call(self, name: str, node: ast.Call) -> Shape:
        if name in self._imports:
            return MODULE_RESULTS.get(self._imports[name], UNKNOWN)
        if not self._is_builtin(name):
            return UNKNOWN
        if name in BUILTIN_RESULTS:
            return BUILTIN_RESULTS[name].with_characters()
        if name in COPIES:
            element = element_of(self._of(node.args[0])) if node.args else BOTTOM
            return Shape(COPIES[name], element)
        if name == "dict":
            return Shape("dict", UNKNOWN, UNKNOWN) if node.args or node.keywords else Shape("dict")
        if name in ("abs", "round") and len(node.args) == 1:
            inner = self._of(node.args[0])
            if inner.name in ("int", "bool") or (name == "round" and inner.name == "float"):
                return INT.weakened(inner.evidence)
            return inner if inner.name == "float" or inner is BOTTOM else UNKNOWN
        if (
            name in ("min", "max")
            and node.args
            and not any(isinstance(arg, ast.Starred) for arg in node.args)
        ):
            if len(node.args) == 1:
                return element_of(self._of(node.args[0])) if not node.keywords else UNKNOWN
            return join_all(self._of(arg) for arg in node.args)
        if name == "sum" and node.args and not node.keywords:
            element = element_of(self._of(node.args[0]))
            start = self._of(node.args[1]) if len(node.args) > 1 else INT
            return arithmetic_result(element, ast.Add(), start)
        if name == "divmod" and len(node.args) == 2:
            return Shape(
                "tuple", arithmetic_result(self._of(node.args[0]), ast.FloorDiv(), self._of(node.args[1]))
            )
        if name == "map" and len(node.args) >= 2 and isinstance(node.args[0], ast.Name):
            made = BUILTIN_RESULTS.get(node.args[0].id) if self._is_builtin(node.args[0].id) else None
            return Shape("iterator", made or UNKNOWN)
        if name == "filter" and len(node.args) == 2:
            return Shape("iterator", element_of(self._of(node.args[1])))
        return UNKNOWN

    def _collect(self, function: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        args = function.args
        for arg in [*args.posonlyargs, *args.args, *args.kwonlyargs]:
            shape = (
                shape_of_annotation(arg.annotation)
                if arg.annotation
                else shape_by_use(arg.arg, function, self._is_builtin)
            )
            self._bind(arg.arg, _Known(shape))
        if args.vararg:
            self._bind(args.vararg.arg, _Known(Shape("tuple", UNKNOWN)))
        if args.kwarg:
            self._bind(args.kwarg.arg, _Known(Shape("dict", STR, UNKNOWN)))
        for node in own_nodes(function):
            self._collect_node(node)
        for node in ast.walk(function):
            if node is not function and isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
                for name in parameters(node):
                    self._bind(name, _Known(UNKNOWN))
                if not isinstance(node, ast.Lambda):
                    self._bind(node.name, _Known(UNKNOWN))
                    for inner in own_nodes(node):
                        if isinstance(inner, ast.Name) and not isinstance(inner.ctx, ast.Load):
                            self._bind(inner.id, _Known(UNKNOWN))

    def _collect_node(self, node: ast.AST) -> None:
        if isinstance(node, ast.Assign):
            for target in node.targets:
                self._assign(target, node.value)
        elif isinstance(node, ast.AnnAssign):
            if node.value is not None:
                self._assign(node.target, node.value)
            elif isinstance(node.target, ast.Name):
                self._bind(node.target.id, _Known(shape_of_annotation(node.annotation)))
        elif isinstance(node, ast.NamedExpr):
            self._bind(node.target.id, node.value)
        elif isinstance(node, ast.AugAssign):
            read = ast.BinOp(_as_load(node.target), node.op, node.value)
            if isinstance(node.target, ast.Name):
                self._bind(node.target.id, read)
            else:
                self._assign(node.target, read)
        elif isinstance(node, ast.For | ast.AsyncFor | ast.comprehension):
            self._iterate(node.target, node.iter, ())
        elif isinstance(node, ast.With | ast.AsyncWith):
            for item in node.items:
                if item.optional_vars:
                    self._unknown(item.optional_vars)
        elif isinstance(node, ast.ExceptHandler) and node.name:
            self._bind(node.name, _Known(UNKNOWN))
        elif isinstance(node, ast.Import | ast.ImportFrom):
            for alias in node.names:
                self._bind((alias.asname or alias.name).partition(".")[0], _Known(UNKNOWN))
        elif isinstance(node, ast.MatchAs | ast.MatchStar) and node.name:
            self._bind(node.name, _Known(UNKNOWN))
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            self._collect_growth(node, node.func)

    def _collect_growth(self, node: ast.Call, func: ast.Attribute) -> None:
        if not isinstance(func.value, ast.Name) or not node.args:
            return
        name = func.value.id
        if func.attr in ("append", "add", "appendleft"):
            self._elements.setdefault(name, []).append(node.args[0])
        elif func.attr == "insert" and len(node.args) == 2:
            self._elements.setdefault(name, []).append(node.args[1])
        elif func.attr in ("extend", "update", "extendleft"):
            self._elements.setdefault(name, []).append(_Item(node.args[0], ()))
        elif func.attr == "setdefault":
            self._elements.setdefault(name, []).append(node.args[0])
            self._values.setdefault(name, []).append(node.args[-1])

    def _assign(self, target: ast.expr, value: ast.expr) -> None:
        if isinstance(target, ast.Name):
            self._bind(target.id, value)
        elif isinstance(target, ast.Tuple | ast.List):
            same = isinstance(value, ast.Tuple | ast.List) and len(value.elts) == len(target.elts)
            for at, part in enumerate(target.elts):
                if isinstance(part, ast.Starred):
                    self._unknown(part)
                elif same and isinstance(value, ast.Tuple | ast.List):
                    self._assign(part, value.elts[at])
                else:
                    self._iterate(part, value, ())
        elif isinstance(target, ast.Subscript) and isinstance(target.value, ast.Name):
            name = target.value.id
            if isinstance(target.slice, ast.Slice):
                self._elements.setdefault(name, []).append(_Item(value, ()))
            else:
                self._values.setdefault(name, []).append(value)
                self._keys.setdefault(name, []).append(target.slice)

    def _iterate(self, target: ast.expr, iterable: ast.expr, path: tuple[int, ...]) -> None:
        if isinstance(target, ast.Name):
            self._bind(target.id, _Item(iterable, path))
        elif isinstance(target, ast.Tuple | ast.List) and not any(
            isinstance(part, ast.Starred) for part in target.elts
        ):
            for at, part in enumerate(target.elts):
                self._iterate(part, iterable, (*path, at))
        else:
            self._unknown(target)

    def _unknown(self, target: ast.expr) -> None:
        for node in ast.walk(target):
            if isinstance(node, ast.Name):
                self._bind(node.id, _Known(UNKNOWN))

    def _bind(self, name: str, binding: _Binding) -> None:
        self._bindings.setdefault(name, []).append(binding)

    def _module_constants(self, module: ast.Module) -> None:
        written: dict[str, list[ast.expr]] = {}
        for statement in module.body:
            if isinstance(statement, ast.Assign) and len(statement.targets) == 1:
                target = statement.targets[0]
                if isinstance(target, ast.Name):
                    written.setdefault(target.id, []).append(statement.value)
        for name, values in written.items():
            if name not in self._bindings and len(values) == 1 and isinstance(values[0], ast.Constant):
                self._bind(name, values[0])


def _as_load(target: ast.expr) -> ast.expr:
    if isinstance(target, ast.Name):
        return ast.Name(target.id, ast.Load())
    if isinstance(target, ast.Subscript):
        return ast.Subscript(target.value, target.slice, ast.Load())
    return target


def _unpack(shape: Shape, path: Iterable[int]) -> Shape:
    for _ in path:
        shape = element_of(shape)
    return shape


def _imports(module: ast.Module, function: ast.AST) -> dict[str, tuple[str, str]]:
    """Local name → (module, member); member is "" for a whole module."""
    found: dict[str, tuple[str, str]] = {}
    for node in [*module.body, *ast.walk(function)]:
        if isinstance(node, ast.Import):
            for alias in node.names:
                if alias.asname or "." not in alias.name:
                    found[alias.asname or alias.name] = (alias.name, "")
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            for alias in node.names:
                found[alias.asname or alias.name] = (node.module, alias.name)
    return found
