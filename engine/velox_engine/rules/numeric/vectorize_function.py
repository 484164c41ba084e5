"""`numpy.vectorize` taken for vectorisation.

## What it does
Finds calls of `numpy.vectorize`.

## Why it is slow
It is a loop that calls a Python function for each element, with the cost of arrays on top.

## Example
```python
import numpy as np

def relu(values):
    return np.vectorize(lambda x: x if x > 0 else 0.0)(values)
```

## Use instead
```python
import numpy as np

def relu(values):
    return np.where(values > 0, values, 0.0)
```

## When it is unsafe
Functions that have no counterpart among NumPy's operations need the loop.
"""

from __future__ import annotations

from collections.abc import Iterator

from velox_engine.rules.base import Benchmark, Hit, Rule
from velox_engine.rules.context import Context
from velox_engine.rules.shapes import arguments
from velox_engine.source.syntax import Node, captures, compile_query

_CALLS = compile_query("(call) @call (attribute) @call")

# Objects of their own for each element
_CONTAINERS = frozenset(
    {"dictionary", "list", "set", "string", "list_comprehension", "dictionary_comprehension"}
)


def check(node: Node, context: Context) -> Iterator[Hit]:
    """Ex) np.vectorize(lambda x: x if x > 0 else 0.0)(values)"""
    given = arguments(node)
    if not given or given[0].type not in ("lambda", "identifier"):
        return
    # What calls functions or asks objects, a search in text say, has no operation on arrays to take its place.
    body = given[0].child_by_field_name("body") if given[0].type == "lambda" else _body(given[0], context)
    if body is None or body.type in _CONTAINERS or captures(_CALLS, body).get("call"):
        return
    yield Hit(
        node,
        "`numpy.vectorize` calls the function from the interpreter for each element; whole arrays are computed with "
        "in C",
    )


def _body(name: Node, context: Context) -> Node | None:
    """The body of a function of this file."""
    bindings = context.inference(name).lookup(context.text(name))
    if len(bindings) != 1 or bindings[0].how != "definition":
        return None
    return bindings[0].statement.child_by_field_name("body")


RULE = Rule(
    id="VX618",
    name="vectorize-function",
    check=check,
    family="numeric",
    cost="O(n)",
    by_hand="`vectorize` takes the type of the result from the first element; NumPy's own operations do not.",
    calls=("numpy.vectorize",),
    benchmark=Benchmark(
        "relu(values)",
        "values = np.linspace(-1.0, 1.0, 5000)",
        needs=("numpy",),
    ),
    doc=__doc__ or "",
)
