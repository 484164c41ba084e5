"""Position of an element searched for in each turn of a loop.

## What it does
Finds `items.index(item)` inside `for item in items`, and in any loop whose variable is searched for in a list, tuple
or string that stays the same, when its elements are seen to have a hash or it has been sorted.

## Why it is slow
`index` searches from the start in each turn: O(n·m). `enumerate` knows the position of what is passed, a dict made
once that of anything else.

## Example
```python
def positions(names: list[str]) -> dict[str, int]:
    found = {}
    for name in names:
        found[name] = names.index(name) + len(name)
    return found
```

## Use instead
```python
def positions(names: list[str]) -> dict[str, int]:
    found = {}
    for position, name in enumerate(names):
        found.setdefault(name, position + len(name))
    return found
```

## When it is unsafe
`index` gives the first of equal elements, `enumerate` the current one.
"""

from __future__ import annotations

from collections.abc import Iterator

from velox_engine.rules.base import Benchmark, Hit, Rule
from velox_engine.rules.context import Context
from velox_engine.rules.evidence import is_evident
from velox_engine.rules.shapes import arguments, is_constant, is_stable_name, receiver
from velox_engine.rules.surroundings import is_rarely_come_to
from velox_engine.source.syntax import Node

_HASHABLE = frozenset({"str", "int", "float", "bytes", "bool", "tuple", "frozenset"})


def check(node: Node, context: Context) -> Iterator[Hit]:
    """Ex) for x in xs: i = xs.index(x)"""
    owner, given = receiver(node), arguments(node)
    if owner is None or len(given) != 1 or not is_stable_name(owner) or is_constant(given[0]):
        return
    name, kind = context.text(owner), context.kind(owner).name
    loop = context.lasting_loop(node, owner)
    if loop is None or kind not in ("", "list", "tuple", "str", "sequence") or context.is_small(owner):
        return
    varying = context.loop_variables(loop)
    if f"{name}.pop(" in context.text(loop.node) or f"{name}.remove(" in context.text(loop.node):
        return  # found once, to be taken out
    if context.text(context.iterable(loop)) == name and context.text(given[0]) in varying:
        yield Hit(
            node,
            f"`{name}` is searched for `{context.text(given[0])}` in each turn of {context.describe(loop)}, which "
            "is just passing it: O(n²); `enumerate` knows the position",
            subject=owner,
            doubtful=is_rarely_come_to(context, node, loop, branches=1)
            and not is_evident(context, node, owner),
        )
    elif (
        _may_be_keys(owner, context)
        and context.is_quick(loop.node, beside=node)
        and owner.type == "identifier"
        and not context.is_changed(name, loop)
        and any(context.text(part) in varying for part in context.names_in(given[0]))
    ):
        yield Hit(
            node,
            f"`{name}` is searched from its start in each turn of {context.describe(loop)}: O(n·m); "
            "a dict of positions made once answers in O(1)",
            "O(n·m)",
            subject=owner,
            doubtful=not is_evident(context, node, owner),
        )


def _may_be_keys(owner: Node, context: Context) -> bool:
    """Whether a sequence is text, is seen to hold what can be the key of a dict, or is sorted, as few rows are."""
    kind = context.kind(owner)
    if kind.name == "str" or (kind.element is not None and kind.element.name in _HASHABLE):
        return True
    if kind.element is not None or owner.type != "identifier":
        return False
    values = [
        one.value for one in context.inference(owner).lookup(context.text(owner)) if one.how == "assign"
    ]
    return bool(values) and all(
        value is not None
        and value.type == "call"
        and context.origin(value.child_by_field_name("function")) == "sorted"
        for value in values
    )


RULE = Rule(
    id="VX106",
    name="repeated-list-index",
    check=check,
    family="membership",
    cost="O(n²)",
    strategy="list-count-index",
    action="data_structure",
    methods=("index",),
    in_loop=True,
    severity="info",
    plainer=True,
    benchmark=Benchmark(
        "positions(names)",
        "names = [str(i) for i in range(500)]",
    ),
    doc=__doc__ or "",
)
