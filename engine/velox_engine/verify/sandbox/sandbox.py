"""The sandbox: one zygote, started when first needed, and a confined run for each program."""

from __future__ import annotations

import contextlib
import math
import os
import threading
import time
from collections.abc import Collection, Sequence
from typing import Any

from velox_engine.settings import Settings
from velox_engine.types import VeloxError
from velox_engine.verify.sandbox import child
from velox_engine.verify.sandbox.imports import ALWAYS, imported_modules, shared_imports
from velox_engine.verify.sandbox.levels import describe_level, unconfined, unconfined_acts
from velox_engine.verify.sandbox.line import ForkLine, Line
from velox_engine.verify.sandbox.model import (
    LAYERS,
    Case,
    Environment,
    Limits,
    LoadFailure,
    Outcome,
    Profile,
    Program,
)
from velox_engine.verify.sandbox.readable import readable_folders, scratch_place, too_wide
from velox_engine.verify.sandbox.run import Run
from velox_engine.verify.sandbox.spawned import LEVELS, REFUSALS, Spawner, System, this_system
from velox_engine.verify.sandbox.zygote import Fork, Zygote


class Sandbox:
    """Runs programs of one environment: a context manager, for as many runs as needed.

    Several threads may start runs; each run belongs to the thread that started it, and one of them closes the sandbox.

    `layers` is for tests that show what each layer stops. Whatever is left out or missing on this machine shows in
    `level`; where network, reading or writing would be unconfined, `start` refuses unless `allow_unconfined`.
    """

    def __init__(
        self,
        environment: Environment,
        limits: Limits | None = None,
        *,
        hash_seed: int = 0,
        profile: Profile = "strict",
        preload: Sequence[str] = (),
        allow_unconfined: bool = False,
        trusted: bool = True,
        layers: Collection[str] = LAYERS,
        system: System | None = None,
    ) -> None:
        if not trusted:
            Settings(trust=False).require_trust()

        self.environment = environment
        self.limits = limits or Limits()
        self.profile: Profile = profile
        self._hash_seed = hash_seed
        self._preload = tuple(dict.fromkeys((*ALWAYS, *preload)))
        self._allow_unconfined = allow_unconfined
        self._layers = frozenset(layers) if profile != "none" else frozenset()
        self._system: System = system or this_system()
        self._zygote: Zygote | None = None
        self._spawner: Spawner | None = None
        self._runs: set[Run] = set()
        self._lock = threading.RLock()  # around the zygote's line, and what all runs share
        self.spent = 0.0  # processor seconds of the runs that have ended
        self._readable_for: dict[str, Any] | None = None
        self._readable_paths: list[str] = []

    def __enter__(self) -> Sandbox:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def processor_seconds(self) -> float:
        """What the runs that have ended have used."""
        return self.spent

    def start(self, program: Program, *, coverage: bool = False, watch: Collection[str] | None = None) -> Run:
        """Fork, confine, load the program and return the run; LoadFailure when it does not load.

        `watch` names the module globals whose change is part of a payload; all of the module's data when None. Give
        a candidate the original's (`Run.globals`), so that a cache of its own does not count as behaviour.
        """
        if self._system != "linux":
            line = self._spawn(program)
        else:
            line = self._fork_line(program)
        run = Run(self, line, self.limits)
        self._runs.add(run)
        try:
            run.load(self._load_order(program, coverage, watch))
        except LoadFailure as failure:
            root = self.environment.root
            if root and too_wide(root) and "ModuleNotFoundError" in failure.reason:
                raise LoadFailure(
                    f"{failure.reason}; nothing is imported from {root}, since a whole home folder is never opened"
                    " to the sandbox: move the project into a folder of its own"
                ) from failure
            raise
        return run

    def _spawn(self, program: Program) -> Line:
        with self._lock:
            spawner = self._spawning()
        return spawner.start(self._order(program), self.limits)

    def _fork_line(self, program: Program) -> Line:
        order = self._order(program)
        requests_read, requests = os.pipe()
        replies, replies_write = os.pipe()
        try:
            fork = self._fork(order, requests_read, replies_write)
        except BaseException:
            os.close(requests)
            os.close(replies)
            raise
        finally:
            os.close(requests_read)
            os.close(replies_write)
        return ForkLine(fork, requests, replies, self._status_of)

    @property
    def level(self) -> str:
        """What confines the runs, in words; starts the zygote to know."""
        if self._system != "linux":
            return LEVELS[self._system]
        return describe_level(self.profile, self.layers)

    @property
    def layers(self) -> frozenset[str]:
        """The layers in force: those asked for that this machine has."""
        if self._system != "linux":
            return frozenset({"macos": ["sandbox-exec"], "windows": ["Job Object"]}.get(self._system, []))
        facts = self._ready().facts
        have = {"rlimits", "capabilities"}
        if facts["landlock"]:
            have.add("landlock")
        if facts["seccomp"]:
            have.add("seccomp")
        if facts["namespaces"]:
            have.add("namespaces")
        return self._layers & have

    @property
    def version(self) -> tuple[int, ...]:
        """The version of the interpreter that runs the programs."""
        return tuple(self._facts()["version"])

    def _facts(self) -> dict[str, Any]:
        return (self._ready() if self._system == "linux" else self._spawning()).facts

    def close(self) -> None:
        """Kill all runs and the zygote."""
        for run in list(self._runs):
            run.close()
        self._end_zygote()

    # For Run -----------------------------------------------------------------------------------------------------

    def forget(self, run: Run, seconds: float) -> None:
        """A run has ended, after so many seconds of processor time."""
        with self._lock:
            self._runs.discard(run)
            self.spent += seconds

    def _status_of(self, fork: Fork) -> int | None:
        """How a run ended, as a wait status."""
        with self._lock, contextlib.suppress(OSError, EOFError, child.BadBytes):
            if self._zygote is not None:
                return self._zygote.status(fork.inner_pid, 0.2)
        return None

    # ---------------------------------------------------------------------------------------------------------------

    def _end_zygote(self) -> None:
        """Its runs end with it; whoever works with one finds out."""
        with self._lock:
            if self._zygote is not None:
                self._zygote.close()
                self._zygote = None

    def _ready(self) -> Zygote:
        with self._lock:
            return self._booted()

    def _booted(self) -> Zygote:
        if self._zygote is not None and not self._zygote.alive:
            self._end_zygote()
        if self._zygote is None:
            zygote = Zygote(
                self.environment.interpreter,
                hash_seed=self._hash_seed,
                layers=sorted(self._layers),
                preload=self._preload,
            )
            self._zygote = zygote
            missing = unconfined_acts(self.profile, self.layers)
            if missing and not self._allow_unconfined:
                self._end_zygote()
                raise unconfined(f"{' and '.join(missing)} would not be confined")
        return self._zygote

    def _spawning(self) -> Spawner:
        if self._spawner is None:
            if not self._allow_unconfined:
                raise unconfined(REFUSALS[self._system])
            self._spawner = Spawner(
                self.environment.interpreter, hash_seed=self._hash_seed, system=self._system
            )
        return self._spawner

    def _fork(self, order: dict[str, Any], requests: int, replies: int) -> Fork:
        with self._lock:
            return self._fork_alone(order, requests, replies)

    def _fork_alone(self, order: dict[str, Any], requests: int, replies: int) -> Fork:
        try:
            return self._ready().fork(order, requests, replies)
        except (OSError, EOFError, child.BadBytes):
            self._end_zygote()  # it died meanwhile: once more with a new one
        try:
            return self._ready().fork(order, requests, replies)
        except (OSError, EOFError, child.BadBytes) as error:
            raise VeloxError(
                "sandbox-start",
                f"The sandbox cannot start a run: {error}",
                "`velox doctor` shows what is missing.",
            ) from error

    def _order(self, program: Program) -> dict[str, Any]:
        limits = self.limits
        return {
            "layers": sorted(self.layers),
            "profile": self.profile,
            "preload": list(shared_imports(program.source)),
            "readable": self._readable(),
            "scratch": self._scratch(program),
            "limits": {
                "memory": limits.memory_bytes,
                "cpu": limits.cpu_seconds,
                "file": limits.file_bytes,
                "files": limits.open_files,
                "threads": limits.threads,
            },
        }

    def _load_order(self, program: Program, coverage: bool, watch: Collection[str] | None) -> dict[str, Any]:
        environment = self.environment
        return {
            "source": program.source,
            "path": program.path,
            "module": program.module,
            "package": program.package,
            "function": program.function,
            "coverage": coverage,
            "watch": None if watch is None else sorted(watch),
            "root": environment.root,
            "search_path": list(environment.search_path),
            "scratch": self._scratch(program),
            "imports": [*imported_modules(program.source), *program.imports],
            "limits": {"output": self.limits.output_bytes, "payload": self.limits.result_bytes},
        }

    def _readable(self) -> list[str]:
        """Folders beneath which files may be read: the interpreter's, the environment's, never a home as a whole."""
        facts = self._facts()
        if self._readable_for is not facts:
            self._readable_for, self._readable_paths = (
                facts,
                readable_folders(facts["prefixes"], facts["sites"], self._own_folders()),
            )
        return self._readable_paths

    def _scratch(self, program: Program) -> str:
        """The folder in whose place a run gets an empty one of its own to write in; "" for none.

        Only where Landlock bounds the writing to it, which its third version does fully.
        """
        if self.profile != "fs-read" or self._system != "linux":
            return ""
        if not {"namespaces", "landlock", "seccomp"} <= self.layers or self._facts()["landlock"] < 3:
            return ""
        needed = [*self._readable(), *([program.path] if os.path.isabs(program.path) else [])]
        return scratch_place(needed)

    def _own_folders(self) -> list[str]:
        """The project's folders, with links resolved."""
        environment = self.environment
        return [os.path.realpath(path) for path in (environment.root, *environment.search_path) if path]


