"""Scans a file, and scans only what changed when it is edited, with a syntax error elsewhere in it too.

A file is cut into units: a top-level function or class with the simple statements behind it. A unit's findings are
kept under its text, together with what the unit asked about the rest of the module; they are valid as long as both
are the same. When the file has a syntax error, units are cut by their text and each is parsed by itself, so that an
open bracket in one function does not swallow the next.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import replace
from itertools import pairwise

import tree_sitter

from velox_engine.rules.engine import Plan, analyse, is_silent, scan_whole, sort, suppress
from velox_engine.rules.garbage import collection_paused
from velox_engine.rules.module import Module
from velox_engine.rules.selection import DEFAULT, Selection, plan_for
from velox_engine.rules.skeleton import reduce_unit
from velox_engine.source.scopes import Binding, Change, Scope
from velox_engine.source.suppressions import find_suppressions
from velox_engine.source.syntax import LANGUAGE, Node, ParsedFile, parse_bytes
from velox_engine.types import Finding, Position

# A definition at the left margin, or its first decorator.
_MARGIN = re.compile(rb"^(@|(?:async[ \t]+def|def|class)\b)", re.MULTILINE)
_MEMBER = re.compile(rb"^([ \t]+)(@|(?:async[ \t]+def|def|class)\b)", re.MULTILINE)
_DEFINITIONS = frozenset({"function_definition", "class_definition", "decorated_definition"})
# What a unit asked of a name besides how it is bound; no name begins like this.
_DEFINITION, _USERS = "=", "@"
_CLASS_NAME = re.compile(rb"^class[ \t]+(\w+)", re.MULTILINE)


class _Unit:
    """Findings of one stretch of text, with lines counted from its first."""

    __slots__ = ("_line", "_placed", "asked", "findings")

    def __init__(self, findings: list[Finding], asked: tuple[tuple[str, bytes], ...]) -> None:
        self.findings = findings
        self.asked = asked  # names of the module that were looked up, and how they were bound
        self._line = -1
        self._placed: list[Finding] = []

    def at(self, line: int) -> list[Finding]:
        """The findings with the unit beginning at a line; kept, because most edits move nothing."""
        if line != self._line:
            self._line = line
            self._placed = [_shifted(finding, line) for finding in self.findings]
        return self._placed


def scan(parsed: ParsedFile, selection: Selection | None = None) -> list[Finding]:
    """All findings of a file, by position."""
    if parsed.has_errors:
        return Scanner(selection).scan(parsed)
    plan = plan_for(selection or DEFAULT)
    with collection_paused():
        return scan_whole(plan, parsed)


class Scanner:
    """Scans the states of one file one after the other, each at the price of what changed."""

    def __init__(self, selection: Selection | None = None) -> None:
        self._plan: Plan = plan_for(selection or DEFAULT)
        self._units: dict[bytes, _Unit] = {}
        self._reduced: dict[bytes, bytes] = {}  # text of a unit → the same without its insides
        self._skeleton: ParsedFile | None = None

    def scan(self, parsed: ParsedFile) -> list[Finding]:
        """All findings of this state of the file, by position."""
        if is_silent(self._plan, parsed):
            return []
        with collection_paused():
            return self._scan(parsed)

    def _scan(self, parsed: ParsedFile) -> list[Finding]:
        cuts = _cut(parsed)
        # An error that stays inside of one definition leaves the margin readable.
        astray = parsed.has_errors and any(child.is_error for child in parsed.root.children)
        module = Module(self._frame(parsed, cuts) if astray else parsed)
        bindings = _Bindings(module)
        if not self._units and not parsed.has_errors:
            self._fill(parsed, module, bindings, cuts)
        units: dict[bytes, _Unit] = {}
        findings: list[Finding] = []
        children: list[Node] | None = None
        lines = parsed.source.lines
        data = parsed.data
        for start, end in cuts:
            text = data[start:end]
            unit = self._units.get(text) or units.get(text)
            if unit is None or not bindings.unchanged(unit.asked):
                if children is None:
                    children = [] if parsed.has_errors else parsed.root.children
                unit = self._scan_unit(parsed, module, bindings, children, start, end)
            units[text] = unit
            if unit.findings:
                # Units follow each other, and each is sorted in itself.
                findings += unit.at(lines.number(start))
        self._units = units
        return suppress(findings, find_suppressions(parsed.source))

    def _frame(self, parsed: ParsedFile, cuts: list[tuple[int, int]]) -> ParsedFile:
        """What a broken file's module names are read from; only units that changed are reduced again."""
        texts = [parsed.data[start:end] for start, end in cuts]
        self._reduced = {text: self._reduced.get(text) or reduce_unit(text) for text in texts}
        data = b"".join([self._reduced[text] for text in texts])
        self._skeleton = parse_bytes(parsed.source, data, self._skeleton)
        return ParsedFile(parsed.source, self._skeleton.tree, parsed.data)

    def _fill(
        self, parsed: ParsedFile, module: Module, bindings: _Bindings, cuts: list[tuple[int, int]]
    ) -> None:
        """Scan a file that is seen for the first time in one go, which is several times faster than by units.

        What the file asked about its module is then known of all units together only.
        """
        scope = _RecordingScope(module.inference.scope)
        found = tree_sitter.QueryCursor(self._plan.query).captures(parsed.root)
        findings = sort(analyse(self._plan, parsed, found, Module(parsed, scope)))
        asked = tuple((name, bindings.of(name)) for name in sorted(scope.asked))
        lines = parsed.source.lines
        at = 0
        for start, end in cuts:
            first, last = lines.position(start).line, lines.position(end).line
            mine: list[Finding] = []
            is_last = end == len(parsed.data)
            while at < len(findings) and (findings[at].start.line < last or is_last):
                mine.append(_shifted(findings[at], -first))
                at += 1
            self._units[parsed.data[start:end]] = _Unit(mine, asked)

    def _scan_unit(
        self,
        parsed: ParsedFile,
        module: Module,
        bindings: _Bindings,
        children: list[Node],
        start: int,
        end: int,
    ) -> _Unit:
        scope = _RecordingScope(module.inference.scope)
        recorder = Module(parsed, scope)
        if parsed.has_errors:
            findings = self._scan_text(parsed, recorder, start, end)
        else:
            first = bisect_left(children, start, key=lambda node: node.end_byte - 1)
            found: dict[str, list[Node]] = {}
            for child in children[first:]:
                if child.start_byte >= end:
                    break
                for name, nodes in tree_sitter.QueryCursor(self._plan.query).captures(child).items():
                    found.setdefault(name, []).extend(nodes)
            findings = analyse(self._plan, parsed, found, recorder)
        shift = -parsed.source.lines.position(start).line
        asked = tuple((name, bindings.of(name)) for name in sorted(scope.asked))
        return _Unit([_shifted(finding, shift) for finding in sort(findings)], asked)

    def _scan_text(self, parsed: ParsedFile, module: Module, start: int, end: int) -> list[Finding]:
        """Findings of a unit that is parsed by itself; functions that do not parse have none."""
        piece = _parse_piece(parsed, start, end)
        if not piece.root.has_error:
            found = tree_sitter.QueryCursor(self._plan.query).captures(piece.root)
            return analyse(self._plan, piece, found, module)
        members = _cut_members(parsed, start, end)
        if len(members) > 1:
            # A class: its methods are parsed one by one, without what they share.
            header = _CLASS_NAME.search(parsed.data, start, members[0][0])
            name = header[1].decode("utf-8", "replace") if header else ""
            findings: list[Finding] = []
            for first, last in members:
                member = _parse_piece(parsed, first, last)
                if not member.root.has_error:
                    found = tree_sitter.QueryCursor(self._plan.query).captures(member.root)
                    findings += (
                        replace(finding, function=f"{name}.{finding.function}")
                        if finding.function and name
                        else finding
                        for finding in analyse(self._plan, member, found, module)
                    )
            return findings
        return []


