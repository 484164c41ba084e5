"""Python function called for each row of a data frame.

## What it does
Finds `frame.apply(function, axis=1)`.

## Why it is slow
For each row a Series is made and a Python function called; whole columns are worked on in C.

## Example
```python
def totals(frame):
    return frame.apply(lambda row: row["price"] * row["count"], axis=1)
```

## Use instead
```python
def totals(frame):
    return frame["price"] * frame["count"]
```

## When it is unsafe
Columns of objects still run Python for each element. Missing values follow other rules in some functions.
"""

from __future__ import annotations

from collections.abc import Iterator

from velox_engine.rules.base import Benchmark, Hit, Rule
from velox_engine.rules.context import Context
from velox_engine.rules.shapes import arguments, keywords, receiver
from velox_engine.source.syntax import Node, captures, compile_query

_CALLS = compile_query("(call) @call")
_SIMPLE = frozenset({"sum", "min", "max", "abs", "round", "str", "int", "float", "len", "bool", "any", "all"})


def check(node: Node, context: Context) -> Iterator[Hit]:
    """Ex) frame.apply(f, axis=1)"""
    frame = receiver(node)
    while frame is not None and frame.type == "subscript":
        frame = frame.child_by_field_name("value")
    if frame is None or context.is_small(frame) or context.in_test(node) or _is_styler(frame, context):
        return
    axis = keywords(node, context).get("axis")
    if context.text(axis) in ("1", '"columns"', "'columns'") and arguments(node):
        yield Hit(
            node,
            f"a Series is made and a Python function called for each row of "
            f"`{context.short(receiver(node))}`; whole columns are worked on in C",
            doubtful=not _is_arithmetic(arguments(node)[0], context),
        )


def _is_arithmetic(function: Node, context: Context) -> bool:
    """Whether what is done to each row is what columns can do: a lambda that calls nothing else, or NumPy's own."""
    if function.type != "lambda":
        return context.origin(function).startswith("numpy.")
    row = context.text(function.child_by_field_name("parameters"))
    for call in captures(_CALLS, function).get("call", ()):
        if "key" in keywords(call, context) and row in map(context.text, arguments(call)):
            return False  # Ex) `max(row, key=len)`: no column does that
        called = call.child_by_field_name("function")
        if context.origin(called) not in _SIMPLE and not context.origin(called).startswith(
            ("numpy.", "math.")
        ):
            return False
    return True


def _is_styler(frame: Node, context: Context) -> bool:
    """Whether this is what colours a frame's cells: `frame.style`, or a name bound to one."""
    texts = [context.text(frame)]
    if frame.type == "identifier":
        texts += [context.text(binding.value) for binding in context.inference(frame).lookup(texts[0])]
    return any(text.endswith(".style") for text in texts)


RULE = Rule(
    id="VX609",
    name="apply-by-row",
    check=check,
    family="dataframe",
    cost="O(n)",
    strategy="row-function",
    action="dataframe_vectorization",
    methods=("apply",),
    severity="warning",
    benchmark=Benchmark(
        "totals(frame)",
        ("import pandas as pd\nframe = pd.DataFrame({'price': range(500), 'count': range(500)})"),
        needs=("pandas",),
    ),
    doc=__doc__ or "",
)
