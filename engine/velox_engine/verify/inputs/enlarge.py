"""Large core inputs: integers beyond 32, 53 and 64 bits, and containers of hundreds of items, while calls stay short.

Rewrites that count in floats, in bytes or up to a limit agree with the original on everything small.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from random import Random
from typing import Any

from velox_engine.verify.inputs.grower import Grower, in_style
from velox_engine.verify.inputs.plan import Plan
from velox_engine.verify.inputs.runner import Runner
from velox_engine.verify.sandbox import Case

SIZES = (64, 300, 1100)  # past a few runs, past a byte, past the default recursion limit
PER_SIZE = 2
STYLES = ("constant", "tied")  # tried besides the style that a grower has
CALL_SECONDS = 0.1
LONG_CALL = 0.03  # a grower whose calls took this long is not grown further
INTEGERS = (2**31 - 1, 2**31, 2**53 - 1, 2**53 + 1, 10**16 + 1, 2**63, 2**64 - 1, 10**21 + 7)
BASES = 3  # core cases whose integers are replaced
FACTORS = (2**33 + 1, 2**62 + 1)  # past 32 bits, past 64 bits


def enlarge(
    plan: Plan, core: Sequence[Case], growers: Sequence[Grower], runner: Runner, seed: int, offset: int
) -> list[Case]:
    """Large cases on which the function returns, in the order they were tried."""
    if not core or runner.slow:
        return []
    runner.extend()
    found: list[Case] = []
    for grower in (*growers, *(in_style(grower, style) for grower in growers[:2] for style in STYLES)):
        rng = Random(f"{seed}:{grower.knob}:large")
        for size in SIZES:
            try:
                cases = [grower.make(size, rng) for _ in range(PER_SIZE)]
            except (ValueError, IndexError, TypeError):
                break
            outcomes = runner.call(cases, CALL_SECONDS)
            found += [c for c, o in zip(cases, outcomes, strict=True) if o.kind == "returned"]
            if any(outcome.kind != "returned" or outcome.seconds > LONG_CALL for outcome in outcomes):
                break
    for cases in (*_large_integers(plan, core, offset), *_large_elements(plan, core, offset)):
        outcomes = runner.call(cases, CALL_SECONDS)
        found += [c for c, o in zip(cases, outcomes, strict=True) if o.kind == "returned"]
    return found


def _large_elements(plan: Plan, core: Sequence[Case], offset: int) -> Iterator[list[Case]]:
    """For each parameter that holds integers, core cases with all of them made large; equal ones stay equal."""
    for index, known in enumerate(plan.vocabularies):
        place = offset + index
        if known.high is not None:
            continue
        bases = [case for case in core if len(case.args) > place and _holds_integers(case.args[place])]
        bases.sort(key=lambda case: -min(len(case.args[place]), 8))
        cases = [
            Case(
                (*base.args[:place], _scaled(base.args[place], factor), *base.args[place + 1 :]),
                dict(base.kwargs),
            )
            for base in bases[:BASES]
            for factor in (*FACTORS, _brimful(base.args[place]))
        ]
        if cases:
            yield cases


def _holds_integers(value: Any) -> bool:
    return isinstance(value, list | tuple | dict) and _scaled(value, 2) != value


def _brimful(value: Any) -> int:
    """The factor at which the largest integer just fits into 64 bits, so that sums no longer do."""
    return (2**63 - 1) // max(1, _largest(value))


def _largest(value: Any) -> int:
    if type(value) is int:
        return abs(value)
    items = value.values() if type(value) is dict else value if type(value) in (list, tuple) else ()
    return max(map(_largest, items), default=0)


def _scaled(value: Any, factor: int) -> Any:
    """The integers inside a container times a factor, which keeps their order, signs and ties."""
    if type(value) is int:
        return value * factor
    if type(value) in (list, tuple):
        return type(value)(_scaled(item, factor) for item in value)
    if type(value) is dict:
        return {key: _scaled(item, factor) for key, item in value.items()}
    return value


def _large_integers(plan: Plan, core: Sequence[Case], offset: int) -> Iterator[list[Case]]:
    """For each parameter, core cases with its integer made large; not where it counts the turns of a loop."""
    for index, known in enumerate(plan.vocabularies):
        if known.bounds_loop or known.high is not None:
            continue
        place = offset + index
        bases = [case for case in core if len(case.args) > place and type(case.args[place]) is int][:BASES]
        cases = [
            Case((*base.args[:place], value, *base.args[place + 1 :]), dict(base.kwargs))
            for base in bases[:1]
            for value in INTEGERS
        ]
        cases += [
            Case((*base.args[:place], -INTEGERS[3], *base.args[place + 1 :]), dict(base.kwargs))
            for base in bases[1:]
            if known.low is None
        ]
        if cases:
            yield cases
