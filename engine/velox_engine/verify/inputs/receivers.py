"""Receivers and other instances of classes, the module's own and imported ones, as expressions that construct them."""

from __future__ import annotations

import ast
from random import Random

from velox_engine.verify.inputs.draw import Drawer
from velox_engine.verify.inputs.evidence import Observer
from velox_engine.verify.inputs.harvest import Harvest
from velox_engine.verify.inputs.hints import shape_of_hint
from velox_engine.verify.inputs.imported import Imported, Names, Place
from velox_engine.verify.inputs.plan import parameter_options
from velox_engine.verify.inputs.shapes import Shape, is_open
from velox_engine.verify.inputs.target import (
    FunctionNode,
    Parameter,
    Target,
    classes_of,
    decorator_name,
    functions_of,
    list_parameters,
)
from velox_engine.verify.inputs.text import value_text
from velox_engine.verify.inputs.traces import Trace
from velox_engine.verify.inputs.usage import observe
from velox_engine.verify.inputs.vocabulary import Vocabulary
from velox_engine.verify.sandbox import Recipe

DEEPEST = 2  # instances inside instances
MOST = 16
FEW_OPTIONS = 2  # parameters with defaults that are given a value, on average
USED = 8  # receivers that are made a second time and then used
MUTATORS = frozenset(
    {"append", "add", "extend", "insert", "update", "setdefault", "appendleft", "push", "put", "write"}
)


