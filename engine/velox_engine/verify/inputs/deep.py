"""Inputs that make a recursion go deep in a straight line, where calls stay short.

A rewrite may put a second frame between two levels of a recursion, as caches written in C do before Python 3.13. It
then fails halfway to the recursion limit, which inputs that branch never come near.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from typing import Any

from velox_engine.verify.inputs.plan import Plan
from velox_engine.verify.inputs.runner import Runner
from velox_engine.verify.inputs.target import Target
from velox_engine.verify.sandbox import Case

DEPTH = 700  # of the 1000 frames that Python allows; two a level are too many
CALL_SECONDS = 0.03
BASES = 3  # core cases that are stretched
MOST = 12


def deepen(plan: Plan, core: Sequence[Case], runner: Runner, offset: int) -> list[Case]:
    """Cases on which a function that calls itself returns, though an argument is `DEPTH` long or large."""
    if not core or runner.slow or not _calls_itself(plan.target):
        return []
    runner.extend()
    found: list[Case] = []
    # The simplest ones of those in which most can be stretched.
    bases = sorted(core, key=lambda case: (-_stretchable(case, offset), len(repr(case.args))))[:BASES]
    tried: list[Case] = []
    for base in bases:
        tried += [case for case in _stretched(base, offset) if case not in tried]
    for case in tried[:MOST]:
        outcomes = runner.call([case], CALL_SECONDS)
        found += [case for outcome in outcomes if outcome.kind == "returned"]
    return found


def _calls_itself(target: Target) -> bool:
    """Whether the function or one inside of it calls itself by name, or through its receiver."""
    for function in ast.walk(target.node):
        if not isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        for node in ast.walk(function):
            if isinstance(node, ast.Call):
                called = node.func
                name = called.id if isinstance(called, ast.Name) else getattr(called, "attr", "")
                if name == function.name:
                    return True
    return False


def _stretchable(case: Case, offset: int) -> int:
    return sum(_long(value) is not None for value in case.args[offset:])


def _stretched(base: Case, offset: int) -> Iterator[Case]:
    """The case with all arguments stretched, then with each, the others as they are and as small as can be."""
    given = base.args[offset:]
    if _stretchable(base, offset) > 1:
        every = tuple(value if (long := _long(value)) is None else long for value in given)
        yield Case((*base.args[:offset], *every), dict(base.kwargs))
    for index, value in enumerate(given):
        long = _long(value)
        if long is not None:
            for others in (given, tuple(map(_small, given))):
                args = (*others[:index], long, *others[index + 1 :])
                yield Case((*base.args[:offset], *args), dict(base.kwargs))


def _long(value: Any) -> Any:
    """DEPTH times the same, so that nothing tells one level from the next; None where there is no such thing."""
    if type(value) is int:
        return DEPTH
    if isinstance(value, str | bytes) and value:
        return ("a" if isinstance(value, str) else b"a") * DEPTH
    if isinstance(value, list | tuple) and value:
        return value[:1] * DEPTH
    return None


def _small(value: Any) -> Any:
    if type(value) is int:
        return 1
    if isinstance(value, list | tuple) and value and type(value[0]) is int:
        return type(value)([1])
    return value[:1] if isinstance(value, str | bytes | list | tuple) else value
