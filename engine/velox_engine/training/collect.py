"""Collects measured transitions: functions from files, packages and the generator, each measured in the sandbox.

The output grows by whole functions. Beside it, `<output>.progress` names the functions that are finished, so an
interrupted run goes on where it stopped.
"""

from __future__ import annotations

import importlib.util
import json
import random
import sys
import sysconfig
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from velox_engine import strategies
from velox_engine.actions import NO_CHANGE
from velox_engine.advisor.executors import open_executor
from velox_engine.experience.rows import experience_line
from velox_engine.settings import Settings, load_project
from velox_engine.source.document import SourceFile, read_source
from velox_engine.source.functions import list_functions
from velox_engine.source.syntax import parse
from velox_engine.training.fragment import Kind
from velox_engine.training.light_bench import LightEpisode, LightWorkbench
from velox_engine.training.measured import Measured, function_key
from velox_engine.training.program_inputs import known_inputs
from velox_engine.training.programs import FIRST_DIALECTS, generate
from velox_engine.types import Experience, VeloxError
from velox_engine.verify.verifier import Unverifiable
from velox_engine.workspace.project import find_root, locate

STDLIB: Final = "stdlib"
_SKIPPED_PARTS: Final = frozenset({"test", "tests", "idlelib", "lib2to3", "site-packages", "__pycache__"})
# Whole modules whose business is the machine itself: nothing is learned from running them on made-up arguments.
_SKIPPED_MODULES: Final = frozenset({"shutil", "subprocess", "os", "tempfile", "pty", "signal", "ctypes"})


@dataclass(frozen=True, slots=True)
class Origin:
    """One file to collect from, and the name its functions are grouped under when data is split."""

    name: str
    path: Path
    functions: tuple[str, ...] = ()  # empty: all
    parameters: Mapping[str, Kind] | None = None  # what they hold, where that is known (see `programs`)
    receiver: str = ""


@dataclass(frozen=True, slots=True)
class Budget:
    """How much is measured of one function."""

    max_depth: int = 10
    max_versions: int = 48
    seconds: float = 120.0


@dataclass(frozen=True, slots=True)
class Collected:
    """How one function went."""

    key: str
    origin: str
    function: str
    status: str  # "measured", "nothing-applies", "unverifiable: …", "error: …"
    experiences: tuple[Experience, ...] = ()


@dataclass(slots=True)
class Summary:
    """What a run of `collect` did."""

    files: int = 0
    functions: int = 0
    transitions: int = 0
    resumed: int = 0
    statuses: Counter[str] = field(default_factory=Counter)


Report = Callable[[Collected, int, int], None]  # the function, files begun, files in all


def origins_of(sources: Sequence[str]) -> Iterator[Origin]:
    """The files that the sources mean: paths, the word `stdlib`, or names of installed packages.

    Raises VeloxError `no-such-source` for a source that is none of these.
    """
    for source in sources:
        if source == STDLIB:
            yield from _folder(Path(sysconfig.get_paths()["stdlib"]), STDLIB)
        elif Path(source).is_dir():
            yield from _folder(Path(source), Path(source).resolve().name)
        elif Path(source).is_file():
            yield Origin(Path(source).stem, Path(source))
        else:
            yield from _package(source)


def write_programs(
    count: int, seed: int, folder: Path, dialects: Sequence[int] = FIRST_DIALECTS
) -> Iterator[Origin]:
    """Write generated programs as files, for their workbenches to run them from."""
    folder.mkdir(parents=True, exist_ok=True)
    for program in generate(count, seed, dialects):
        path = folder / f"{program.name}.py"
        path.write_text(program.source, encoding="utf-8")
        yield Origin(program.origin, path, (program.function,), program.parameters, program.receiver)


def collect(
    origins: Iterable[Origin],
    output: Path,
    *,
    budget: Budget | None = None,
    settings: Settings | None = None,
    jobs: int = 1,
    limit: int | None = None,
    report: Report | None = None,
) -> Summary:
    """Measure the functions of `origins` and append their transitions to `output`; finished ones are skipped.

    Files are taken in random order, so that a run which ends early, as `limit` transitions make it, has seen a
    fair sample.
    """
    budget, settings = budget or Budget(), settings or training_settings()
    summary = Summary()
    progress = output.with_name(output.name + ".progress")
    output.parent.mkdir(parents=True, exist_ok=True)
    finished = _finished(progress)
    _drop_half_line(output)
    files = list(origins)
    random.Random(settings.seed).shuffle(files)
    work = _work(files, finished, summary)
    with output.open("a", encoding="utf-8") as data, progress.open("a", encoding="utf-8") as marks:
        for result in _results(work, budget, settings, jobs):
            # Data first: a crash between the two measures a function again, which `rebuild` tolerates.
            data.writelines(experience_line(one) + "\n" for one in result.experiences)
            data.flush()
            marks.write(json.dumps({"key": result.key, "status": result.status}) + "\n")
            marks.flush()
            summary.functions += 1
            summary.transitions += len(result.experiences)
            summary.statuses[result.status.partition(":")[0]] += 1
            if report is not None:
                report(result, summary.files, len(files))
            if limit is not None and summary.transitions >= limit:
                break
    return summary