class Maker:
    """Builds construction expressions for the classes that one module defines or imports."""

    def __init__(
        self, module: ast.Module, imports: Names | None = None, *, within: Maker | None = None
    ) -> None:
        """With `within`, the module is another one than the program's, and that maker's instances hold this one's."""
        self.module = module
        self.imports = imports
        self.classes = classes_of(module)
        self._shapes: dict[str, list[tuple[Parameter, tuple[Shape, ...]]]] = {}
        self._home = imports.place if imports is not None and within is not None else None
        self._root = within or self
        self._others: dict[str, Maker] = {}
        self._depth = 0  # of the root alone

    def instance(self, name: str, rng: Random) -> Recipe | None:
        """An expression that constructs a class of the module, or of another by its key; None when there is no such."""
        node = self.classes.get(name)
        if node is not None:
            return self._made(node, rng)
        found = self.imports.library.at(name) if self.imports is not None else None
        return self._of(found.home)._made(found.node, rng) if found is not None else None

    def _of(self, home: Place) -> Maker:
        """The maker for the classes of another module; each module has one."""
        root = self._root
        if home.name not in root._others and self.imports is not None:
            names = Names(self.imports.library, home)
            root._others[home.name] = Maker(home.tree, names, within=root)
        return root._others[home.name]

    def _made(self, node: ast.ClassDef, rng: Random) -> Recipe:
        name = Imported(node, self._home).text if self._home is not None else node.name
        members = _enum_members(node)
        if members:
            return Recipe(f"{name}.{rng.choice(members)}")
        root = self._root
        if root._depth > DEEPEST:
            return Recipe(f"{name}()")
        root._depth += 1
        try:
            parts = self._arguments(self._constructor(node), rng)
        finally:
            root._depth -= 1
        return Recipe(f"{name}({', '.join(parts)})")

    def receivers(self, target: Target, rng: Random) -> tuple[Recipe, ...]:
        """Different instances to call a method on."""
        if not target.needs_receiver or target.owner is None:
            return ()
        found = [self.instance(target.owner.name, rng) for _ in range(MOST)]
        used = [self._used(target, recipe, rng) for recipe in found[:USED] if recipe is not None]
        return tuple(dict.fromkeys(recipe for recipe in (*found, *used) if recipe is not None))

    def _used(self, target: Target, recipe: Recipe, rng: Random) -> Recipe | None:
        """An instance on which other methods have been called. Ex) a stack that holds something."""
        owner = target.owner
        methods = [item for item in (owner.body if owner else ()) if _changes_receiver(item, target.name)]
        if owner is None or not methods:
            return None
        calls: list[str] = []
        for _ in range(rng.choice((1, 2, 3, 5))):
            method = rng.choice(methods)
            if isinstance(method, ast.FunctionDef):
                signature = self._signature(method, owner)
                calls.append(f"made.{method.name}({', '.join(self._arguments(signature, rng))})")
        return Recipe(f"(lambda made: ({', '.join(calls)}, made)[-1])({recipe.text})")

    def _arguments(self, signature: list[tuple[Parameter, tuple[Shape, ...]]], rng: Random) -> list[str]:
        """The arguments of one call, as text; parameters with defaults are left out half of the time."""
        parts: list[str] = []
        by_name = False
        # Of many options few are set at a time: each may be one that does not go with the others.
        optional = sum(item.default is not None for item, _ in signature)
        left_out = max(0.5, 1.0 - FEW_OPTIONS / max(optional, 1))
        for place, (item, shapes) in enumerate(signature):
            if item.kind in ("varargs", "varkw"):
                continue
            if item.default is not None and (
                self._root._depth >= DEEPEST or rng.random() < (left_out if place else 0.5)
            ):
                by_name = True
                continue
            drawer = Drawer(rng, Vocabulary(bounds_loop=True), self.instance, largest=100)
            value = value_text(drawer.value(shapes[0] if rng.random() < 0.75 else rng.choice(shapes)))
            parts.append(f"{item.name}={value}" if by_name or item.kind == "keyword" else value)
        return parts

    def _signature(
        self, node: FunctionNode, owner: ast.ClassDef
    ) -> list[tuple[Parameter, tuple[Shape, ...]]]:
        """The parameters of a method with the shapes each may have."""
        parameters = list_parameters(node.args)[1:]
        target = Target(
            self.module, node, f"{owner.name}.{node.name}", parameters, owner, False, "", self.imports
        )
        traces = observe(target).traces
        if node.name == "__init__":
            _follow_attributes(self.module, node, owner, traces)
        return [(item, _shapes(item, target, traces)) for item in parameters]

    def _constructor(self, node: ast.ClassDef) -> list[tuple[Parameter, tuple[Shape, ...]]]:
        if node.name not in self._shapes:
            self._shapes[node.name] = self._read_constructor(node)
        return self._shapes[node.name]

    def _read_constructor(self, node: ast.ClassDef) -> list[tuple[Parameter, tuple[Shape, ...]]]:
        lineage = self._lineage(node)
        for owner, maker in lineage:
            for item in owner.body:
                if isinstance(item, FunctionNode) and item.name in ("__init__", "__new__"):
                    return maker._signature(item, owner)
            if _has_fields(owner):
                return [field for parent, beside in reversed(lineage) for field in beside._fields(parent)]
        return []

    def _lineage(self, node: ast.ClassDef) -> list[tuple[ast.ClassDef, Maker]]:
        """The class and its ancestors, nearest first, each with the maker of its module."""
        if self.imports is not None:
            home = self.imports.place
            return [
                (owner, self if place is home else self._of(place))
                for owner, place in self.imports.lineage(node, home)
            ]
        found: list[tuple[ast.ClassDef, Maker]] = [(node, self)]
        for base in node.bases:
            parent = self.classes.get(base.id) if isinstance(base, ast.Name) else None
            if parent is not None and parent is not node:
                found.extend(item for item in self._lineage(parent) if item not in found)
        return found

    def _fields(self, owner: ast.ClassDef) -> list[tuple[Parameter, tuple[Shape, ...]]]:
        """The fields of a dataclass or named tuple are the parameters of its constructor."""
        found: list[tuple[Parameter, tuple[Shape, ...]]] = []
        for item in owner.body:
            if isinstance(item, ast.AnnAssign) and isinstance(item.target, ast.Name):
                if "ClassVar" in ast.unparse(item.annotation) or "init=False" in ast.unparse(
                    item.value or ast.Constant(0)
                ):
                    continue
                parameter = Parameter(item.target.id, "positional", item.annotation, item.value)
                blank = ast.FunctionDef("_", ast.arguments([], [], None, [], [], None, []), [ast.Pass()], [])
                target = Target(self.module, blank, "_", (parameter,), owner, False, "", self.imports)
                found.append((parameter, _shapes(parameter, target, observe(target).traces)))
        return found


