"""Answers, while the code is rewritten, what an expression of one character gives for each character there is.

Only expressions over the character, builtins without effect and constants of the file are asked; everything else is
refused before it is evaluated, and so is what could take long or much memory.
"""

from __future__ import annotations

import ast
import string
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from types import CodeType
from typing import TYPE_CHECKING, Final

from velox_engine.strategies.bindings import all_names, loads_of
from velox_engine.strategies.effects import effects_of, is_private, only_binding

if TYPE_CHECKING:
    from velox_engine.strategies.base import FunctionContext

_BUILTINS: Final[Mapping[str, object]] = {
    "abs": abs, "bool": bool, "chr": chr, "dict": dict, "frozenset": frozenset, "int": int, "len": len, "list": list,
    "ord": ord, "set": set, "str": str, "tuple": tuple, "zip": zip, "range": range, "enumerate": enumerate,
}  # fmt: skip
_LONG: Final = frozenset({"range", "enumerate", "zip"})
"""Only for tables that the file itself builds."""
_METHODS: Final = frozenset(
    {
        "lower", "upper", "swapcase", "title", "capitalize", "casefold", "isalpha", "isdigit", "isalnum", "isspace",
        "isupper", "islower", "isnumeric", "isdecimal", "isidentifier", "isprintable", "isascii", "istitle", "strip",
        "lstrip", "rstrip", "find", "rfind", "index", "rindex", "count", "startswith", "endswith", "get",
    }
)  # fmt: skip
_NODES: Final = (
    ast.Compare, ast.BoolOp, ast.UnaryOp, ast.BinOp, ast.IfExp, ast.Constant, ast.Name, ast.Tuple, ast.List, ast.Set,
    ast.Dict, ast.Subscript, ast.Call, ast.Attribute, ast.Slice, ast.expr_context, ast.cmpop, ast.boolop, ast.unaryop,
    ast.Add, ast.Sub, ast.Mult, ast.Mod, ast.FloorDiv,
)  # fmt: skip
_LOOPS: Final = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp, ast.comprehension)
_CONTAINERS: Final = (list, tuple, set, frozenset, dict)
_ALPHABETS: Final = frozenset(
    {
        "ascii_letters",
        "ascii_lowercase",
        "ascii_uppercase",
        "digits",
        "hexdigits",
        "punctuation",
        "whitespace",
    }
)
_ERRORS: Final = (TypeError, ValueError, LookupError, ArithmeticError, AttributeError)
_LARGE: Final = 500  # syntax nodes of a question
_LARGE_TABLE: Final = 1000  # characters and elements of a constant
_LONG_ANSWER: Final = 64  # characters that one becomes
ASCII: Final = tuple(map(chr, range(128)))
OTHER: Final = "\U0010fffd"
"""A character that no program has anything to say about."""


@dataclass(frozen=True, slots=True)
class Answers:
    """What an expression gives for the characters that were asked for."""

    given: Mapping[str, object]
    """Each character to the value; characters for which it raises are left out."""
    everywhere: bool
    """Whether any other character takes the one path that was tried: it is only compared and looked up."""
    other: tuple[object] | None
    """What it gives for `OTHER`, and for any character that was not asked for if `everywhere`; None if it raises."""
    names: frozenset[str]
    """The constants of the file that it reads."""
    of_words: bool
    """Whether it looks more like a question about words: it looks them up, or asks how they begin or end."""

    def of(self, character: str) -> tuple[object] | None:
        """What it gives for a character that was asked for, or for `OTHER`; None where it raises."""
        if character == OTHER:
            return self.other
        return (self.given[character],) if character in self.given else None


def ask(context: FunctionContext, expression: ast.expr, variable: str) -> Answers | None:
    """What the expression of one character gives for each; None when it depends on anything else."""
    if any(isinstance(node, _LOOPS) for node in ast.walk(expression)) or not _allowed(expression):
        return None
    names = all_names([expression]) - {variable}
    values = _values_of(context, names, 0)
    if values is None:
        return None
    code = _compiled(expression)
    if code is None:
        return None
    domain = dict.fromkeys([*ASCII, *_characters_in([*values.values(), *_constants_of(expression)])])
    if len(domain) > 600:
        return None
    given = {}
    for one in domain:
        # Characters for which it raises have no answer.
        found = _value(code, values, variable, one)
        if found is not None and _size(found[0]) > _LONG_ANSWER:
            return None
        if found is not None:
            given[one] = found[0]
    other = _value(code, values, variable, OTHER)
    constants = frozenset(name for name in names if values[name] is not _BUILTINS.get(name))
    return Answers(
        given, _only_looked_up(expression, variable), other, constants, _of_words(expression, values)
    )


