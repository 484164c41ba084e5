"""Array or data frame grown in a loop.

## What it does
Finds `numpy.append`, `concatenate`, `vstack`, `hstack` and `pandas.concat` inside a loop whose result replaces one
of its arguments.

## Why it is slow
An array cannot grow: each call copies everything so far, O(n²). Collect the parts in a list and join them once.

## Example
```python
import numpy as np

def squares(n: int):
    result = np.array([])
    for i in range(n):
        result = np.append(result, i * i)
    return result
```

## Use instead
```python
import numpy as np

def squares(n: int):
    return np.array([i * i for i in range(n)])
```

## When it is unsafe
The type of the result follows from all parts at once, not step by step.
"""

from __future__ import annotations

from collections.abc import Iterator

from velox_engine.rules.base import Benchmark, Hit, Rule
from velox_engine.rules.context import Context
from velox_engine.rules.quantities import is_few
from velox_engine.rules.regions import Region
from velox_engine.rules.shapes import arguments, is_stable_name
from velox_engine.source.syntax import Node, captures, compile_query

_CALLS = compile_query("(call) @call")
_MANY_CALLS = 12


def check(node: Node, context: Context) -> Iterator[Hit]:
    """Ex) result = np.append(result, x)"""
    parent = node.parent
    if parent is None or parent.type != "assignment":
        return
    target = parent.child_by_field_name("left")
    if target is None or not is_stable_name(target):
        return
    name = context.text(target)
    given = arguments(node)
    loops = context.repeats(node)
    if not given or not loops or name not in {context.text(part) for part in context.names_in(given[0])}:
        return
    # Ex) a name that the loop itself binds first is another array in each turn
    bound = [
        binding
        for binding in context.scope(node).bindings(name)
        if loops[0].start <= binding.start < loops[0].end
    ]
    if len(bound) > 1 or name in context.loop_variables(loops[0]):
        return
    reads = [use for use in context.scope(node).uses(name) if loops[0].start <= use.start_byte < loops[0].end]
    if len(reads) > 2 and target.type == "identifier":
        return  # what there is so far is needed in each turn, besides being extended
    function = context.text(node.child_by_field_name("function"))
    yield Hit(
        node,
        f"`{function}` copies all of `{name}` in each turn of {context.describe(loops[0])}: O(n²); "
        "collect the parts in a list and join them once",
        doubtful=_walks_few(loops[0], context) or _is_outweighed(loops[0], context),
    )


def _walks_few(loop: Region, context: Context) -> bool:
    """Ex) for transform in transforms: result = pd.concat([result, transform(frame)])"""
    iterable = context.iterable(loop)
    return iterable is not None and any(is_few(context.text(name)) for name in context.names_in(iterable))


def _is_outweighed(loop: Region, context: Context) -> bool:
    """Whether a turn does so much that copying what there is so far is little."""
    return len(captures(_CALLS, loop.node).get("call", ())) > _MANY_CALLS


RULE = Rule(
    id="VX607",
    name="array-grown-in-loop",
    check=check,
    family="numeric",
    cost="O(n²)",
    strategy="grown-at-once",
    action="vectorization",
    many=True,
    calls=("numpy.append", "numpy.concatenate", "numpy.vstack", "numpy.hstack", "numpy.r_", "pandas.concat"),
    in_loop=True,
    severity="warning",
    benchmark=Benchmark(
        "squares(500)",
        needs=("numpy",),
    ),
    doc=__doc__ or "",
)
