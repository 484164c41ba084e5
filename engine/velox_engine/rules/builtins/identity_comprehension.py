"""Comprehension that copies each element unchanged.

## What it does
Finds `[x for x in xs]`, `{x for x in xs}` and `{k: v for k, v in d.items()}` without a condition.

## Why it is slow
Each element passes through bytecode. `list(xs)`, `set(xs)` and `dict(d)` copy in C.

## Example
```python
def copy(values):
    return [value for value in values]
```

## Use instead
```python
def copy(values):
    return list(values)
```

## When it is unsafe
Never for built-in containers.
"""

from __future__ import annotations

from collections.abc import Iterator

from velox_engine.rules.base import Benchmark, Hit, Rule
from velox_engine.rules.context import Context
from velox_engine.rules.shapes import arguments, method_name
from velox_engine.source.syntax import Node

_READERS = frozenset({"any", "all", "sum", "min", "max", "sorted", "set", "list", "tuple", "frozenset"})


def check(node: Node, context: Context) -> Iterator[Hit]:
    """Ex) [value for value in values]"""
    parts = [child for child in node.named_children if child.type != "comment"]
    if len(parts) != 2 or parts[1].type != "for_in_clause" or context.text(parts[1]).startswith("async"):
        return
    left, right = parts[1].child_by_field_name("left"), parts[1].child_by_field_name("right")
    if left is None or right is None or not _is_kept(node, parts[0], left, context):
        return
    if context.is_small(right):
        return
    # `list(self)` asks for `len(self)` first, which may call the very method that this is in.
    if context.text(right) == "self" or _is_only_read(node, context):
        return
    if node.type == "dictionary_comprehension":
        if _gives_pairs(right, context):
            yield Hit(node, f"each entry passes through bytecode; `dict({context.short(right)})` copies in C")
    else:
        name = "list" if node.type == "list_comprehension" else "set"
        yield Hit(node, f"each element passes through bytecode; `{name}({context.short(right)})` copies in C")


def _is_kept(node: Node, made: Node, left: Node, context: Context) -> bool:
    """Whether what is made of each element is the element itself."""
    if node.type != "dictionary_comprehension":
        return left.type == "identifier" == made.type and context.text(made) == context.text(left)
    if left.type != "pattern_list" or left.named_child_count != 2:
        return False
    names = [context.text(name) for name in left.named_children]
    return names == [context.text(part) for part in made.named_children]


def _is_only_read(node: Node, context: Context) -> bool:
    """Ex) any([x for x in xs]): another rule's"""
    holder = node.parent
    call = holder.parent if holder is not None and holder.type == "argument_list" else None
    return call is not None and context.text(call.child_by_field_name("function")) in _READERS


def _gives_pairs(walked: Node, context: Context) -> bool:
    """Whether something is known to give pairs; an object that has `keys` would be read by them instead."""
    if walked.type == "call":
        if method_name(walked, context) == "items" and not arguments(walked):
            return True
        return context.origin(walked.child_by_field_name("function")) in ("zip", "enumerate")
    return context.kind(walked).name in ("list", "tuple")


RULE = Rule(
    id="VX512",
    name="identity-comprehension",
    check=check,
    family="comprehension",
    cost="O(n)",
    strategy="built-directly",
    action="builtin_substitution",
    patterns=(
        "(list_comprehension)",
        "(set_comprehension)",
        "(dictionary_comprehension)",
    ),
    severity="hint",
    benchmark=Benchmark(
        "copy(values)",
        "values = tuple(range(1000))",
    ),
    doc=__doc__ or "",
)
