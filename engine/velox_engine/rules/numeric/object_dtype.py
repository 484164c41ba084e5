"""Arithmetic on an array of Python objects.

## What it does
Finds arrays made with `dtype=object` that take part in arithmetic or reductions in the same function.

## Why it is slow
Every element is a Python object, so that each operation runs in the interpreter as in a list.

## Example
```python
import numpy as np

def total(values: list[int]):
    array = np.array(values, dtype=object)
    return (array * 2).sum()
```

## Use instead
```python
import numpy as np

def total(values: list[int]):
    array = np.array(values, dtype=np.int64)
    return (array * 2).sum()
```

## When it is unsafe
Integers of 64 bits overflow silently where Python's do not.
"""

from __future__ import annotations

from collections.abc import Iterator

from velox_engine.rules.base import Benchmark, Hit, Rule
from velox_engine.rules.context import Context
from velox_engine.rules.shapes import arguments, keywords
from velox_engine.source.syntax import Node

_REDUCING = frozenset({"sum", "mean", "min", "max", "dot", "std", "var", "prod", "cumsum"})


def check(node: Node, context: Context) -> Iterator[Hit]:
    """Ex) array = np.array(values, dtype=object); array * 2"""
    dtype = keywords(node, context).get("dtype")
    if context.text(dtype) not in ("object", "'object'", '"object"', "np.object_"):
        return
    given = arguments(node)
    if context.in_test(node) or (given and context.is_small(given[0])):
        return
    if (
        given
        and given[0].type in ("list", "tuple")
        and any(not is_number(one) for one in given[0].named_children)
    ):
        return  # Ex) text, None, and objects of one's own need the dtype
    if given and given[0].type in ("call", "subscript"):
        return  # Ex) `np.ogrid[:3, :4]` gives arrays of different shapes
    parent = node.parent
    left = parent.child_by_field_name("left") if parent is not None and parent.type == "assignment" else None
    if left is None or left.type != "identifier":
        return
    name, scope = context.text(left), context.scope(node)
    if len(scope.bindings(name)) != 1:
        return
    for use in scope.uses(name):
        place = use.parent
        if place is None or use.start_byte < node.end_byte:
            continue
        reduces = (
            place.type == "attribute"
            and context.text(place.child_by_field_name("attribute")) in _REDUCING
            and place.parent is not None
            and place.parent.type == "call"
        )
        if reduces or place.type == "binary_operator":
            yield Hit(
                node,
                f"`{name}` holds Python objects, so each operation on it runs in the interpreter; "
                "a numeric dtype works in C",
            )
            return


def is_number(node: Node) -> bool:
    """Whether a node is a literal number, or a name that may stand for one."""
    return node.type in ("integer", "float", "identifier", "binary_operator", "unary_operator")


RULE = Rule(
    id="VX615",
    name="object-dtype",
    check=check,
    family="numeric",
    cost="O(n)",
    by_hand="Whether all numbers fit into 64 bits is known to whoever has the data.",
    calls=(
        "numpy.array",
        "numpy.asarray",
        "numpy.empty",
        "numpy.zeros",
        "numpy.full",
    ),
    benchmark=Benchmark(
        "total(values)",
        "values = list(range(10000))",
        needs=("numpy",),
    ),
    doc=__doc__ or "",
)
