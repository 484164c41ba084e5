"""The function that inputs are wanted for: its place in the module, its parameters, its receiver."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from velox_engine.types import VeloxError

if TYPE_CHECKING:
    from velox_engine.verify.inputs.imported import Names

FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef
ParameterKind = Literal["positional", "varargs", "keyword", "varkw"]


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter as it is written in the signature."""

    name: str
    kind: ParameterKind
    annotation: ast.expr | None = None
    default: ast.expr | None = None


@dataclass(frozen=True, slots=True)
class Target:
    """A function, the module around it, and what has to be passed to call it."""

    module: ast.Module
    node: FunctionNode
    qualname: str
    parameters: tuple[Parameter, ...]  # without the receiver
    owner: ast.ClassDef | None  # the class whose method it is
    needs_receiver: bool  # args[0] is an instance of `owner`
    obstacle: str = ""  # why no input can be made, "" when one can
    imports: Names | None = None  # the classes of other modules that the module knows

    @property
    def name(self) -> str:
        """The last part of the qualified name."""
        return self.node.name


def locate(text: str, qualname: str) -> Target:
    """The target named `qualname` in `text`; VeloxError when the module does not hold it."""
    try:
        module = ast.parse(text)
    except (SyntaxError, ValueError) as error:
        raise VeloxError(
            "does-not-parse", f"the module does not parse: {error}", "fix the syntax first"
        ) from None
    owner: ast.ClassDef | None = None
    obstacle = ""
    scope: Sequence[ast.stmt] = module.body
    found: ast.stmt | None = None
    for part in qualname.split("."):
        if isinstance(found, FunctionNode):
            obstacle = "it is defined inside another function, so it cannot be called from outside"
            owner = None
        elif isinstance(found, ast.ClassDef):
            owner = found
        found = _definition(scope, part)
        if found is None:
            raise VeloxError("no-such-function", f"no function {qualname!r} in this module", "check the name")
        scope = getattr(found, "body", [])
    if not isinstance(found, ast.FunctionDef | ast.AsyncFunctionDef):
        raise VeloxError("no-such-function", f"{qualname!r} is not a function", "name a function or a method")
    decorators = {decorator_name(item) for item in found.decorator_list}
    if owner is not None and decorators & {"property", "cached_property", "setter", "deleter"}:
        obstacle = obstacle or "it is a property, which is read and not called"
    if decorators & {"overload", "abstractmethod"}:
        obstacle = obstacle or "it has no body of its own to run"
    is_method = owner is not None and "staticmethod" not in decorators
    needs_receiver = is_method and "classmethod" not in decorators and found.name != "__new__"
    parameters = list_parameters(found.args)
    return Target(
        module, found, qualname, parameters[1:] if is_method else parameters, owner, needs_receiver, obstacle
    )


def list_parameters(arguments: ast.arguments) -> tuple[Parameter, ...]:
    """All parameters of a signature in order, `self` included."""
    positional = [*arguments.posonlyargs, *arguments.args]
    missing = len(positional) - len(arguments.defaults)
    defaults: list[ast.expr | None] = [None] * missing + list(arguments.defaults)
    found = [
        Parameter(item.arg, "positional", item.annotation, default)
        for item, default in zip(positional, defaults, strict=True)
    ]
    if arguments.vararg:
        found.append(Parameter(arguments.vararg.arg, "varargs", arguments.vararg.annotation))
    found.extend(
        Parameter(item.arg, "keyword", item.annotation, default)
        for item, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)
    )
    if arguments.kwarg:
        found.append(Parameter(arguments.kwarg.arg, "varkw", arguments.kwarg.annotation))
    return tuple(found)


def decorator_name(node: ast.expr) -> str:
    """Ex) `@functools.cache` and `@cache()` are both "cache"; `@x.setter` is "setter"."""
    if isinstance(node, ast.Call):
        node = node.func
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def functions_of(module: ast.Module) -> dict[str, FunctionNode]:
    """The functions at the top level of a module, by name."""
    return {item.name: item for item in module.body if isinstance(item, FunctionNode)}


def classes_of(module: ast.Module) -> dict[str, ast.ClassDef]:
    """The classes at the top level of a module, by name; `X = namedtuple("X", "a b")` is one too."""
    found: dict[str, ast.ClassDef] = {}
    for item in module.body:
        match item:
            case ast.ClassDef(name=name):
                found[name] = item
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Call(args=[_, fields]) as call) if (
                decorator_name(call) == "namedtuple"
            ):
                found[name] = _tuple_class(name, fields)
    return found


def _tuple_class(name: str, fields: ast.expr) -> ast.ClassDef:
    """The class statement that says what a call of namedtuple does."""
    try:
        value = ast.literal_eval(fields)
    except ValueError:
        value = ()
    names = value.replace(",", " ").split() if isinstance(value, str) else [str(part) for part in value]
    body: list[ast.stmt] = [
        ast.AnnAssign(ast.Name(part, ast.Store()), ast.Name("Any", ast.Load()), None, 1) for part in names
    ]
    return ast.ClassDef(name, [ast.Name("NamedTuple", ast.Load())], [], body or [ast.Pass()], [])


def _definition(scope: Sequence[ast.stmt], name: str) -> FunctionNode | ast.ClassDef | None:
    """The last definition of `name` in a body, as the running module would see it; looks into if/try/with."""
    found: FunctionNode | ast.ClassDef | None = None
    for item in scope:
        if isinstance(item, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            if item.name == name:
                found = item
            continue
        for field in ("body", "orelse", "handlers", "finalbody"):
            inner = getattr(item, field, None)
            if not isinstance(inner, list):
                continue
            for block in [[part for part in inner if isinstance(part, ast.stmt)]] + [
                part.body for part in inner if isinstance(part, ast.ExceptHandler)
            ]:
                found = _definition(block, name) or found
    return found
