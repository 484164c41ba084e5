"""Optimises many functions at once and writes each down as it is finished, so that nothing finished is done again."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, CancelledError, Future, wait
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

from velox_engine.advisor.advise import Advisor, FunctionAdvice, function_text
from velox_engine.advisor.choosing import adapted, remembering
from velox_engine.advisor.executors import Workforce
from velox_engine.advisor.journal import Entry, Journal, digest, still_true
from velox_engine.advisor.recording import record_advice
from velox_engine.advisor.report import function_document
from velox_engine.experience.store import ExperienceStore
from velox_engine.policy.agent import Policy
from velox_engine.policy.registry import load_active
from velox_engine.settings import Settings
from velox_engine.source.document import SourceFile, read_source, write_source
from velox_engine.types import Suggestion, VeloxError
from velox_engine.workspace.profiles import Share
from velox_engine.workspace.project import find_root

Progress = Callable[[str, int], None]


@dataclass(frozen=True, slots=True)
class Task:
    """One function to optimise; `begins` and `ends` say how far the run is then, in percent."""

    path: Path
    function: str
    settings: Settings
    begins: float = 0.0
    ends: float = 100.0
    share: Share | None = None  # of a profiled run


@dataclass(slots=True)
class Tally:
    """How a run stands."""

    statuses: Counter[str] = field(default_factory=Counter)
    resumed: int = 0
    applied: list[str] = field(default_factory=list)


class Batch:
    """A run over the functions of a project."""

    def __init__(
        self,
        journal: Journal,
        store: ExperienceStore,
        *,
        shown: Callable[[Path], str],
        root: Path | None = None,
        workspace: str = "",
        apply: bool = False,
        progress: Progress = lambda message, percentage: None,
    ) -> None:
        """`shown` writes a path as the document has it; with `apply` the best suggestions are written to the files.

        `root` is the folder of a fetched repository, which is another one in each run, and `workspace` its address.
        """
        self.tally = Tally()
        self._journal = journal
        self._store = store
        self._shown = shown
        self._root = root
        self._workspace = workspace
        self._apply = apply
        self._progress = progress
        self._valid: set[int] = set()  # numbers of the journal's entries that count
        self._finished = self._resume()
        self._policies: dict[str, Policy] = {}  # by workspace
        self._lost: list[dict[str, Any]] = []
        self._at_work: dict[Future[FunctionAdvice], tuple[Task, SourceFile]] = {}

    def run(self, tasks: Iterable[Task], workforce: Workforce) -> None:
        """Work through the tasks in their order, as many at once as the workforce takes.

        Where suggestions are written, the functions of one file follow each other: each is judged in the file that
        the one before it left.
        """
        source, waiting = iter(tasks), list[Task]()
        try:
            self._work_through(source, waiting, workforce)
        finally:
            for future in self._at_work:
                future.cancel()

    def _work_through(self, source: Iterator[Task], waiting: list[Task], workforce: Workforce) -> None:
        more = True
        while more or waiting or self._at_work:
            while more and len(waiting) < 2 * workforce.width:
                task = next(source, None)
                if task is None:
                    more = False
                elif not self._is_finished(task):
                    waiting.append(task)
            for task in self._startable(waiting, workforce.width - len(self._at_work)):
                waiting.remove(task)
                self._start(task, workforce)
            self._collect()

    def documents(self) -> Iterator[dict[str, Any]]:
        """What came of each function, in the order in which they were finished; read one by one from the journal."""
        for number, entry in enumerate(self._journal.entries()):
            if number in self._valid:
                yield entry.document
        yield from self._lost

    # -- what an earlier run finished --------------------------------------------------------------------------

    def _resume(self) -> dict[Path, set[str]]:
        """Take over what the journal holds of files that are as they were left; returns the functions by file."""
        by_path: defaultdict[str, list[tuple[int, Entry]]] = defaultdict(list)
        for number, entry in enumerate(self._journal.entries()):
            by_path[entry.path].append((number, replace(entry, document={})))
        finished: dict[Path, set[str]] = {}
        for name, rows in by_path.items():
            path = Path(name) if self._root is None else self._root / name
            try:
                source = read_source(path)
            except VeloxError:
                continue
            kept, unwritten = still_true([entry for _, entry in rows], digest(source.text))
            numbers = {number for number, entry in rows if any(entry is one for one in kept)}
            if unwritten is not None:
                self._write_left_over(source, max(numbers))
            self._valid |= numbers
            finished[path] = {entry.name for entry in kept}
        for number, entry in enumerate(self._journal.entries()):
            if number in self._valid:
                self.tally.resumed += 1
                self._count(entry)
        return finished

    def _write_left_over(self, source: SourceFile, number: int) -> None:
        """Write the suggestion that a run had written down and not yet into the file when it was killed."""
        entry = next(entry for count, entry in enumerate(self._journal.entries()) if count == number)
        for suggestion in entry.document["suggestions"]:
            if digest(suggestion["new_source"]) == entry.after:
                write_source(source, suggestion["new_source"])
                self._store.record_feedback(suggestion["id"], "accepted", origin="cli")
                return

    def _is_finished(self, task: Task) -> bool:
        return task.function in self._finished.get(task.path, ())

    # -- one function ------------------------------------------------------------------------------------------

    def _startable(self, waiting: list[Task], most: int) -> list[Task]:
        busy = {task.path for task, _ in self._at_work.values()} if self._apply else set[Path]()
        chosen: list[Task] = []
        for task in waiting:
            if len(chosen) < most and task.path not in busy:
                chosen.append(task)
                if self._apply:
                    busy.add(task.path)
        return chosen

    def _start(self, task: Task, workforce: Workforce) -> None:
        source = read_source(task.path)
        told = partial(self._told, task) if workforce.in_process else None
        self._told(task, "begun", 0)
        future = workforce.executor.submit(
            optimize_one,
            source,
            task.function,
            task.settings,
            told,
            self._policy(task, source),
            task.share,
        )
        self._at_work[future] = (task, source)

    def _policy(self, task: Task, source: SourceFile) -> Policy | None:
        """The policy with what is known here: other machines and processes do not open this store."""
        if not task.settings.adapt:
            return None
        root = str(find_root(task.path))
        if root not in self._policies:
            self._policies[root] = adapted(load_active(), self._store, root)
        policy, path = self._policies[root], str(source.path or "")
        try:
            text = function_text(source, task.function)
        except VeloxError:
            return policy  # the function is gone or the file broken, which the answer will say
        return remembering(policy, self._store, text, path=path, function=task.function)

    def _collect(self) -> None:
        if not self._at_work:
            return
        done, _ = wait(self._at_work, return_when=FIRST_COMPLETED)
        for future in done:
            task, source = self._at_work.pop(future)
            try:
                advice = future.result()
            except (Exception, CancelledError) as error:
                # Said and not written down, so that the same command tries it again.
                reason = f"its process was lost: {error or type(error).__name__}"
                advice = FunctionAdvice(str(task.path), task.function, "error", reason)
                self.tally.statuses[advice.status] += 1
                self._lost.append(function_document(advice, self._shown(task.path)))
            else:
                self._write_down(task, source, advice)
            self._told(task, advice.status, 100)

    def _write_down(self, task: Task, source: SourceFile, advice: FunctionAdvice) -> None:
        workspace = self._workspace or str(find_root(task.path))
        advice = record_advice(self._store, advice, workspace=workspace, origin="cli")
        best = _without_caveats(advice) if self._apply else None
        before = digest(source.text)
        after = digest(best.new_source) if best is not None else before
        document = function_document(advice, self._shown(task.path))
        name = task.path if self._root is None else task.path.relative_to(self._root)
        entry = Entry(name.as_posix(), task.function, before, after, document)
        # First the journal: a run that is killed in between writes the file when it is taken up again.
        self._valid.add(self._journal.add(entry))
        self._count(entry)
        if best is not None:
            write_source(source, best.new_source)
            self._store.record_feedback(best.id, "accepted", origin="cli")

    def _count(self, entry: Entry) -> None:
        self.tally.statuses[entry.document["status"]] += 1
        if entry.after != entry.before:
            self.tally.applied.append(f"{entry.document['path']}::{entry.name}")

    def _told(self, task: Task, message: str, percentage: int) -> None:
        done = self.tally.statuses
        others = len(self._at_work) - 1
        beside = f" and {others} beside it" if others > 0 else ""
        self._progress(
            f"{done.total()} functions done, {done['improved']} improved · "
            f"{task.path.name}::{task.function}: {message}{beside}",
            int(task.begins + (task.ends - task.begins) * percentage / 100),
        )


def _silent(message: str, percentage: int) -> None:
    """Report to nobody."""


def optimize_one(
    source: SourceFile,
    function: str,
    settings: Settings,
    told: Progress | None = None,
    policy: Policy | None = None,
    share: Share | None = None,
) -> FunctionAdvice:
    """Optimise one function, in whatever process this is called; what goes wrong becomes the answer."""
    try:
        if source.path is None or not source.path.exists():
            raise VeloxError("not-found", f"{source.path} is not to be seen by the machine that was asked")
        with Advisor.for_file(source, settings, policy=policy) as advisor:
            return advisor.optimize(source, function, progress=told or _silent, share=share)
    except VeloxError as error:
        return FunctionAdvice(str(source.path), function, "error", error.message)
    except Exception as error:  # one odd function must not end a run of thousands
        return FunctionAdvice(str(source.path), function, "error", f"{type(error).__name__}: {error}")


def _without_caveats(advice: FunctionAdvice) -> Suggestion | None:
    return next((one for one in advice.suggestions if not one.verdict.caveats), None)
