"""Uses a C function as key where a lambda only looks something up.

What it does: `key=lambda x: x[1]` becomes `operator.itemgetter(1)`, and `key=lambda x: table[x]` the table's own
`__getitem__`. The key is called once per element.

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
from velox_engine.strategies.imports import import_member
from velox_engine.strategies.loops import constant
from velox_engine.strategies.patterns import match_expr
from velox_engine.strategies.shape import element_of


def _build(context: FunctionContext) -> Iterator[Rewrite]:
    for node in ast.walk(context.node):
        if not isinstance(node, ast.Call):
            continue
        for keyword in node.keywords:
            if keyword.arg != "key" or not isinstance(keyword.value, ast.Lambda):
                continue
            function = keyword.value
            if len(function.args.args) != 1 or function.args.defaults:
                continue
            name = function.args.args[0].arg
            item = match_expr(f"{name}[M_i]", function.body)
            table = match_expr(f"M_d[{name}]", function.body)
            if item and isinstance(constant(item["M_i"]), int | str):
                getter, imported = import_member(context, "operator", "itemgetter")
                edit = context.layout.replace(function, f"{getter}({context.text(item['M_i'])})")
                yield Rewrite((edit, *imported), "take the item in C")
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


STRATEGY = BuiltinStrategy("sort-keys", "name_lookup", _build, __doc__ or "")
