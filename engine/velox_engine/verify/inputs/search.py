"""The search: probe every arm, settle which are the evident domain, then spend the budget where new paths turn up."""

from __future__ import annotations

import copy
import itertools
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from velox_engine.verify.inputs.draft import Draftsman
from velox_engine.verify.inputs.edges import edge_values
from velox_engine.verify.inputs.paths import MACHINE_ERRORS, Arcs, Layout, raised_on_purpose
from velox_engine.verify.inputs.plan import Arm, Plan
from velox_engine.verify.inputs.runner import Runner
from velox_engine.verify.inputs.text import case_text
from velox_engine.verify.inputs.trials import ArmRecord, Trial, other_types, same_unknown, why_nothing_works
from velox_engine.verify.inputs.tweaks import Tweak
from velox_engine.verify.inputs.wide import variations
from velox_engine.verify.sandbox import Case, Outcome

PROBES = 6
BATCH = 48
SLOW_CALL = 0.01  # seconds
PATIENCE = 4  # batches without a new path before the search is content
ENOUGH = 26  # core inputs below which the budget may be overdrawn
OVERDRAW = 4.0
SLOW_OVERDRAW = 14.0  # for functions whose single call takes tenths of a second
RARE = 0.25  # below this share of successes, cases that succeeded are varied
MOST_EDGES = 200
NEARLY = 60  # cases of nearly the same texts
ECHOES = (
    "similar",
    "equal",
    "same",
    "member",
    "overlap",
    "path",
)  # relations in which an edge value is tried as well
WIDE_CALLS = 140
COUNT_SECONDS = 0.25  # the longest call when small integers are taken in order
COUNT_BATCH = 8
OUTSIDE = "values outside the documented or shown range"
SWEPT = {1: 640, 2: 24, 3: 8}  # integers tried in order, by the number of parameters


