"""Which expressions can be moved, repeated or left out: they have no effect and depend on nothing but names."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from velox_engine.strategies.base import FunctionContext

PURE_BUILTINS: Final = frozenset(
    [
        "abs",
        "all",
        "any",
        "bin",
        "bool",
        "chr",
        "dict",
        "divmod",
        "enumerate",
        "float",
        "format",
        "frozenset",
        "hash",
        "hex",
        "int",
        "isinstance",
        "issubclass",
        "len",
        "list",
        "max",
        "min",
        "oct",
        "ord",
        "pow",
        "range",
        "repr",
        "reversed",
        "round",
        "set",
        "slice",
        "sorted",
        "str",
        "sum",
        "tuple",
        "type",
        "zip",
        "bytes",
        "complex",
    ]
)
"""Builtins without effect when given builtin values (iterators that they would consume are checked apart)."""

PURE_METHODS: Final = frozenset(
    [
        "lower",
        "upper",
        "title",
        "capitalize",
        "swapcase",
        "casefold",
        "strip",
        "lstrip",
        "rstrip",
        "replace",
        "center",
        "ljust",
        "rjust",
        "zfill",
        "expandtabs",
        "removeprefix",
        "removesuffix",
        "find",
        "rfind",
        "startswith",
        "endswith",
        "isdigit",
        "isalpha",
        "isalnum",
        "isupper",
        "islower",
        "isspace",
        "istitle",
        "isnumeric",
        "isdecimal",
        "isidentifier",
        "isascii",
        "isprintable",
        "split",
        "rsplit",
        "splitlines",
        "partition",
        "rpartition",
        "encode",
        "decode",
        "count",
        "index",
        "rindex",
        "keys",
        "values",
        "items",
        "bit_length",
        "union",
        "intersection",
        "difference",
        "issubset",
        "issuperset",
        "symmetric_difference",
        "isdisjoint",
        "format",
    ]
)
"""Methods of builtin types that only read. `get`, `copy` and `join` are judged where they are used."""

PURE_MODULES: Final = frozenset({"math", "operator"})

_PURE_NODES: Final = (
    ast.Constant, ast.Name, ast.BinOp, ast.UnaryOp, ast.BoolOp, ast.Compare, ast.IfExp, ast.Subscript, ast.Slice,
    ast.Tuple, ast.Attribute, ast.JoinedStr, ast.FormattedValue, ast.expr_context, ast.operator, ast.unaryop,
    ast.boolop, ast.cmpop, ast.Call, ast.List, ast.Set, ast.Dict, ast.keyword, ast.GeneratorExp, ast.ListComp,
    ast.SetComp, ast.DictComp, ast.comprehension, ast.Starred, ast.Lambda, ast.arguments, ast.arg,
)  # fmt: skip


def is_pure(context: FunctionContext, node: ast.AST) -> bool:
    """Whether evaluating it has no effect, as long as its values are of builtin types."""
    return all(_pure_node(context, part) for part in ast.walk(node))


def _pure_node(context: FunctionContext, node: ast.AST) -> bool:
    if not isinstance(node, _PURE_NODES):
        return False
    if isinstance(node, ast.comprehension):
        return not node.is_async
    if not isinstance(node, ast.Call):
        return True
    func = node.func
    if isinstance(func, ast.Name):
        return func.id in PURE_BUILTINS and context.is_builtin(func.id)
    if isinstance(func, ast.Attribute):
        if isinstance(func.value, ast.Name) and func.value.id in context.pure_modules:
            return True
        if func.attr == "get":
            return context.inference.of(func.value).is_mapping
        if func.attr == "join":
            return context.inference.of(func.value).name == "str"
        return func.attr in PURE_METHODS
    return False


def makes_new(node: ast.expr) -> bool:
    """Whether the value may be a new mutable object each time, so that sharing one could be seen."""
    if isinstance(
        node, ast.List | ast.Dict | ast.Set | ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp
    ):
        return True
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        return node.func.id in {
            "list", "dict", "set", "sorted", "enumerate", "zip", "map", "filter", "reversed", "iter", "bytearray",
        }  # fmt: skip
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        return node.func.attr in {
            "split",
            "rsplit",
            "splitlines",
            "copy",
            "union",
            "difference",
            "intersection",
        }
    if isinstance(node, ast.IfExp):
        return makes_new(node.body) or makes_new(node.orelse)
    if isinstance(node, ast.BoolOp):
        return any(makes_new(value) for value in node.values)
    if isinstance(node, ast.BinOp):
        return True
    return isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Slice)


def cannot_raise(context: FunctionContext, node: ast.expr) -> bool:
    """Whether it raises for no value its names can hold (by what the inference knows)."""
    known = context.inference.of
    if isinstance(node, ast.Constant | ast.Name):
        return True
    if isinstance(node, ast.Compare):
        sides = [node.left, *node.comparators]
        if not all(cannot_raise(context, side) for side in sides):
            return False
        if all(isinstance(op, ast.Is | ast.IsNot | ast.Eq | ast.NotEq) for op in node.ops):
            return True
        shapes = [known(side) for side in sides]
        if all(isinstance(op, ast.In | ast.NotIn) for op in node.ops):
            if shapes[1].name == "str":
                return shapes[0].name == "str"
            return shapes[0].hashable and shapes[1].name in ("list", "tuple", "set", "frozenset", "dict")
        return all(shape.is_number for shape in shapes) or all(shape.name == "str" for shape in shapes)
    if isinstance(node, ast.BoolOp):
        return all(cannot_raise(context, value) for value in node.values)
    if isinstance(node, ast.IfExp):
        return all(cannot_raise(context, part) for part in (node.test, node.body, node.orelse))
    if isinstance(node, ast.UnaryOp):
        fine = isinstance(node.op, ast.Not) or known(node.operand).is_number
        return fine and cannot_raise(context, node.operand)
    if isinstance(node, ast.BinOp):
        left, right = known(node.left), known(node.right)
        inside = cannot_raise(context, node.left) and cannot_raise(context, node.right)
        if isinstance(node.op, ast.Add | ast.Sub | ast.Mult):
            return inside and left.is_number and right.is_number
        if isinstance(node.op, ast.Mod | ast.FloorDiv):
            nonzero = isinstance(node.right, ast.Constant) and node.right.value
            return inside and left.is_whole and right.is_whole and bool(nonzero)
        return False
    if isinstance(node, ast.Call) and not node.keywords:
        if isinstance(node.func, ast.Attribute):
            receiver = known(node.func.value)
            fine = receiver.name == "str" and node.func.attr in PURE_METHODS - {
                "index",
                "rindex",
                "format",
                "encode",
            }
            return fine and not node.args and cannot_raise(context, node.func.value)
        if isinstance(node.func, ast.Name) and context.is_builtin(node.func.id) and len(node.args) == 1:
            arg = known(node.args[0])
            inside = cannot_raise(context, node.args[0])
            if node.func.id == "len":
                return inside and (arg.is_container or arg.name in ("str", "range"))
            return inside and (
                (node.func.id == "abs" and arg.is_number) or node.func.id in ("str", "repr", "bool")
            )
    return False
