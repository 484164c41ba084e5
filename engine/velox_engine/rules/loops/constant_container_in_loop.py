"""Table of constants built again in each turn.

## What it does
Finds dicts, lists and sets of at least four constants that are made inside a loop and only read there.

## Why it is slow
A display of a dict or set is built anew each time it is reached; made once before the loop it costs nothing.

## Example
```python
def names(codes):
    result = []
    for code in codes:
        result.append({1: "one", 2: "two", 3: "three", 4: "four"}.get(code))
    return result
```

## Use instead
```python
NAMES = {1: "one", 2: "two", 3: "three", 4: "four"}

def names(codes):
    return [NAMES.get(code) for code in codes]
```

## When it is unsafe
Only where nothing changes the table.
"""

from __future__ import annotations

from collections.abc import Iterator

from velox_engine.rules.base import Benchmark, Hit, Rule
from velox_engine.rules.context import Context
from velox_engine.rules.shapes import is_constant
from velox_engine.source.syntax import Node

_READING = frozenset({"get", "index", "count", "keys", "values", "items"})


def check(node: Node, context: Context) -> Iterator[Hit]:
    """Ex) for code in codes: print({1: "one", 2: "two", ...}[code])"""
    if node.type == "assignment":
        node = node.child_by_field_name("right") or node
    size = context.literal_size(node)
    if context.function(node) is None:
        return  # runs once, at import
    if size is None or size < 4 or not is_read_only(node, context):
        return
    loops = context.repeats(node)
    if is_table(node) and loops and context.is_tight(loops[0]):
        yield Hit(node, f"a table of {size} constants is built in each turn only to be read; make it once")


def is_table(node: Node) -> bool:
    """Whether a display holds nothing but constants."""
    for child in node.named_children:
        if child.type == "pair":
            if not all(is_constant(part) for part in child.named_children):
                return False
        elif child.type != "comment" and not is_constant(child):
            return False
    return True


def is_read_only(node: Node, context: Context) -> bool:
    """Whether a display is asked for one element on the spot, or has a name through which it is only read."""
    parent = node.parent
    if parent is None:
        return False
    if parent.type == "assignment":
        return _named_and_read(parent, context)
    return _reads(node, parent, context)


def _reads(node: Node, parent: Node, context: Context) -> bool:
    if parent.type == "subscript":
        value, holder = parent.child_by_field_name("value"), parent.parent
        stored = holder is not None and holder.type in (
            "assignment",
            "augmented_assignment",
            "delete_statement",
        )
        target = holder.child_by_field_name("left") if stored and holder is not None else None
        return (
            value is not None and value.id == node.id and not (target is not None and target.id == parent.id)
        )
    if parent.type == "attribute":
        call = parent.parent
        called = call is not None and call.type == "call"
        return called and context.text(parent.child_by_field_name("attribute")) in _READING
    # The compiler makes a constant of a list or set display in a membership test by itself.
    return parent.type == "comparison_operator" and node.type in ("identifier", "dictionary")


def _named_and_read(assignment: Node, context: Context) -> bool:
    left = assignment.child_by_field_name("left")
    if left is None or left.type != "identifier" or assignment.child_by_field_name("type") is not None:
        return False
    name, scope = context.text(left), context.scope(assignment)
    if scope.is_module or len(scope.bindings(name)) != 1 or name in scope.shared or scope.changes(name):
        return False
    uses = [use for use in scope.uses(name) if use.start_byte != left.start_byte]
    return bool(uses) and all(use.parent is not None and _reads(use, use.parent, context) for use in uses)


RULE = Rule(
    id="VX310",
    name="constant-container-in-loop",
    check=check,
    family="invariant",
    cost="O(n)",
    strategy="hoist-table",
    action="precomputation",
    many=True,
    patterns=(
        "(dictionary)",
        "(assignment right: [(list) (set)])",
    ),
    in_loop=True,
    benchmark=Benchmark(
        "names(codes)",
        "codes = [1, 2, 3, 4] * 250",
    ),
    doc=__doc__ or "",
)
