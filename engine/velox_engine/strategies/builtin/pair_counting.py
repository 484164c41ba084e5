"""Counts or finds the pairs that satisfy an equation by remembering the elements seen.

What it does: nested loops over i < j that count pairs of a list (or return as soon as there is one) whose elements
are equal, or have a given sum, difference, exclusive or, or remainder of the sum, ask for each element how many
earlier ones fit. Lists of anything but int still take the loops, unless the hints promise ints.

Example:
    def equal_pairs(numbers: list[int]) -> int:
        count = 0
        for i in range(len(numbers)):
            for j in range(i + 1, len(numbers)):
                if numbers[i] == numbers[j]:
                    count += 1
        return count

Result:
    from collections import Counter


    def equal_pairs(numbers: list[int]) -> int:
        count = 0
        seen = Counter()
        for number in numbers:
            count += seen[number]
            seen[number] += 1
        return count

Inputs:
    ([1, 2, 1, 1],)
    ([],)
    ([3],)

When it is unsafe: floats, whose sums depend on rounding: hence the test for int where no hint says so. The sides of
the equation must depend on one element each.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from velox_engine.strategies.base import BuiltinStrategy, FunctionContext, Rewrite
from velox_engine.strategies.guards import either, integer, list_of_integers
from velox_engine.strategies.imports import import_member
from velox_engine.strategies.loops import constant, is_fallback, places
from velox_engine.strategies.pairs import PairLoop, counted, is_fixed, pair_loop
from velox_engine.strategies.patterns import match_expr, match_stmt
from velox_engine.strategies.purity import is_pure
from velox_engine.strategies.rendering import render


@dataclass(frozen=True, slots=True)
class _Keys:
    """What is remembered of an element, and what it asks for among the earlier ones."""

    kept: str
    asked: tuple[str, ...]
    tests: tuple[str, ...] = ()


def _build(context: FunctionContext) -> Iterator[Rewrite]:
    for place in places(context.node):
        pairs = pair_loop(context, place.statement, either_way=True)
        if pairs is None or pairs.order != "ascending" or is_fallback(context, pairs.outer, pairs.sequence):
            continue
        found = counted(pairs.body)
        test, counter = found or (_returned(pairs), "")
        if test is None or not pairs.only_elements(test) or not is_pure(context, test):
            continue
        if counter and context.inference.of(ast.Name(counter, ast.Load())).name != "int":
            continue
        item = context.fresh("number", "item")
        keys = _keys(context, pairs, test, item)
        if keys is None or not keys.asked or (not counter and len(keys.asked) > 1):
            continue
        tests = [*list_of_integers(context, pairs.sequence), *pairs.tests, *keys.tests]
        seen, unit = context.fresh("seen", "earlier"), context.layout.unit
        if counter:
            name, imported = import_member(context, "collections", "Counter")
            asked = " + ".join(f"{seen}[{key}]" for key in keys.asked)
            fast = f"{seen} = {name}()\nfor {item} in {pairs.sequence}:\n{unit}{counter} += {asked}\n"
            fast += f"{unit}{seen}[{keys.kept}] += 1"
        else:
            context.need_builtins("set")
            imported = []
            fast = f"{seen} = set()\nfor {item} in {pairs.sequence}:\n{unit}if {''.join(keys.asked)} in {seen}:\n"
            fast += f"{unit}{unit}{context.text(pairs.body[0].body[0])}\n{unit}{seen}.add({keys.kept})"  # type: ignore[attr-defined]
        slow = context.layout.block_text([pairs.outer])
        edit = either(context, pairs.outer, pairs.outer, tests, fast, slow)
        if edit:
            yield Rewrite((edit, *imported), "ask for each element how many earlier ones fit")


def _returned(pairs: PairLoop) -> ast.expr | None:
    """The test of `if test: return True`."""
    if len(pairs.body) != 1:
        return None
    found = match_stmt("if M_t:\n return True", pairs.body[0]) or match_stmt(
        "if M_t:\n return False", pairs.body[0]
    )
    return found["M_t"] if found else None


def _keys(context: FunctionContext, pairs: PairLoop, test: ast.expr, item: str) -> _Keys | None:
    if not (isinstance(test, ast.Compare) and len(test.ops) == 1 and isinstance(test.ops[0], ast.Eq)):
        return _parity(context, pairs, test, item)
    left, right = test.left, test.comparators[0]
    odd = _parity(context, pairs, left, item)
    if odd and constant(right) in (0, 1):
        return odd if constant(right) == 1 else _Keys(odd.kept, (f"{item} % 2",))
    sides = [set(pairs.elements(side).values()) for side in (left, right)]
    if sorted(map(sorted, sides)) == [[1], [2]]:
        first, second = (left, right) if sides[0] == {1} else (right, left)
        return _Keys(_about(context, pairs, first, item), (_about(context, pairs, second, item),))
    if sides[1]:
        left, right = right, left
        sides.reverse()
    if sides != [{1, 2}, set()] or not is_fixed(pairs, right):
        return None
    return _solved(context, pairs, left, right, item)


def _about(context: FunctionContext, pairs: PairLoop, node: ast.expr, item: str) -> str:
    return render(context, node, dict.fromkeys(pairs.elements(node), item))


def _solved(
    context: FunctionContext, pairs: PairLoop, left: ast.expr, right: ast.expr, item: str
) -> _Keys | None:
    goal = context.operand(right)
    whole = tuple(integer(context, right))
    both = _elements(pairs, left)
    if match_expr("M_a + M_b", left) and both:
        return _Keys(item, (f"{goal} - {item}",), whole)
    if match_expr("M_a - M_b", left) and both:
        return _Keys(item, (f"{item} + {goal}" if both == (1, 2) else f"{item} - {goal}",), whole)
    if match_expr("M_a ^ M_b", left) and both:
        return _Keys(item, (f"{item} ^ {goal}",), whole)
    found = match_expr("abs(M_d)", left)
    if found and context.is_builtin("abs") and match_expr("M_a - M_b", found["M_d"]):
        if not _elements(pairs, found["M_d"]):
            return None
        positive = constant(right)
        if isinstance(positive, int):
            return _Keys(item, (f"{item} - {goal}", f"{item} + {goal}")) if positive > 0 else None
        return _Keys(item, (f"{item} - {goal}", f"{item} + {goal}"), (*whole, f"{goal} > 0"))
    found = match_expr("(M_a + M_b) % M_m", left)
    remainder = constant(right)
    if found and _elements(pairs, left.left) and isinstance(remainder, int):  # type: ignore[attr-defined]
        modulus, known = context.operand(found["M_m"]), constant(found["M_m"])
        if not is_fixed(pairs, found["M_m"]) or remainder < 0:
            return None
        if isinstance(known, int):
            tests = () if known > remainder else None
        else:
            tests = (*integer(context, found["M_m"]), f"{modulus} > {remainder}")
        if tests is None:
            return None
        asked = f"-{item} % {modulus}" if remainder == 0 else f"({remainder} - {item}) % {modulus}"
        return _Keys(f"{item} % {modulus}", (asked,), tests)
    return None


def _parity(context: FunctionContext, pairs: PairLoop, test: ast.expr, item: str) -> _Keys | None:
    """(a ^ b) & 1 and the like as a truth value: one of them is odd."""
    for template in ("(M_a ^ M_b) & 1", "(M_a ^ M_b) % 2", "(M_a + M_b) % 2", "(M_a + M_b) & 1"):
        if match_expr(template, test) and _elements(pairs, test.left):  # type: ignore[attr-defined]
            return _Keys(f"{item} % 2", (f"1 - {item} % 2",))
    return None


def _elements(pairs: PairLoop, node: ast.expr) -> tuple[int, int] | None:
    """Which elements a binary operation combines, when each side is one of them and they differ."""
    if not isinstance(node, ast.BinOp):
        return None
    found = (pairs.side(node.left), pairs.side(node.right))
    return found if sorted(found) == [1, 2] else None


STRATEGY = BuiltinStrategy("pair-counting", "algorithm_change", _build, __doc__ or "", ("VX127",))