def call_all(
    sandbox: Sandbox,
    program: Program,
    cases: Sequence[Case],
    *,
    coverage: bool = False,
    seconds: float | None = None,
    budget: float | None = None,
    cpu: float = math.inf,
    watch: Collection[str] | None = None,
) -> list[Outcome]:
    """Outcomes of all cases: a case that ends its run costs only itself, the rest continues in a new run.

    After `budget` seconds of wall time, or once the calls have used `cpu` seconds, the remaining cases are `missing`.
    """
    outcomes: list[Outcome] = []
    spent = 0.0
    deadline = None if budget is None else time.monotonic() + budget
    while len(outcomes) < len(cases):
        if spent > cpu or (deadline is not None and time.monotonic() > deadline):
            break
        with sandbox.start(program, coverage=coverage, watch=watch) as run:
            while run.alive and len(outcomes) < len(cases):
                if spent > cpu or (deadline is not None and time.monotonic() > deadline):
                    break
                # In portions, so that the budget is looked at between them.
                portion = cases[len(outcomes) : len(outcomes) + (len(cases) if deadline is None else 16)]
                batch = run.call(portion, seconds=seconds)
                if not run.alive:
                    ended = next(
                        i for i, outcome in enumerate(batch) if outcome.kind in ("timeout", "crashed")
                    )
                    batch = batch[: ended + 1]
                outcomes += batch
                spent += sum(outcome.seconds for outcome in batch)
    missing = Outcome("missing", detail="the time budget was used up")
    return outcomes + [missing] * (len(cases) - len(outcomes))


def open_sandbox(
    environment: Environment,
    original: Program,
    cases: Sequence[Case] = (),
    limits: Limits | None = None,
    **options: Any,
) -> Sandbox:
    """The strictest sandbox under which the original works: strict, else fs-read where it must read its own files.

    Candidates then run in the same one, so that a rewrite never decides its own confinement.
    """
    strict = Sandbox(environment, limits, profile="strict", **options)
    try:
        failure = _hindered(strict, original, cases)
        if failure is None:
            return strict
        reading = Sandbox(environment, limits, profile="fs-read", **options)
        try:
            if _hindered(reading, original, cases) is None:
                strict.close()
                return reading
        except VeloxError:
            pass  # fs-read cannot be confined here
        reading.close()
        if isinstance(failure, LoadFailure):
            raise failure
    except BaseException:
        strict.close()
        raise
    return strict


def _hindered(sandbox: Sandbox, original: Program, cases: Sequence[Case]) -> LoadFailure | str | None:
    """How the sandbox keeps the original from working, None when it does not."""
    try:
        with sandbox.start(original) as run:
            outcomes = run.call(cases)
    except LoadFailure as failure:
        return failure
    return "denied" if any("denied" in outcome.effects for outcome in outcomes) else None
