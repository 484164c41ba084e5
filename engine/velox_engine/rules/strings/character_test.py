"""Every character of a string tested one at a time.

## What it does
Finds `all(c.isdigit() for c in text)` and its like, and `all(c in "..." for c in text)`, where `text` is a string.

## Why it is slow
Each character costs some bytecode. The string has the same method for all of its characters at once, and `set(text)`
asks each different character only once.

## Example
```python
def is_number(text: str) -> bool:
    return all(c.isdigit() for c in text)
```

## Use instead
```python
def is_number(text: str) -> bool:
    return not text or text.isdigit()
```

## When it is unsafe
`all` of an empty string is True, `"".isdigit()` is False.
"""

from __future__ import annotations

from collections.abc import Iterator

from velox_engine.rules.base import Benchmark, Hit, Rule
from velox_engine.rules.context import Context
from velox_engine.rules.shapes import arguments, comparison, is_plain_string, method_name, receiver
from velox_engine.source.syntax import Node

_SAME_FOR_ALL = frozenset({"isdigit", "isalpha", "isalnum", "isspace", "isdecimal", "isnumeric"})


def check(node: Node, context: Context) -> Iterator[Hit]:
    """Ex) all(c.isdigit() for c in text)"""
    holder = node.child_by_field_name("arguments")
    given = arguments(node)
    made = holder if holder is not None and holder.type == "generator_expression" else (given or [None])[0]
    if made is None or made.type not in ("generator_expression", "list_comprehension"):
        return
    parts = [child for child in made.named_children if child.type != "comment"]
    if len(parts) != 2 or parts[1].type != "for_in_clause":
        return
    name, text = context.text(parts[1].child_by_field_name("left")), parts[1].child_by_field_name("right")
    instead = _instead(parts[0], name, context)
    if instead and text is not None and context.kind(text).name == "str" and not context.is_small(text):
        shown = context.short(text)
        yield Hit(
            node,
            f"each character of `{shown}` is tested from bytecode; `{instead.format(shown)}` does it in C",
            subject=text,
        )


def _instead(test: Node, name: str, context: Context) -> str:
    if test.type == "call":
        method = method_name(test, context)
        plain = context.text(receiver(test)) == name and not arguments(test)
        return f"{{}}.{method}()" if plain and method in _SAME_FOR_ALL else ""
    tested = comparison(test, context)
    if tested is not None and tested[1] == "in" and context.text(tested[0]) == name:
        known = is_plain_string(tested[2]) or context.origin(tested[2]).startswith("string.")
        return "set({}) <= set(…)" if known else ""
    return ""


RULE = Rule(
    id="VX212",
    name="character-test",
    check=check,
    family="string",
    cost="O(n)",
    strategy="character-table",
    action="precomputation",
    many=True,
    calls=("all",),
    benchmark=Benchmark(
        "is_number(text)",
        "text = '31415926535897932384' * 3",
    ),
    doc=__doc__ or "",
)
