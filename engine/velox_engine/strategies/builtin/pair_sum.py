"""Finds pairs with a given sum through the set of numbers seen, instead of trying all pairs.

What it does: the innermost two loops over i < j that return as soon as two elements (plus what the outer loops chose)
add up to a constant ask, for each element, whether its complement came earlier. Lists of anything but int still take
the loops.

Example:
    def has_zero_pair(numbers):
        for i in range(len(numbers)):
            for j in range(i + 1, len(numbers)):
                if numbers[i] + numbers[j] == 0:
                    return True
        return False

Result:
    def has_zero_pair(numbers):
        if isinstance(numbers, list) and set(map(type, numbers)) <= {int}:
            seen = set()
            for number in numbers:
                if 0 - number in seen:
                    return True
                seen.add(number)
            return False
        for i in range(len(numbers)):
            for j in range(i + 1, len(numbers)):
                if numbers[i] + numbers[j] == 0:
                    return True
        return False

Inputs:
    ([1, 2, -1],)
    ([0],)
    ([0.5, -0.5],)
    ([],)

When it is unsafe: floats, whose sums depend on rounding: hence the test for int.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from velox_engine.strategies.base import BuiltinStrategy, FunctionContext, Rewrite
from velox_engine.strategies.loops import constant, places, stands_guarded
from velox_engine.strategies.patterns import Match, match_stmts
from velox_engine.strategies.positions import indent_lines

_FOUND = "return True\nreturn False"
_PAIRS = (
    "for M_i in range(len(M_x)):\n for M_j in range(M_i + 1, len(M_x)):\n"
    f"  if M_x[M_i] + M_x[M_j] == M_t:\n   {_FOUND}",
    "for M_i, M_a in enumerate(M_x):\n for M_j in range(M_i + 1, len(M_x)):\n"
    f"  if M_a + M_x[M_j] == M_t:\n   {_FOUND}",
    "for M_i in range(len(M_x) - 1):\n for M_j in range(M_i + 1, len(M_x)):\n"
    f"  if M_x[M_i] + M_x[M_j] == M_t:\n   {_FOUND}",
    f"for M_i, M_a in enumerate(M_x):\n for M_b in M_x[M_i + 1:]:\n  if M_a + M_b == M_t:\n   {_FOUND}",
)
_TRIPLES = (
    "for M_i in range(len(M_x)):\n for M_j in range(M_i + 1, len(M_x)):\n  for M_k in range(M_j + 1, len(M_x)):\n"
    f"   if M_x[M_i] + M_x[M_j] + M_x[M_k] == M_t:\n    {_FOUND}",
    "for M_i in range(len(M_x) - 2):\n for M_j in range(M_i + 1, len(M_x) - 1):\n"
    f"  for M_k in range(M_j + 1, len(M_x)):\n   if M_x[M_i] + M_x[M_j] + M_x[M_k] == M_t:\n    {_FOUND}",
)


def _build(context: FunctionContext) -> Iterator[Rewrite]:
    for place in places(context.node):
        if place.loops or not isinstance(place.statement, ast.For):
            continue
        rest = place.block[place.index :]
        for templates, triple in ((_PAIRS, False), (_TRIPLES, True)):
            found = next((match for match in (match_stmts(one, rest) for one in templates) if match), None)
            if not found or stands_guarded(place, getattr(found["M_x"], "id", "")):
                continue
            code = _code(context, found, triple)
            edit = context.layout.insert_before(place.statement, code) if code else None
            if edit:
                yield Rewrite((edit,), "find the complement among the numbers seen")


def _code(context: FunctionContext, found: Match, triple: bool) -> str | None:
    sequence, total = found["M_x"], found["M_t"]
    if not isinstance(sequence, ast.Name):
        return None
    value = constant(total)
    if not isinstance(value, int) and not (isinstance(total, ast.Name) and total.id != sequence.id):
        return None
    context.need_builtins("isinstance", "list", "set", "map", "type", "int", "len", "range", "enumerate")
    name, unit, target = sequence.id, context.layout.unit, context.text(total)
    guard = f"isinstance({name}, list) and set(map(type, {name})) <= {{int}}"
    if isinstance(total, ast.Name):
        guard += f" and isinstance({target}, int)"
    seen, number = context.fresh("seen"), context.fresh("number", "item")
    if not triple:
        lines = (
            f"{seen} = set()\nfor {number} in {name}:\n{unit}if {target} - {number} in {seen}:\n"
            f"{unit}{unit}return True\n{unit}{seen}.add({number})\nreturn False"
        )
    else:
        start, first = context.fresh("start", "begin"), context.fresh("first", "one")
        lines = (
            f"for {start}, {first} in enumerate({name}, 1):\n{unit}{seen} = set()\n"
            f"{unit}for {number} in {name}[{start}:]:\n{unit}{unit}if {target} - {first} - {number} in {seen}:\n"
            f"{unit}{unit}{unit}return True\n{unit}{unit}{seen}.add({number})\nreturn False"
        )
    return f"if {guard}:\n{indent_lines(lines, unit)}"


STRATEGY = BuiltinStrategy("pair-sum", "algorithm_change", _build, __doc__ or "")
