"""One database statement for each row.

## What it does
Finds `cursor.execute("INSERT …", row)` or `SELECT` inside a loop, with the same text in each turn.

## Why it is slow
Each call is parsed, planned and sent by itself. `executemany` sends all rows; one query with a join or `IN` fetches
all.

## Example
```python
def store(cursor, rows):
    for row in rows:
        cursor.execute("INSERT INTO prices VALUES (?, ?)", row)
```

## Use instead
```python
def store(cursor, rows):
    cursor.executemany("INSERT INTO prices VALUES (?, ?)", rows)
```

## When it is unsafe
When one row fails, how many were stored before may differ.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from velox_engine.rules.base import Benchmark, Hit, Rule
from velox_engine.rules.context import Context
from velox_engine.rules.regions import Region
from velox_engine.rules.shapes import arguments, is_plain_string
from velox_engine.source.syntax import Node, captures, compile_query

_LEAVING = compile_query("[(return_statement) (break_statement)] @leave")
_STATEMENT = re.compile(
    r"[rbfuRBFU]*['\"]{1,3}\s*(insert|update|delete|replace|select|merge)\b", re.IGNORECASE
)
# What a database answers to the statement before.
_KEY_OF_ROW = re.compile(r"last_?(?:row|insert)?_?id|fetchone|fetchall|scalar\(|inserted_primary_key")


def check(node: Node, context: Context) -> Iterator[Hit]:
    """Ex) for row in rows: cursor.execute("INSERT …", row)"""
    given = arguments(node)
    loops = context.repeats(node)
    if len(given) < 2 or not loops or loops[0].kind == "while":
        return
    text = given[0]
    if text.type == "identifier":
        bindings = context.inference(node).lookup(context.text(text))
        if (
            len(bindings) != 1
            or bindings[0].value is None
            or context.is_rebound(context.text(text), loops[0])
        ):
            return
        text = bindings[0].value
    found = _STATEMENT.match(context.text(text))
    if found is None or not is_plain_string(text):
        return
    if _is_search(node, loops[0].node, context) or _needs_last_turn(given[1], loops[0], context):
        return
    instead = "one query with a join or `IN`" if found[1].lower() == "select" else "`executemany`"
    yield Hit(
        node,
        f"one {found[1].upper()} for each turn of {context.describe(loops[0])}; {instead} goes to the "
        "database once",
    )


def _needs_last_turn(values: Node, loop: Region, context: Context) -> bool:
    """Whether a value comes from the turn before, or from the statement before.

    Ex) execute(…, (parent, name)); parent = cursor.lastrowid
    """
    scope = context.scope(loop.node)
    for name in context.names_in(values):
        for binding in scope.bindings(context.text(name)):
            if not loop.start <= binding.start < loop.end:
                continue
            if binding.start >= values.end_byte or _KEY_OF_ROW.search(context.text(binding.value)):
                return True
    return False


def _is_search(node: Node, loop: Node, context: Context) -> bool:
    """Whether the loop ends with what a query finds: each one is asked only when those before it gave nothing."""
    leaving = captures(_LEAVING, loop).get("leave", ())
    return any(leave.start_byte > node.end_byte for leave in leaving)


RULE = Rule(
    id="VX704",
    name="statement-per-row",
    check=check,
    family="io",
    cost="O(n)",
    by_hand="There is no database in the sandbox on which both ways could be compared.",
    many=True,
    methods=("execute",),
    in_loop=True,
    severity="warning",
    benchmark=Benchmark(
        "store(cursor, rows)",
        (
            "import sqlite3\n"
            "cursor = sqlite3.connect(':memory:').cursor()\n"
            "cursor.execute('CREATE TABLE prices (name, price)')\n"
            "rows = [(str(i), i) for i in range(500)]"
        ),
    ),
    doc=__doc__ or "",
)
