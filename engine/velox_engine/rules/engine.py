"""Runs the rules over a file: one combined query is the one traversal, and its captures are handed to the rules."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

import tree_sitter

from velox_engine.rules.base import Hit, Rule
from velox_engine.rules.context import Context
from velox_engine.rules.evidence import is_evident, is_told_of_many
from velox_engine.rules.module import Module
from velox_engine.rules.regions import REGION_PATTERNS, Region, Regions
from velox_engine.rules.surroundings import is_test_file
from velox_engine.source.suppressions import Suppressions, find_suppressions
from velox_engine.source.syntax import Node, ParsedFile, compile_query
from velox_engine.types import Finding

_LOG = logging.getLogger("velox.rules")

# Families whose findings are about waiting; beside an `await` in the loop the others' are nothing.
_WAITED_FOR = frozenset({"async", "io"})
_COSTLY = _WAITED_FOR | {"dataframe"}  # each turn costs much by itself
_CONSTANT = frozenset({"O(1)", "O(log n)", "O(n)"})
# What runs once at import is held to more, but what is defined there runs later.
_DEFINED = frozenset(
    {"function_definition", "class_definition", "decorated_definition", "decorator"}
    | {"import_statement", "import_from_statement"}
)
_CALLED = "(call function: [(identifier) @called (attribute attribute: (identifier) @method)])"


First = Callable[[Node, Context], bool]


@dataclass(frozen=True, slots=True)
class Called:
    """What is asked about calls of one name."""

    calls: tuple[
        tuple[Rule, str, bytes], ...
    ]  # with the whole origin, and its module, which a file must mention
    methods: tuple[Rule, ...]
    looped: bool  # whether all rules look at loops only
    partly: bool  # whether one of them does


@dataclass(frozen=True)
class Plan:
    """Rules compiled into one query and the tables that say which rule wants which capture."""

    query: tree_sitter.Query
    by_capture: tuple[
        tuple[str, First | None, bool, tuple[Rule, ...]], ...
    ]  # name, first test, whether all look at loops
    called: dict[bytes, Called]  # by the last part of a function's origin, or the method's name
    rules: tuple[Rule, ...]
    tests: bool = False  # whether findings in tests are reported
    doubtful: bool = False  # whether findings are that nothing shows to be about many elements


def compile_plan(rules: Sequence[Rule], *, tests: bool = False, doubtful: bool = False) -> Plan:
    """Build the plan for a selection of rules; identical patterns of several rules are matched once."""
    wanted: dict[tuple[str, First | None, bool], list[Rule]] = {}
    calls: dict[bytes, list[tuple[Rule, str, bytes]]] = {}
    methods: dict[bytes, list[Rule]] = {}
    for rule in rules:
        for pattern in rule.patterns:
            wanted.setdefault((pattern, rule.first, rule.in_loop), []).append(rule)
        for origin in rule.calls:
            module, dot, _ = origin.encode().partition(b".")
            calls.setdefault(origin.rpartition(".")[2].encode(), []).append(
                (rule, origin, module if dot else b"")
            )
        for method in rule.methods:
            methods.setdefault(method.encode(), []).append(rule)
    parts = [f"{pattern} @{name}" for name, pattern in REGION_PATTERNS.items()]
    names = {pattern: name for name, pattern in REGION_PATTERNS.items()}
    for pattern, *_ in wanted:
        if pattern not in names:
            names[pattern] = f"p{len(names)}"
            parts.append(f"{pattern} @{names[pattern]}")
    if calls or methods:
        parts.append(_CALLED)
    return Plan(
        compile_query("\n".join(parts)),
        tuple(
            (names[pattern], first, looped, tuple(owners))
            for (pattern, first, looped), owners in wanted.items()
        ),
        {name: _called(calls.get(name, ()), methods.get(name, ())) for name in {**calls, **methods}},
        tuple(rules),
        tests,
        doubtful,
    )


def _called(calls: Sequence[tuple[Rule, str, bytes]], methods: Sequence[Rule]) -> Called:
    looped = [rule.in_loop for rule in (*(entry[0] for entry in calls), *methods)]
    return Called(tuple(calls), tuple(methods), all(looped), any(looped))


def analyse(plan: Plan, parsed: ParsedFile, found: dict[str, list[Node]], module: Module) -> list[Finding]:
    """The findings in a stretch of code whose captures are given."""
    regions = Regions(found)
    context = Context(parsed, regions, module)
    collected: list[tuple[Rule, Hit]] = []
    may_repeat = regions.may_repeat
    for name, first, looped, rules in plan.by_capture:
        if looped and not regions.has_loops:
            continue
        for node in found.get(name, ()):
            if looped and not (may_repeat(node.start_byte) and _in_loop(node, context)):
                continue
            if first is None or first(node, context):
                _ask(rules, node, context, collected)
    _ask_calls(plan, found, context, collected)
    qualnames: dict[int, str] = {}
    findings: list[Finding] = []
    for rule, hit in collected:
        if not plan.tests and context.in_test(hit.node):
            continue  # a test runs once on little data
        if rule.family != "async" and context.is_aside(hit.node):
            continue
        if rule.family not in _WAITED_FOR and context.awaits(hit.node):
            continue
        waits = rule.family in _WAITED_FOR
        at_import = context.function(hit.node) is None and hit.node.type not in _DEFINED
        wants_many = (rule.many or at_import) and not rule.plainer
        doubtful = (
            hit.doubtful
            or (at_import and rule.cost in _CONSTANT and not _is_script(context))
            or (wants_many and not is_evident(context, hit.node, hit.subject, waits=waits))
        )
        if doubtful and not plan.doubtful:
            continue
        if rule.severity == "warning" and rule.many and not rule.chosen and not _is_sure(rule, context, hit):
            hit = replace(hit, severity=hit.severity or "info")
        if doubtful or (rule.plainer and not is_evident(context, hit.node, hit.subject, waits=waits)):
            hit = replace(hit, severity="hint")
        findings.append(_finding(rule, hit, context, qualnames))
    return findings


def _is_sure(rule: Rule, context: Context, hit: Hit) -> bool:
    """Whether a finding is worth a warning: an algorithm's on much, or of a kind that costs much in each turn."""
    return rule.family in _COSTLY or (
        context.is_self_contained(hit.node) and is_told_of_many(context, hit.node)
    )