def training_settings() -> Settings:
    """The settings under which outcomes are measured: cheaper than a person gets, so that there can be many.

    Sizes stop growing at 5 ms a call instead of 50, and no step limit ends an episode.
    """
    return Settings().replace(max_steps=10, top_seconds=0.001, input_seconds=0.15, input_count=40)


def _work(origins: Iterable[Origin], finished: set[str], summary: Summary) -> Iterator[tuple[Origin, str]]:
    for origin in origins:
        summary.files += 1
        try:
            source = read_source(origin.path)
            names = origin.functions or _optimisable(source)
        except VeloxError:
            continue
        for name in names:
            if function_key(origin.name, name, source.text) in finished:
                summary.resumed += 1
            else:
                yield origin, name


def _optimisable(source: SourceFile) -> tuple[str, ...]:
    """The functions of a file to which some action applies."""
    spans = [span for span in list_functions(parse(source)) if not span.nested]
    names = dict.fromkeys(span.qualname for span in spans)
    return tuple(name for name in names if _applies(source, name))


def _applies(source: SourceFile, qualname: str) -> bool:
    try:
        mask = strategies.applicable_actions(source, qualname)
    except VeloxError:
        return False
    return any(allowed for action, allowed in enumerate(mask) if action != NO_CHANGE)


def _results(
    work: Iterator[tuple[Origin, str]], budget: Budget, settings: Settings, jobs: int
) -> Iterator[Collected]:
    with open_executor(settings.executor, jobs) as workforce:
        running: dict[Future[Collected], tuple[Origin, str]] = {}
        most = 1 if workforce.in_process else 2 * workforce.width
        try:
            for origin, name in work:
                future = workforce.executor.submit(measure, origin, name, budget, settings)
                running[future] = origin, name
                if len(running) >= most:
                    yield from _finished_of(running)
            while running:
                yield from _finished_of(running)
        finally:
            for future in running:
                future.cancel()


def _finished_of(running: dict[Future[Collected], tuple[Origin, str]]) -> Iterator[Collected]:
    """Wait for the first to be finished, and take out those that are."""
    done, _ = wait(running, return_when=FIRST_COMPLETED)
    for future in done:
        origin, name = running.pop(future)
        try:
            yield future.result()
        except Exception as error:  # each executor has its own for a worker that is lost
            key = function_key(origin.name, name, read_source(origin.path).text)
            yield Collected(key, origin.name, name, f"error: its process was lost: {type(error).__name__}")


def measure(origin: Origin, qualname: str, budget: Budget, settings: Settings) -> Collected:
    """Measure one function within the budget; whatever goes wrong becomes its status."""
    source = read_source(origin.path)
    key = function_key(origin.name, qualname, source.text)

    def ended(status: str, experiences: tuple[Experience, ...] = ()) -> Collected:
        return Collected(key, origin.name, qualname, status, experiences)

    try:
        if not _applies(source, qualname):
            return ended("nothing-applies")
        load_project(find_root(origin.path)).require_trust()
        project = locate(origin.path, source.text, interpreter=settings.interpreter or sys.executable)
        inputs = None
        if origin.parameters is not None:
            inputs = known_inputs(origin.parameters, origin.receiver, settings.seed)
        with LightWorkbench(project, settings, inputs) as workbench:
            measured = Measured(workbench, source, qualname, origin.name, episode=LightEpisode)
            for _ in measured.explore(
                max_depth=budget.max_depth, max_versions=budget.max_versions, seconds=budget.seconds
            ):
                pass
            return ended("measured", tuple(measured.experiences))
    except Unverifiable as stop:
        return ended(f"unverifiable: {stop.reason}")
    except VeloxError as error:
        return ended(f"error: {error.message}")
    except Exception as error:  # one odd function must not end a run of thousands
        return ended(f"error: {type(error).__name__}: {error}")


def _folder(folder: Path, name: str) -> Iterator[Origin]:
    for path in sorted(folder.rglob("*.py")):
        inside = path.relative_to(folder)
        if (
            _SKIPPED_PARTS.isdisjoint(inside.parts)
            and inside.parts[0].removesuffix(".py") not in _SKIPPED_MODULES
        ):
            yield Origin(f"{name}/{inside.with_suffix('').as_posix()}", path)


def _package(name: str) -> Iterator[Origin]:
    try:
        spec = importlib.util.find_spec(name)
    except (ImportError, ValueError):
        spec = None
    if spec is None or spec.origin is None:
        raise VeloxError(
            "no-such-source",
            f"{name!r} is neither a path nor an installed package.",
            "Name a file, a folder, `stdlib`, or a package that is installed beside Velox.",
        )
    if spec.submodule_search_locations:
        yield from _folder(Path(spec.submodule_search_locations[0]), name)
    elif spec.origin.endswith(".py"):
        yield Origin(name, Path(spec.origin))


def _finished(progress: Path) -> set[str]:
    """The keys that an earlier run marked; a line cut short by a crash is not one."""
    keys: set[str] = set()
    if progress.is_file():
        for line in progress.read_text(encoding="utf-8").splitlines():
            try:
                keys.add(json.loads(line)["key"])
            except (ValueError, KeyError, TypeError):
                continue
    return keys


def _drop_half_line(output: Path) -> None:
    """Cut off what a killed run left of a line, or the next one would be glued to it."""
    if not output.is_file():
        return
    data = output.read_bytes()
    if data and not data.endswith(b"\n"):
        output.write_bytes(data[: data.rfind(b"\n") + 1])