class Search:
    """One search over a plan's arms."""

    def __init__(self, plan: Plan, layout: Layout, draftsman: Draftsman, runner: Runner, count: int) -> None:
        self.plan = plan
        self.layout = layout
        self.draftsman = draftsman
        self.runner = runner
        self.count = count
        self.records = [ArmRecord(arm) for arm in plan.arms]
        self.core_arms: list[ArmRecord] = []
        self.trials: list[Trial] = []
        self.notes: list[str] = []
        self.denied = False  # the sandbox refused something
        self._seen: set[str] = set()
        self._paths: set[Arcs] = set()

    def run(self, given: Sequence[Case]) -> list[Trial]:
        """Search; `given` cases are core whatever they do."""
        self._replay(given)
        self._probe()
        self._settle()
        self._edges()
        self._relate()
        self._deepen(self.core_arms)
        self._count_up()
        self._sweep()
        self._promote()
        self._widen()
        core = {case_text(trial.case) for trial in self.trials if trial.core}
        return [trial for trial in self.trials if trial.core or case_text(trial.case) not in core]

    # --- steps --------------------------------------------------------------------------------------------------
    def _replay(self, given: Sequence[Case]) -> None:
        for case, outcome in self._call(given):
            self._keep(Trial(case, outcome, core=True, edge=True))

    def _probe(self) -> None:
        for record in self.records:
            if self.runner.exhausted(0.6) and record.arm is not self.records[0].arm:
                break
            self._try(record, PROBES)
            if not record.succeeded and record.tried and (record.arm.evident or record is self.records[0]):
                self._try(record, 4 * PROBES)  # the likeliest deserves a second look
        if not any(record.succeeded for record in self.records):
            for record in self.records:
                if self.runner.exhausted(OVERDRAW / 2):
                    break
                self._try(record, 4 * PROBES)

    def _settle(self) -> None:
        """Decide which arms are the evident domain."""
        working = [record for record in self.records if record.succeeded]
        evident = [record for record in working if record.arm.evident]
        if not working:
            self.notes.append(why_nothing_works(self.records))
            return
        fully = all(any(option.evident for option in row) for row in self.plan.options)
        if evident and fully:
            self.core_arms = evident
        else:
            if fully:
                self.notes.append(
                    "calls by the hints or examples fail, so types were taken from how parameters are used"
                )
            pool = evident or working
            best = max(pool, key=lambda record: record.arm.weight * (record.rate + 0.02))
            self.core_arms = [record for record in pool if same_unknown(record.arm, best.arm, self.plan)]
        for record in self.records:
            core = record in self.core_arms
            if not core and self._breaks_promise(record.arm):
                continue
            for case, outcome in record.trials:
                self._keep(
                    Trial(case, outcome, core, reason="" if core else other_types(record.arm, self.core_arms))
                )
            record.trials = []
        # What was tried as another type may be a value of the evident one too: an empty list is a list of anything.
        self._seen = {case_text(trial.case) for trial in self.trials if trial.core}

    def _edges(self) -> None:
        cases = list(self._edge_cases())
        for start in range(0, len(cases), BATCH):
            if self.runner.exhausted(0.7):
                break
            for case, outcome in self._call(cases[start : start + BATCH]):
                self._keep(Trial(case, outcome, core=True, edge=True))

    def _edge_cases(self) -> Iterator[Case]:
        made = 0
        for record in self.core_arms[:3]:
            arm = record.arm
            for index, shape in enumerate(arm.shapes):
                if self.plan.target.parameters[index].kind == "varargs":
                    continue
                for value in edge_values(shape, self.draftsman.vocabularies[index]):
                    values = [self.draftsman.value(i, other) for i, other in enumerate(arm.shapes)]
                    values[index] = value
                    others = copy.deepcopy(values)
                    if self._echo(arm, index, others):
                        yield self.draftsman.case(others, keep_all=True)
                        made += 1
                    for others in self._recased(arm, index, values):
                        yield self.draftsman.case(others, keep_all=True)
                        made += 1
                    self.draftsman.relate(arm, values, ())
                    yield self.draftsman.case(values, keep_all=True)
                    made += 1
                    if made >= MOST_EDGES:
                        return

    def _echo(self, arm: Arm, index: int, values: list[Any]) -> bool:
        """Carry parameter `index` over to another one, if a relation does. Ex) both lists hold one NaN."""
        known = [
            tweak
            for tweak in arm.optional
            if tweak.kind in ECHOES and index == (tweak.second if tweak.kind == "member" else tweak.first)
        ]
        if known:
            self.draftsman.relate(arm, values, (self.draftsman.rng.choice(known),))
        return bool(known)

    def _recased(self, arm: Arm, index: int, values: list[Any]) -> Iterator[list[Any]]:
        """Text outside ASCII beside its own upper, lower and folded case, where two texts may be much the same."""
        text = values[index]
        if not isinstance(text, str) or text.isascii():
            return
        for tweak in arm.optional:
            if tweak.kind == "similar" and index in (tweak.first, tweak.second):
                other = tweak.second if tweak.first == index else tweak.first
                for changed in dict.fromkeys((text.upper(), text.lower(), text.casefold(), text.title())):
                    others = copy.deepcopy(values)
                    others[other] = changed
                    yield others

    def _relate(self) -> None:
        """Cases for each relation in which two arguments are nearly the same: where careless comparisons differ."""
        for record in self.core_arms[:2]:
            arm = record.arm
            for tweak in arm.optional:
                if tweak.kind not in ECHOES or self.runner.exhausted(0.7):
                    continue
                cases = []
                for _ in range(NEARLY if tweak.kind == "similar" else NEARLY // 4):
                    values = [self.draftsman.value(i, shape) for i, shape in enumerate(arm.shapes)]
                    self.draftsman.relate(arm, values, (tweak,))
                    cases.append(self.draftsman.case(values))
                for case, outcome in self._call(cases):
                    self._keep(Trial(case, outcome, core=True))

    def _deepen(self, records: Sequence[ArmRecord], *, most: int = 0) -> None:
        """Spend batches on core arms until nothing new turns up: the arm with the newest paths goes first."""
        idle = rounds = 0
        while records and idle < PATIENCE and not (most and rounds >= most):
            enough = self._core_count() >= self.count
            overdraw = SLOW_OVERDRAW if self.runner.slow else OVERDRAW
            if self.runner.exhausted(0.85) and (
                self._core_count() >= ENOUGH or self.runner.exhausted(overdraw)
            ):
                break
            rounds += 1
            record = max(
                records, key=lambda item: (item.fresh + 1) * (item.rate + 0.05) / (1 + item.tried / BATCH)
            )
            before = len(self._paths)
            self._try(record, self.runner.affordable(BATCH))
            for case, outcome in record.trials:
                self._keep(Trial(case, outcome, core=True))
            record.trials = []
            record.fresh = len(self._paths) - before
            idle = 0 if record.fresh or not enough else idle + 1
            if rounds > 80:
                break

    def _count_up(self) -> None:
        """Where random integers find too little, because calls soon take too long, take the small ones in order.

        Ex) fib(n) by plain recursion: 0, 1, 2, … until a call takes COUNT_SECONDS. Without coverage, which would
        make the calls several times slower.
        """
        arm = self.core_arms[0].arm if self.core_arms else None
        if arm is None or self._core_count() >= ENOUGH or any(shape.kind != "int" for shape in arm.shapes):
            return
        lows = [known.low if known.low is not None else -1 for known in self.draftsman.vocabularies]
        width = {1: 40, 2: 8}.get(len(arm.shapes), 4)
        grid = itertools.product(*(range(low, low + width) for low in lows))
        cases = [self.draftsman.case(list(values), keep_all=True) for values in sorted(grid, key=sum)]
        self.runner.go_without_coverage()
        for start in range(0, len(cases), COUNT_BATCH):
            answers = self._call(cases[start : start + COUNT_BATCH], COUNT_SECONDS)
            for case, outcome in answers:
                self._keep(Trial(case, outcome, core=True))
            if any(outcome.kind in ("timeout", "missing") for _, outcome in answers):
                break

    def _sweep(self) -> None:
        """Take small integers in order where they are all there is: rewrites of number theory fail at few of them.

        Ex) is_prime(n) for n up to 640: 341 is the first number that fools Fermat's test.
        """
        arm = self.core_arms[0].arm if self.core_arms else None
        if arm is None or self.runner.slow or any(shape.kind != "int" for shape in arm.shapes):
            return
        width = SWEPT.get(len(arm.shapes), 0)
        ranges = []
        for known in self.draftsman.vocabularies[: len(arm.shapes)]:
            low = known.low if known.low is not None else -min(width // 8, 8)
            high = min(low + width, known.high + 1 if known.high is not None else low + width)
            ranges.append(range(low, max(high, low)))
        grid = sorted(itertools.product(*ranges), key=lambda values: sum(map(abs, values)))
        if self.draftsman.plan.target.needs_receiver:
            return
        cases = [self.draftsman.case(list(values), keep_all=True) for values in grid]
        for start in range(0, len(cases), BATCH):
            if self.runner.exhausted(1.0):
                break
            answers = self._call(cases[start : start + BATCH])
            for case, outcome in answers:
                self._keep(Trial(case, outcome, core=True, swept=True))
            if any(outcome.kind in ("timeout", "crashed", "missing") for _, outcome in answers):
                break

    def _promote(self) -> None:
        """An arm outside the evident domain joins it when it succeeds and reaches lines that the core does not."""
        if not self.core_arms:
            return
        reached = set[tuple[int, int]]().union(*(trial.path for trial in self.trials if trial.core))
        best = max(record.arm.weight for record in self.core_arms)
        for record in self.records:
            if record in self.core_arms or record.rate < 0.3 or record.arm.weight < 0.2 * best:
                continue
            gained = record.arcs - reached
            if not gained or (
                self.core_arms[0].arm.evident
                and all(any(o.evident for o in row) for row in self.plan.options)
            ):
                continue
            self.core_arms.append(record)
            reached |= record.arcs
            reason = other_types(record.arm, self.core_arms[:1])
            self.trials = [
                Trial(t.case, t.outcome, True, t.edge) if not t.core and t.reason == reason else t
                for t in self.trials
            ]
            self._deepen([record], most=3)

    def _widen(self) -> None:
        """Inputs outside the evident domain that the function survives: other types, wild values, broken
        relations."""
        wanted: list[tuple[Case, str]] = []
        samples = [trial.case for trial in self.trials if trial.core and trial.outcome.kind == "returned"]
        offset = 1 if self.draftsman.receivers else 0
        self.draftsman.rng.shuffle(samples)
        for case in samples[:24]:
            wanted.extend(variations(case, offset, self.draftsman.rng, self.plan.promised))
        for record in self.core_arms[:2]:
            for _ in range(24):
                case, _applied = self.draftsman.draft(record.arm, wild=True)
                wanted.append((case, OUTSIDE))
        wanted = wanted[:WIDE_CALLS]
        for start in range(0, len(wanted), BATCH):
            if self.runner.exhausted(1.3):
                break
            part = wanted[start : start + BATCH]
            reasons = {id(case): reason for case, reason in part}
            for case, outcome in self._call([case for case, _ in part]):
                reason = reasons[id(case)]
                self._keep(Trial(case, outcome, core=self._meant(case, outcome, reason), reason=reason))

    def _meant(self, case: Case, outcome: Outcome, reason: str) -> bool:
        """Whether text outside the characters shown is in the domain: the code has lines for it that nothing else runs.

        Ex) examples of lower case only, and `else: out += char` for all that is no letter
        """
        if reason != OUTSIDE or outcome.kind != "returned" or not self.core_arms:
            return False
        arm, offset = self.core_arms[0].arm, 1 if self.draftsman.receivers else 0
        values = case.args[offset:]
        if len(values) != len(arm.shapes) or not all(isinstance(value, str) for value in values):
            return False
        reached = set[tuple[int, int]]().union(*(trial.path for trial in self.trials if trial.core))
        return bool(outcome.arcs - reached)

    def _breaks_promise(self, arm: Arm) -> bool:
        """Whether the arm gives a parameter whose hint says everything another type than the core has."""
        if not self.core_arms:
            return False
        known = self.core_arms[0].arm.shapes
        return any(
            promised and mine != other
            for promised, mine, other in zip(self.plan.promised, arm.shapes, known, strict=True)
        )

    # --- bookkeeping --------------------------------------------------------------------------------------------
    def _try(self, record: ArmRecord, number: int) -> None:
        drafts: list[tuple[Case, tuple[Tweak, ...]]] = [
            self.draftsman.draft(record.arm) for _ in range(number)
        ]
        if record.good and record.rate < RARE:
            half = number // 2
            drafts[:half] = [(self.draftsman.vary(record.arm, record.good), ()) for _ in range(half)]
        applied = {id(case): tweaks for case, tweaks in drafts}
        for case, outcome in self._call([case for case, _ in drafts]):
            good = outcome.kind == "returned" or raised_on_purpose(self.layout, outcome)
            record.tried += 1
            record.succeeded += outcome.kind == "returned" or (
                good and outcome.kind == "raised" and record.tried % 4 == 0
            )
            if good:
                record.arcs |= outcome.arcs
            if outcome.kind == "returned":
                record.good.append(case)
            if record in self.core_arms or record.arm.evident:
                self.draftsman.learn(applied[id(case)], outcome.kind == "returned")
            record.trials.append((case, outcome))

    def _call(self, cases: Iterable[Case], call_seconds: float | None = None) -> list[tuple[Case, Outcome]]:
        fresh: list[Case] = []
        for case in cases:
            text = case_text(case)
            if text not in self._seen:
                self._seen.add(text)
                fresh.append(case)
        if not fresh:
            return []
        outcomes = self.runner.call(fresh, call_seconds)
        self.denied = self.denied or any("denied" in outcome.effects for outcome in outcomes)
        for case, outcome in zip(fresh, outcomes, strict=True):
            if outcome.kind in ("timeout", "crashed"):
                self.draftsman.avoid(case)
            elif outcome.seconds > SLOW_CALL:
                self.draftsman.slow_down(case)
        return list(zip(fresh, outcomes, strict=True))

    def _keep(self, trial: Trial) -> None:
        if trial.outcome.kind not in ("returned", "raised") or trial.outcome.exception.startswith(
            MACHINE_ERRORS
        ):
            return
        if trial.core and trial.outcome.kind == "returned":
            self._paths.add(trial.path)
        self.trials.append(trial)

    def _core_count(self) -> int:
        return sum(trial.core and trial.outcome.kind == "returned" for trial in self.trials)