def _value(
    code: CodeType, values: Mapping[str, object], variable: str, character: str
) -> tuple[object] | None:
    try:
        return (eval(code, {"__builtins__": {}, **values, variable: character}),)
    except _ERRORS:
        return None


def _allowed(expression: ast.expr, loops: bool = False) -> bool:
    """Whether evaluating it has no effect and takes neither long nor much memory."""
    products = 0
    nodes = list(ast.walk(expression))
    called = {node.func for node in nodes if isinstance(node, ast.Call)}
    if len(nodes) > _LARGE:
        return False
    for node in ast.walk(expression):
        if not isinstance(node, _NODES) and not (loops and isinstance(node, _LOOPS)):
            return False
        if isinstance(node, ast.comprehension) and node.is_async:
            return False
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult):
            products += 1
        if isinstance(node, ast.Compare) and any(isinstance(op, ast.Is | ast.IsNot) for op in node.ops):
            return False
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mod) and _may_be_text(node.left):
            return False
        if isinstance(node, ast.Constant) and not _small(node.value):
            return False
        if isinstance(node, ast.Attribute) and node not in called and not _is_alphabet(node):
            return False
        if isinstance(node, ast.Call) and (
            node.keywords
            or any(isinstance(arg, ast.Starred) for arg in node.args)
            or (isinstance(node.func, ast.Attribute) and node.func.attr not in _METHODS)
            or not isinstance(node.func, ast.Name | ast.Attribute)
        ):
            return False
    # A table is built once and may be built from another: products would multiply what it holds.
    return products <= (0 if loops else 1)


def _may_be_text(node: ast.expr) -> bool:
    """Text % value would format, to any length."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        return node.func.id not in ("ord", "int", "len", "abs")
    if isinstance(node, ast.BinOp):
        return _may_be_text(node.left) and _may_be_text(node.right)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        return node.func.attr not in ("find", "rfind", "index", "rindex", "count")
    return not (isinstance(node, ast.Constant) and isinstance(node.value, int))


def _small(value: object) -> bool:
    if isinstance(value, str):
        return len(value) <= 400
    return value is None or (isinstance(value, int) and abs(value) < 10**4)


def _constant(context: FunctionContext, name: str, depth: int) -> tuple[object] | None:
    """What a name of the file always holds, if it is bound once to an expression of constants."""
    if name in context.scope.bound:
        value = _local_constant(context, name)
    else:
        value = _module_constant(context, name)
    return _evaluated(context, value, depth) if value is not None else None


def _evaluated(context: FunctionContext, node: ast.expr, depth: int) -> tuple[object] | None:
    loops = [one for one in ast.walk(node) if isinstance(one, ast.comprehension)]
    if depth > 2 or len(loops) > 1 or not _allowed(node, loops=True):
        return None
    targets = all_names([one.target for one in loops])
    values = _values_of(context, all_names([node]) - targets, depth + 1)
    if values is None:
        return None
    code = _compiled(node)
    try:
        value = eval(code, {"__builtins__": {}, **values}) if code is not None else None
    except _ERRORS:
        return None
    return (value,) if code is not None and _size(value) <= _LARGE_TABLE else None


def _compiled(node: ast.expr) -> CodeType | None:
    """The expression as Python runs it; None where it is nested too deeply."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return compile(ast.fix_missing_locations(ast.Expression(node)), "question", "eval")
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _size(value: object) -> int:
    """How much a value holds, in characters and elements."""
    if isinstance(value, str):
        return len(value) + 1
    if isinstance(value, dict):
        return sum(_size(key) + _size(item) for key, item in value.items())
    return sum(map(_size, value)) if isinstance(value, list | tuple | set | frozenset) else 1


def _values_of(context: FunctionContext, names: set[str], depth: int) -> dict[str, object] | None:
    """What the names mean wherever the function runs; None when one of them may mean anything else."""
    values: dict[str, object] = {}
    for name in sorted(names):
        if name in _BUILTINS and (depth or name not in _LONG) and context.is_builtin(name):
            values[name] = _BUILTINS[name]
        elif name == "string" and context.facts.imported("string") is not None:
            values[name] = string
        else:
            found = _constant(context, name, depth)
            if found is None:
                return None
            values[name] = found[0]
    return values


def _is_alphabet(node: ast.Attribute) -> bool:
    """string.ascii_lowercase and its like"""
    return isinstance(node.value, ast.Name) and node.value.id == "string" and node.attr in _ALPHABETS


def _local_constant(context: FunctionContext, name: str) -> ast.expr | None:
    value = only_binding(context, name)
    made = context.parents.get(value) if value is not None else None
    if not isinstance(made, ast.Assign) or made not in context.node.body or len(made.targets) != 1:
        return None
    if (
        name in context.scope.inner
        or name in context.scope.outer_writes
        or not isinstance(made.targets[0], ast.Name)
    ):
        return None
    if name in effects_of(context, context.node.body).mutated or not is_private(context, name):
        return None
    return value


