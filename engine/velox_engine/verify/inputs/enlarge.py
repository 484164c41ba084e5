"""Large core inputs: integers beyond 32, 53 and 64 bits, and containers of hundreds of items, while calls stay short.

Rewrites that count in floats, in bytes or up to a limit agree with the original on everything small.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from random import Random

from velox_engine.verify.inputs.growers import Grower, in_style
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
    for cases in _large_integers(plan, core, offset):
        outcomes = runner.call(cases, CALL_SECONDS)
        found += [c for c, o in zip(cases, outcomes, strict=True) if o.kind == "returned"]
    return found


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
