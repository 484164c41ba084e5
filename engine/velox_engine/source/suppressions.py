"""Reads the comments by which people silence findings."""

from __future__ import annotations

import re
from dataclasses import dataclass

from velox_engine.source.document import SourceFile

# Examples: `noqa`, `noqa: VX101, E501`, `velox: ignore`, `velox: ignore[VX101]`, `velox: off`, `velox: ignore-file`
_COMMENT = re.compile(
    rb"#[ \t]*(?:"
    rb"noqa(?:[ \t]*:[ \t]*(?P<codes>[A-Z][A-Z0-9]*[0-9]+(?:[ \t,]+[A-Z][A-Z0-9]*[0-9]+)*))?(?![\w:])"
    rb"|velox:[ \t]*(?:(?P<off>off|ignore-file|skip-file)|ignore(?:\[(?P<rules>[\w \t,-]*)\])?)(?![\w-])"
    rb")",
    re.IGNORECASE,
)
_SEPARATOR = re.compile(r"[\s,]+")
_ALL = frozenset({"*"})


@dataclass(frozen=True)
class Suppressions:
    """What a file silences: everything, or rules on lines."""

    whole_file: bool = False
    lines: tuple[tuple[int, frozenset[str]], ...] = ()

    def hides(self, rule: str, name: str, first_line: int, last_line: int) -> bool:
        """Whether a finding of this rule on these lines (0-based, inclusive) is silenced."""
        if self.whole_file:
            return True
        return any(
            first_line <= line <= last_line and (rules is _ALL or rule in rules or name.upper() in rules)
            for line, rules in self.lines
        )


def find_suppressions(source: SourceFile) -> Suppressions:
    """The suppressions of a file; text in strings that looks like one counts too, as in other linters."""
    data = source.data
    if b"noqa" not in data and b"NOQA" not in data and b"velox:" not in data:
        return _NONE
    lines: list[tuple[int, frozenset[str]]] = []
    for match in _COMMENT.finditer(data):
        line = source.lines.position(match.start()).line
        if match["off"]:
            if source.lines.line(line)[: match.start() - source.lines.start(line)].strip() == b"":
                return Suppressions(whole_file=True)
            continue
        listed = match["codes"] or match["rules"]
        if listed:
            text = listed.decode("ascii", "replace").upper()
            rules = frozenset(part for part in _SEPARATOR.split(text) if part)
        else:
            rules = _ALL
        lines.append((line, rules))
    return Suppressions(lines=tuple(lines))


_NONE = Suppressions()
