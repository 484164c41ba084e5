"""List built to ask whether any or all hold.

## What it does
Finds `any([... for ...])`, `all([... for ...])` and `if [x for x in xs if ...]`, `len([...]) > 0`.

## Why it is slow
All elements are tested and the answers kept; a generator stops at the first that decides.

## Example
```python
def has_negative(values):
    return any([value < 0 for value in values])
```

## Use instead
```python
def has_negative(values):
    return any(value < 0 for value in values)
```

## When it is unsafe
When testing an element has side effects, they happen only up to the first that decides.
"""

from __future__ import annotations

from collections.abc import Iterator

from velox_engine.rules.base import Benchmark, Hit, Rule
from velox_engine.rules.context import Context
from velox_engine.rules.purity import HARMLESS, READING_METHODS
from velox_engine.rules.shapes import arguments, comparison, consequence
from velox_engine.source.syntax import Node, captures, compile_query

_CALLS = compile_query("(call function: (_) @function)")


def check(node: Node, context: Context) -> Iterator[Hit]:
    """Ex) any([v < 0 for v in values])"""
    given = arguments(node)
    if len(given) != 1 or given[0].type != "list_comprehension":
        return
    clause = next((child for child in given[0].named_children if child.type == "for_in_clause"), None)
    iterable = clause.child_by_field_name("right") if clause is not None else None
    if (
        iterable is None
        or context.is_small(iterable)
        or b"await" in context.data[node.start_byte : node.end_byte]
    ):
        return
    # Ex) `all([form.is_valid() for form in forms])` wants every call made
    calls = captures(_CALLS, given[0]).get("function", ())
    if not all(_is_harmless(called, context) for called in calls):
        return
    function = context.text(node.child_by_field_name("function"))
    if function != "len":
        yield Hit(
            given[0],
            f"all elements are tested and kept in a list before `{function}` looks; "
            "a generator stops at the first that decides",
            doubtful=_refuses(node),  # all is well as a rule: then all are tested, which a list does sooner
        )
        return
    parts = comparison(node.parent, context)
    if parts is None or parts[0].id != node.id:
        return
    if (parts[1], context.integer(parts[2])) in ((">", 0), (">=", 1), ("==", 0), ("!=", 0), ("<", 1)):
        yield Hit(
            given[0], "a list of all matches is made to learn whether there is one; `any` stops at the first"
        )


def _refuses(node: Node) -> bool:
    """Ex) if not all([isinstance(name, str) for name in names]): raise TypeError(names)"""
    around = node.parent
    while around is not None and around.type in (
        "not_operator",
        "boolean_operator",
        "parenthesized_expression",
    ):
        around = around.parent
    if around is None or around.type not in ("if_statement", "elif_clause"):
        return False
    steps = consequence(around)
    return bool(steps) and steps[-1].type == "raise_statement"


def _is_harmless(called: Node, context: Context) -> bool:
    if called.type == "attribute":
        return context.text(called.child_by_field_name("attribute")) in READING_METHODS
    return context.origin(called) in HARMLESS


RULE = Rule(
    id="VX505",
    name="list-for-any-or-all",
    check=check,
    family="memory",
    cost="O(n)",
    strategy="leave-early",
    action="lazy_generation",
    calls=("any", "all", "len"),
    benchmark=Benchmark(
        "has_negative(values)",
        "values = list(range(500)) + [-1] + list(range(500))",
    ),
    doc=__doc__ or "",
)
