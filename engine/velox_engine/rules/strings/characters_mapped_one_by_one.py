"""Characters replaced or dropped one at a time.

## What it does
Finds `"".join` over the characters of a string that looks each one up in a dict, or keeps those that are not in a
literal.

## Why it is slow
Each character costs some bytecode; `str.translate` with a table does the whole text in C. For ASCII text that is many
times faster; other text is looked up character by character there too, and gains little.

## Example
```python
ACCENTS = {"é": "e", "è": "e", "à": "a"}

def plain(text: str) -> str:
    return "".join([ACCENTS.get(c, c) for c in text])
```

## Use instead
```python
ACCENTS = str.maketrans({"é": "e", "è": "e", "à": "a"})

def plain(text: str) -> str:
    return text.translate(ACCENTS)
```

## When it is unsafe
The keys of the table must be single characters. Make the table once where many texts are short.
"""

from __future__ import annotations

from collections.abc import Iterator

from velox_engine.rules.base import Benchmark, Hit, Rule
from velox_engine.rules.context import Context
from velox_engine.rules.shapes import arguments, comparison, is_plain_string, method_name, receiver
from velox_engine.source.syntax import Node


def check(node: Node, context: Context) -> Iterator[Hit]:
    """Ex) "".join([accents.get(c, c) for c in text])"""
    if context.text(receiver(node)) not in ('""', "''"):
        return
    holder = node.child_by_field_name("arguments")
    given = arguments(node)
    made = holder if holder is not None and holder.type == "generator_expression" else (given or [None])[0]
    if made is None or made.type not in ("generator_expression", "list_comprehension"):
        return
    parts = [child for child in made.named_children if child.type != "comment"]
    if len(parts) not in (2, 3) or parts[1].type != "for_in_clause":
        return
    left, text = parts[1].child_by_field_name("left"), parts[1].child_by_field_name("right")
    name = context.text(left)
    if context.kind(text).name != "str" or not (_maps(parts, name, context) or _drops(parts, name, context)):
        return
    yield Hit(
        made,
        f"each character of `{context.short(text)}` goes through bytecode; `str.translate` works in C",
        subject=text,
    )


def _maps(parts: list[Node], name: str, context: Context) -> bool:
    body = parts[0]
    if len(parts) != 2 or body.type != "call" or method_name(body, context) != "get":
        return False
    given, table = arguments(body), receiver(body)
    if table is None or not _is_table(table, context):
        return False  # keys of several characters would be an error
    return len(given) == 2 and all(context.text(one) == name for one in given)


def _is_table(mapping: Node, context: Context) -> bool:
    """Whether a mapping is a constant of this file, or made here: not a parameter, whose keys are not known."""
    if mapping.type == "attribute":
        # Ex) `self.ACCENTS`
        return context.text(mapping.child_by_field_name("attribute")).isupper()
    bindings = context.inference(mapping).lookup(context.text(mapping))
    if not bindings:
        return mapping.type == "dictionary"
    return all(one.how == "assign" and one.value is not None for one in bindings)


def _drops(parts: list[Node], name: str, context: Context) -> bool:
    """Ex) c for c in text if c not in ".,;" """
    if len(parts) != 3 or parts[2].type != "if_clause" or context.text(parts[0]) != name:
        return False
    tested = comparison(parts[2].named_children[0], context) if parts[2].named_child_count else None
    if tested is None or tested[1] != "not in" or context.text(tested[0]) != name:
        return False
    return is_plain_string(tested[2]) or context.origin(tested[2]) == "string.punctuation"


RULE = Rule(
    id="VX211",
    name="characters-mapped-one-by-one",
    check=check,
    family="string",
    cost="O(n)",
    strategy="character-table",
    action="precomputation",
    many=True,
    methods=("join",),
    benchmark=Benchmark(
        "plain(text)",
        "text = 'some words-with dashes, and more of them ' * 20",
    ),
    doc=__doc__ or "",
)