def _follow_attributes(
    module: ast.Module, node: FunctionNode, owner: ast.ClassDef, traces: dict[str, Trace]
) -> None:
    """Add what other methods do with the attributes that keep a constructor's parameters: `self.rows = list(rows)`."""
    kept: dict[str, Trace] = {}
    for item in node.body:
        match item:
            case (
                ast.Assign(targets=[ast.Attribute(value=ast.Name(), attr=attribute)], value=value)
                | ast.AnnAssign(target=ast.Attribute(value=ast.Name(), attr=attribute), value=value)
            ):
                match value:
                    case ast.Call(func=ast.Name(id="list" | "tuple" | "dict"), args=[ast.Name(id=name)]):
                        pass
                    case ast.Name(id=name):
                        pass
                    case _:
                        continue
                if name in traces:
                    kept[attribute] = traces[name]
    for method in owner.body if kept else ():
        if isinstance(method, ast.FunctionDef) and method is not node and method.args.args:
            receiver = Trace()
            receiver.members.update(kept)
            names = {item.arg: Trace() for item in method.args.args[1:]}
            names[method.args.args[0].arg] = receiver
            observer = Observer(names, functions_of(module), 0)
            for statement in method.body:
                observer.visit(statement)


def _changes_receiver(node: ast.stmt, called: str) -> bool:
    """Whether a member is a plain method, other than the one called, that changes its receiver's state."""
    if not isinstance(node, ast.FunctionDef) or node.decorator_list or node.name in (called, "__init__"):
        return False
    if node.name.startswith("__") or not node.args.args:
        return False
    receiver = node.args.args[0].arg
    for item in ast.walk(node):
        match item:
            case ast.Attribute(value=ast.Name(id=name), ctx=ast.Store()) if name == receiver:
                return True
            case ast.Subscript(value=ast.Attribute(value=ast.Name(id=name)), ctx=ast.Store()) if (
                name == receiver
            ):
                return True
            case ast.Call(func=ast.Attribute(value=ast.Attribute(value=ast.Name(id=name)), attr=method)):
                if name == receiver and method in MUTATORS:
                    return True
    return False


def _shapes(parameter: Parameter, target: Target, traces: dict) -> tuple[Shape, ...]:
    options = parameter_options(
        parameter, traces[parameter.name], (), Harvest().sightings.get(parameter.name, ()), target
    )
    hint = shape_of_hint(parameter.annotation, target.module, target.imports)
    if hint is not None and not is_open(hint):
        # What the class promises of its own fields holds for all objects that anybody means.
        options = tuple(option for option in options if option.evident)
    return tuple(option.shape for option in options[:3]) or (Shape("int"),)


def _has_fields(node: ast.ClassDef) -> bool:
    decorated = any(
        decorator_name(item) in ("dataclass", "define", "frozen", "s", "attrs")
        for item in node.decorator_list
    )
    return decorated or any(decorator_name(base) in ("NamedTuple", "BaseModel") for base in node.bases)


def _enum_members(node: ast.ClassDef) -> list[str]:
    if not any(
        decorator_name(base) in ("Enum", "IntEnum", "StrEnum", "Flag", "IntFlag") for base in node.bases
    ):
        return []
    return [
        target.id
        for item in node.body
        if isinstance(item, ast.Assign)
        for target in item.targets
        if isinstance(target, ast.Name) and not target.id.startswith("_")
    ]
