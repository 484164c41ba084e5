"""Ways to grow that go inside a value: numbers of more and more digits, few items each of which gets long.

Ex) a conversion to another base turns once a digit: the largest number of 64 bits is still a short call.
"""

from __future__ import annotations

import ast

from velox_engine.verify.inputs.contents import SEQUENCES, main_option
from velox_engine.verify.inputs.plan import Arm, Plan
from velox_engine.verify.inputs.target import FunctionNode

_AS_DIGITS = frozenset({"str", "bin", "hex", "oct", "repr", "divmod"})
_LONG_ITEMS = frozenset({*SEQUENCES, "str"}) - {"iterator", "set", "frozenset"}


def taken_digit_by_digit(node: FunctionNode) -> frozenset[str]:
    """Names of integers that a function divides or shifts down step by step, or writes as digits. Ex) n //= 10"""
    found: set[str] = set()
    for item in ast.walk(node):
        match item:
            case ast.AugAssign(target=ast.Name(id=name), op=ast.FloorDiv() | ast.RShift()):
                found.add(name)
            case ast.Assign(
                targets=[ast.Name(id=name)],
                value=ast.BinOp(left=ast.Name(id=divided), op=ast.FloorDiv() | ast.RShift()),
            ) if name == divided:
                found.add(name)
            case ast.Call(func=ast.Name(id=called), args=[ast.Name(id=name), *_]) if called in _AS_DIGITS:
                found.add(name)
    return frozenset(found)


def digit_knobs(plan: Plan, arm: Arm) -> list[int]:
    """Places of the integers that may get more and more digits: no limit of a loop, no documented bound."""
    taken = taken_digit_by_digit(plan.target.node)
    return [
        index
        for index, (item, shape) in enumerate(zip(plan.target.parameters, arm.shapes, strict=False))
        if item.name in taken
        and item.kind == "positional"
        and main_option(shape).kind == "int"
        and not plan.vocabularies[index].bounds_loop
        and plan.vocabularies[index].high is None
    ]


def item_knobs(plan: Plan, arm: Arm) -> list[int]:
    """Places of the sequences and dicts whose items can get long themselves: texts and rows."""
    found: list[int] = []
    for index, (item, shape) in enumerate(zip(plan.target.parameters, arm.shapes, strict=False)):
        whole = main_option(shape)
        if item.kind != "positional" or whole.kind not in (*SEQUENCES, "dict") or not whole.items:
            continue
        if main_option(whole.items[-1]).kind in _LONG_ITEMS:
            found.append(index)
    return found