def sort(findings: Iterable[Finding]) -> list[Finding]:
    """Findings by position, without duplicates."""

    def place(finding: Finding) -> tuple[int, int, int, int, str]:
        start, end = finding.start, finding.end
        return start.line, start.column, end.line, end.column, finding.rule

    return sorted(dict.fromkeys(findings), key=place)


def suppress(findings: list[Finding], suppressions: Suppressions) -> list[Finding]:
    """The findings that the file does not silence."""
    if suppressions.whole_file:
        return []
    if not suppressions.lines:
        return findings
    return [
        finding
        for finding in findings
        if not suppressions.hides(finding.rule, finding.name, finding.start.line, finding.end.line)
    ]


def is_silent(plan: Plan, parsed: ParsedFile) -> bool:
    """Whether nothing in a file would be told, since it is one of tests."""
    return not plan.tests and is_test_file(parsed.source.path)


def scan_whole(plan: Plan, parsed: ParsedFile) -> list[Finding]:
    """All findings of a file whose syntax is intact."""
    if is_silent(plan, parsed):
        return []
    found = tree_sitter.QueryCursor(plan.query).captures(parsed.root)
    findings = analyse(plan, parsed, found, Module(parsed))
    return suppress(sort(findings), find_suppressions(parsed.source)) if findings else findings