class _Bindings:
    """How the module binds a name, as text that changes when the binding does."""

    def __init__(self, module: Module) -> None:
        self._module = module
        self._known: dict[str, bytes] = {}
        self._checked: dict[int, bool] = {}

    def of(self, name: str) -> bytes:
        known = self._known.get(name)
        if known is None:
            parts: list[bytes] = []
            scope = self._module.inference.scope
            if name.startswith(_USERS):
                parts += (user.encode() for user in sorted(scope.users(name.removeprefix(_USERS))))
            elif name.startswith(_DEFINITION):
                node = scope.definition(name.removeprefix(_DEFINITION))
                holder = node.parent if node is not None else None
                node = holder if holder is not None and holder.type == "decorated_definition" else node
                parts += [scope.parsed.data[node.start_byte : node.end_byte]] if node is not None else []
            data = scope.parsed.data
            for binding in scope.bindings(name):
                last = binding.statement.child_by_field_name("body")
                end = last.start_byte if last is not None else binding.statement.end_byte
                parts.append(data[binding.statement.start_byte : end])
            parts += (change.how.encode() for change in scope.changes(name))
            known = self._known[name] = b"\0".join(parts)
        return known

    def unchanged(self, asked: tuple[tuple[str, bytes], ...]) -> bool:
        # Many units share one answer, since the file was first scanned in one go.
        known = self._checked.get(id(asked))
        if known is None:
            known = self._checked[id(asked)] = all(self.of(name) == bound for name, bound in asked)
        return known


