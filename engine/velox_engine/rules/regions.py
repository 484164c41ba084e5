"""Knows which functions, classes and loops are around a place, without asking nodes for their parents."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field
from operator import attrgetter

from velox_engine.source.syntax import Node

# Capture name → pattern; the driver's one query holds them besides the rules' own.
REGION_PATTERNS = {
    "region.function": "(function_definition)",
    "region.class": "(class_definition)",
    "region.lambda": "(lambda)",
    "region.for": "(for_statement)",
    "region.while": "(while_statement)",
    "region.comprehension": (
        "[(list_comprehension) (set_comprehension) (dictionary_comprehension) (generator_expression)]"
    ),
}


_START, _END = attrgetter("start"), attrgetter("end")


@dataclass(eq=False, slots=True)
class Region:
    """A function, class, lambda, loop or comprehension."""

    kind: str  # "function", "class", "lambda", "for", "while", "comprehension"
    node: Node
    start: int
    end: int
    outer: Region | None = None
    _repeated: tuple[tuple[int, int], ...] | None = field(default=None)

    @property
    def is_loop(self) -> bool:
        """Whether it repeats what is inside."""
        return self.kind in ("for", "while", "comprehension")

    def repeated(self) -> tuple[tuple[int, int], ...]:
        """The spans inside a loop that run once for each iteration."""
        if self._repeated is None:
            self._repeated = self._repeated_spans()
        return self._repeated

    def repeats(self, offset: int) -> bool:
        """Whether the loop runs the code at that offset once for each iteration."""
        return any(start <= offset < end for start, end in self.repeated())

    def _repeated_spans(self) -> tuple[tuple[int, int], ...]:
        node = self.node
        if self.kind == "comprehension":
            # The first iterable is evaluated once, everything else for each element.
            for child in node.named_children:
                if child.type == "for_in_clause":
                    iterable = child.child_by_field_name("right")
                    if iterable is not None:
                        return ((self.start, iterable.start_byte), (iterable.end_byte, self.end))
                    break
            return ((self.start, self.end),)
        body = node.child_by_field_name("body")
        if body is None:
            return ()
        if self.kind == "while":
            return ((self.start, body.end_byte),)
        return (body.byte_range,)


class Regions:
    """All regions of a stretch of code, in document order."""

    def __init__(self, found: dict[str, list[Node]]) -> None:
        regions: list[Region] = []
        for name in REGION_PATTERNS:
            kind = name.partition(".")[2]
            for node in found.get(name, ()):
                start, end = node.byte_range
                regions.append(Region(kind, node, start, end))
        # Two sorts with keys read in C take less time than one with a pair made in Python.
        regions.sort(key=_END, reverse=True)
        regions.sort(key=_START)
        around: list[Region] = []
        for region in regions:
            while around and around[-1].end <= region.start:
                around.pop()
            region.outer = around[-1] if around else None
            around.append(region)
        self._regions = regions
        self._starts = [region.start for region in regions]
        # Spans of the outermost loops, one after the other: most code is in none, and one look tells.
        self._loop_starts: list[int] = []
        self._loop_ends: list[int] = []
        for region in regions:
            if region.is_loop and (not self._loop_ends or region.start >= self._loop_ends[-1]):
                self._loop_starts.append(region.start)
                self._loop_ends.append(region.end)
        self.has_loops = bool(self._loop_starts)

    def may_repeat(self, offset: int) -> bool:
        """Whether an offset lies in any loop, be it in a function that the loop only defines."""
        index = bisect_right(self._loop_starts, offset) - 1
        return index >= 0 and offset < self._loop_ends[index]

    def at(self, start: int, end: int) -> Region | None:
        """The innermost region that holds the span and is not the span itself."""
        index = bisect_right(self._starts, start) - 1
        region = self._regions[index] if index >= 0 else None
        while region is not None and (region.end < end or (region.start == start and region.end == end)):
            region = region.outer
        return region

    def function(self, region: Region | None) -> Region | None:
        """The function definition around a region, or the region itself when it is one."""
        while region is not None and region.kind != "function":
            region = region.outer
        return region

    def loops(self, region: Region | None, offset: int) -> Iterable[Region]:
        """The loops that repeat the code at that offset, innermost first, within one function."""
        while region is not None and region.kind not in ("function", "class", "lambda"):
            if region.is_loop and region.repeats(offset):
                yield region
            region = region.outer

    def of_kind(self, kind: str) -> Iterable[Region]:
        """All regions of a kind."""
        return (region for region in self._regions if region.kind == kind)