def _ask(rules: Iterable[Rule], node: Node, context: Context, collected: list[tuple[Rule, Hit]]) -> None:
    for rule in rules:
        try:
            for hit in rule.check(node, context):
                collected.append((rule, hit))  # noqa: PERF401 -- what came before an exception is kept
        except Exception:
            # One rule's mistake on somebody's code must not cost all other findings of the file.
            _LOG.exception("rule %s failed at byte %d", rule.id, node.start_byte)


def _in_loop(node: Node, context: Context) -> bool:
    start, end = node.byte_range
    if not context.regions.may_repeat(start):
        return False
    region = context.regions.at(start, end)
    return any(True for _ in context.regions.loops(region, start))


def _ask_calls(
    plan: Plan, found: dict[str, list[Node]], context: Context, collected: list[tuple[Rule, Hit]]
) -> None:
    data, called, may_repeat = context.data, plan.called, context.regions.may_repeat
    for name in ("called", "method"):
        for node in found.get(name, ()):
            start, end = node.byte_range
            entry = called.get(data[start:end])
            if entry is None or (entry.looped and not (may_repeat(start) and _in_loop(node, context))):
                continue
            calls, methods = entry.calls, entry.methods if name == "method" else ()
            if not calls and not methods:
                continue
            function = node if name == "called" else node.parent
            call = function.parent if function is not None else None
            if function is None or call is None or call.type != "call":
                continue
            if entry.partly and not _in_loop(call, context):
                calls = tuple(one for one in calls if not one[0].in_loop)
                methods = tuple(rule for rule in methods if not rule.in_loop)
            if calls:
                _ask_origins(calls, call, function, context, collected)
            _ask(methods, call, context, collected)


def _ask_origins(
    calls: Iterable[tuple[Rule, str, bytes]],
    call: Node,
    function: Node,
    context: Context,
    collected: list[tuple[Rule, Hit]],
) -> None:
    """Ask the rules first and resolve the name afterwards: few calls are hits, and resolving needs a scope."""
    origin: str | None = None
    hits: list[tuple[Rule, Hit]] = []
    is_plain = function.type == "identifier"
    for rule, wanted, module in calls:
        if not module and not is_plain:
            continue  # Ex) `frame.sum()` is not the builtin
        if origin is not None and origin != wanted:
            continue
        if module and not context.mentions(module):
            continue  # what a file does not name it has not imported
        hits.clear()
        _ask((rule,), call, context, hits)
        if hits:
            if origin is None:
                origin = context.origin(function)
            if origin == wanted:
                collected += hits


def _is_script(context: Context) -> bool:
    """Whether a file's own statements are the program."""
    return b"def " not in context.data or b"input(" in context.data or b"sys.stdin" in context.data


def _finding(rule: Rule, hit: Hit, context: Context, qualnames: dict[int, str]) -> Finding:
    lines = context.parsed.source.lines
    start, end = hit.node.byte_range
    return Finding(
        rule=rule.id,
        name=rule.name,
        start=lines.position(start),
        end=lines.position(end),
        function=_qualname(context.regions.at(start, end), hit.node, context, qualnames),
        message=hit.message,
        severity=hit.severity or rule.severity,
        strategy=rule.strategy,
        action=rule.action,
        cost=hit.cost or rule.cost,
    )


def _qualname(region: Region | None, node: Node, context: Context, known: dict[int, str]) -> str:
    """The qualified name of the function around a hit; a hit on a function itself belongs to that function."""
    parts: list[str] = []
    function = None
    if node.type == "function_definition":
        parts.append(context.text(node.child_by_field_name("name")))
    else:
        function = context.regions.function(region)
        if function is None:
            return ""
        if function.start in known:
            return known[function.start]
        region = function
    while region is not None:
        if region.kind in ("function", "class"):
            parts.append(context.text(region.node.child_by_field_name("name")))
        region = region.outer
    qualname = ".".join(reversed(parts))
    if function is not None:
        known[function.start] = qualname
    return qualname
