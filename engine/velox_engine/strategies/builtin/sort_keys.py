"""Uses a C function as key where a lambda only looks something up.

What it does: `key=lambda x: x[1]` becomes `operator.itemgetter(1)` (with several positions too), `key=lambda x: x.size`
`operator.attrgetter("size")`, `key=lambda x: table[x]` the table's own `__getitem__`, and `key=lambda x: len(x)` the
function itself. The key is called once per element.

Example:
    def by_second(pairs):
        return sorted(pairs, key=lambda pair: pair[1])

Result:
    from operator import itemgetter


    def by_second(pairs):
        return sorted(pairs, key=itemgetter(1))

Inputs:
    ([(1, 2), (3, 1)],)
    ([],)

When it is unsafe: when the name of the table is bound again while the sort runs, which a local dict is not.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from velox_engine.strategies.base import BuiltinStrategy, FunctionContext, Rewrite
from velox_engine.strategies.bindings import parameters
from velox_engine.strategies.effects import bindings_of
from velox_engine.strategies.imports import import_member
from velox_engine.strategies.loops import constant
from velox_engine.strategies.patterns import match_expr
from velox_engine.strategies.shape import element_of

_ORDERING = ("groupby", "nsmallest", "nlargest", "bisect", "bisect_left", "bisect_right", "insort", "merge")


def _build(context: FunctionContext) -> Iterator[Rewrite]:
    for node in ast.walk(context.node):
        if not isinstance(node, ast.Call) or not _takes_a_key(context, node.func):
            continue
        for keyword in node.keywords:
            if keyword.arg != "key" or not isinstance(keyword.value, ast.Lambda):
                continue
            function = keyword.value
            if len(function.args.args) != 1 or function.args.defaults or _takes_more(function):
                continue
            name = function.args.args[0].arg
            table = match_expr(f"M_d[{name}]", function.body)
            items = _all_matching(function.body, f"{name}[M_i]", "M_i")
            attributes = _attributes(context, function.body, name)
            called = match_expr(f"M_f({name})", function.body)
            if items and all(isinstance(constant(item), int | str) for item in items):
                getter, imported = import_member(context, "operator", "itemgetter")
                listed = ", ".join(context.text(item) for item in items)
                edit = context.layout.replace(function, f"{getter}({listed})")
                yield Rewrite((edit, *imported), "take the item in C")
            elif attributes:
                getter, imported = import_member(context, "operator", "attrgetter")
                listed = ", ".join(f'"{attribute}"' for attribute in attributes)
                edit = context.layout.replace(function, f"{getter}({listed})")
                yield Rewrite((edit, *imported), "read the attribute in C")
            elif (
                called and isinstance(called["M_f"], ast.Name) and _means_the_same(context, called["M_f"].id)
            ):
                edit = context.layout.replace(function, called["M_f"].id)
                yield Rewrite((edit,), "call the function without one around it")
            elif (
                table
                and isinstance(table["M_d"], ast.Name)
                and context.inference.of(table["M_d"]).name == "dict"
            ):
                edit = context.layout.replace(function, f"{table['M_d'].id}.__getitem__")
                yield Rewrite((edit,), "look the key up in C")
            elif match_expr(f"bin({name})[2:].count('1')", function.body) or match_expr(
                f"bin({name}).count('1')", function.body
            ):
                shape = element_of(context.inference.of(node.args[0])) if node.args else None
                if shape is not None and shape.name in ("int", ""):
                    yield Rewrite((context.layout.replace(function, "int.bit_count"),), "count the bits in C")


def _takes_a_key(context: FunctionContext, function: ast.expr) -> bool:
    """Whether the called function is known to ask the key for each element, and nothing else of it."""
    if isinstance(function, ast.Attribute):
        return function.attr in ("sort", *_ORDERING)
    if not isinstance(function, ast.Name):
        return False
    return function.id in _ORDERING or (
        function.id in ("sorted", "min", "max") and context.is_builtin(function.id)
    )


def _takes_more(function: ast.Lambda) -> bool:
    arguments = function.args
    return bool(arguments.vararg or arguments.kwarg or arguments.kwonlyargs or arguments.posonlyargs)


def _all_matching(node: ast.expr, template: str, part: str) -> list[ast.expr]:
    """What stands for `part` in the expression, or in all the items of a tuple; empty when one does not match."""
    nodes = node.elts if isinstance(node, ast.Tuple) and len(node.elts) > 1 else [node]
    found = [match_expr(template, one) for one in nodes]
    return [one[part] for one in found if one] if all(found) else []


def _attributes(context: FunctionContext, node: ast.expr, name: str) -> list[str]:
    """The names of the attributes that are read of the element, dots included."""
    nodes = node.elts if isinstance(node, ast.Tuple) and len(node.elts) > 1 else [node]
    found: list[str] = []
    for one in nodes:
        dotted: list[str] = []
        current = one
        while isinstance(current, ast.Attribute):
            dotted.append(current.attr)
            current = current.value
        # A private name of a class is spelled differently outside of the class's own text.
        private = any(attribute.startswith("__") and not attribute.endswith("__") for attribute in dotted)
        if not dotted or private or not match_expr(name, current):
            return []
        found.append(".".join(reversed(dotted)))
    return found


def _means_the_same(context: FunctionContext, name: str) -> bool:
    """Whether a name holds the same function before the sort as it does for each element."""
    if name in context.scope.bound:
        return name in parameters(context.node) and not bindings_of(context, name)
    return context.is_builtin(name) or name in context.known_functions


STRATEGY = BuiltinStrategy("sort-keys", "name_lookup", _build, __doc__ or "", ("VX510",))
