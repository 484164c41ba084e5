"""Keeps what a while condition computes, and updates it only where its inputs change.

What it does: a pure call in the condition of a `while` loop is kept in a variable before the loop, and computed again
only after the statements that change the names it reads.

Example:
    import math


    def factors(n: int):
        found = []
        i = 2
        while i <= math.isqrt(n):
            if n % i == 0:
                found.append(i)
                n //= i
            else:
                i += 1
        found.append(n)
        return found

Result:
    import math


    def factors(n: int):
        found = []
        i = 2
        limit = math.isqrt(n)
        while i <= limit:
            if n % i == 0:
                found.append(i)
                n //= i
                limit = math.isqrt(n)
            else:
                i += 1
        found.append(n)
        return found

Inputs:
    (12,)
    (97,)
    (1,)

When it is unsafe: when what it reads changes in another way than by assignment, or when computing it may raise after
the last turn, where the condition would not have been reached.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from velox_engine.strategies.base import BuiltinStrategy, FunctionContext, Rewrite
from velox_engine.strategies.bindings import own_nodes, read_names, written_names
from velox_engine.strategies.effects import effects_of
from velox_engine.strategies.loops import places
from velox_engine.strategies.purity import is_pure

_PLAIN = frozenset({"int", "float", "str", "bool", "number"})


def _build(context: FunctionContext) -> Iterator[Rewrite]:
    for place in places(context.node):
        loop = place.statement
        if (
            not isinstance(loop, ast.While)
            or not isinstance(loop.test, ast.Compare)
            or len(loop.test.ops) != 1
        ):
            continue
        call = loop.test.comparators[0]
        if (
            not isinstance(call, ast.Call)
            or not is_pure(context, call)
            or not is_pure(context, loop.test.left)
        ):
            continue
        names = read_names([call]) & context.scope.bound - context.pure_modules
        changed = names & effects_of(context, loop.body).written
        if not changed or names & context.scope.inner or not names:
            continue
        if not all(context.inference.of(ast.Name(name, ast.Load())).name in _PLAIN for name in names):
            continue
        updates = [
            node for node in own_nodes(loop) if isinstance(node, ast.stmt) and written_names([node]) & names
        ]
        simple = [node for node in updates if isinstance(node, ast.Assign | ast.AugAssign)]
        compound = ast.If | ast.For | ast.While | ast.With | ast.Try
        if any(not isinstance(node, compound) and node not in simple for node in updates) or len(simple) > 2:
            continue
        # A change on every turn gains nothing.
        if any(node in loop.body for node in simple):
            continue
        if any(
            isinstance(node, ast.For) and written_names([node.target]) & names for node in own_nodes(loop)
        ):
            continue
        name = context.fresh("limit", "bound")
        line = f"{name} = {context.text(call)}"
        edits = [context.layout.insert_before(loop, line), context.layout.replace(call, name)]
        edits += [context.layout.insert_after(node, line) for node in simple]
        done = tuple(edit for edit in edits if edit is not None)
        if len(done) == len(edits) and "\n" not in line:
            yield Rewrite(done, "compute the bound again only where it changes")


STRATEGY = BuiltinStrategy("bound-in-condition", "loop_invariant_hoisting", _build, __doc__ or "")
