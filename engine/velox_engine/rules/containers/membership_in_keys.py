"""Membership asked of `keys()`.

## What it does
Finds `key in mapping.keys()` in a loop, where `mapping` is known to be a dict or is what a function is given that
computes with builtins alone.

## Why it is slow
Each test makes a view object and asks that; the dict itself answers directly.

## Example
```python
def known(names, ages: dict[str, int]):
    return [name for name in names if name in ages.keys()]
```

## Use instead
```python
def known(names, ages: dict[str, int]):
    return [name for name in names if name in ages]
```

## When it is unsafe
A class of one's own may define `keys` and `in` differently.
"""

from __future__ import annotations

from collections.abc import Iterator

from velox_engine.rules.base import Benchmark, Hit, Rule
from velox_engine.rules.context import Context
from velox_engine.rules.shapes import arguments, method_name, receiver
from velox_engine.source.kinds import MAPPINGS
from velox_engine.source.syntax import Node


def check(node: Node, context: Context) -> Iterator[Hit]:
    """Ex) for name in names: if name in ages.keys(): ..."""
    if node.named_child_count != 2:
        return
    container = node.named_children[1]
    if container.type != "call" or method_name(container, context) != "keys" or arguments(container):
        return
    owner = receiver(container)
    if owner is None or not _is_mapping(owner, context):
        return
    if context.repeats(node):
        yield Hit(
            node, f"each test makes a view of `{context.short(owner)}` first; `in` asks the dict itself"
        )


def _is_mapping(owner: Node, context: Context) -> bool:
    """Whether something is known to be a dict, or a parameter of a function that computes with builtins alone.

    Elsewhere it may be of a class whose `in` asks something else than its `keys()`, as with the headers of a message.
    """
    kind = context.kind(owner).name
    if kind or owner.type != "identifier":
        return kind in (*MAPPINGS, "mapping")
    bindings = context.inference(owner).lookup(context.text(owner))
    return context.is_self_contained(owner) and any(one.how == "parameter" for one in bindings)


RULE = Rule(
    id="VX124",
    name="membership-in-keys",
    check=check,
    family="membership",
    cost="O(1)",
    strategy="needless-copy",
    action="copy_elimination",
    patterns=('(comparison_operator ["in" "not in"])',),
    in_loop=True,
    severity="hint",
    benchmark=Benchmark(
        "known(names, ages)",
        ("names = [str(i) for i in range(1000)]\nages = {str(i): i for i in range(0, 1000, 2)}"),
    ),
    doc=__doc__ or "",
)
