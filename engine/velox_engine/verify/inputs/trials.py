"""What the search has tried: cases with their outcomes, how each arm has fared, and what to say of failures."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from velox_engine.verify.inputs.paths import Arcs
from velox_engine.verify.inputs.plan import Arm, Plan
from velox_engine.verify.sandbox import Case, Outcome


@dataclass(frozen=True, slots=True)
class Trial:
    """One case that was run, and what is known about it."""

    case: Case
    outcome: Outcome
    core: bool
    edge: bool = False  # an example or an edge value: chosen first
    reason: str = ""  # why it is outside the evident domain
    swept: bool = False  # one of a row of small integers: kept beside the number of inputs asked for

    @property
    def path(self) -> Arcs:
        """The line pairs it executed."""
        return self.outcome.arcs


@dataclass
class ArmRecord:
    """How an arm has fared."""

    arm: Arm
    tried: int = 0
    succeeded: int = 0
    fresh: int = 0  # new paths in its latest batch
    arcs: set[tuple[int, int]] = field(default_factory=set)
    trials: list[tuple[Case, Outcome]] = field(default_factory=list)
    good: list[Case] = field(default_factory=list)  # on which the function returned

    @property
    def rate(self) -> float:
        """The share of calls that returned or raised on purpose."""
        return self.succeeded / self.tried if self.tried else 0.0


def same_unknown(arm: Arm, best: Arm, plan: Plan) -> bool:
    """Whether two arms agree on every parameter for which nothing is evident."""
    return all(
        any(option.evident for option in row) or mine == other
        for row, mine, other in zip(plan.options, arm.shapes, best.shapes, strict=True)
    )


def why_nothing_works(records: Sequence[ArmRecord]) -> str:
    """What most often kept the likeliest calls from giving a result that can be compared."""
    outcomes = [outcome for record in records[:3] for _, outcome in record.trials]
    if any("denied" in outcome.effects for outcome in outcomes):
        return "it depends on the outside world: the sandbox refused what it tried to reach"
    kinds = Counter(outcome.kind for outcome in outcomes if outcome.kind != "missing")
    if not kinds:
        return "no combination of argument types led to a call that returns"
    most = kinds.most_common(1)[0][0]
    example = next(outcome for outcome in outcomes if outcome.kind == most)
    if most == "unserialisable":
        return f"it gives no comparable result: {example.detail}"
    if most == "timeout":
        return f"it does not finish: {example.detail}"
    if most == "crashed":
        return f"its calls end the process: it {example.detail}"
    return f"no call was found that returns; most end with {example.exception[:120]}"


def other_types(arm: Arm, core: Sequence[ArmRecord]) -> str:
    """Why cases of an arm lie outside the evident domain."""
    if not core:
        return "argument types that nothing in the code shows"
    changed = [str(mine) for mine, known in zip(arm.shapes, core[0].arm.shapes, strict=True) if mine != known]
    return f"other argument types ({', '.join(changed)})"
