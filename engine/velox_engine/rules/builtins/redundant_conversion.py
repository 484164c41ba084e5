"""Container made only to make another from it.

## What it does
Finds `list(sorted(x))`, `sorted(list(x))`, `set(list(x))`, `list([... for ...])`, `set([... for ...])`, and
`sorted` where order does not matter: `set(sorted(x))`, `len(sorted(x))`, `sum(sorted(x))`, `max(sorted(x))`.

## Why it is slow
The inner container is filled, read once and thrown away; sorting for nothing costs O(n log n).

## Example
```python
def names(users):
    return set([user.name for user in users])
```

## Use instead
```python
def names(users):
    return {user.name for user in users}
```

## When it is unsafe
Never for builtins; a class of the same name may do something else.
"""

from __future__ import annotations

from collections.abc import Iterator

from velox_engine.rules.base import Benchmark, Hit, Rule
from velox_engine.rules.context import Context
from velox_engine.rules.shapes import arguments, has_splat, keywords
from velox_engine.source.syntax import Node

# Outer function → inner functions that make a container for nothing.
_USELESS = {
    "list": {"list", "sorted"},
    "sorted": {"list", "tuple", "sorted"},
    "set": {"list", "tuple", "sorted", "set", "reversed"},
    "frozenset": {"list", "tuple", "sorted", "reversed"},
    "tuple": {"list", "tuple"},
    "len": {"sorted"},
    "sum": {"sorted", "list", "tuple"},
    "min": {"sorted", "list", "tuple"},
    "max": {"sorted", "list", "tuple"},
    "any": {"sorted", "list"},
    "all": {"sorted", "list"},
}
_DISPLAYS = {"set": "set", "list": "list", "dict": "dict", "frozenset": "generator", "tuple": "generator"}


def check(node: Node, context: Context) -> Iterator[Hit]:
    """Ex) set([user.name for user in users])"""
    given = arguments(node)
    outer = context.text(node.child_by_field_name("function"))
    if len(given) != 1 or has_splat(node):
        return
    inner = given[0]
    if inner.type == "list_comprehension" and outer in ("set", "list", "dict"):
        if outer == "dict":
            pair = inner.child_by_field_name("body")
            if pair is None or pair.type != "tuple" or pair.named_child_count != 2:
                return
        if keywords(node, context):
            return
        yield Hit(
            node,
            f"a list of all elements is made first and thrown away; a {_DISPLAYS[outer]} comprehension "
            "makes the result directly"
            if outer != "list"
            else "the list is copied as soon as it is made",
        )
        return
    if inner.type != "call" or len(arguments(inner)) != 1 or has_splat(inner):
        return
    name = context.text(inner.child_by_field_name("function"))
    if name not in _USELESS.get(outer, ()) or context.is_small(arguments(inner)[0]):
        return
    if context.origin(inner.child_by_field_name("function")) != name:
        return
    if outer == "sorted" and name == "sorted" and (keywords(node, context) or keywords(inner, context)):
        return  # sorting by two keys, one after the other, is how it is done
    if outer in ("min", "max") and (keywords(node, context) or keywords(inner, context)):
        return  # of equal elements, the order decides
    if (outer, name) == ("list", "sorted"):
        yield Hit(node, "`sorted` gives a list already, which `list` copies")
        return
    yield Hit(
        node, f"`{name}` makes a container that `{outer}` only reads once; `{outer}` takes any iterable"
    )


RULE = Rule(
    id="VX504",
    name="redundant-conversion",
    check=check,
    family="copy",
    cost="O(n)",
    strategy="built-directly",
    action="builtin_substitution",
    calls=("list", "sorted", "set", "frozenset", "tuple", "len", "sum", "min", "max", "any", "all", "dict"),
    benchmark=Benchmark(
        "names(users)",
        ("from types import SimpleNamespace as Made\nusers = [Made(name=str(i)) for i in range(1000)]"),
    ),
    doc=__doc__ or "",
)
