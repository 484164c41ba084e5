"""What a rule is: an id, what it looks at, and a check that answers with hits."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from velox_engine.source.syntax import Node
from velox_engine.types import Severity

if TYPE_CHECKING:
    from velox_engine.rules.context import Context

Family = Literal[
    "membership",
    "queue",
    "string",
    "sort",
    "invariant",
    "copy",
    "regex",
    "exception",
    "lookup",
    "numeric",
    "dataframe",
    "io",
    "async",
    "comprehension",
    "recursion",
    "container",
    "memory",
]


@dataclass(frozen=True, slots=True)
class Hit:
    """A place that a check believes slow."""

    node: Node
    message: str  # says why here
    cost: str = ""  # replaces the rule's when the place tells more
    subject: Node | None = None  # the container whose size decides, besides the number of turns
    doubtful: bool = False  # whether it pays is not to be seen here
    severity: Severity | None = None  # replaces the rule's where the place is less than its rule


@dataclass(frozen=True, slots=True)
class Benchmark:
    """How a rule's Example and Use instead are timed against each other, each in a namespace of its own.

    Both get the same setup after their code; the expression `call` is what is timed, and must give equal results.
    """

    call: str
    setup: str = ""
    before: str = ""  # code instead of the Example, where that needs what a benchmark has not
    after: str = ""
    needs: tuple[str, ...] = ()  # packages to import; without them the rule is skipped
    python: tuple[int, int] = (3, 9)  # the first version that has what Use instead uses
    waits: bool = False  # what is saved is waiting: timed by the wall clock instead of the processor's
    compares: bool = True  # False where the two give the same in another form


@dataclass(frozen=True)
class Rule:
    """One static check; its documentation is the docstring of the module that defines it.

    `patterns` are tree-sitter patterns; `calls` are origins of called functions ("sorted", "re.compile"), resolved
    through imports; `methods` are names of called methods on any receiver. The check gets each matching node: for
    calls and methods the call node. A call's origin is resolved after the check, which is cheaper, so a check may also
    be asked about a call that only shares the last part of its name; its hits are then dropped.
    """

    id: str
    name: str
    check: Callable[[Node, Context], Iterable[Hit]]
    family: Family
    cost: str  # the cost class that the message speaks of
    patterns: tuple[str, ...] = ()
    calls: tuple[str, ...] = ()
    methods: tuple[str, ...] = ()
    first: Callable[[Node, Context], bool] | None = (
        None  # a cheap test before the check, which other rules may share
    )
    in_loop: bool = False  # the check is only asked about nodes inside a loop
    many: bool = False  # pays among many only: doubtful where nothing says that there are
    plainer: bool = (
        False  # what is to be used instead is shorter: a hint where nothing says that there are many
    )
    strategy: str = ""
    action: str = "no_change"
    by_hand: str = ""  # why no strategy rewrites what it finds, where none does
    severity: Severity = "info"
    chosen: bool = False  # whether a person has set the severity, which then is no less for the place
    enabled: bool = True  # rules whose rewrite rarely wins are off unless selected
    benchmark: Benchmark | None = None  # None: what is saved is not time or memory of one call
    doc: str = field(default="", compare=False)
