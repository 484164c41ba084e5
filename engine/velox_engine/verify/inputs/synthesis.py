"""Find inputs for a function: what people wrote, what hints and usage suggest, and a search guided by branches."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random

from velox_engine.source.document import SourceFile
from velox_engine.verify.inputs.deep import deepen
from velox_engine.verify.inputs.draft import Draftsman
from velox_engine.verify.inputs.enlarge import enlarge
from velox_engine.verify.inputs.grower import Grower
from velox_engine.verify.inputs.growers import make_growers
from velox_engine.verify.inputs.harvest import harvest, normalise
from velox_engine.verify.inputs.hints import shape_of_hint
from velox_engine.verify.inputs.imported import known_names
from velox_engine.verify.inputs.paths import coverage, lay_out
from velox_engine.verify.inputs.plan import make_plan
from velox_engine.verify.inputs.receivers import Maker
from velox_engine.verify.inputs.runner import Runner
from velox_engine.verify.inputs.search import Search
from velox_engine.verify.inputs.select import choose_core, choose_exceptions, choose_wide, keep_promise
from velox_engine.verify.inputs.supply import Supply
from velox_engine.verify.inputs.target import Target, locate
from velox_engine.verify.inputs.usage import observe
from velox_engine.verify.sandbox import Case, LoadFailure, Program, Sandbox


@dataclass(frozen=True)
class InputSet:
    """The inputs of one function, in rings (see docs/verification.md), and growers for timing."""

    core: tuple[Case, ...] = ()  # inside the evident domain, and the function returns
    exceptions: tuple[Case, ...] = ()  # inside the domain, and the function raises on purpose
    wide: tuple[Case, ...] = ()  # outside the domain: a difference here is a caveat
    coverage: float | None = None  # share of branch sides that core inputs and exceptions reach
    notes: tuple[str, ...] = ()
    growers: tuple[Grower, ...] = ()
    wide_reasons: tuple[str, ...] = ()  # why each of `wide` is outside, in the same order
    denied: bool = False  # the sandbox refused something that the function tried
    supply: Supply | None = None  # draws more core inputs; None when there are none


def synthesise(
    source: SourceFile,
    qualname: str,
    sandbox: Sandbox,
    program: Program,
    *,
    seconds: float = 0.5,
    count: int = 200,
    seed: int = 0,
    extra: Sequence[Case] = (),
    call_sites: Sequence[str] = (),
    folders: Sequence[str] = (),
    progress: Callable[[str], None] | None = None,
) -> InputSet:
    """Inputs for `qualname`, within about `seconds` of CPU time; the same seed gives the same `count` core inputs.

    Behind them come small integers in order and large inputs, as many as stay quick on this machine.

    `extra` cases are the person's own and always core. `call_sites` are calls elsewhere, as text: evidence of types.
    `folders` are where the program imports from: classes found there are what hints may name.
    """
    target = known_names(locate(source.text, qualname), program, folders)
    if target.obstacle:
        return InputSet(notes=(f"no inputs can be made for {qualname}: {target.obstacle}",))
    tell = progress or (lambda _message: None)
    rng = Random(f"{seed}:{qualname}")
    tell("reading how the function is used")
    found = harvest(target, source.text, call_sites)
    plan = make_plan(target, observe(target), found)
    maker = Maker(target.module, target.imports)
    receivers = maker.receivers(target, rng)
    if target.needs_receiver and not receivers:
        return InputSet(notes=(f"no inputs can be made for {qualname}: its class cannot be constructed",))
    draftsman = Draftsman(plan, rng, maker.instance, receivers)
    layout = lay_out(target)
    offset = 1 if receivers else 0
    given = _given(extra, found.examples, target)
    tell("searching for inputs")
    try:
        with Runner(sandbox, program, seconds) as runner:
            search = Search(plan, layout, draftsman, runner, count)
            trials = keep_promise(
                search.run(given), shape_of_hint(target.node.returns, target.module, target.imports)
            )
            core = choose_core(trials, count)
            exceptions = choose_exceptions(trials, layout)
            wide = choose_wide(trials, layout)
            growers = make_growers(
                plan,
                [record.arm for record in search.core_arms],
                [trial.case for trial in core],
                receivers,
                runner,
                seed,
                maker.instance,
                [trial.outcome.text() for trial in core],
            )
            kept = [trial.case for trial in core]
            large = [*enlarge(plan, kept, growers, runner, seed, offset), *deepen(plan, kept, runner, offset)]
            arms = [record.arm for record in search.core_arms]
    except LoadFailure as failure:
        return InputSet(notes=(f"the module does not load: {failure}",))
    supply = Supply(draftsman, arms, [trial.case for trial in core], offset) if core and arms else None
    reached = coverage(layout, [trial.path for trial in (*core, *exceptions)]) if core or exceptions else None
    return InputSet(
        core=(*(trial.case for trial in core), *large),
        exceptions=tuple(trial.case for trial in exceptions),
        wide=tuple(trial.case for trial in wide),
        coverage=reached,
        notes=tuple(search.notes),
        growers=growers,
        wide_reasons=tuple(trial.reason or trial.outcome.exception for trial in wide),
        denied=search.denied,
        supply=supply,
    )


def _given(extra: Sequence[Case], examples: Sequence[Case], target: Target) -> list[Case]:
    """The person's own cases as they are, then the examples that fit the signature."""
    if target.needs_receiver:
        return list(extra)
    return [*extra, *(case for item in examples if (case := normalise(item, target)) is not None)]