class _RecordingScope(Scope):
    """The module's scope as one unit sees it: notes the names that it is asked about."""

    def __init__(self, scope: Scope) -> None:
        scope.collect()
        self.__dict__.update(scope.__dict__)
        self.asked: set[str] = set()

    def bindings(self, name: str) -> list[Binding]:
        self.asked.add(name)
        return super().bindings(name)

    def changes(self, name: str) -> list[Change]:
        self.asked.add(name)
        return super().changes(name)

    def definition(self, name: str) -> Node | None:
        self.asked.add(_DEFINITION + name)
        return super().definition(name)

    def users(self, name: str) -> frozenset[str]:
        self.asked.add(_USERS + name)
        return super().users(name)


def intact_pieces(parsed: ParsedFile) -> list[ParsedFile]:
    """The units of a broken file that parse by themselves, with the offsets of the whole."""
    pieces = [_parse_piece(parsed, start, end) for start, end in _cut(parsed)]
    return [piece for piece in pieces if not piece.root.has_error]


def _cut(parsed: ParsedFile) -> list[tuple[int, int]]:
    """The units of a file: from one definition at the left margin to the next."""
    if parsed.has_errors:
        cuts = _margin_cuts(_MARGIN.finditer(parsed.data))
    else:
        cuts = [child.start_byte for child in parsed.root.children if child.type in _DEFINITIONS]
    bounds = [0, *(cut for cut in cuts if cut), len(parsed.data)]
    return list(pairwise(bounds))


def _cut_members(parsed: ParsedFile, start: int, end: int) -> list[tuple[int, int]]:
    """The members of a class: from one definition with the first one's indentation to the next."""
    matches = list(_MEMBER.finditer(parsed.data, start, end))
    if not matches:
        return []
    indentation = matches[0][1]
    same = (match for match in matches if match[1] == indentation)
    cuts = [cut + len(indentation) for cut in _margin_cuts(same, group=2)]
    return list(pairwise([*cuts, end]))


def _margin_cuts(matches: Iterable[re.Match[bytes]], group: int = 1) -> list[int]:
    cuts: list[int] = []
    decorated = False
    for match in matches:
        is_decorator = match[group] == b"@"
        # A definition belongs to the decorators before it, and these to each other.
        if not decorated:
            cuts.append(match.start())
        decorated = is_decorator
    return cuts


def _parse_piece(parsed: ParsedFile, start: int, end: int) -> ParsedFile:
    """The tree of a part of the file, with the offsets of the whole."""
    lines = parsed.source.lines
    first, last = lines.position(start), lines.position(end)
    span = tree_sitter.Range((first.line, first.column), (last.line, last.column), start, end)  # type: ignore[arg-type]
    parser = tree_sitter.Parser(LANGUAGE, included_ranges=[span])
    return ParsedFile(parsed.source, parser.parse(parsed.data), parsed.data)


def _shifted(finding: Finding, lines: int) -> Finding:
    if not lines:
        return finding
    start, end = finding.start, finding.end
    # Written out: `dataclasses.replace` takes several times as long, and this is the keystroke path.
    return Finding(
        finding.rule,
        finding.name,
        Position(start.line + lines, start.column),
        Position(end.line + lines, end.column),
        finding.function,
        finding.message,
        finding.severity,
        finding.strategy,
        finding.action,
        finding.cost,
    )
