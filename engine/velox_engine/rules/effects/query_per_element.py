"""One query for each element of a loop.

## What it does
Finds Django's `Model.objects.get(...)`, `.filter(...)` and `.create(...)`, and SQLAlchemy's `session.get(...)` and
`session.query(...)`, in a loop whose variable they use.

## Why it is slow
Every turn waits for the database: n round trips where one query with `in` does, known as N+1.

## Example
```python
def owners(Person, cars):
    result = []
    for car in cars:
        result.append(Person.objects.get(pk=car.owner_id))
    return result
```

## Use instead
```python
def owners(Person, cars):
    people = Person.objects.in_bulk([car.owner_id for car in cars])
    return [people[car.owner_id] for car in cars]
```

## When it is unsafe
Few elements, or elements that a query of an earlier turn has changed.
"""

from __future__ import annotations

from collections.abc import Iterator

from velox_engine.rules.base import Benchmark, Hit, Rule
from velox_engine.rules.context import Context
from velox_engine.rules.shapes import arguments, method_name, receiver
from velox_engine.source.syntax import Node

_MANAGER = ("get", "filter", "create", "get_or_create", "update_or_create", "exclude")


def check(node: Node, context: Context) -> Iterator[Hit]:
    """Ex) for car in cars: Person.objects.get(pk=car.owner_id)"""
    method, owner = method_name(node, context), context.text(receiver(node))
    holder = node.child_by_field_name("arguments")
    last = owner.rpartition(".")[2]
    # Ex) `self.objects.get((kind, name))` reads a dict
    named = holder is not None and any(
        child.type in ("keyword_argument", "dictionary_splat") or context.text(child).startswith("Q(")
        for child in holder.named_children
    )
    django = last == "objects" and "." in owner and method in _MANAGER and named
    alchemy = last in ("session", "db_session") and method in ("get", "query", "scalar", "scalars")
    if alchemy and method == "get" and not _names_a_class(arguments(node), context):
        return  # Ex) `session.get(address)` asks a web server, `session.get("id", 0)` a dict
    if not (django or alchemy) or holder is None:
        return
    loops = context.repeats(node)
    if not loops or loops[0].kind == "while":
        return
    statement = context.ancestors(node, loops[0].node)[-1:] or [node]
    names = {context.text(name) for name in context.names_in(holder if django else statement[0])}
    if names & context.loop_variables(loops[0]):
        instead = "`bulk_create`" if method == "create" else "one query with `in`"
        yield Hit(
            node,
            f"one query for each turn of {context.describe(loops[0])}; {instead} goes to the database once",
        )


def _names_a_class(given: list[Node], context: Context) -> bool:
    """Ex) session.get(Person, key)"""
    return len(given) > 1 and context.text(given[0]).rpartition(".")[2][:1].isupper()


RULE = Rule(
    id="VX714",
    name="query-per-element",
    check=check,
    family="io",
    cost="O(n)",
    by_hand="What a query returns, and raises for what is missing, is known to its framework.",
    many=True,
    methods=(
        "get",
        "filter",
        "create",
        "get_or_create",
        "update_or_create",
        "exclude",
        "query",
        "scalar",
        "scalars",
    ),
    in_loop=True,
    severity="warning",
    benchmark=Benchmark(
        "owners(Person, cars)",
        (
            "import sqlite3\n"
            "from types import SimpleNamespace as Made\n"
            "data = sqlite3.connect(':memory:')\n"
            "data.execute('create table people (id integer primary key, name text)')\n"
            "data.executemany('insert into people values (?, ?)', [(i, str(i)) for i in range(500)])\n"
            "class Manager:\n"
            "    def get(self, pk):\n"
            "        return data.execute('select name from people where id = ?', (pk,)).fetchone()[0]\n"
            "    def in_bulk(self, keys):\n"
            "        marks = ','.join('?' * len(keys))\n"
            "        return dict(data.execute(f'select id, name from people where id in ({marks})', keys))\n"
            "Person = Made(objects=Manager())\n"
            "cars = [Made(owner_id=i) for i in range(500)]"
        ),
    ),
    doc=__doc__ or "",
)
