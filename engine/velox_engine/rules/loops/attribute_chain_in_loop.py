"""Chain of attributes followed again in each turn.

## What it does
Finds the same chain of at least two attributes that is read several times in an innermost loop which changes none of
its parts.

## Why it is slow
Each attribute is a look-up. A local name before the loop costs one.

## Example
```python
def total(order, rows):
    result = 0
    for row in rows:
        result += order.customer.rates.base + row * order.customer.rates.base
    return result
```

## Use instead
```python
def total(order, rows):
    base = order.customer.rates.base
    result = 0
    for row in rows:
        result += base + row * base
    return result
```

## When it is unsafe
A property may give another value each time, and anything the loop calls may change the attribute.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from velox_engine.rules.base import Benchmark, Hit, Rule
from velox_engine.rules.context import Context
from velox_engine.rules.regions import Region
from velox_engine.rules.shapes import is_stable_name
from velox_engine.source.syntax import Node, captures, compile_query

_CALL = re.compile(rb"\w\(")
_DOTTED = re.compile(rb"\w+(?:\.\w+){2,}")
_CHAINS = compile_query("(attribute object: (attribute)) @chain (call) @call")


def check(node: Node, context: Context) -> Iterator[Hit]:
    """Ex) for row in rows: total += order.customer.rates.base * order.customer.rates.base"""
    body_ = node.child_by_field_name("body")
    # Most loops call something, and what is called may change the attribute.
    if body_ is None or _CALL.search(context.data, body_.start_byte, body_.end_byte):
        return
    loop = context.regions.at(node.start_byte, node.start_byte + 1)
    if loop is None or loop.start != node.start_byte or context.function(node) is None:
        return
    # Most loops repeat no chain, and a query costs more than a search of their text.
    chains = _DOTTED.findall(context.data, body_.start_byte, body_.end_byte)
    if len(chains) == len(set(chains)):
        return
    found = captures(_CHAINS, body_)
    if not found.get("chain") or found.get("call") or context.is_small_loop(loop):
        return
    seen: dict[str, Node] = {}
    for chain in found["chain"]:
        text = context.text(chain)
        if text not in seen:
            seen[text] = chain
            continue
        if is_stable_name(chain) and not _changes(text, loop, context):
            message = f"`{text}` is looked up again in each turn of {context.describe(loop)}"
            # Ex) if shown: print(self.style.name, self.style.name)
            yield Hit(seen[text], message, doubtful=context.is_conditional(seen[text], loop))
            return


def _changes(chain: str, loop: Region, context: Context) -> bool:
    head = chain.partition(".")[0]
    return context.is_rebound(head, loop) or context.is_changed(head, loop)


RULE = Rule(
    id="VX309",
    name="attribute-chain-in-loop",
    check=check,
    family="lookup",
    cost="O(n)",
    by_hand="An attribute may be a property, and may be missing where the loop never runs; the text does not tell.",
    many=True,
    patterns=(
        "(for_statement)",
        "(while_statement)",
    ),
    severity="hint",
    benchmark=Benchmark(
        "total(order, rows)",
        (
            "from types import SimpleNamespace as Made\n"
            "order = Made(customer=Made(rates=Made(base=2)))\n"
            "rows = range(1000)"
        ),
    ),
    doc=__doc__ or "",
)