def _module_constant(context: FunctionContext, name: str) -> ast.expr | None:
    """The value of a module's constant: bound once, and immutable or named and used as one."""
    if name in context.scope.outer_writes or any(
        name in context.facts.scope(around).bound
        for around in context.enclosing
        if isinstance(around, ast.FunctionDef | ast.AsyncFunctionDef)
    ):
        return None
    made = context.facts.binder(name)
    if (
        not isinstance(made, ast.Assign)
        or len(made.targets) != 1
        or not isinstance(made.targets[0], ast.Name)
    ):
        return None
    value = made.value
    if isinstance(value, ast.Constant | ast.Tuple | ast.BinOp | ast.Attribute):
        return value
    frozen = isinstance(value, ast.Call) and isinstance(value.func, ast.Name) and value.func.id == "frozenset"
    return value if frozen or (name.isupper() and _only_read(context, name)) else None


def _only_read(context: FunctionContext, name: str) -> bool:
    """Whether the module only looks things up in a table."""
    parents = {child: parent for parent in ast.walk(context.module) for child in ast.iter_child_nodes(parent)}
    for load in loads_of(name, context.module):
        parent = parents.get(load)
        if isinstance(parent, ast.Subscript) and isinstance(parent.ctx, ast.Load) and parent.value is load:
            continue
        if isinstance(parent, ast.Compare) and load in parent.comparators:
            continue
        if isinstance(parent, ast.Attribute) and parent.attr in ("get", "keys", "values", "items"):
            continue
        return False
    return True


def _of_words(expression: ast.expr, values: Mapping[str, object]) -> bool:
    if any(
        isinstance(node, ast.Attribute)
        and node.attr in ("startswith", "endswith", "strip", "lstrip", "rstrip", "find")
        for node in ast.walk(expression)
    ):
        return True
    members = [item for value in values.values() if isinstance(value, _CONTAINERS) for item in value]
    for node in ast.walk(expression):
        if isinstance(node, ast.Compare) and any(isinstance(op, ast.Eq | ast.NotEq) for op in node.ops):
            members += _constants_of(ast.Tuple([node.left, *node.comparators], ast.Load()))
        elif isinstance(node, ast.List | ast.Tuple | ast.Set):
            members += _constants_of(node)
        elif isinstance(node, ast.Dict):
            members += [key.value for key in node.keys if isinstance(key, ast.Constant)]
    return any(isinstance(item, str) and len(item) > 1 for item in members)


def _constants_of(expression: ast.expr) -> list[object]:
    return [node.value for node in ast.walk(expression) if isinstance(node, ast.Constant)]


def _characters_in(values: list[object]) -> list[str]:
    """The characters of all texts in some values and their elements."""
    found: list[str] = []
    for value in values:
        if isinstance(value, str):
            found += value
        elif isinstance(value, dict):
            found += _characters_in([*value.keys(), *value.values()])
        elif isinstance(value, list | tuple | set | frozenset):
            found += _characters_in(list(value))
    return found


def _only_looked_up(expression: ast.expr, variable: str) -> bool:
    """Whether the character is only compared, looked up in constants, or handed on as it is."""
    parents = {child: parent for parent in ast.walk(expression) for child in ast.iter_child_nodes(parent)}
    for use in loads_of(variable, expression):
        parent = parents.get(use)
        if isinstance(parent, ast.Compare):
            plain = all(isinstance(op, ast.Eq | ast.NotEq | ast.In | ast.NotIn) for op in parent.ops)
            # `x in c` would ask what is inside the character.
            inside = use in parent.comparators and any(
                isinstance(op, ast.In | ast.NotIn) for op in parent.ops
            )
            if not plain or inside or len(parent.ops) != 1:
                return False
            continue
        if isinstance(parent, ast.Subscript) and parent.slice is use:
            continue
        if isinstance(parent, ast.Call) and isinstance(parent.func, ast.Attribute) and use in parent.args:
            if parent.func.attr not in ("get", "index", "find", "count"):
                return False
            if use is parent.args[0]:
                continue
            if parent.func.attr != "get":
                return False
            use = parent
        if not _handed_on(expression, use, parents):
            return False
    return True


def _handed_on(expression: ast.expr, node: ast.expr, parents: Mapping[ast.AST, ast.AST]) -> bool:
    """Whether a value becomes the whole expression's, at most with text put before or after it."""
    current: ast.AST = node
    while current is not expression:
        parent = parents.get(current)
        if isinstance(parent, ast.IfExp):
            if parent.test is current:
                return False
        elif not (isinstance(parent, ast.BinOp) and isinstance(parent.op, ast.Add)):
            return False
        current = parent
    return True
