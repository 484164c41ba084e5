"""Everything collected for the first element.

## What it does
Finds `list(x)[0]` and `[... for ... in ...][0]`.

## Why it is slow
All elements are made and kept though one is used; `next(iter(x))` stops there.

## Example
```python
def first_even(values):
    return [value for value in values if value % 2 == 0][0]
```

## Use instead
```python
def first_even(values):
    return next(value for value in values if value % 2 == 0)
```

## When it is unsafe
When there is none, `next` raises StopIteration rather than IndexError, or gives its second argument.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from velox_engine.rules.base import Benchmark, Hit, Rule
from velox_engine.rules.context import Context
from velox_engine.rules.shapes import arguments
from velox_engine.source.syntax import Node

_LISTS = frozenset({"listdir", "glob"})


def check(node: Node, context: Context) -> Iterator[Hit]:
    """Ex) [v for v in values if v % 2 == 0][0]"""
    value = node.child_by_field_name("value")
    if (
        value is None
        or context.integer(node.child_by_field_name("subscript")) != 0
        or node.named_child_count != 2
    ):
        return
    parent = node.parent
    left = parent.child_by_field_name("left") if parent is not None and parent.type == "assignment" else None
    if left is not None and left.id == node.id:
        return
    if value.type == "call":
        given = arguments(value)
        if context.origin(value.child_by_field_name("function")) != "list" or len(given) != 1:
            return
        if context.text(given[0].child_by_field_name("function")).rpartition(".")[2] in _LISTS:
            return  # a list already, of a few
        # Another function's generator may do something between its elements, or after the last.
        if context.is_small(given[0]) or (given[0].type == "call" and not context.kind(given[0])):
            return
        if _is_only_element(node, given[0], context) or _is_caught(node, context):
            return
        if context.text(given[0]) in context.scope(node).bare_parameters:
            return  # an iterator may be given for what it does when it is drained
        kind = context.kind(given[0]).name
        if kind in ("list", "tuple", "str", "iterator", "generator"):
            what = "copied" if kind in ("list", "tuple", "str") else "drained"
        else:
            what = "copied"
        yield Hit(
            node,
            f"everything is {what} into a list for its first element; `next(iter(…))` stops there",
            subject=given[0],
        )
        return
    clause = next((child for child in value.named_children if child.type == "for_in_clause"), None)
    iterable = clause.child_by_field_name("right") if clause is not None else None
    if iterable is None or _is_only_element(node, iterable, context):
        return
    if not context.is_small(iterable) and not _is_caught(node, context):
        yield Hit(
            node,
            "a list of all matches is made for its first element; `next(…)` with a generator stops there",
            subject=iterable,
        )


def _is_only_element(node: Node, container: Node, context: Context) -> bool:
    """Whether the code has made sure that there are a few: `if len(x) != 3`, `x if size == 1`."""
    parent = node.parent
    if parent is not None and parent.type == "conditional_expression" and "== 1" in context.text(parent):
        return True
    function = context.function(node)
    if function is None:
        return False
    name = re.sub(r"\.(?:keys|values|items)\(\)$", "", context.text(container))
    counted = rb"len\((?:list\()?" + re.escape(name.encode()) + rb"[.()a-z]*\)\s*(?:==|!=|>)\s*1?\d\b"
    return re.search(counted, context.data[function.start : node.start_byte]) is not None


def _is_caught(node: Node, context: Context) -> bool:
    """Whether an empty list is expected: the IndexError is caught, and `next` would raise something else."""
    parent = node.parent
    while parent is not None and parent.type not in ("function_definition", "module"):
        if parent.type == "try_statement":
            handlers = [child for child in parent.named_children if child.type == "except_clause"]
            return any("IndexError" in context.text(one).partition(":")[0] for one in handlers)
        if parent.type == "lambda" and parent.parent is not None and parent.parent.type == "argument_list":
            return True  # Ex) first_or_none(lambda: [v for v in values if v][0]): who calls it may catch it
        parent = parent.parent
    return False


RULE = Rule(
    id="VX506",
    name="list-for-first-element",
    check=check,
    family="memory",
    cost="O(n)",
    strategy="first-match",
    action="lazy_generation",
    many=True,
    patterns=(
        "(subscript value: [(list_comprehension) (call function: (identifier))] subscript: (integer))",
    ),
    benchmark=Benchmark(
        "first_even(values)",
        "values = list(range(1, 1000))",
    ),
    doc=__doc__ or "",
)
