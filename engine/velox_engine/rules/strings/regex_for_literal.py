"""Regular expression where a string method does.

## What it does
Finds `re.sub`, `re.split`, and `re.search`/`re.match` used as a yes-or-no question, with a pattern that has no
special characters.

## Why it is slow
The pattern cache, the match object and the general engine cost several times what `in`, `startswith`, `replace` and
`split` cost.

## Example
```python
import re

def clean(lines):
    return [re.sub(", ", ";", line) for line in lines]
```

## Use instead
```python
def clean(lines):
    return [line.replace(", ", ";") for line in lines]
```

## When it is unsafe
A backslash in the replacement means something to `re.sub` only.
"""

from __future__ import annotations

from collections.abc import Iterator

from velox_engine.rules.base import Benchmark, Hit, Rule
from velox_engine.rules.context import Context
from velox_engine.rules.shapes import arguments, is_plain_string, keywords
from velox_engine.source.syntax import Node

_SPECIAL = set(".^$*+?{}[]\\|()")
_INSTEAD = {"sub": "str.replace", "split": "str.split", "search": "in", "match": "str.startswith"}


def check(node: Node, context: Context) -> Iterator[Hit]:
    """Ex) re.sub(", ", ";", line)"""
    given = arguments(node)
    if not given or not is_plain_string(given[0]):
        return
    function = context.origin(node.child_by_field_name("function")).rpartition(".")[2]
    if (
        function not in _INSTEAD
        or len(given) != (3 if function == "sub" else 2)
        or keywords(node, context)
        or not is_plain_string(given[0])
    ):
        return
    text = context.text(given[0])
    body = text.lstrip("rRuU")
    if given[0].type != "string" or len(body) < 3 or body[:3] in ("'''", '"""') or _SPECIAL & set(body[1:-1]):
        return
    if function == "sub" and (not is_plain_string(given[1]) or "\\" in context.text(given[1])):
        return
    if function in ("search", "match") and not _is_question(node):
        return
    yield Hit(
        node,
        f"the pattern {text} has no special characters; `{_INSTEAD[function]}` does the same "
        "without the regular expression engine",
    )


def _is_question(node: Node) -> bool:
    """Whether only the truth of the match is asked for."""
    parent = node.parent
    while parent is not None and parent.type in (
        "parenthesized_expression",
        "not_operator",
        "boolean_operator",
    ):
        node, parent = parent, parent.parent
    if parent is None:
        return False
    if parent.type in ("if_statement", "elif_clause", "while_statement"):
        condition = parent.child_by_field_name("condition")
        return condition is not None and condition.id == node.id
    return parent.type == "if_clause"


RULE = Rule(
    id="VX203",
    name="regex-for-literal",
    check=check,
    family="regex",
    cost="O(n)",
    strategy="hoist-regex",
    action="regex",
    calls=("re.sub", "re.split", "re.search", "re.match"),
    benchmark=Benchmark(
        "clean(lines)",
        "lines = ['one, two, three'] * 500",
    ),
    doc=__doc__ or "",
)
